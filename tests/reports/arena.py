"""Suites and stacks that misbehave in one way each, as real processes, and a check over them."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from reports import suite_process
from reports.check import check
from reports.plan import Plan
from reports.progress import Progress
from reports.stack_watch import StackWatch
from reports.suite_process import Command
from reports.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]
PREAMBLE = """
import os, signal, subprocess, sys
from pathlib import Path
from reports.evidence import Failure, Journal, Result, Status
NAME = sys.argv[1]
journal = Journal(Path(os.environ["PLUMBLINE_RUN_DIR"]), NAME)
def judged(number, status=Status.PASSED, **details):
    failures = (Failure("It does not hold", "createOrder", "1", "2", "again"),) if status >= Status.FAILED else ()
    journal.result(Result(NAME, f"{NAME}-{number}", f"claim {number}", status, failures=failures, details=details))
"""
GOOD = "journal.started(plan=2, seed=7); judged(1); judged(2); journal.finished()"
# Both the suite and a child of its own hold the pipe open: reading its end proves that both are gone.
STUCK = """
journal.started(plan=1)
pipe = open(os.environ["PIPE"], "w")
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], pass_fds=[pipe.fileno()])
signal.signal(signal.SIGINT, signal.SIG_IGN)
pipe.write("stuck\\n"); pipe.flush()
while True: signal.pause()
"""
STACK = """
import json, sys
from pathlib import Path
told = json.loads(Path(sys.argv[1]).read_text())
answer = told[sys.argv[2]]
with open(sys.argv[1] + ".calls", "a") as calls: print(sys.argv[2], file=calls)
print(answer.get("out", "")); print(answer.get("err", ""), file=sys.stderr); sys.exit(answer.get("code", 0))
"""


def suite(name: str, body: str, run_dir: Path, bound: float = 60.0) -> Command:
    """A suite whose process runs `body`."""
    environ = {**os.environ, "PLUMBLINE_RUN_DIR": str(run_dir), "PYTHONPATH": str(ROOT)}
    return Command(name, (sys.executable, "-c", PREAMBLE + body, name), bound, environ)


def judge(run_dir: Path, commands: Sequence[Command], watch: StackWatch | None = None) -> Verdict:
    """A check over these suites, told as in CI."""
    return check(Plan(), run_dir, commands, Progress(plain=True), watch)


def stack(folder: Path, **answers: object) -> StackWatch:
    """A stack that answers each command as told: {"report": {"out": …, "err": …, "code": …}, …}."""
    script, told = folder / "stack.py", folder / "told.json"
    script.write_text(STACK)
    told.write_text(json.dumps({"down": {}, "report": {"out": "[]"}, "ensure": {"out": '{"started": true}'}} | answers))
    return StackWatch(folder / "0", (sys.executable, str(script), str(told)))


if __name__ == "__main__":
    place = Path(sys.argv[1])
    suite_process.GRACE = 0.2  # the stuck suite doesn't listen anyway
    judge(place, [suite("features", STUCK, place), suite("contracts", GOOD, place)])
