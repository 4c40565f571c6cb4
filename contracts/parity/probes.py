"""Knows what is asked of both builds: the document's examples, the edges of its schemas, and what it forbids."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from contracts.parity.reading import Described

OWN = "parity.own.name"
"""Stands for the name that a probe's things bear: another one at each build, of this very length plus a mark."""

SAFE = ("GET", "HEAD", "OPTIONS")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LARGEST = 1024 * 1024
_JSON = {"Content-Type": "application/json"}
_OTHER_TYPES: tuple[object, ...] = (
    7,
    -1,
    1.5,
    True,
    None,
    "",
    [],
    {},
    ["a"],
    {"$ne": None},
    "\u0000",
    "\ud800",
    "é" * 3,
    "a b",
)


@dataclass(frozen=True, slots=True)
class Probe:
    """One request; `query` is raw. Where `thing` is set, what it names is made before, at the same build."""

    title: str
    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    thing: bool = False


def probes(operation: Described, names: frozenset[str]) -> list[Probe]:
    """Everything to ask; `names` are the parameters and fields by which things are told apart."""
    good = _good(operation, names)
    found = [good, *_headers(good), *_paths(operation, good), *_queries(operation, good), *_methods(operation, good)]
    if operation.of("path"):
        found.append(replace(good, title="of nobody", thing=False))
    if operation.body is not None:
        found += [*_bodies(good), *_fields(operation, good)]
    return found


def _good(operation: Described, names: frozenset[str]) -> Probe:
    path = operation.path
    for one in operation.of("path"):
        path = path.replace(f"{{{one.name}}}", OWN if one.name in names else quote(one.example, safe=""))
    body = None
    if operation.body is not None:
        body = json.dumps({name: OWN if name in names else value for name, value in operation.body.items()}).encode()
    return Probe(
        "as it should be",
        operation.method,
        path,
        headers=_JSON if body else {},
        body=body,
        thing=bool(operation.of("path")),
    )


def _headers(good: Probe) -> Iterator[Probe]:
    for title, headers in {
        "with a request id": {"X-Request-Id": "parity-1.A_b"},
        "with a request id that can't be used": {"X-Request-Id": "a b"},
        "with a request id too long": {"X-Request-Id": "a" * 129},
        "in a trace": {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        "in a trace that is none": {"traceparent": "00-0-0-0"},
        "asking for HTML": {"Accept": "text/html"},
        "with credentials nobody asked for": {"Authorization": "Bearer a.b.c"},
        "with a method to override": {"X-HTTP-Method-Override": "DELETE"},
        "unless it has changed": {"If-None-Match": "*"},
    }.items():
        yield replace(good, title=title, headers={**good.headers, **headers})


def _paths(operation: Described, good: Probe) -> Iterator[Probe]:
    yield replace(good, title="with a slash behind", path=good.path + "/")
    yield replace(good, title="with a slash too many", path="/" + good.path)
    yield replace(good, title="in capitals", path=good.path.upper())
    yield replace(good, title="one level deeper", path=good.path + "/x")
    for one in operation.of("path"):
        for value in (
            "%00",
            "%ff%fe",
            "a%2Fb",
            "a%20b",
            "%C3%A9%C3%A9%C3%A9",
            "a+b",
            "%2E%2E",
            "a;b",
            "ab",
            "a" * 65,
            "%25",
        ):
            path = operation.path.replace(f"{{{one.name}}}", value)
            yield replace(good, title=f"with {value[:20]} for a {one.name}", path=path, thing=False)


def _queries(operation: Described, good: Probe) -> Iterator[Probe]:
    yield replace(good, title="with a parameter nobody knows", query="colour=blue")
    yield replace(good, title="with a parameter without a value", query="colour")
    yield replace(good, title="with an empty query", query="&&")
    for one in operation.of("query"):
        least, most = one.schema.get("minimum"), one.schema.get("maximum")
        edges = [str(edge) for edge in (least, most) if edge is not None]
        beyond = [str(edge) for edge in ((least or 0) - 1, (most or 0) + 1)]
        for value in [
            *edges,
            *beyond,
            "",
            "x",
            "1.5",
            "%20",
            "1e2",
            "0x1",
            "%ff",
            "%00",
            "%D9%A1",
            "+1",
            "01",
            "9" * 30,
        ]:
            yield replace(good, title=f"with {one.name}={value[:20]}", query=f"{one.name}={value}")
        if edges:
            yield replace(good, title=f"with {one.name} twice", query=f"{one.name}={edges[0]}&{one.name}={edges[-1]}")


def _methods(operation: Described, good: Probe) -> Iterator[Probe]:
    # Asked of every path once: with its first method.
    if good.method == min(operation.offered):
        for method in METHODS:
            if method not in operation.offered:
                yield replace(good, title=f"by {method}", method=method, thing=False)


def _bodies(good: Probe) -> Iterator[Probe]:
    whole = good.body or b"{}"
    unpadded = len(b'{"padding":""}')
    for title, body in {
        "without a body": None,
        "with an empty body": b"",
        "with blanks for a body": b"  ",
        "with half a body": whole[: len(whole) // 2],
        "with more after the body": whole + b"x",
        "with a byte order mark": b"\xef\xbb\xbf" + whole,
        "in UTF-16": whole.decode().encode("utf-16"),
        "with bytes that are no UTF-8": whole[:-2] + b'\xff\xfe"}',
        "with an array": b"[]",
        "with a text": b'"text"',
        "with a number": b"7",
        "with null": b"null",
        "with a number that is none": b'{"username": NaN}',
        "with an empty object": b"{}",
        "with a field nobody knows": whole[:-1] + b', "colour": "blue"}',
        "with a field twice": whole[:-1] + b", " + whole[1:],
        "with 100,000 brackets": b"[" * 100_000,
        "with 1 MiB": b'{"padding":"' + b"x" * (LARGEST - unpadded) + b'"}',
        "with 1 MiB and a byte": b'{"padding":"' + b"x" * (LARGEST - unpadded + 1) + b'"}',
    }.items():
        yield replace(good, title=title, body=body)
    for kind in (
        "application/json; charset=utf-8",
        "application/json; charset=latin-1",
        "APPLICATION/JSON",
        "text/plain",
    ):
        yield replace(good, title=f"as {kind}", headers={"Content-Type": kind})
    for kind in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/problem+json",
        "",
    ):
        yield replace(good, title=f"as {kind or 'nothing named'}", headers={"Content-Type": kind} if kind else {})


def _fields(operation: Described, good: Probe) -> Iterator[Probe]:
    whole: dict[str, Any] = json.loads(good.body or b"{}")
    for name, schema in operation.fields.items():
        without = {key: value for key, value in whole.items() if key != name}
        yield _with(good, f"without {name}", without)
        for value in _OTHER_TYPES:
            yield _with(good, f"with {json.dumps(value)} as {name}", whole | {name: value})
        for edge, length in (("short", schema.get("minLength", 1) - 1), ("long", schema.get("maxLength", 255) + 1)):
            yield _with(good, f"with a {name} too {edge}", whole | {name: "a" * length})
        yield _with(good, f"with a line break behind {name}", whole | {name: f"{whole.get(name, '')}\n"})


def _with(good: Probe, title: str, body: object) -> Probe:
    return replace(good, title=title, body=json.dumps(body).encode())
