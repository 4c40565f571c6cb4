"""Knows how workers are forked from one warm parent, heard, and missed when they die."""

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from features.running.programme import Programme, Unit
from features.running.worker import Place, Work, run_units
from fixtures.errors import PlumblineError
from fixtures.target import Target
from reports.evidence import Result

Heard = Callable[[Result], None]
PRIVATE = 2  # stacks for scenarios that disturb theirs: they mostly wait, so two of them cost little


class WorkerDied(PlumblineError):
    """A worker ended before it had run its scenarios."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker to fork: what it shares with others, where it leaves its files, on which target it works.

    A `private` one (which of how many) starts a local stack of its own instead, and works on that.
    """

    work: Work
    place: Place
    target: Target
    private: tuple[int, int] | None = None


def run(programme: Programme, jobs: int, target: Target, run_dir: Path, heard: Heard) -> None:
    """Runs everything: what may run beside each other on `jobs` workers, the rest one by one.

    The rest is done on stacks of its own, at the same time, where there are some to have; else after all others.
    """
    places = [Place(run_dir, f"beside-{number + 1}") for number in range(jobs)]
    # One worker has nobody to share with: what is soon done is soon heard of.
    units = programme.beside if jobs > 1 else programme.beside[::-1]
    beside = _workers(programme.runner, units, places, target)
    apart = jobs > 1 and bool(target.control_url) and bool(beside)
    places = [Place(run_dir, f"alone-{number + 1}") for number in range(PRIVATE if apart else 1)]
    alone = _workers(programme.runner, programme.alone, places, target)
    if apart and alone:
        phases = [[*_on_their_own(alone), *beside]]
    else:
        phases = [workers for workers in (beside, alone) if workers]
    for workers in phases:
        _run(workers, heard)
        for worker in workers:
            _gather(worker.place)


def _workers(loaded: Any, units: tuple[Unit, ...], places: list[Place], target: Target) -> list[Worker]:
    used = places[: len(units)]
    work, shared = _shared(loaded, units), _share_of(target, max(1, len(used)))
    return [Worker(work, place, shared) for place in used]


def _on_their_own(workers: list[Worker]) -> list[Worker]:
    return [replace(worker, private=(number, len(workers))) for number, worker in enumerate(workers, 1)]


def _shared(loaded: Any, units: tuple[Unit, ...]) -> Work:
    return Work(loaded, units, multiprocessing.get_context("fork").Value("i", 0))


def _share_of(target: Target, workers: int) -> Target:
    """The target as one of several workers may use it: together they keep to its rate."""
    rate = target.limits.get("requests_per_second", 0.0)
    return replace(target, limits={**target.limits, "requests_per_second": rate / workers})


def _run(workers: list[Worker], heard: Heard) -> None:
    children: dict[Connection, tuple[int, Place]] = {}
    gc.freeze()  # features and steps stay as they are: no worker has to look through them again and again
    try:
        for worker in workers:
            here, there = multiprocessing.Pipe(duplex=False)
            pid = os.fork()
            if pid == 0:
                here.close()
                run_units(worker.work, worker.target, worker.place, there, private=worker.private)
            there.close()
            children[here] = (pid, worker.place)
        _listen(children, heard)
    finally:
        for pid, _ in children.values():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _listen(children: dict[Connection, tuple[int, Place]], heard: Heard) -> None:
    lost: list[Place] = []
    while children:
        for connection in wait(list(children)):
            assert isinstance(connection, Connection)
            try:
                told = connection.recv()
            except EOFError:
                lost.append(children[connection][1])
                told = None
            if told is None:
                pid, _ = children.pop(connection)
                os.waitpid(pid, 0)
            else:
                heard(told)
    if lost:
        raise WorkerDied(f"a worker died with scenarios left to run; its last words are in {lost[0].log}")


def _gather(place: Place) -> None:
    for file in sorted(place.junit.glob("TESTS-*.xml")) if place.junit.is_dir() else []:
        serial = "-serial" if place.name.startswith("alone") else ""
        file.rename(place.junit.parent / f"features.{file.stem.removeprefix('TESTS-')}{serial}.xml")
    if place.junit.is_dir():
        place.junit.rmdir()
