"""The rules over two versions of one OpenAPI document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.diff.change import Change, follow
from contracts.diff.schemas import Schemas, Told
from contracts.documents import METHODS

Object = Mapping[str, Any]


def operations_of(root: Object) -> dict[tuple[str, str], tuple[Object, Object]]:
    """(method, path) → (path item, operation)."""
    found = {}
    for template, raw in root["paths"].items():
        item = follow(root, raw)
        for method in METHODS:
            if isinstance(item.get(method), dict):
                found[(method, template.rstrip("/") or "/")] = (item, item[method])
    return found


def openapi_changes(document: str, before: Object, after: Object) -> Iterator[Change]:
    """Every breaking change, in the order of the older document."""
    kept = operations_of(after)
    for (method, path), (item, operation) in operations_of(before).items():
        name = str(operation.get("operationId") or f"{method.upper()} {path}")
        where = f"{method.upper()} {path}"
        if (method, path) not in kept:
            yield Change("OperationRemoved", document, where, "the operation is gone", (name,))
            continue
        pair = _Pair(before, after, item, operation, *kept[(method, path)])
        for rule, place, told in pair.breaks():
            yield Change(rule, document, f"{where}: {place}", told, (name,))


@dataclass(frozen=True, slots=True)
class _Pair:
    """One operation in both documents."""

    before: Object
    after: Object
    old_item: Object
    old: Object
    new_item: Object
    new: Object

    def breaks(self) -> Iterator[Told]:
        yield from self._identity()
        yield from self._parameters()
        yield from self._body()
        yield from self._responses()
        yield from self._security()

    @property
    def _sent(self) -> Schemas:
        return Schemas(self.before, self.after, reads=False, prefix="Request")

    @property
    def _answered(self) -> Schemas:
        return Schemas(self.before, self.after, reads=True, prefix="Response")

    def _identity(self) -> Iterator[Told]:
        """Generated clients and all our evidence call an operation by its id."""
        was, now = self.old.get("operationId"), self.new.get("operationId")
        if was and was != now:
            yield "OperationIdChanged", "operationId", f"was {was}, is {now}"

    def _parameters(self) -> Iterator[Told]:
        before = _parameters(self.before, self.old_item, self.old)
        after = _parameters(self.after, self.new_item, self.new)
        for key, old in before.items():
            where = f"{key[0]} parameter {key[1]}"
            if key not in after:
                yield "RequestParameterRemoved", where, "the parameter is gone"
                continue
            new = after[key]
            if new.get("required") and not old.get("required"):
                yield "RequestParameterBecameRequired", where, "without it the request is refused now"
            if _style(old, key[0]) != _style(new, key[0]):
                yield "RequestParameterStyleChanged", where, f"was {_style(old, key[0])}, is {_style(new, key[0])}"
            yield from _under(where, self._sent.breaks(_schema(old), _schema(new)))
        for key, new in after.items():
            if key not in before and new.get("required"):
                yield "RequestParameterBecameRequired", f"{key[0]} parameter {key[1]}", "new, and required"

    def _body(self) -> Iterator[Told]:
        old = follow(self.before, self.old.get("requestBody", {}))
        new = follow(self.after, self.new.get("requestBody", {}))
        if new.get("required") and not old.get("required"):
            yield "RequestBodyBecameRequired", "body", "without a body the request is refused now"
        if old and not new:
            yield "RequestBodyRemoved", "body", "no body is taken any more"
            return
        for kind, media in old.get("content", {}).items():
            if kind not in new.get("content", {}):
                yield "RequestMediaTypeRemoved", f"body {kind}", "the media type is refused now"
            else:
                schemas = media.get("schema", {}), new["content"][kind].get("schema", {})
                yield from _under("body", self._sent.breaks(*schemas))

    def _responses(self) -> Iterator[Told]:
        after = {str(status): one for status, one in self.new.get("responses", {}).items()}
        before = {str(status): one for status, one in self.old.get("responses", {}).items()}
        for status, raw in before.items():
            if status not in after:
                yield "ResponseStatusRemoved", status, "the answer is not given any more"
                continue
            yield from _under(status, self._response(follow(self.before, raw), follow(self.after, after[status])))
        for status in after:
            if status not in before and status[0] in "23":
                yield "ResponseStatusAdded", status, "a success that nobody expects may be answered now"

    def _response(self, old: Object, new: Object) -> Iterator[Told]:
        headers = {name.lower(): header for name, header in new.get("headers", {}).items()}
        for name, raw in old.get("headers", {}).items():
            where = f"header {name}"
            was, now = follow(self.before, raw), follow(self.after, headers.get(name.lower(), {}))
            if name.lower() not in headers:
                yield "ResponseHeaderRemoved", where, "the header is gone"
                continue
            if was.get("required") and not now.get("required"):
                yield "ResponseHeaderBecameOptional", where, "the header may be missing now"
            yield from _under(where, self._answered.breaks(_schema(was), _schema(now)))
        for kind, media in old.get("content", {}).items():
            if kind not in new.get("content", {}):
                yield "ResponseMediaTypeRemoved", kind, "the media type is gone"
            else:
                schemas = media.get("schema", {}), new["content"][kind].get("schema", {})
                yield from _under("body", self._answered.breaks(*schemas))

    def _security(self) -> Iterator[Told]:
        """Some way in that was enough must still be enough: no scheme and no scope more than it had."""
        before = _ways(self.old.get("security", self.before.get("security")))
        after = _ways(self.new.get("security", self.after.get("security")))
        for way in before:
            if not any(other <= way for other in after):
                told = " and ".join(sorted({name for name, _ in way})) or "nobody's name"
                yield "SecurityTightened", "security", f"{told} was enough, and is not any more"


def _ways(security: Any) -> list[set[tuple[str, str]]]:
    return [{(name, scope) for name, scopes in way.items() for scope in ("", *scopes)} for way in security or [{}]]


def _parameters(root: Object, item: Object, operation: Object) -> dict[tuple[str, str], Object]:
    """By place and name; a name of a header has no case."""
    listed = [follow(root, one) for one in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    return {(one["in"], one["name"].lower() if one["in"] == "header" else one["name"]): one for one in listed}


def _schema(parameter: Object) -> Any:
    content: Object = next(iter(parameter.get("content", {}).values()), {})
    return parameter.get("schema", content.get("schema", {}))


def _style(parameter: Object, place: str) -> str:
    style = parameter.get("style", "form" if place in ("query", "cookie") else "simple")
    explode = parameter.get("explode", style == "form")
    return f"{style}{', exploded' if explode else ''}"


def _under(place: str, found: Iterator[Told]) -> Iterator[Told]:
    return ((rule, place if where == "the whole" else f"{place} {where}", told) for rule, where, told in found)
