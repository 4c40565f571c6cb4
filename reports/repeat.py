"""The whole check again and again over the same system: how often it says something else, and what."""

import json
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reports._journal import EvidenceError
from reports.verdict import INTERRUPTED, Exit, Verdict

NAME = "repeat.json"
JUDGED = ("failed", "broken")


@dataclass(frozen=True, slots=True)
class Again:
    """One of the runs: its verdict, how many checks it made, what it found (`suite: title`), and seconds."""

    run: str
    verdict: str
    exit_code: int
    checks: int
    seconds: float
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repetition:
    """So many runs were asked for; these were made, in their order."""

    asked: int
    runs: tuple[Again, ...] = ()

    @property
    def clean(self) -> int:
        """How many passed."""
        return sum(run.verdict == "passed" for run in self.runs)

    @property
    def verdict(self) -> str:
        """`passed` where all were made and all passed; else the worst of them."""
        if any(run.verdict == "broken" for run in self.runs) or len(self.runs) < self.asked:
            return "broken"
        return "passed" if self.clean == len(self.runs) else "failed"

    @property
    def alarms(self) -> tuple[tuple[str, int], ...]:
        """What was found, and in how many runs, the most frequent first."""
        return tuple(Counter(found for run in self.runs for found in dict.fromkeys(run.found)).most_common())

    @property
    def told(self) -> str:
        """All of it in one line."""
        if not self.runs:
            return f"0 of {self.asked} runs were made"
        times = [run.seconds for run in self.runs]
        checks = sum(run.checks for run in self.runs)
        made = "" if len(self.runs) == self.asked else f" ({self.asked} were asked for)"
        return (
            f"{self.clean} of {len(self.runs)} runs{made} passed, {checks:,} checks in all; "
            f"{statistics.median(times):.0f} s at the median, {min(times):.0f} to {max(times):.0f} s"
        )


def repeat(asked: int, once: Callable[[], tuple[Path, Verdict]], made: Callable[[Path], object]) -> Repetition:
    """Runs `once` so many times, each with a run folder of its own. What is known so far is left in the newest
    (`repeat.json`), and `made` is told of it, so that an interruption loses nothing; it ends all, as a wrong call does.
    """
    done = Repetition(asked)
    while len(done.runs) < asked:
        run_dir, verdict = once()
        stopped = _interrupted(verdict)
        if not stopped:  # one that somebody ended says nothing about the system
            done = Repetition(asked, (*done.runs, _again(verdict)))
        _keep(done, run_dir)
        made(run_dir)
        if stopped or verdict.exit_code == Exit.CALL:
            break
    return done


def read_repetition(run_dir: Path) -> Repetition | None:
    """What a run folder knows of runs before its own; None where it was a single one. Raises `EvidenceError` for a
    file that can't be read."""
    path = run_dir / NAME
    if not path.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Repetition(found["asked"], tuple(_read(row) for row in found["runs"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvidenceError(f"{path}: can't be read ({error!r}); delete it, or run `make repeat` again") from error


def _again(verdict: Verdict) -> Again:
    judged = [f"{each.suite}: {each.title}" for each in verdict.findings if each.status.label in JUDGED]
    judged += [f"{suite.name}: {problem}" for suite in verdict.suites for problem in suite.problems]
    checks = sum(suite.delivered for suite in verdict.suites)
    return Again(verdict.run_id, verdict.verdict, verdict.exit_code, checks, verdict.duration, tuple(judged))


def _interrupted(verdict: Verdict) -> bool:
    return any(INTERRUPTED in problem for suite in verdict.suites for problem in suite.problems)


def _keep(done: Repetition, run_dir: Path) -> None:
    figures = {"told": done.told, "passed": done.clean, "verdict": done.verdict, "alarms": dict(done.alarms)}
    text = json.dumps({"asked": done.asked, **figures, "runs": _rows(done.runs)}, indent=2)
    try:
        (run_dir / NAME).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise EvidenceError(f"can't write {run_dir / NAME}: {error.strerror}; free some space") from error


def _rows(runs: Iterable[Again]) -> list[dict[str, Any]]:
    return [asdict(run) for run in runs]


def _read(row: dict[str, Any]) -> Again:
    return Again(**{**row, "found": tuple(row["found"])})
