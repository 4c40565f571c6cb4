"""`python -m load [--base=BASE]`: one load run, Locust underneath. Variables: SCENARIO, TARGET, WORKERS, SEED.

With a BASE, the working tree is measured beside a commit by turns, or the run shown beside a stored one.

Exit codes: 0 passed · 1 the system broke a promise · 2 the call or a file is wrong · 3 could not judge.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from fixtures.clean import ended
from fixtures.errors import CallError, PlumblineError
from fixtures.target import RunSettings, Target, settings, standing
from load.calling import Call, read_call
from load.compared.base import ROOT, Commit, Stored, find_base
from load.compared.session import Session, require_comparable, show_beside
from load.find_limit import find_limits
from load.gherkin import matched
from load.scenario import Scenario
from load.scenario_file import load_scenario
from load.stagehand import put_right
from load.troupe import WORKERS_COME, Troupe
from reports.evidence import EvidenceError, Failure, Journal, Result, Status, new_run, read

SETTING_UP = 180.0  # seconds, on top of the stages, for making the data, draining and reading the facts
LOG_LINES = 15


def main(arguments: Sequence[str] = ()) -> int:
    """One run, judged; or one comparison."""
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        run = settings()
        scenario, _ = matched(load_scenario(run.scenario))
        call = read_call(arguments, run.workers)
        base = find_base(call.base) if call.base else None
        if call.only_ask:
            return 0
        if scenario.search and (base or call.address):
            raise CallError(f"{scenario.name}: a search has neither BASE nor a master; choose another SCENARIO.")
        if isinstance(base, Commit):
            return _compare(run, scenario, base)
        return _run(run, call, scenario, base)
    except (PlumblineError, EvidenceError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("load: stopped; nothing was left running and nothing judged", file=sys.stderr)
        return 130


def _run(run: RunSettings, call: Call, scenario: Scenario, base: Stored | None) -> int:
    target = standing()
    folder = run.run_dir or new_run()
    if target.read_only:
        return _skip(folder, str(target.path))
    print(f"load: {scenario.title} · target {target.name} · seed {run.seed}", file=sys.stderr, flush=True)
    if scenario.search:
        return find_limits(run, scenario, target, folder)
    # The environment is only passed on, with the run's folder and seed, so that every process agrees on them.
    environment = os.environ | {"PLUMBLINE_RUN_DIR": str(folder), "SEED": str(run.seed)}
    troupe = Troupe(folder / "load", run.workers, environment, call.address)
    code = ended(run, target, folder, _play(troupe, scenario, target, folder))
    if base and code != 2:
        show_beside(base, folder)
        _show_page(folder)
    return code


def _compare(run: RunSettings, scenario: Scenario, base: Commit) -> int:
    require_comparable(run, scenario, base)
    folder = run.run_dir or new_run()
    code = Session(run, scenario, base, folder).hold()
    _show_page(folder)
    return code


def _show_page(folder: Path) -> None:
    """The page is the reports' own: this room knows nothing of it."""
    command = [sys.executable, "-m", "reports", "render", str(folder)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print("".join(line for line in done.stdout.splitlines(True) if line.startswith("page")), end="", file=sys.stderr)


def _play(troupe: Troupe, scenario: Scenario, target: Target, folder: Path) -> int:
    coming = WORKERS_COME if troupe.address else 0
    try:
        code, problem = troupe.play(scenario.seconds + SETTING_UP + coming)
    finally:
        put_right(target, scenario.disturbances)
    if not problem and code != 2 and not _finished(folder):
        problem = f"Locust ended with exit code {code} before anything was judged"
    if not problem:
        return code
    _tell_broken(folder, problem)
    return 3


def _skip(folder: Path, file: str) -> int:
    """Load writes: on a target that is only to be read there is none, which is said, and no failure."""
    said = f"{file}: limits.read_only: load writes, so there is none; choose another target for it."
    print(f"load: {said}", file=sys.stderr)
    journal = Journal(folder, "load")
    journal.started(plan=1)
    journal.result(Result("load", "run:locust", said, Status.SKIPPED, details={"kind": "run"}))
    journal.finished()
    journal.close()
    return 0


def _finished(folder: Path) -> bool:
    evidence = read(folder).get("load")
    return evidence is not None and not evidence.problems


def _tell_broken(folder: Path, problem: str) -> None:
    log = _last_lines(folder / "load")
    print(f"load: {problem}; see {folder / 'load'}", file=sys.stderr)
    print("\n".join(log), file=sys.stderr)
    failure = Failure("Load could not be judged", "", "a run to its end", problem, "make load", logs=tuple(log))
    details: dict[str, object] = {"kind": "run"}
    journal = Journal(folder, "load")
    journal.result(Result("load", "run:locust", problem, Status.BROKEN, failures=(failure,), details=details))
    journal.close()


def _last_lines(folder: Path) -> list[str]:
    lines: list[str] = []
    for file in sorted([*folder.glob("*.log"), *folder.glob("worker-*.out")]):
        text = file.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
        lines += [f"{file.name}: {line}" for line in text if line.strip()]
    return lines


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
