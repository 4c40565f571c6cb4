"""Makes messages for a consumer from the schemas of its queue: good, older and bad ones, the same for the same seed."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.messages.document import Message, validator

WRONG: tuple[Any, ...] = (None, [], {}, "", "ü" * 70, -1, 1.5, True, 10**12)
LARGE = 200_000  # characters; within what SQS takes (256 KiB)
DEEP = 50_000  # brackets; more than a parser's stack holds
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PROCESSED = ("valid", "older")
"""Kinds that a consumer has to process; any other may also end as a dead letter."""
NEVER_PROCESSED = ("not JSON", "other encoding", "too deep")

Typed = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """One message to send: what kind it is, its body, its attributes as SQS takes them."""

    kind: str
    body: str
    attributes: Typed


def cases(message: Message, count: int, seed: int, tracer: Callable[[], str]) -> list[Case]:
    """`count` messages of each kind; `tracer` gives each its own name, as request id and as the id of its order."""
    valid = list(_valid(message, count, seed))
    chosen = random.Random(seed)  # noqa: S311 - test data
    found = [_case("valid", body, message, tracer()) for body in valid]
    found += list(_older(message, valid, tracer))
    for body in valid:
        unknown = {**body, "plumbline_unknown": {"nested": [1, None]}}
        found.append(_case("unknown field", unknown, message, tracer()))
    for body in _invalid(message, valid, chosen, count):
        found.append(_case("invalid", body, message, tracer(), keep=True))
    for kind, text in _raw(valid[0], count, chosen):
        found.append(Case(kind, text, _attributes(message, tracer())))
    return found


def _case(kind: str, body: Any, message: Message, name: str, keep: bool = False) -> Case:
    if isinstance(body, dict) and not keep:
        body = _named(body, name)
    return Case(kind, json.dumps(body), _attributes(message, name))


def _named(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """With ids of its own, so that no message meets another's order."""
    if "Message" in body:
        return {**body, "Message": json.dumps(_named(json.loads(body["Message"]), name))}
    return {**body, "order_id": name} if "order_id" in body else dict(body)


def _attributes(message: Message, name: str, without: tuple[str, ...] = ()) -> Typed:
    known = message.headers.get("properties", {})
    given = {"X-Request-Id": ("String", name), "traceparent": ("String", TRACEPARENT), "revision": ("Number", "1")}
    return {
        key: {"DataType": kind, "StringValue": value}
        for key, (kind, value) in given.items()
        if (key in known and key not in without) or (not known and key == "X-Request-Id")
    }


def _valid(message: Message, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Drawn from the schema; the document's own example comes first."""
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415 - 0.5 s that only fuzzing needs
    from hypothesis import seed as seeded  # noqa: PLC0415

    from contracts.messages.drawn import values  # noqa: PLC0415

    yield dict(message.examples[0]["payload"])
    drawn: list[Any] = []

    @seeded(seed)
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(values(message.payload))
    def draw(body: Any) -> None:
        drawn.append(body)

    if count > 1:
        draw()
    yield from drawn[1:count]  # the first is the smallest there is, much like the example


def _older(message: Message, valid: list[dict[str, Any]], tracer: Callable[[], str]) -> Iterator[Case]:
    """Without what older messages lacked: each of it, and all of it."""
    headers, fields = message.added_headers, message.added_fields
    for without in [*((one,) for one in headers), headers] if headers else []:
        name = tracer()
        yield Case("older", json.dumps(_named(valid[0], name)), _attributes(message, name, without))
    for without in [(one,) for one in fields]:
        name = tracer()
        body = {key: value for key, value in _named(valid[0], name).items() if key not in without}
        yield Case("older", json.dumps(body), _attributes(message, name))


def _invalid(message: Message, valid: list[dict[str, Any]], chosen: random.Random, count: int) -> Iterator[Any]:
    """Bodies that the schema refuses: one thing wrong in each."""
    judge = validator(message.payload)
    broken = [body for each in valid for body in _broken(each) if not judge.is_valid(body)]
    whole: list[Any] = [[], None, "text", 7, [dict(valid[0])], {}]
    yield from whole[:count]
    yield from chosen.sample(broken, min(len(broken), 4 * count))


def _broken(value: Any) -> Iterator[Any]:
    """The value with one of its parts missing, of another type, or out of range."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {key: each for key, each in value.items() if key != name}
            for wrong in WRONG:
                yield {**value, name: wrong}
            for deeper in _broken(_opened(inner)):
                yield {**value, name: json.dumps(deeper) if isinstance(inner, str) else deeper}
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            for deeper in _broken(inner):
                yield [*value[:number], deeper, *value[number + 1 :]]


def _opened(value: Any) -> Any:
    """JSON in a string as what it holds."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _raw(body: dict[str, Any], count: int, chosen: random.Random) -> Iterator[tuple[str, str]]:
    """What isn't a JSON object of reasonable size at all."""
    text = json.dumps(body)
    torn = [text[:-1], "{'order_id': 'o-1'}", "plain text", text + "}", "<xml/>", "NaN,", "{" + text]
    other = ["\u00ff\u00fe" + text[1:], "\ufffd" * 20, "Ã¼Ã¶".join(text[:6]), "\u200b" + text, "ÿ" + "\u0178" * 9]
    for found in torn[: max(2, count)]:
        yield "not JSON", found
    for found in other[: max(2, count)]:
        yield "other encoding", found
    yield "too deep", "[" * DEEP
    filler = "".join(chosen.choice("abcxyz") for _ in range(1000)) * (LARGE // 1000)
    yield "oversized", json.dumps({**body, "filler": filler})
    yield "oversized", json.dumps({next(iter(body)): filler})
