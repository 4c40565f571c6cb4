"""Knows what the bus carried during a run: from the stack at hand, and from what others left in the run folder."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fixtures.clients.control import Control
from fixtures.errors import StackError

FOLDER = "messages"
COLLECTOR = "collector"
PLATFORM = "platform"
STACK_TOKEN = "stack"  # noqa: S105 - its id: the token all services log with
OCCURRED, MOVED = "occurred", "moved"


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as the tap saw it. `way`: `sent`, `delivered` (by a topic), `occurred` (a bucket told it), or
    `moved` (to dead letters). `headers` are its attributes, numbers as numbers, and `Subject` where it has one."""

    channel: str
    way: str
    sender: str
    body: str
    request_id: str = ""
    message_id: str = ""
    at: float = 0.0
    headers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def binding(self) -> bool:
        """Whether it must keep the contract: the platform sent it, or a bucket told it. Suites send bad ones, too."""
        return self.way == OCCURRED or self.sender == (STACK_TOKEN if self.channel == COLLECTOR else PLATFORM)


@dataclass(frozen=True, slots=True)
class Bus:
    """What was carried, and how many messages (of log lines apart) were pushed out before anybody looked."""

    seen: tuple[Seen, ...]
    lost: int = 0
    lost_lines: int = 0


def read(control: Control, run_dir: Path, since: float) -> Bus:
    """Everything carried since that moment (epoch seconds), and what was saved from other stacks of this run."""
    messages, lost = _pages(control, "aws")
    lines, lost_lines = _pages(control, COLLECTOR)
    seen = [one for one in (*_saved(run_dir), *map(_seen, messages)) if one.at >= since]
    return Bus((*seen, *map(_seen, lines)), lost, lost_lines)


def newest(control: Control) -> int:
    """The number of the newest message."""
    return int(control.bus(2**53)["newest"])


def after(control: Control, sequence: int) -> Iterator[Seen]:
    """What came after message number `sequence`."""
    yield from map(_seen, _pages(control, "aws", sequence)[0])


def _pages(control: Control, source: str, since: int = 0) -> tuple[list[Mapping[str, Any]], int]:
    found: list[Mapping[str, Any]] = []
    page = control.bus(since, source)
    lost = int(page["lost"])
    while page["messages"]:
        found += page["messages"]
        page = control.bus(page["next"], source)
    return found, lost


def _saved(run_dir: Path) -> Iterator[Seen]:
    for path in sorted((run_dir / FOLDER).glob("bus-*.json")):
        try:
            yield from map(_seen, json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError) as error:
            raise StackError(f"{path}: can't be read ({error}); run the features again.") from None


def _seen(told: Mapping[str, Any]) -> Seen:
    headers = {name: _value(each) for name, each in told.get("attributes", {}).items()}
    subject = {"Subject": told["subject"]} if told.get("subject") else {}
    return Seen(
        channel=told["channel"],
        way=told.get("way", "sent"),
        sender=told["sender"],
        body=told["body"],
        request_id=told.get("request_id") or _of_envelope(told),
        message_id=told.get("message_id", ""),
        at=told.get("at", 0.0),
        headers={**headers, **subject},
    )


def _of_envelope(told: Mapping[str, Any]) -> str:
    """The request id in SNS's envelope, which has no attributes outside."""
    if told.get("way") != "delivered":
        return ""
    try:
        return str(json.loads(told["body"])["MessageAttributes"]["X-Request-Id"]["Value"])
    except (ValueError, KeyError, TypeError):
        return ""


def _value(attribute: Mapping[str, str]) -> Any:
    if not attribute["type"].startswith("Number"):
        return attribute["value"]
    try:
        number = float(attribute["value"])
    except ValueError:
        return attribute["value"]
    return int(number) if number.is_integer() else number
