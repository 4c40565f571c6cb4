"""Looks at the memory of each part of a local stack while load is made: its process and all below it."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import gevent  # type: ignore[import-untyped]
import psutil

from fixtures.clients import Platform
from fixtures.errors import CallError, PlumblineError
from load.memory import MemoryBounds, Point, Trace
from load.section import nearest

MIB = 1024 * 1024
HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(slots=True)
class MemoryWatch:
    """One run's watch over the parts that the control door names; nothing where there are no `bounds`. `file` is the
    scenario's, for messages."""

    platform: Platform
    bounds: MemoryBounds | None
    file: str
    _began: float = 0.0
    _pids: dict[str, int] = field(default_factory=dict)
    _points: dict[str, list[Point]] = field(default_factory=dict)
    _units: set[str] = field(default_factory=set)
    _watching: Any = None

    @property
    def unseen(self) -> str:
        """Why no memory can be seen; empty where it can."""
        target = self.platform.target
        if target.kind == "local" and urlsplit(target.control_url).hostname in HERE:
            return ""
        return f"unavailable: {target.name} is no local stack, its processes can't be seen from here"

    def prepare(self) -> None:
        """Raises a `CallError` where the scenario names a part that the stack doesn't have."""
        if self.bounds is None or self.unseen:
            return
        known = [part["name"] for part in self.platform.control.parts()]
        for name in self.bounds.keep_data:
            if name not in known:
                raise CallError(f'{self.file}: memory.keep_data: unknown part "{name}"{nearest(name, sorted(known))}')

    def begin(self) -> None:
        """From now on, every few seconds; may be told again and again."""
        if self.bounds is not None and not self.unseen and self._watching is None:
            self._began = time.monotonic()
            self._watching = gevent.spawn(self._watch, self.bounds.every)

    def end(self) -> list[Trace]:
        """Watches no longer; all that was seen."""
        if self._watching is not None:
            self._watching.kill()
        return self.seen()

    def seen(self) -> list[Trace]:
        """All so far."""
        unit = " and ".join(sorted(self._units))
        return [Trace(part, pid, tuple(self._points[part]), unit) for part, pid in self._pids.items()]

    def _watch(self, every: float) -> None:
        due = self._began
        while True:
            with suppress(PlumblineError):  # a door that doesn't answer now is asked again: a point is missing
                self._look(self.platform.control.parts())
            due = max(due + every, time.monotonic())
            gevent.sleep(due - time.monotonic())

    def _look(self, parts: Iterable[dict[str, Any]]) -> None:
        alive = {str(part["name"]): int(part["pid"]) for part in parts if part["alive"] and part["pid"]}
        # In a thread: what is due meanwhile doesn't wait for the kernel to add up pages.
        found = gevent.get_hub().threadpool.apply(memory_of, (list(alive.values()),))
        at = time.monotonic() - self._began
        for name, pid in alive.items():
            if pid not in found:
                continue
            if self._pids.get(name) != pid:  # another process: what the one before did says nothing of this one
                self._pids[name], self._points[name] = pid, []
            mib, unit = found[pid]
            self._points[name].append((at, mib))
            self._units.add(unit)


def memory_of(pids: Iterable[int]) -> dict[int, tuple[float, str]]:
    """By process, MiB of it and of all below it: what is their own and their share of the rest (PSS), or where the
    system doesn't tell that, RSS. Without those that are gone."""
    below: dict[int, list[psutil.Process]] = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            below.setdefault(process.ppid(), []).append(process)
    found = {}
    for pid in pids:
        with suppress(psutil.Error):
            family = [psutil.Process(pid)]
            for member in family:  # grows while it is walked
                family += below.get(member.pid, [])
            found[pid] = _sum_of(family)
    return found


def _sum_of(family: Iterable[psutil.Process]) -> tuple[float, str]:
    used, unit = 0.0, "PSS"
    for process in family:
        memory = process.memory_full_info()
        if not hasattr(memory, "pss"):
            unit = "RSS"
        used += getattr(memory, "pss", memory.rss) / MIB
    return used, unit
