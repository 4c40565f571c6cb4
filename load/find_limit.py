"""Plays a search: each step is a run of Locust of its own, judged like any other; then the knees are told."""

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fixtures.clean import ended
from fixtures.clients.ledger import NAME as LEDGER
from fixtures.errors import PlumblineError
from fixtures.target import RunSettings, Target
from load.judge import exit_code
from load.judge_knee import Breach, judge_knee, outcome_of, told
from load.scenario import Scenario
from load.search import Climb, Knee, Step, find_knee
from load.search_file import step_file
from load.told import MARKS, result_of
from load.troupe import Troupe
from reports.evidence import Journal, read, write_junit

SETTING_UP = 120.0  # seconds, on top of a step's own, for making its data, draining and reading the facts
AROUND = 10.0  # seconds that a step is first thought to take on top of its own; then it is what the longest one took


class StepError(PlumblineError):
    """A step could not be judged, neither the system nor the generator being at its limit."""


def find_limits(run: RunSettings, scenario: Scenario, target: Target, folder: Path) -> int:
    """Searches for each persona, one after the other; the exit code."""
    assert scenario.search is not None
    journal = Journal(folder, "load")
    journal.started(plan=len(scenario.search.climbs), target=target.name, seed=run.seed)
    knees = [_climbed(run, scenario, climb, folder) for climb in scenario.search.climbs]
    judgements = [judge_knee(knee) for knee in knees]
    _tell(folder, scenario, knees)
    replay = f"make load SCENARIO={scenario.name} SEED={run.seed} TARGET={target.path}"
    results = [result_of(judgement, replay) for judgement in judgements]
    for result in results:
        journal.result(result)
    write_junit(folder / "junit" / "load.xml", "load", results)
    journal.finished()
    journal.close()
    for judgement in judgements:
        print(f"{MARKS[judgement.status]:<8}{judgement.title}: {judgement.observed}", file=sys.stderr, flush=True)
    code = exit_code(judgements)
    print(f"load: exit code {code}, run folder {folder}", file=sys.stderr, flush=True)
    for ledger in sorted(folder.glob(f"load/steps/*/{LEDGER}")):  # each step is a run of its own
        code = ended(replace(run, run_dir=None), target, ledger.parent, code)
    return code


def _climbed(run: RunSettings, scenario: Scenario, climb: Climb, folder: Path) -> Knee:
    assert scenario.search is not None
    began, longest = time.monotonic(), scenario.search.seconds + AROUND
    budget, number = scenario.search.budget, 0

    def time_left() -> bool:
        return time.monotonic() - began + longest <= budget

    def measure(rate: float) -> Step:
        nonlocal longest, number
        number, started = number + 1, time.monotonic()
        step = _step(run, scenario, climb, rate, folder / "load" / "steps" / f"{climb.persona}-{number:02}-{rate:g}")
        longest = max(longest, time.monotonic() - started)
        why = f": {step.why}" if step.why else ""
        print(f"{climb.persona} {rate:g}/s {step.outcome}{why}", file=sys.stderr, flush=True)
        return step

    return find_knee(climb, measure, time_left)


def _step(run: RunSettings, scenario: Scenario, climb: Climb, rate: float, folder: Path) -> Step:
    assert scenario.search is not None
    folder.mkdir(parents=True)
    file = folder / "scenario.toml"
    file.write_text(step_file(scenario, climb, rate), encoding="utf-8")
    # The environment is only passed on, with what is this step's own.
    environment = os.environ | {"SCENARIO": str(file), "PLUMBLINE_RUN_DIR": str(folder), "SEED": str(run.seed)}
    troupe = Troupe(folder / "load", run.workers, environment, quiet=True)
    _, problem = troupe.play(scenario.search.seconds + scenario.decided_within + SETTING_UP)
    evidence = read(folder).get("load")
    if problem or evidence is None or evidence.problems:
        said = problem or "; ".join(evidence.problems if evidence else ["it wrote no evidence"])
        raise StepError(f"{climb.persona} at {rate:g} a second could not be judged: {said}; see {folder / 'load'}")
    stats = json.loads((folder / "load" / "stats.json").read_text(encoding="utf-8"))
    figures = {each["operation"]: each for each in stats["operations"]}
    late = stats["generator"]["late_ms"].get("p99", 0.0)
    service = {name: each["service_ms"] for name, each in figures.items()}
    never_begun = sum(stats["generator"]["never_begun"].values())
    breach = outcome_of(evidence.results, service, late, never_begun)
    if breach.outcome is None:
        raise StepError(f"{climb.persona} at {rate:g} a second could not be judged: {breach.why}; see {folder}")
    latencies = {name: each["percentiles_ms"] for name, each in figures.items() if each["count"]}
    return _made(rate, breach, latencies, folder)


def _made(rate: float, breach: Breach, latencies: Mapping[str, Mapping[str, float]], folder: Path) -> Step:
    assert breach.outcome is not None
    return Step(
        rate, breach.outcome, breach.why, breach.slo, breach.value, breach.limit, breach.unit, latencies, folder.name
    )


def _tell(folder: Path, scenario: Scenario, knees: Sequence[Knee]) -> None:
    entries = [told(knee, scenario.slos) for knee in knees]
    (folder / "load" / "knee.json").write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
