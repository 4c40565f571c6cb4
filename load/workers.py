"""What a master knows of its workers: who takes part in a run, who was lost, and what was lost with them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from fixtures.errors import CallError, PlumblineError
from fixtures.target import Target
from load.judge import Judgement
from load.scenario import Scenario
from load.schedule import schedule
from reports.evidence import Status

MOST_APART = 2.0  # seconds between two clocks; what is counted by the second must fall into the same one


class WorkerError(PlumblineError):
    """A worker can't take part; `code` is the exit code of what is wrong with it."""

    def __init__(self, said: str, code: int = 3) -> None:
        super().__init__(said)
        self.exit_code = code


@dataclass(frozen=True, slots=True)
class Lost:
    """A worker that didn't report to the end: number `index` of `workers`, last heard of at `heard` (epoch seconds)."""

    id: str
    index: int
    workers: int
    heard: float


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many workers began a run (0: this process made the load), who of them was lost, and who came too late."""

    workers: int = 0
    lost: tuple[Lost, ...] = ()
    late: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """A worker's answer to the begin of a run: `problem` is empty where it takes part; `apart` is how far its
    clock is from the master's, in seconds (and how long the answer took)."""

    problem: str
    code: int
    apart: float


def fingerprint(scenario: Scenario, target: Target) -> str:
    """The same in all processes that mean the same load: the content of the scenario, and which services it is for."""
    scenario = replace(scenario, played={})  # whose features are others is told by name: `require_same_features`
    addresses = sorted((service.name, service.base_url) for service in target.services.values())
    return sha256(repr((scenario, addresses)).encode()).hexdigest()[:16]


def marks_of(scenario: Scenario) -> dict[str, str]:
    """What the scenarios of the features are, by id: the same where text and steps are."""
    return {name: played.mark for name, played in scenario.played.items()}


def require_same_features(scenario: Scenario, marks: Mapping[str, str]) -> None:
    """Raises a `CallError` that names the scenarios which are others than those of the master, whose `marks` these
    are."""
    others = [f"@{name}" for name, mark in marks_of(scenario).items() if marks.get(name, mark) != mark]
    if others:
        raise CallError(
            f"{', '.join(others)}: text or steps are not those of the master; give both the same features folder"
        )


def require_taking_part(answers: dict[str, Begun | None]) -> None:
    """Raises a `WorkerError` about the first worker that can't."""
    for worker, begun in answers.items():
        if begun is None:
            raise WorkerError(f"load: worker {worker} did not answer; look at its log, and start it again")
        if begun.problem:
            raise WorkerError(f"load: worker {worker}: {begun.problem}", begun.code)
        if abs(begun.apart) > MOST_APART:
            raise WorkerError(
                f"load: the clock of worker {worker} is {begun.apart:+.1f} s from the master's, and seconds would not "
                "add up; set both by NTP"
            )


def judge_workers(scenario: Scenario, seed: int, attendance: Attendance, began: float) -> Judgement:
    """Whether all workers took part from begin to end. `began` is when the stages did, epoch seconds.

    What a lost worker counted since its last report is gone, and nobody makes the arrivals that were its own: the
    result is incomplete, so nothing it shows can be a verdict.
    """
    expected, lost = attendance.workers, attendance.lost
    told = [_told(scenario, seed, each, began) for each in lost]
    told += [f"{each} came in the middle of the run and took no part: start all before it" for each in attendance.late]
    if lost:
        told.append("give each worker more memory and processor, or use more WORKERS, and run again")
    status = Status.BROKEN if told else Status.PASSED
    observed = "; ".join([f"{expected - len(lost)} of {expected} workers reported to the end", *told])
    return Judgement("run:workers", "Every worker took part to the end", status, "all workers", observed, "run")


def _told(scenario: Scenario, seed: int, lost: Lost, began: float) -> str:
    second = max(lost.heard - began, 0.0)
    said = f"{lost.id} was lost: last heard of in second {second:.0f}, what it counted since is gone"
    if not scenario.open:
        return f"{said}, and so are its users"
    own = [due.at for due in schedule(scenario, seed, lost.index, lost.workers)]
    after = sum(at > second for at in own)
    return f"{said}, and {after} of its {len(own)} arrivals were still to come"
