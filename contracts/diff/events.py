"""The rules over two versions of the AsyncAPI document: channels, messages, and who receives them."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.diff.change import Change, follow
from contracts.diff.schemas import Schemas, Told

Object = Mapping[str, Any]


def events_changes(document: str, before: Object, after: Object) -> Iterator[Change]:
    """Every breaking change. Whoever reads a channel breaks where more may come, whoever writes to one that the
    platform receives from breaks where less is taken."""
    yield from _operations(document, before, after)
    for name, raw in before.get("channels", {}).items():
        old, touched = follow(before, raw), _about(before, name)
        if name not in after.get("channels", {}):
            yield Change("ChannelRemoved", document, name, "the channel is gone", touched)
            continue
        new = follow(after, after["channels"][name])
        if old.get("address") != new.get("address"):
            told = f"was {old.get('address')}, is {new.get('address')}"
            yield Change("ChannelAddressChanged", document, name, told, touched)
        for message, each in old.get("messages", {}).items():
            where = f"{name}: {message}"
            if message not in new.get("messages", {}):
                yield Change("MessageRemoved", document, where, "the message is not carried any more", touched)
                continue
            pair = follow(before, each), follow(after, new["messages"][message])
            for rule, place, told in _message(before, after, name, *pair):
                yield Change(rule, document, f"{where} {place}", told, touched)


def _operations(document: str, before: Object, after: Object) -> Iterator[Change]:
    for name, old in before.get("operations", {}).items():
        new = after.get("operations", {}).get(name)
        if new is None:
            yield Change("OperationRemoved", document, name, "nobody does this any more", (name,))
        elif (old.get("action"), old.get("channel")) != (new.get("action"), new.get("channel")):
            yield Change("OperationMoved", document, name, "it has another action or channel", (name,))


def _message(before: Object, after: Object, channel: str, old: Object, new: Object) -> Iterator[Told]:
    kind, now = old.get("contentType", before.get("defaultContentType")), new.get("contentType")
    if kind != (now or after.get("defaultContentType")):
        yield "MessageContentTypeChanged", "", f"was {kind}, is {now}"
    actions = {one.get("action") for one in before.get("operations", {}).values() if _channel_of(one) == channel}
    # The platform reads what it receives; everybody else, and the queue's other end, reads what is sent.
    directions = [reads for reads, action in ((True, "send"), (False, "receive")) if action in actions] or [True]
    told: dict[Told, None] = {}
    for reads in directions:
        schemas = Schemas(before, after, reads=reads, prefix="Message")
        for part in ("headers", "payload"):
            for rule, where, text in schemas.breaks(old.get(part, {}), new.get(part, {})):
                told[(rule, f"{part} {where}", text)] = None
    yield from told


def _channel_of(operation: Object) -> str:
    return str(operation.get("channel", {}).get("$ref", "")).rpartition("/")[2]


def _about(root: Object, channel: str) -> tuple[str, ...]:
    """The operations that use a channel, and those that lead to a message on it."""
    mine = {name: one for name, one in root.get("operations", {}).items() if _channel_of(one) == channel}
    return tuple(dict.fromkeys([*mine, *(by for one in mine.values() for by in one.get("x-by", ()))]))
