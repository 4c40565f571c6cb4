"""`python -m features`: the features on JOBS workers, with JUnit, Allure results and evidence in the run folder."""

import sys
import time
from importlib.metadata import version

from features.running import crew
from features.running.programme import Programme, programme
from features.running.progress import Progress
from features.support.hooks import VERSIONS
from features.support.stage import SUITE
from fixtures.clients import connect
from fixtures.errors import PlumblineError, StackError
from fixtures.target import RunSettings, Target, settings, standing
from reports.evidence import EvidenceError, Journal, Status, new_run


def main() -> int:
    """The exit code: 0 passed, 1 a scenario failed, 2 the call or a file is wrong, 3 it could not be judged."""
    try:
        run = settings()
        return _run(run, programme(run.tags, run.service))
    except (PlumblineError, EvidenceError) as error:
        print(f"features: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("features: interrupted; the rest was not run.", file=sys.stderr)
        return 3


def _run(run: RunSettings, chosen: Programme) -> int:
    target = standing(run.target)
    run_dir = run.run_dir or new_run()
    journal = Journal(run_dir, SUITE)
    journal.started(
        plan=chosen.size,
        target=target.name,
        seed=run.seed,
        effort=run.effort,
        versions={name: version(name) for name in VERSIONS},
    )
    progress = Progress(chosen.size, live=sys.stdout.isatty() and not run.ci)
    started = time.monotonic()
    try:
        crew.run(chosen, run.jobs, target, run_dir, progress.heard)
    finally:
        progress.end(time.monotonic() - started, run.jobs, str(run_dir))
    _require_no_deaths(target)
    missing = chosen.size - sum(progress.counts.values())
    if missing:
        raise StackError(f"{missing} of {chosen.size} scenarios gave no result; see {run_dir}/logs/features-*.log")
    journal.finished()
    return _exit_code(progress)


def _require_no_deaths(target: Target) -> None:
    if not target.control_url:
        return
    for part in connect(target).control.parts():
        for death in part["deaths"]:
            lines = "\n".join(str(line) for line in death["last_lines"])
            raise StackError(f"{part['name']} died ({death['how']}) at {death['at']}. Its last log lines:\n{lines}")


def _exit_code(progress: Progress) -> int:
    if progress.counts.get(Status.BROKEN):
        return 3
    return 1 if progress.counts.get(Status.FAILED) else 0


if __name__ == "__main__":
    sys.exit(main())
