"""The given of a run: links, products with known stock, and buyers, made before the load and named for this run."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from fixtures.builders import a_product, a_url, an_account
from fixtures.clients import Platform, Response, Sessions
from fixtures.errors import PlumblineError, TargetError
from fixtures.target import Target
from load.scenario import Scenario


class GivenError(PlumblineError):
    """What the load needs could not be made: nothing was judged."""


@dataclass(frozen=True, slots=True)
class Link:
    """One short link and the key that made it."""

    code: str
    url: str
    api_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ware:
    """One product and the stock it begins with."""

    product_id: str
    name: str
    price: int
    currency: str
    stock: int


@dataclass(frozen=True, slots=True)
class Buyer:
    """One account that is known to auth and to users."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """All of it, for the personas of one scenario."""

    links: tuple[Link, ...] = ()
    products: tuple[Ware, ...] = ()
    buyers: tuple[Buyer, ...] = ()


def make_given(platform: Platform, scenario: Scenario) -> Given:
    """Makes it over HTTP. Raises `GivenError` where the target refuses."""
    if platform.target.limits.get("read_only"):
        raise TargetError(f"{platform.target.path}: limits.read_only: load writes; choose another target for it.")
    links: tuple[Link, ...] = ()
    if "redirects" in scenario.mix:
        links = tuple(_link(platform, key) for key in _first(api_keys(platform.target), scenario.given.links))
    if "orders" not in scenario.mix:
        return Given(links)
    token = Sessions(platform).token("admin")
    products = tuple(_ware(platform, token, scenario.given.stock) for _ in range(scenario.given.products))
    return Given(links, products, tuple(_buyer(platform) for _ in range(scenario.given.buyers)))


def api_keys(target: Target, index: int = 0, workers: int = 1) -> list[str]:
    """The API keys that makers of links take turns with, those of all identities; of these, the ones that process
    `index` of `workers` has for itself, since a key's limit is one for all."""
    keys = [key for identity in target.identities.values() for key in identity.api_keys]
    if not keys:
        raise TargetError(f"{target.path}: identities: no API key; makers of links need one. Add api_keys_env.")
    own = list(dict.fromkeys(keys))[index::workers]
    if not own:
        raise TargetError(
            f"{target.path}: identities: too few API keys for {workers} workers, each of whom needs its own; "
            "add keys to api_keys_env, or use fewer workers."
        )
    return own


def to_wire(given: Given) -> dict[str, Any]:
    """As it travels from master to workers; never stored, since it holds the passwords of the accounts made for this
    run. The target's own secrets don't travel: API keys are left out, a worker has its own from its environment."""
    told = asdict(given)
    return told | {"links": [link | {"api_key": ""} for link in told["links"]]}


def from_wire(data: dict[str, Any]) -> Given:
    """What `to_wire` wrote."""
    return Given(
        tuple(Link(**link) for link in data["links"]),
        tuple(Ware(**ware) for ware in data["products"]),
        tuple(Buyer(**buyer) for buyer in data["buyers"]),
    )


def _first(keys: list[str], count: int) -> Iterable[str]:
    return (keys[number % len(keys)] for number in range(count))


def _link(platform: Platform, key: str) -> Link:
    url = a_url("load")
    body = _made(platform, "shorten", platform.links.shorten(url, api_key=key), 201)
    return Link(str(body["short_code"]), url, key)


def _ware(platform: Platform, token: str, stock: int) -> Ware:
    product = a_product("load")
    answer = platform.products.create_product(product.name, product.price, product.currency, token=token)
    product_id = str(_made(platform, "createProduct", answer, 201)["product_id"])
    _made(platform, "setStock", platform.inventory.set_stock(product_id, stock, token=token), 200)
    return Ware(product_id, product.name, product.price, product.currency, stock)


def _buyer(platform: Platform) -> Buyer:
    account = an_account("load")
    registered = platform.auth.register(account.username, account.email, account.password)
    _made(platform, "register", registered, 201)
    _made(platform, "createUser", platform.users.create_user(account.username, account.email), 201)
    return Buyer(account.username, account.password)


def _made(platform: Platform, operation: str, answer: Response, wanted: int) -> dict[str, Any]:
    body = answer.json()
    if answer.status != wanted or not isinstance(body, dict):
        said = platform.redactor.text(answer.text[:200])
        raise GivenError(
            f"{operation} answered {answer.status} {said!r} instead of {wanted} while the data of the load was made; "
            f"replay it against {platform.target.name}, then run again"
        )
    return body
