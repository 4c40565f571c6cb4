"""Knows which of an identity's API keys made which short link, and spreads the making over all of them."""

import json
from itertools import count

from schemathesis import Response

from contracts.hooks.preparation import AnyCase, after, before, path_is_meant
from contracts.hooks.setting import Setting

_HEADER = "X-API-Key"
_turn = count()
_visit = count()
_made_with: dict[str, str] = {}
_alive: list[str] = []


@before("shorten")
def with_the_next_key(setting: Setting, case: AnyCase) -> None:
    """One key makes 60 links a minute; an identity has a pool of them."""
    keys = _own_keys(setting, case)
    if keys:
        case.headers[_HEADER] = keys[next(_turn) % len(keys)]


@after("shorten")
def note_the_maker(_: Setting, case: AnyCase, response: Response) -> None:
    """The link belongs to the key, so the same key must be used to look at it."""
    if response.status_code == 201 and _HEADER in case.headers:
        try:
            body = json.loads(response.content)
        except ValueError:
            return
        if isinstance(body, dict) and isinstance(body.get("short_code"), str):
            _made_with[body["short_code"]] = str(case.headers[_HEADER])
            _alive.append(body["short_code"])


@before("followLink", "getLink", "getLinkClicks", "deleteLink")
def for_a_link_that_exists(_: Setting, case: AnyCase) -> None:
    """Every other time: seven drawn characters never are one."""
    unknown = str(case.path_parameters.get("short_code")) not in _made_with
    if _alive and unknown and path_is_meant(case) and next(_visit) % 2 == 0:
        case.path_parameters["short_code"] = _alive[-1]


@after("deleteLink")
def note_the_deletion(_: Setting, case: AnyCase, response: Response) -> None:
    """It exists no more."""
    code = str(case.path_parameters.get("short_code"))
    if response.status_code == 204 and code in _alive:
        _alive.remove(code)


@before("getLink", "getLinkClicks", "deleteLink")
def with_the_key_that_made_it(setting: Setting, case: AnyCase) -> None:
    """Where this identity made the link; anybody else's key stays, and is to be refused."""
    maker = _made_with.get(str(case.path_parameters.get("short_code")))
    if maker in _own_keys(setting, case):
        case.headers[_HEADER] = maker


def _own_keys(setting: Setting, case: AnyCase) -> tuple[str, ...]:
    """The identity's pool, where the case goes out with a key of that pool and not with a wrong one on purpose."""
    identity = setting.identity(case.auth_identity)
    held = identity.api_keys if identity is not None else ()
    return held if case.headers.get(_HEADER) in held else ()
