"""Knows how things to probe are made: by the operation of the document that leads to them."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from contracts.authorization.asking import Asked, Asker, Thing, found_by
from contracts.authorization.callers import Caller, Callers, UnavailableError
from contracts.authorization.promises import Promise
from fixtures.clients import Platform
from fixtures.errors import StackError
from fixtures.target import Service

Given = Callable[["Maker"], Mapping[str, Any]]


class NotMadeError(Exception):
    """The thing could not be made, although the document says how; the text says why."""


@dataclass
class Maker:
    """Makes things of one service, as their owner."""

    platform: Platform
    service: Service
    everything: Mapping[str, Promise]
    callers: Callers
    asker: Asker
    _stocked: dict[str, str] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock)

    def can_make(self, promise: Promise) -> bool:
        """Whether the document says where such a thing comes from."""
        return not promise.slots or self._origin(promise) is not None or self._makes_itself(promise)

    def make(self, promise: Promise, owner: Caller, depth: int = 0) -> Thing:
        """A new thing that the operation can act on. Raises `NotMadeError`."""
        if not promise.slots:
            return Thing()
        origin = self._origin(promise)
        if origin is None:
            return self._put(promise, owner)
        maker, parameters = origin
        if depth > 2:
            raise NotMadeError(f"{maker.operation_id} needs too much that has to be made first")
        owner = owner if not maker.role or maker.role == promise.role else self.callers.admin(self.service)
        parent = self.make(maker, owner, depth + 1)
        body = self.body(maker, owner, fresh=parameters)
        made = self.asker.ask(maker, parent, self.callers.headers(maker, owner if maker.guarded else None), body)
        if not 200 <= made.status < 300:
            raise NotMadeError(f"{maker.operation_id} answered {made.status} to its own example")
        values = {name: found_by(expression, made, parent) for name, expression in parameters.items()}
        values |= {name: self._guessed(name, made, parent) for name in promise.slots if not values.get(name)}
        missing = sorted(name for name, value in values.items() if name in promise.slots and not value)
        if missing:
            raise NotMadeError(f"{maker.operation_id} answered {made.status} without {', '.join(missing)}")
        return Thing({name: str(value) for name, value in values.items() if name in promise.slots})

    def item_of(self, listing: Promise) -> Promise | None:
        """What acts on one thing of a list: by a link of what makes it, else by its place."""
        makers = [one for one in self.everything.values() if one.method == "POST" and one.path == listing.path]
        linked = [self.everything.get(link.operation_id) for maker in makers for link in maker.links]
        below = re.compile(re.escape(listing.path.rstrip("/")) + r"/\{[^}/]+\}")
        placed = [one for one in self.everything.values() if makers and below.fullmatch(one.path)]
        return next((one for one in (*linked, *placed) if one is not None and one.slots), None)

    def reader(self, promise: Promise) -> Promise | None:
        """What reads the thing that the operation acts on."""
        if promise.method == "GET":
            return promise
        same = [one for one in self.everything.values() if one.method == "GET" and one.path == promise.path]
        return same[0] if same and promise.slots else None

    def body(self, promise: Promise, owner: Caller, fresh: Mapping[str, str] | None = None) -> Any:
        """The document's example with what no document can say; what tells things apart is new each time."""
        if not isinstance(promise.body, dict):
            return promise.body
        body = dict(promise.body)
        for expression in (fresh or {}).values():
            name = expression.removeprefix("$request.body#/")
            if name in body and name != promise.owner_field and isinstance(body[name], str):
                body[name] = f"{body[name][:40]}-{token_hex(5)}"
        if promise.owner_field in body:
            body[promise.owner_field] = owner.username
        if promise.operation_id in GIVENS and self.service.auth != "document":
            body.update(GIVENS[promise.operation_id](self))
        return body

    def stocked(self) -> str:
        """A product that nobody can buy out, made once."""
        with self._lock:
            if "product" not in self._stocked:
                token = self.callers.admin(self.platform.target.services["products"]).credentials
                made = self.platform.products.create_product(
                    "Kept in stock for the contract run", 100, "EUR", token=token
                )
                body = made.json()
                if made.status != 201 or not isinstance(body, dict):
                    raise StackError(f"no product to order: createProduct answered {made.status}")
                self.platform.inventory.set_stock(body["product_id"], 1_000_000_000, token=token)
                self._stocked["product"] = str(body["product_id"])
            return self._stocked["product"]

    def _origin(self, promise: Promise) -> tuple[Promise, Mapping[str, str]] | None:
        """The operation that makes such things, and how its answer names them: by a link, else by its place."""
        posts = [one for one in self.everything.values() if one.method == "POST" and one is not promise]
        for maker in posts:
            for link in maker.links:
                if link.operation_id == promise.operation_id and set(promise.slots) <= set(link.parameters):
                    return maker, link.parameters
        above = _AFTER_THE_THING.sub("", promise.path)
        for maker in posts:
            if maker.path.rstrip("/") == above.rstrip("/"):
                return maker, {}
        return None

    def _guessed(self, name: str, made: Asked, parent: Thing) -> str | None:
        """What stands for a part of the path: of the thing it was made in, else as the answer names it."""
        if name in parent.values:
            return parent.values[name]
        body = made.body if isinstance(made.body, dict) else {}
        for key in (name, "id"):
            if isinstance(body.get(key), str | int):
                return str(body[key])
        return made.response.headers.get("location", "").rstrip("/").rpartition("/")[2] or None

    def _makes_itself(self, promise: Promise) -> bool:
        return self._put_of(promise) is not None

    def _put_of(self, promise: Promise) -> Promise | None:
        same = [one for one in self.everything.values() if one.method == "PUT" and one.path == promise.path]
        return same[0] if same else None

    def _put(self, promise: Promise, owner: Caller) -> Thing:
        """Where nothing makes it, putting it under a new name does."""
        put = self._put_of(promise)
        if put is None:
            raise UnavailableError(
                "the document doesn't say where such a thing comes from: add a link to what makes it"
            )
        thing = Thing({name: f"matrix-{token_hex(6)}" for name in promise.slots})
        made = self.asker.ask(put, thing, self.callers.headers(put, owner), self.body(put, owner))
        if not 200 <= made.status < 300:
            raise NotMadeError(f"{put.operation_id} answered {made.status} to its own example")
        return thing


# `/desks/{desk_id}` and everything below it is about a desk, which comes from `/desks`.
_AFTER_THE_THING = re.compile(r"/\{[^}/]+\}(?:/[^{}]*)?$")

GIVENS: Mapping[str, Given] = {"createOrder": lambda maker: {"product_id": maker.stocked()}}
"""What an example of the platform takes for granted; a foreign document's examples have to stand by themselves."""


def varied(body: Any, schema: Mapping[str, Any]) -> Any:
    """The body with one value changed, so that having been written shows; the same where nothing may be changed."""
    for name, value in body.items() if isinstance(body, dict) else ():
        rule = schema.get(name, {})
        if isinstance(value, bool):
            return {**body, name: not value}
        if isinstance(value, int):
            return {**body, name: value + 1 if value < rule.get("maximum", value + 1) else value - 1}
        free = not {"pattern", "format", "enum", "const"} & set(rule)
        if isinstance(value, str) and free and len(value) + 8 <= rule.get("maxLength", 255):
            return {**body, name: f"{value} {token_hex(3)}"}
    return json.loads(json.dumps(body))
