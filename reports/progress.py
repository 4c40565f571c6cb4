"""What a check says while it works: one line a suite, redrawn on a terminal, plain and rare elsewhere."""

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from reports._model import Status
from reports.tail import Tail
from reports.verdict import SuiteVerdict

EVERY = 15.0  # seconds between two lines where nobody watches
COLOURS = {"passed": "32", "waived": "33", "failed": "31", "broken": "35"}


@dataclass(slots=True)
class Counts:
    """Results counted while a suite still writes them; each look reads only what is new."""

    run_dir: Path
    suite: str
    planned: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    _tails: dict[Path, Tail] = field(default_factory=dict)

    def look(self) -> None:
        """Counts the lines that were written since the last look."""
        for path in (self.run_dir / "evidence").glob(f"{self.suite}-*.ndjson"):
            for line in self._tails.setdefault(path, Tail(path)).look():
                self._count(line)

    def told(self) -> str:
        """`40 of 120, 1 failed`."""
        done = sum(self.by_status.values())
        of = f" of {self.planned}" if self.planned else ""
        bad = [f"{self.by_status[s]} {s}" for s in ("failed", "broken", "waived", "skipped") if self.by_status[s]]
        return ", ".join([f"{done}{of}", *bad])

    def _count(self, raw: bytes) -> None:
        try:
            line = json.loads(raw)
            if line["kind"] == "started":
                self.planned += line.get("plan") or 0
            elif line["kind"] == "result":
                self.by_status[line["status"]] += 1
        except (ValueError, KeyError, TypeError):
            return  # the verdict will name the corrupt line


class Progress:
    """Writes to `stream`; `plain` means that nothing may be redrawn."""

    def __init__(self, plain: bool, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._plain = plain or not self._stream.isatty()
        self._told_at = 0.0

    def say(self, text: str) -> None:
        """One line that stays."""
        self._clear()
        print(text, file=self._stream, flush=True)

    def started(self, suite: str) -> None:
        """A suite begins."""
        self._told_at = 0.0
        if self._plain:
            self.say(f"  {suite:<10} started")

    def running(self, counts: Counts, seconds: float) -> None:
        """A suite is at work; called often."""
        if self._plain and seconds - self._told_at < EVERY:
            return
        self._told_at = seconds
        counts.look()
        line = f"  {counts.suite:<10} {seconds:4.0f} s  {counts.told()}"
        if self._plain:
            self.say(line)
        else:
            self._clear()
            print(line, end="", file=self._stream, flush=True)

    def ended(self, suite: SuiteVerdict) -> None:
        """A suite is over and judged."""
        counts = ", ".join(f"{suite.counts[s.label]} {s.label}" for s in reversed(Status) if suite.counts[s.label])
        word = self.paint(f"{suite.status.label:<8}", suite.status.label)
        self.say(f"  {suite.name:<10} {word} {suite.seconds:6.1f} s  {counts or 'no results'}")
        for problem in suite.problems:
            self.say(f"  {'':<10} {problem}")

    def paint(self, text: str, status: str) -> str:
        """The text in the colour of a status, on a terminal only."""
        return text if self._plain else f"\x1b[{COLOURS.get(status, '0')}m{text}\x1b[0m"

    def _clear(self) -> None:
        if not self._plain:
            print("\r\x1b[K", end="", file=self._stream)
