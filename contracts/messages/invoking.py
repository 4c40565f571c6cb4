"""Knows how functions are disturbed: invoked with good and bad payloads, each has to answer, and go on answering."""

import json
import time
from collections.abc import Iterator, Sequence

from contracts.messages.disturbing import Consumer, Disturbance
from contracts.messages.document import INVOKED, Events, Message
from contracts.messages.made import Case, cases
from fixtures.clients.exchange import Response
from fixtures.clients.functions import OPERATIONS, failed
from fixtures.errors import PlumblineError, TargetError

PATIENCE = 10.0  # seconds for one answer
ERROR = ("errorType", "errorMessage")


def functions(events: Events, services: Sequence[str]) -> list[Consumer]:
    """Every function that can be invoked by name; of these services where any are named."""
    found = []
    for operation in events.operations:
        channel = events.channels[operation.channel]
        invokable = operation.action == "receive" and channel.kind == INVOKED and channel.name in OPERATIONS
        if invokable and (not services or operation.service in services):
            found.append(Consumer(operation, channel, channel.messages[0]))
    return found


def invoke_all(how: Disturbance, under_test: Sequence[Consumer]) -> None:
    """Invoke each with everything, then once more with its example; note on each what went wrong."""
    for consumer in under_test:
        began = time.monotonic()
        for case, body in _bodies(consumer.message, how):
            consumer.tried.append(case.kind)
            told = _answered(how, consumer.channel.name, body, must_work=case.kind == "example")
            if told:
                consumer.wrong.append((f"{case.kind}: {told}", case))
        consumer.seconds = time.monotonic() - began


def _bodies(message: Message, how: Disturbance) -> Iterator[tuple[Case, bytes]]:
    """The cases of a message, bytes that are no text, and its own example last."""
    for case in cases(message, how.count, how.seed, lambda: how.token):
        yield case, case.body.encode()
    for raw in (b"\xff\xfe{\x00}\x00", b'{"data": "\xe9"}', b"\x1f\x8b\x08\x00"):
        yield Case("no UTF-8", raw.decode("latin-1"), {}), raw
    for example in message.examples:
        text = json.dumps(example["payload"])
        yield Case("example", text, {}), text.encode()


def _answered(how: Disturbance, name: str, body: bytes, *, must_work: bool) -> str:
    """What is wrong with the answer; empty where nothing is."""
    try:
        answer = how.platform.functions.invoke(name, body=body, timeout=PATIENCE, request_id=how.token)
    except TargetError:
        raise
    except PlumblineError as error:
        return f"no answer: {error}"
    if answer.status >= 500:
        return f"Lambda itself answered {answer.status}"
    if must_work and (answer.status != 200 or failed(answer)):
        return f"the example was not processed: {answer.status} {answer.body[:300]!r}"
    return "" if answer.status >= 400 or not failed(answer) else _told(answer)


def _told(answer: Response) -> str:
    """An error of a function is an object that says its type and a message."""
    try:
        error = json.loads(answer.body)
    except ValueError:
        return f"an error that is no JSON: {answer.body[:200]!r}"
    missing = [key for key in ERROR if not isinstance(error, dict) or not isinstance(error.get(key), str)]
    return f"an error without {' and '.join(missing)}" if missing else ""
