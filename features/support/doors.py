"""Every operation that scenarios about HTTP knock at: the body, path and credentials it is called with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from features.support.builds import service_behind
from features.support.links_notes import key_of
from features.support.todos_notes import token_of as todos_token
from features.support.world import World
from fixtures.builders import a_url, an_account
from fixtures.clients import Channel, Response

Caller = Literal["nobody", "customer", "admin", "key", "tenant"]


@dataclass(frozen=True, slots=True)
class Door:
    """One operation: who may call it, the path that names nothing in particular, the body it would take."""

    service: str
    caller: Caller = "nobody"
    path: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[World], dict[str, Any]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def _account(_world: World) -> dict[str, Any]:
    account = an_account()
    return {"username": account.username, "email": account.email, "password": account.password}


def _profile(world: World) -> dict[str, Any]:
    return {name: value for name, value in _account(world).items() if name != "password"}


def _login(world: World) -> dict[str, Any]:
    return {name: value for name, value in _account(world).items() if name != "email"}


def _product(world: World) -> dict[str, Any]:
    return {"name": world.name("desk"), "price": 12900, "currency": "EUR"}


def _order(world: World) -> dict[str, Any]:
    return {"username": world.person("Ada").username, "product_id": world.name("desk"), "quantity": 1}


_NOBODY = {"username": "nobody.at.all"}
_PRODUCT = {"product_id": "no-such-product"}
_ORDER = {"order_id": "no-such-order"}
_CODE = {"short_code": "0000000"}
_TODO = {"id": "9007199254740991"}

DOORS: Mapping[str, Door] = {
    "listUsers": Door("users"),
    "createUser": Door("users", body=_profile),
    "getUser": Door("users", path=_NOBODY),
    "updateUser": Door("users", path=_NOBODY, body=lambda _: {"email": an_account().email}),
    "register": Door("auth", body=_account),
    "login": Door("auth", body=_login),
    "refresh": Door("auth", body=lambda world: {"refresh_token": world.name("token")}),
    "logout": Door("auth", "customer"),
    "me": Door("auth", "customer"),
    "getJwks": Door("auth"),
    "listProducts": Door("products"),
    "createProduct": Door("products", "admin", body=_product),
    "getProduct": Door("products", path=_PRODUCT),
    "replaceProduct": Door("products", "admin", _PRODUCT, _product, {"If-Match": "*"}),
    "deleteProduct": Door("products", "admin", _PRODUCT),
    "getStock": Door("inventory", path=_PRODUCT),
    "setStock": Door("inventory", "admin", {"product_id": "plumbline-doors"}, lambda _: {"stock": 1}),
    "createOrder": Door("orders", "customer", body=_order),
    "listOrders": Door("orders", "customer"),
    "getOrder": Door("orders", "customer", _ORDER),
    "updateOrder": Door("orders", "customer", _ORDER, lambda _: {"quantity": 1}),
    "cancelOrder": Door("orders", "customer", _ORDER),
    "shorten": Door("links", "key", body=lambda _: {"url": a_url()}),
    "followLink": Door("links", path=_CODE),
    "getLink": Door("links", "key", _CODE),
    "deleteLink": Door("links", "key", _CODE),
    "getLinkClicks": Door("links", "key", _CODE),
    "registerTodoUser": Door("todos", body=_login),
    "loginTodoUser": Door("todos", body=_login),
    "listTodos": Door("todos", "tenant"),
    "createTodo": Door("todos", "tenant", body=lambda _: {"task": "Buy milk"}),
    "getTodo": Door("todos", "tenant", _TODO),
    "updateTodo": Door("todos", "tenant", _TODO, lambda _: {"task": "Buy tea"}),
    "deleteTodo": Door("todos", "tenant", _TODO),
}


def channel(world: World, service: str) -> Channel:
    """The way to a service, or a build of one, by its name."""
    found: Channel = getattr(world.platform, service.replace("-", "_")).channel
    return found


def health_of(service: str) -> str:
    """The operation by which a service, or a build of one, tells how it is: `getUsersHealth`."""
    return f"get{service_behind(service).capitalize()}Health"


def credentials(world: World, caller: Caller) -> dict[str, str]:
    """The headers by which a caller is known."""
    if caller == "key":
        return {"X-API-Key": key_of(world, "Ada")}
    if caller == "nobody":
        return {}
    if caller == "tenant":
        return {"Authorization": f"Bearer {todos_token(world, 'Ada')}"}
    token = world.admin_token() if caller == "admin" else world.person("Ada").token
    return {"Authorization": f"Bearer {token}"}


def knock(world: World, operation: str, caller: Caller | None = None, build: str = "", **changed: Any) -> Response:
    """Calls the operation, at its service or at a build of it, as it should be called, but for what is `changed`
    (see `Channel.perform`)."""
    door = DOORS[operation]
    given: dict[str, Any] = {"headers": door.headers, "json": door.body(world) if door.body else None} | changed
    given["headers"] = {**credentials(world, caller or door.caller), **given["headers"]}
    if given.get("body") is not None:
        given["json"] = None
    return channel(world, build or door.service).perform(operation, door.path, **given)
