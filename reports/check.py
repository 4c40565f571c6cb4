"""`python -m reports check`: stack, features, contracts and load one after the other, then one verdict and its page."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from reports._journal import Journal
from reports._reading import read
from reports.leash import Leash
from reports.merge import CHECK
from reports.plan import CLEAN_UP, Plan
from reports.progress import Counts, Progress
from reports.render import render
from reports.stack_watch import StackDown, StackWatch
from reports.suite_process import Command, interruptible, run
from reports.suites import judge_suite
from reports.verdict import INTERRUPTED, Verdict
from reports.versions import versions


def check(
    plan: Plan, run_dir: Path, commands: Sequence[Command], progress: Progress, watch: StackWatch | None
) -> Verdict:
    """Runs every suite, whatever became of the one before, and leaves verdict and page in the run folder.
    `watch` is the local stack, None for a deployed target.

    Raises `WrongCall` where the stack finds a port held; what else goes wrong becomes part of the verdict.
    """
    journal = Journal(run_dir, CHECK)
    expected = [command.suite for command in commands] + (["stack"] if watch else [])
    journal.started()
    journal.write(
        "run",
        suites=expected,
        target=plan.target,
        effort=plan.effort,
        services=list(plan.services),
        variables={name: value for name, value in plan.variables.items() if value},
        versions=versions(),
    )
    work = _Work(journal, run_dir, progress, watch)
    with interruptible():
        trouble = work.all(commands)
        if watch:
            watch.report(run_dir, trouble)
    journal.finished()
    return render(run_dir)


class _Work:
    """The suites of one check, one after the other."""

    def __init__(self, journal: Journal, run_dir: Path, progress: Progress, watch: StackWatch | None) -> None:
        self._journal = journal
        self._run_dir = run_dir
        self._progress = progress
        self._watch = watch

    def all(self, commands: Sequence[Command]) -> str:
        """Runs them all; what kept them from running, or nothing."""
        left = list(commands)
        trouble, reason = "", ""
        try:
            with self._watch.standing() if self._watch else contextlib.nullcontext():
                self._tell_stack()
                with Leash() as leash:
                    while left:
                        self._one(left[0], leash)
                        left.pop(0)
        except StackDown as error:
            trouble, reason = str(error), "it did not run: there was no stack to judge"
            self._progress.say(f"  {'stack':<10} {self._progress.paint('broken', 'broken')}   {trouble}")
        except KeyboardInterrupt:
            reason = INTERRUPTED
            self._progress.say("  Interrupted; everything that was started has been stopped.")
        for command in left:
            cure = f"; `make clean-up RUN={self._run_dir.name}` does it" if command.suite == CLEAN_UP else ""
            self._journal.write("process", of=command.suite, ended="not run", exit_code=None, told=reason + cure)
        return trouble

    def _one(self, command: Command, leash: Leash) -> None:
        counts = Counts(self._run_dir, command.suite)
        log = self._run_dir / "logs" / f"{command.suite}.log"
        self._progress.started(command.suite)
        ending = run(command, log, leash, self._tick(counts))
        if self._watch:
            self._watch.look(command.suite)
        line = {"command": " ".join(command.arguments), **asdict(ending)}
        self._journal.write("process", of=command.suite, **line)
        self._progress.ended(judge_suite(command.suite, read(self._run_dir).get(command.suite), line, log))

    def _tick(self, counts: Counts) -> Callable[[float], None]:
        return lambda seconds: self._progress.running(counts, seconds)

    def _tell_stack(self) -> None:
        if self._watch:
            how = f"ready in {self._watch.seconds:.1f} s" if self._watch.ours else "was up already, and stays up"
            self._progress.say(f"  {'stack':<10} {how}  ({len(self._watch.parts)} parts)")
