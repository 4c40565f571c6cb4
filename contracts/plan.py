"""Knows what is fuzzed in a run: per service one call of Schemathesis, its configuration and its reports."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from os import cpu_count
from pathlib import Path
from typing import Any

from contracts.documents import Operation
from contracts.efforts import Effort
from contracts.identities import peers_of
from fixtures.target import Service, Target
from fixtures.target.checks import KNOWN

ROOT = Path(__file__).resolve().parents[1]
BY_HAND = ROOT / "schemathesis.toml"
ABREAST = max(2, cpu_count() or 2)
_AT_EVERY_EFFORT = 100  # cases of the coverage phase and questions of claims; measured: 30 to 50 for an operation
REPORTS = ("junit", "ndjson", "json", "har", "html", "allure")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is judged of one service: these operations, and the call sequences where `sequences`."""

    service: str
    operations: tuple[Operation, ...]
    every_operation: bool
    sequences: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One call of Schemathesis: its arguments, the folder of its reports and log, the seconds it may take."""

    service: str
    arguments: tuple[str, ...]
    folder: str
    bound: float
    weight: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All runs, the target their hooks need, the folder of the run, and how many go on at the same time."""

    target: str
    run_dir: str
    abreast: int
    runs: tuple[Run, ...]

    def write(self, path: Path) -> Path:
        """As JSON, for the engine's process."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        return path

    @staticmethod
    def read(path: Path) -> "Plan":
        """What `write` wrote."""
        given = json.loads(path.read_text(encoding="utf-8"))
        runs = tuple(Run(**{**run, "arguments": tuple(run["arguments"])}) for run in given["runs"])
        return Plan(given["target"], given["run_dir"], given["abreast"], runs)


def plan_run(target: Target, chosen: Selection, effort: Effort, run_dir: Path, auth_file: Path | None) -> Run:
    """One service's run; writes its configuration beside its reports, where it can be used again."""
    folder = run_dir / "contracts" / chosen.service
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "schemathesis.toml"
    service = target.services[chosen.service]
    config.write_text(_as_toml(_configuration(target, service, effort, auth_file)), encoding="utf-8")
    arguments = ["--config-file", str(config), "--no-color", "run", str(service.contract), "--url", service.base_url]
    arguments += ["--seed", str(effort.seed), "--max-examples", str(effort.examples)]
    bound, cap = effort.bound, int(target.limits.get("requests_per_second", 0))
    if cap:
        arguments += ["--rate-limit", f"{cap}/s"]
        bound += _cases(chosen, effort) / cap  # the bound is for the work; waiting for one's turn comes on top
    arguments += [*_reports(run_dir, folder, chosen.service), *_extent(chosen)]
    weight = sum(2 if one.takes_body else 1 for one in chosen.operations)
    return Run(chosen.service, tuple(arguments), str(folder), bound, weight)


def shared(target: Target, runs: int) -> Target:
    """The target as each of so many runs, and the checks beside them, may ask it: a deployed one is promised its rate
    over all who ask at the same time. No share is below 1 a second."""
    cap = target.limits.get("requests_per_second", 0)
    share = max(1.0, cap / (min(ABREAST, runs) + 1)) if cap else 0.0
    return replace(target, limits={**target.limits, "requests_per_second": share})


def _cases(chosen: Selection, effort: Effort) -> int:
    """How many requests a run makes at most, nearly."""
    in_sequence = effort.sequences * effort.steps if chosen.sequences else 0
    return len(chosen.operations) * (effort.examples + _AT_EVERY_EFFORT) + in_sequence


def _reports(run_dir: Path, folder: Path, service: str) -> Iterable[str]:
    yield from ("--report", ",".join(REPORTS))
    yield from ("--report-junit-path", str(run_dir / "junit" / f"contracts-{service}.xml"))
    yield from ("--report-ndjson-path", str(folder / "events.ndjson"))
    yield from ("--report-json-path", str(folder / "summary.json"))
    yield from ("--report-har-path", str(folder / "exchanges.har"))
    yield from ("--report-html-path", str(folder / "html"))
    yield from ("--report-allure-path", str(run_dir / "allure-results"))


def _extent(chosen: Selection) -> Iterable[str]:
    if not chosen.sequences:
        yield from ("--phases", "examples,coverage,fuzzing")
    if not chosen.every_operation and not chosen.sequences:
        for operation in chosen.operations:
            yield from ("--include-name", operation.label)


def _configuration(target: Target, service: Service, effort: Effort, auth_file: Path | None) -> Mapping[str, Any]:
    """The hand-run configuration with this run's effort and auth file in it."""
    config = tomllib.loads(BY_HAND.read_text(encoding="utf-8"))
    if service.auth == "document":
        config["project"] = []  # those are the platform's, told apart by titles that others' documents may bear, too
    # On a target that is only to be read, no method is tried to see whether it is refused.
    tried: dict[str, Any] = {"coverage": {"unexpected-methods": []}} if target.read_only else {}
    config["checks"] = config.get("checks", {}) | {name: {"enabled": name in target.checks} for name in KNOWN}
    config["phases"] = tried | {
        # Otherwise the examples would be as many as the stack happens to hold things.
        "examples": {"extra-data-sources": {"responses": False}},
        "stateful": {"max-steps": effort.steps, "generation": {"max-examples": effort.sequences}},
    }
    if auth_file is not None:
        peers = [identity.name for identity in peers_of(target)]
        wfc = {"wfc": {"path": str(auth_file), "peers": peers}}
        config["auth"] = {**config["auth"], **wfc}
        config["project"] = [{**project, "auth": wfc} for project in config["project"]]
    return config


def _as_toml(config: Mapping[str, Any]) -> str:
    return "".join(f"{json.dumps(name)} = {_inline(value)}\n" for name, value in config.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_inline(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(inner) for inner in value) + "]"
    return json.dumps(value)
