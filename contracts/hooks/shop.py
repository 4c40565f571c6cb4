"""Knows what cases about products and orders take for granted: something in stock, the version of now, a key unused."""

import json
import secrets
from itertools import count

from schemathesis import Response

from contracts.hooks.names import unheard_of
from contracts.hooks.preparation import AnyCase, after, before, meant_body, path_is_meant
from contracts.hooks.setting import Setting
from fixtures.errors import StackError

STOCKED = "Kept in stock for the contract run"
_KEY = "Idempotency-Key"
_REPLAY_EVERY = 5
_stocked: list[str] = []
_accepted: dict[str | None, tuple[str, str]] = {}
_turn = count(1)


@before("replaceProduct", "deleteProduct")
def over_the_version_of_now(setting: Setting, case: AnyCase) -> None:
    """A drawn If-Match can only be stale."""
    product_id = case.path_parameters.get("product_id")
    if product_id is None or not path_is_meant(case) or case.headers.get("If-Match", "*") == "*":
        return
    answer = setting.platform.products.get_product(str(product_id))
    if answer.status == 200:
        case.headers["If-Match"] = answer.headers.get("etag", "")


@before("createOrder")
def for_oneself_and_in_stock(setting: Setting, case: AnyCase) -> None:
    """Ordered by the caller (an administrator orders for a customer), and of something there is."""
    body = meant_body(case)
    if body is None:
        return
    identity = setting.identity(case.auth_identity)
    if identity is not None:
        customer = next(one for one in setting.target.identities.values() if "admin" not in one.roles)
        body["username"] = (customer if "admin" in identity.roles else identity).username
    body["product_id"] = in_stock(setting)
    if "order_id" in body:
        body["order_id"] = unheard_of(str(body["order_id"]), "orders")
    if _KEY in case.headers:
        _mark(case)


@after("createOrder")
def note_the_accepted(_: Setting, case: AnyCase, response: Response) -> None:
    """So that it can be sent again under the same key."""
    if response.status_code == 201 and _KEY in case.headers and meant_body(case) is not None:
        _accepted[case.auth_identity] = (str(case.headers[_KEY]), json.dumps(case.body))


def in_stock(setting: Setting) -> str:
    """A product that nobody can buy out, made once per process."""
    if not _stocked:
        admin = next((i.name for i in setting.target.identities.values() if "admin" in i.roles), "admin")
        token = setting.sessions.token(admin)
        made = setting.platform.products.create_product(STOCKED, 100, "EUR", token=token)
        body = made.json()
        if made.status != 201 or not isinstance(body, dict):
            raise StackError(f"no product to order: createProduct answered {made.status} {made.text[:200]}")
        filled = setting.platform.inventory.set_stock(body["product_id"], 1_000_000_000, token=token)
        if filled.status != 200:
            raise StackError(f"no stock to order from: setStock answered {filled.status} {filled.text[:200]}")
        _stocked.append(body["product_id"])
    return _stocked[0]


def _mark(case: AnyCase) -> None:
    """A key of the drawn length that was never used; now and then the last accepted order again, under its key."""
    earlier = _accepted.get(case.auth_identity)
    if earlier is not None and next(_turn) % _REPLAY_EVERY == 0 and _may_be_sent(case):
        case.headers[_KEY], body = earlier
        case.body = json.loads(body)
    elif 1 <= len(str(case.headers[_KEY])) <= 128 and _may_be_sent(case):
        case.headers[_KEY] = secrets.token_hex(64)[: max(16, len(str(case.headers[_KEY])))]


def _may_be_sent(case: AnyCase) -> bool:
    key = str(case.headers[_KEY])
    return key.isascii() and key.isprintable() and " " not in key
