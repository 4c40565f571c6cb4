"""`python -m reports check|repeat|render|allure|bench|faults`: the run, many of them, its page again, its Allure
report, the figures, the page of planted faults."""

import argparse
import os
import sys
from pathlib import Path

from reports import allure, plan, summary
from reports._journal import EvidenceError
from reports.bench import bench
from reports.check import check
from reports.plan import WrongCall
from reports.progress import Progress
from reports.render import render, render_faults
from reports.repeat import repeat
from reports.run_folder import RUNS, find_run, new_run
from reports.stack_watch import StackDown, StackWatch
from reports.verdict import Exit, Verdict

MOST_TIMES = 1000


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; exit codes as in the README."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except WrongCall as error:
        print(error, file=sys.stderr)
        return Exit.CALL
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped; nothing was left running.", file=sys.stderr)
        return Exit.BROKEN


def _check(_: argparse.Namespace) -> int:
    verdict = _checked(plan.ask())[1]
    return verdict.exit_code


def _repeat(options: argparse.Namespace) -> int:
    asked = plan.ask()
    done = repeat(options.times, lambda: _checked(asked), render)
    print(f"\n{done.told}")
    for found, count in done.alarms:
        print(f"  {count} of {len(done.runs)}: {found}")
    worst = {run.exit_code for run in done.runs}
    return next((code for code in (Exit.CALL, Exit.BROKEN, Exit.FAILED) if code in worst), Exit.PASSED)


def _checked(asked: plan.Plan) -> tuple[Path, Verdict]:
    """One whole check, told as it goes."""
    run_dir = new_run()
    progress = Progress(plain=asked.ci)
    seed = f"  seed {asked.variables['SEED']}" if asked.variables.get("SEED") else ""
    progress.say(f"plumbline check  run {run_dir.name}  target {asked.target}  effort {asked.effort}{seed}")
    watch = StackWatch(asked.stack_home) if asked.stack_home else None
    verdict = check(asked, run_dir, asked.commands(run_dir), progress, watch)
    _tell(verdict, run_dir, progress)
    return run_dir, verdict


def _render(options: argparse.Namespace) -> int:
    run_dir = _found(options.run_name)
    return _tell(render(run_dir), run_dir, Progress(plain=True))


def _allure(options: argparse.Namespace) -> int:
    run_dir = _found(options.run_name)
    print(allure.render(run_dir))
    render(run_dir)  # the page links to what is there
    print(f"page     {_shown(run_dir / 'index.html')}")
    return Exit.PASSED


def _bench(_: argparse.Namespace) -> int:
    asked = plan.ask()
    run_dir = new_run()
    watch = StackWatch(asked.stack_home) if asked.stack_home else None
    try:
        code = bench(run_dir, Progress(plain=True), watch=watch)
    except StackDown as error:
        print(error, file=sys.stderr)
        return Exit.BROKEN
    print(_shown(run_dir / "bench.json"))
    return code


def _faults(options: argparse.Namespace) -> int:
    run_dir = _found(options.run_name)
    # The faults may have been planted in the run of a whole check: then its page tells of them as well.
    if (run_dir / "verdict.json").is_file():
        render(run_dir)
    else:
        render_faults(run_dir)
    print(f"page     {_shown(run_dir / 'index.html')}")
    return Exit.PASSED


def _found(name: str) -> Path:
    run_dir = find_run(name)
    if run_dir is None:
        raise WrongCall(f"{name}: no such run in {_shown(RUNS)}; give a run id, or run `make check` first.")
    return run_dir


def _tell(verdict: Verdict, run_dir: Path, progress: Progress) -> int:
    word = progress.paint(verdict.verdict.upper(), verdict.verdict)
    progress.say(f"\n{word} (exit {verdict.exit_code}) in {verdict.duration:.0f} s. {verdict.why}")
    for line in summary.finding_lines(verdict):
        progress.say(line)
    progress.say(f"page     {_shown(run_dir / 'index.html')}")
    return verdict.exit_code


def _times(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_TIMES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of runs; give one from 1 to {MOST_TIMES}, RUNS=20")
    return int(text)


def _shown(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("../..") else relative


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reports", description="One run, one verdict, one page.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("check", help="stack, features, contracts, load, messages, verdict").set_defaults(run=_check)
    again = commands.add_parser("repeat", help="the check again and again: how often it says something else")
    again.add_argument("times", nargs="?", type=_times, default=20, help="how often (default: 20)")
    again.set_defaults(run=_repeat)
    commands.add_parser("bench", help="every measured figure side by side").set_defaults(run=_bench)
    table = [
        ("render", _render, "make the page again"),
        ("allure", _allure, "make the Allure report"),
        ("faults", _faults, "make the page of planted faults"),
    ]
    for name, run, text in table:
        command = commands.add_parser(name, help=text)
        command.add_argument("run_name", nargs="?", default="latest", metavar="run", help="a run id (default: latest)")
        command.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
