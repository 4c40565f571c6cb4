"""Knows one run of the contract suite from its opening to its exit code."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

from contracts import waivers
from contracts.authorization.callers import Callers
from contracts.authorization.matrix import Matrix, Row, rows_of
from contracts.authorization.promises import promises_of
from contracts.documents import Operation, promised
from contracts.efforts import Effort, effort_of
from contracts.examples.page import sections
from contracts.examples.running import Examples, Runner, examples_of
from contracts.fuzzing import Ended, Fuzzing
from contracts.identities import auth_files, peers_of
from contracts.judgement import SUITE, Judge
from contracts.parity.comparison import Comparison
from contracts.parity.twins import Twins, twins_of
from contracts.plan import ABREAST, Plan, Selection, plan_run, shared
from contracts.proofs import require_proofs
from contracts.recording import Recording, read_recording
from contracts.schemes import schemes_of
from contracts.telling import Teller, replay_command
from fixtures.clean import as_guest, ended, take_away_own
from fixtures.clients import connect
from fixtures.errors import StackError
from fixtures.target import RunSettings, Target, chosen_services, foreseen, settings, standing
from reports.evidence import Journal, Result, Status, new_run, write_junit


@dataclass
class Suite:
    """What is judged, and how far the judging has come."""

    settings: RunSettings
    target: Target
    operations: tuple[Operation, ...]
    twins: tuple[Twins, ...]
    examples: tuple[Examples, ...]
    rows: tuple[Row, ...]
    effort: Effort
    waivers: tuple[waivers.Waiver, ...]
    results: list[Result] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)
    _fuzzing: Fuzzing | None = None
    _run_dir: Path | None = None
    _shared: Target | None = None
    _beside: list[Result] = field(default_factory=list)
    _journal: Journal | None = None
    _judged: dict[str, tuple[Ended, Recording]] = field(default_factory=dict)

    @property
    def services(self) -> tuple[str, ...]:
        """The services at hand, in the target's order."""
        return tuple(dict.fromkeys(operation.service for operation in self.operations))

    @property
    def sequenced(self) -> tuple[str, ...]:
        """The services whose calls are tried in sequence; every sequence begins by making something."""
        return () if self.target.read_only else self.services

    @property
    def unread(self) -> tuple[Operation, ...]:
        """What is left out, since the target is only to be read: what writes, and what needs an account made first."""
        if not self.target.read_only:
            return ()
        own = {name for name, service in self.target.services.items() if service.auth == "own"}
        return tuple(one for one in self.operations if not one.is_safe or (one.guarded and one.service in own))

    def skip(self, operation: Operation) -> Result:
        """Says that an operation is not judged."""
        title = (
            f"{operation.label} writes, or needs what must be made first: limits.read_only keeps the target as it is"
        )
        return self._keep(
            Result(SUITE, operation.node, title, Status.SKIPPED, 0.0, operation.service, (operation.operation_id,))
        )

    def start(self, selections: Sequence[Selection], others: int = 0) -> Path:
        """Starts fuzzing in the background; gives the run folder. `others` results will come of other checks."""
        run_dir = self.settings.run_dir or new_run()
        self._run_dir = run_dir
        self.target = as_guest(self.target, run_dir)
        for part in ("contracts", "junit", "allure-results"):
            (run_dir / part).mkdir(parents=True, exist_ok=True)
        files = self._open.enter_context(auth_files(self.target, [one.service for one in selections]))
        self._shared = shared(self.target, len(selections))
        runs = tuple(plan_run(self._shared, one, self.effort, run_dir, files.get(one.service)) for one in selections)
        self._journal = Journal(run_dir, SUITE)
        self._journal.started(
            plan=sum(len(one.operations) + one.sequences for one in selections) + others,
            target=self.target.name,
            seed=self.effort.seed,
            effort=self.effort.name,
            versions={"schemathesis": version("schemathesis")},
            operations={one.service: [o.operation_id for o in one.operations] for one in selections},
        )
        if not runs:
            return run_dir
        self._fuzzing = Fuzzing(Plan(str(self.target.path), str(run_dir), ABREAST, runs), run_dir / "contracts")
        self._open.callback(self._fuzzing.stop)
        return run_dir

    def judge_operation(self, operation: Operation) -> Result:
        """Waits for the operation's service, and judges the operation."""
        return self._keep(self._judge().operation(operation, *self._recorded(operation.service)))

    def judge_sequences(self, service: str) -> Result:
        """Waits for the service, and judges its call sequences."""
        operations = [operation for operation in self.operations if operation.service == service]
        return self._keep(self._judge().sequences(operations, *self._recorded(service)))

    def judge_twins(self, twins: Twins) -> Result:
        """Compares one operation of two builds, beside the fuzzing."""
        comparison = Comparison(connect(self._shared or self.target), SUITE, self.target.read_only)
        return self._keep_beside(lambda replay: comparison.judge(twins, replay), twins.node)

    def judge_authorization(self, row: Row) -> Result:
        """Judges one operation as every identity, beside the fuzzing."""
        return self._keep_beside(lambda replay: self._matrix.judge(row, replay), row.node)

    def judge_examples(self, examples: Examples) -> Result:
        """Runs the documented examples of one service, beside the fuzzing."""
        return self._keep_beside(lambda replay: self._runner.judge(examples, replay), examples.node)

    def close(self, complete: bool) -> int:
        """Ends what still goes on; gives the exit code. Only a complete run says that it has finished."""
        self._open.close()
        if self._beside and self._run_dir is not None:
            write_junit(self._run_dir / "junit" / "contracts-beside.xml", SUITE, self._beside)
        if self._journal is not None:
            if complete:
                self._journal.finished()
            self._journal.close()
        worst = max((result.status for result in self.results), default=Status.PASSED)
        code = {Status.BROKEN: 3, Status.FAILED: 1}.get(worst, 0)
        if self._run_dir is None:
            return code
        take_away_own(self.target)
        return ended(self.settings, self.target, self._run_dir, code)

    @cached_property
    def _matrix(self) -> Matrix:
        """One for the run: its accounts and sessions serve every row."""
        platform = connect(self._shared or self.target)
        return Matrix(platform, SUITE, Callers(platform))

    @cached_property
    def _runner(self) -> Runner:
        """One for the run: it knows the operations of the whole target."""
        everything = promised(self.target, self.target.services)
        return Runner(self.target, everything, connect(self.target).redactor, SUITE)

    def _keep_beside(self, judge: Callable[[str], Result], node: str) -> Result:
        """Of a check that Schemathesis knows nothing of, and so doesn't report in JUnit's form."""
        started = time.monotonic()
        result = judge(replay_command(self.settings.target, self.effort)(node))
        result = replace(result, seconds=round(time.monotonic() - started, 3))
        self._beside.append(result)
        return self._keep(result)

    def _keep(self, result: Result) -> Result:
        assert self._journal is not None
        self._journal.result(result)
        self.results.append(result)
        return result

    def _recorded(self, service: str) -> tuple[Ended, Recording]:
        if service not in self._judged:
            assert self._fuzzing is not None
            ended = self._fuzzing.wait_for(service)
            self._judged[service] = (ended, read_recording(ended.folder / "events.ndjson"))
        return self._judged[service]

    def _judge(self) -> Judge:
        platform = connect(self.target)
        replay = replay_command(self.settings.target, self.effort)
        return Judge(self.effort, self.waivers, Teller(platform.redactor, replay, self._logs))

    def _logs(self, request_id: str) -> tuple[str, ...]:
        """The log lines of every service behind a request, where the target has a door to them."""
        if not self.target.control_url:
            return ()
        try:
            return tuple(f"{line['part']}: {line['line']}" for line in connect(self.target).control.logs(request_id))
        except (StackError, OSError):
            return ()


@cache
def open_suite() -> Suite:
    """The suite that the environment asks for, its target up. Whatever is wrong with the call is a `CallError`."""
    asked = settings()
    effort = effort_of(asked)
    _require_services(asked)
    target = standing()
    everything = promised(target, target.services)
    chosen = set(chosen_services(target, asked.service))
    documented = [one for one in target.services.values() if one.name in chosen and one.auth == "document"]
    for service in documented:
        promises_of(service.contract, service.owned)  # what the target file says of its operations is wrong, or isn't
    if any(schemes_of(service.contract) for service in documented):
        require_proofs(target, documented, peers_of(target))
    accepted = waivers.read_waivers(waivers.FILE, {operation.operation_id for operation in everything})
    operations = tuple(one for one in everything if one.service in chosen)
    return Suite(
        asked,
        target,
        operations,
        tuple(one for one in twins_of(target, everything, chosen) if one.operation.is_safe or not target.read_only),
        () if target.read_only else examples_of(target, tuple(chosen), sections()),
        rows_of(target, operations),
        effort,
        accepted,
    )


def _require_services(asked: RunSettings) -> None:
    """Before a stack is started for them: the services that were asked for, and the documents of all."""
    told = foreseen(asked.target)
    chosen_services(told, asked.service)
    promised(told, told.services)
