"""`python -m contracts.messages`: fuzzes the consumers, then judges all messages; by TARGET, SERVICE, EFFORT, SEED."""

import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from contracts.efforts import Effort, effort_of
from contracts.messages import bus
from contracts.messages.disturbing import Consumer, Disturbance, consumers, disturb, processes
from contracts.messages.document import Events, read
from contracts.messages.invoking import functions, invoke_all
from contracts.messages.judging import judge
from contracts.messages.telling import SUITE, Teller, lines
from fixtures.clients import Platform, connect
from fixtures.errors import CallError, PlumblineError, StackError
from fixtures.target import RunSettings, foreseen, nearest, settings, standing
from reports import evidence
from reports.evidence import EvidenceError, Journal, Result, Status, new_run, write_junit

PATIENCE = {"quick": 15.0, "ci": 60.0, "deep": 600.0}  # seconds for every message to meet its fate
CODES = {Status.BROKEN: 3, Status.FAILED: 1}


def main() -> int:
    """Exit code: 0 passed, 1 a promise was broken, 2 the call is wrong, 3 it could not be judged."""
    try:
        asked = settings()
        return _run(asked, effort_of(asked), read())
    except (PlumblineError, EvidenceError) as error:
        sys.stderr.write(f"messages: {error}\n")
        return error.exit_code


def _run(asked: RunSettings, effort: Effort, events: Events) -> int:
    services = _services(asked, events)
    platform = connect(standing())
    run_dir = asked.run_dir or new_run()
    chosen, called = consumers(events, services), functions(events, services)
    journal = Journal(run_dir, SUITE)
    journal.started(
        plan=2 + sum(1 for _ in events.messages()) + len(chosen) + len(called),
        target=platform.target.name,
        seed=effort.seed,
        effort=effort.name,
        operations=events.functions(),
    )
    # Fuzzing comes first, so that what consumers say about such messages is judged as well.
    died = _fuzz(platform, effort, chosen, called)
    results = [*_judged(platform, events, effort, run_dir), _teller(platform, effort).parts(died)]
    results += [_teller(platform, effort).consumer(each, effort.seed) for each in (*chosen, *called)]
    for result in results:
        journal.result(result)
    write_junit(run_dir / "junit" / "messages.xml", SUITE, results)
    sys.stdout.write("\n".join([f"seed {effort.seed} · effort {effort.name} · {run_dir}", *lines(results), ""]))
    journal.finished()
    return CODES.get(max(result.status for result in results), 0)


def _services(asked: RunSettings, events: Events) -> tuple[str, ...]:
    """Those that were asked for (none: all), before a stack is started for them."""
    target = foreseen(asked.target)
    if not target.control_url:
        raise CallError(f"{asked.target}: messages are judged on a local stack only; its bus has the tap.")
    known = sorted({*target.services, *(operation.service for operation in events.operations)})
    services = tuple(name for part in asked.service.split(",") if (name := part.strip()))
    for name in services:
        if name not in known:
            raise CallError(
                f"SERVICE={asked.service}: no {name}; there are {', '.join(known)}.{nearest(name, known)} "
                "Give one of these."
            )
    return services


def _fuzz(platform: Platform, effort: Effort, chosen: list[Consumer], called: list[Consumer]) -> list[str]:
    """The parts of the stack that did not live through it."""
    before = processes(platform)
    token = f"msg-{uuid.uuid4().hex[:10]}"
    how = Disturbance(platform, token, effort.messages, effort.seed, PATIENCE[effort.name])
    with ThreadPoolExecutor(1) as beside:  # consumers mostly wait; functions are invoked meanwhile
        invoking = beside.submit(invoke_all, replace(how, platform=connect(platform.target)), called)
        disturb(how, chosen)
        invoking.result()
    after = processes(platform)
    return [name for name in before if before[name] != after.get(name)]


def _judged(platform: Platform, events: Events, effort: Effort, run_dir: Path) -> list[Result]:
    teller = _teller(platform, effort)
    since, whole = _extent(run_dir)
    carried = bus.read(platform.control, run_dir, since)
    judged = judge(events, carried.seen, effort.seed)
    types = [teller.type(events, message, judged, whole) for message in events.messages()]
    return [teller.bus(carried, judged), *types]


def _teller(platform: Platform, effort: Effort) -> Teller:
    replay = f"EFFORT={effort.name} SEED={effort.seed} .venv/bin/python -m contracts.messages"
    return Teller(platform.redactor, replay, lambda request_id: _logs(platform, request_id))


def _extent(run_dir: Path) -> tuple[float, bool]:
    """When the run at hand began (0: run by hand, all that the tap has), and whether every feature ran to its end."""
    found = evidence.read(run_dir)
    check, features = found.get("check"), found.get("features")
    run = next((line for line in check.other if line["kind"] == "run"), None) if check else None
    if run is None:
        return 0.0, False
    narrowed = {"TAGS", "SERVICE"} & {name for name, value in run.get("variables", {}).items() if value}
    complete = features is not None and bool(features.finished) and not features.problems
    return float(run["at"]), complete and not narrowed


def _logs(platform: Platform, request_id: str) -> tuple[str, ...]:
    try:
        return tuple(f"{line['part']}: {line['line']}" for line in platform.control.logs(request_id))
    except StackError:
        return ()


if __name__ == "__main__":
    sys.exit(main())
