"""Knows whether messages keep their contract: which type each is, how many of each there were, and which break it."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator

from contracts.messages.bus import COLLECTOR, MOVED, Seen
from contracts.messages.document import Channel, Events, Message, validator

OWN = "plumbline-"  # queues that suites make for themselves
DEAD = "deadLetter"
SAMPLE = 1500  # log lines judged whole, beside one of each form


@dataclass(frozen=True, slots=True)
class Finding:
    """One message that breaks the contract: where in it, and how. `type` is empty on a channel nobody described."""

    seen: Seen
    type: str
    where: str
    how: str


@dataclass(slots=True)
class Judged:
    """Counts by type, findings by type (`` for undescribed channels), and how many dead letters were compared."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    compared: int = 0
    sampled: int = 0

    def add(self, finding: Finding) -> None:
        """One more finding."""
        self.findings.setdefault(finding.type, []).append(finding)


class _Judges:
    """Ready validators by message."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Validator, Validator]] = {}

    def errors(self, message: Message, seen: Seen) -> tuple[str, str] | None:
        """Where and how a message isn't of this type; None where it is."""
        if message.id not in self._made:
            self._made[message.id] = (validator(message.payload), validator(message.headers))
        payload, headers = self._made[message.id]
        value: Any = seen.body
        if message.is_json:
            try:
                value = json.loads(seen.body)
            except (ValueError, RecursionError) as refusal:
                return "payload", f"not JSON: {refusal}"
        for part, judge, found in (("payload", payload, value), ("headers", headers, dict(seen.headers))):
            error = best_match(judge.iter_errors(found))
            if error is not None:
                return "/".join((part, *map(str, error.absolute_path))), error.message[:300]
        return None


def judge(events: Events, seen: Iterable[Seen], seed: int = 0) -> Judged:
    """Every message that binds the platform, by its channel; of log lines, one of each form and a sample."""
    judged, judges = Judged(), _Judges()
    everything = [one for one in seen if not one.channel.startswith(OWN)]
    originals = {one.message_id: one for one in everything if one.way != MOVED}
    for one in everything:
        if one.channel == COLLECTOR:
            continue
        channel = events.channels.get(one.channel)
        if one.way == MOVED:
            _judge_dead(judged, channel, one, originals.get(one.message_id))
        elif one.binding:
            _judge_one(judged, judges, channel, one)
    if COLLECTOR in events.channels:
        lines = [one for one in everything if one.channel == COLLECTOR]
        _judge_lines(judged, judges, events.channels[COLLECTOR], lines, seed)
    return judged


def _judge_one(judged: Judged, judges: _Judges, channel: Channel | None, seen: Seen) -> str:
    if channel is None:
        judged.add(Finding(seen, "", seen.channel, "no such channel in the document"))
        return ""
    candidates = [message for message in channel.messages if message.name != DEAD]
    first: Finding | None = None
    for message in candidates:
        wrong = judges.errors(message, seen)
        if wrong is None:
            judged.counts[message.id] += 1
            return message.id
        first = first or Finding(seen, message.id, *wrong)
    judged.add(first or Finding(seen, f"{channel.name}.{DEAD}", "payload", "nobody may send here, only SQS moves here"))
    return ""


def _judge_dead(judged: Judged, channel: Channel | None, seen: Seen, original: Seen | None) -> None:
    if channel is None:
        return  # a queue of somebody's own, with dead letters of its own
    judged.counts[f"{channel.name}.{DEAD}"] += 1
    if original is not None:
        judged.compared += 1
        if (original.body, original.headers) != (seen.body, seen.headers):
            how = f"not as it was sent to {original.channel}: {original.body[:200]!r}, now {seen.body[:200]!r}"
            judged.add(Finding(seen, f"{channel.name}.{DEAD}", "payload", how))


def _judge_lines(judged: Judged, judges: _Judges, channel: Channel, lines: list[Seen], seed: int) -> None:
    """There are a hundred times more lines than messages: those of one form are judged by samples, and all counted."""
    forms: dict[Any, list[Seen]] = {}
    for line in lines:
        if line.binding:
            forms.setdefault(_form(line), []).append(line)
    share = min(1.0, SAMPLE / max(1, len(lines)))
    chosen = random.Random(seed)  # noqa: S311 - which lines are looked at is no secret
    for alike in forms.values():
        picked = [alike[0], *chosen.sample(alike[1:], int(len(alike[1:]) * share))]
        types = {_judge_one(judged, judges, channel, line) for line in picked}
        judged.sampled += len(picked)
        if types != {""}:
            judged.counts[sorted(types - {""})[0]] += len(alike) - len(picked)


def _form(line: Seen) -> Any:
    try:
        value = json.loads(line.body)
    except ValueError:
        return line.body
    return (value.get("source"), value.get("sourcetype"), _keys(value), _keys(value.get("event")))


def _keys(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return type(value).__name__
    return frozenset((name, type(each).__name__) for name, each in value.items())
