"""`python -m features`: the features on JOBS workers, with JUnit, Allure results and evidence in the run folder."""

import argparse
import sys
import time
from importlib.metadata import version

from features.running import crew
from features.running.private import require_no_deaths
from features.running.programme import Programme, programme
from features.running.progress import Progress
from features.support import functions
from features.support.hooks import VERSIONS
from features.support.stage import SUITE
from fixtures.clean import ended
from fixtures.errors import PlumblineError, StackError
from fixtures.target import RunSettings, settings, standing
from reports.evidence import EvidenceError, Journal, Status, new_run

VARIABLES = "Everything is said by variables: TARGET, TAGS, SERVICE, JOBS, SEED. For paths and options use `behave`."


def main() -> int:
    """The exit code: 0 passed, 1 a scenario failed, 2 the call or a file is wrong, 3 it could not be judged."""
    parser = argparse.ArgumentParser(prog="python -m features", description=__doc__, epilog=VARIABLES)
    parser.add_argument("--only-ask", action="store_true", help="say whether the variables can be used; run nothing")
    only_ask = parser.parse_args().only_ask
    try:
        run = settings()
        chosen = programme(run.tags, run.service)
        return 0 if only_ask else _run(run, chosen)
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
        operations=functions.OPERATIONS,
    )
    progress = Progress(chosen.size, live=sys.stdout.isatty() and not run.ci)
    started = time.monotonic()
    try:
        crew.run(chosen, run.jobs, target, run_dir, progress.heard)
    finally:
        progress.end(time.monotonic() - started, run.jobs, str(run_dir))
    require_no_deaths(target)
    missing = chosen.size - sum(progress.counts.values())
    if missing:
        raise StackError(f"{missing} of {chosen.size} scenarios gave no result; see {run_dir}/logs/features-*.log")
    journal.finished()
    return ended(run, target, run_dir, _exit_code(progress))


def _exit_code(progress: Progress) -> int:
    if progress.counts.get(Status.BROKEN):
        return 3
    return 1 if progress.counts.get(Status.FAILED) else 0


if __name__ == "__main__":
    sys.exit(main())
