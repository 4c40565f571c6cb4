"""`python -m contracts.bench [--json]`: the suite beside plain `schemathesis run` on each service, one after the other.

Both fuzz the stack of TARGET with the same configuration, effort (EFFORT, `ci` where none is given), seed and reports.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.documents import promised
from contracts.efforts import effort_of
from contracts.hooks.setting import BY_HAND
from contracts.plan import ROOT, Run, Selection, plan_run
from fixtures.errors import PlumblineError
from fixtures.scratch import scratch
from fixtures.target import RunSettings, Target, settings, standing

PAIRS = 1
PEER = "schemathesis run, one service after the other"
Sample = tuple[float, int]


def main() -> int:
    """Prints `[{name, unit, ours, peer, peer_name, ratio, pairs}]`: medians, pairs `[[ours, peer], …]`."""
    parser = argparse.ArgumentParser(prog="python -m contracts.bench")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    as_json = parser.parse_args().json
    try:
        asked = settings({"EFFORT": "ci", **os.environ})
        target = standing()
        samples = [
            (_told("the suite", _suite(asked)), _told("plain schemathesis", _plain(asked, target)))
            for _ in range(PAIRS)
        ]
    except PlumblineError as error:
        sys.stderr.write(f"contracts.bench: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    rows = [
        _row("contract suite", "s", [[ours[0], peer[0]] for ours, peer in samples]),
        _row("contract cases", "1/s", [[ours[1] / ours[0], peer[1] / peer[0]] for ours, peer in samples]),
    ]
    lines = [f"{row['name']}: {row['ours']} {row['unit']}, {PEER}: {row['peer']}" for row in rows]
    sys.stdout.write((json.dumps(rows) if as_json else "\n".join(lines)) + "\n")
    return 0


def _suite(asked: RunSettings) -> Sample:
    """Seconds and cases of the suite, which must have passed."""
    with scratch() as folder:
        variables = {"EFFORT": asked.effort, "SERVICE": "", "PLUMBLINE_RUN_DIR": str(folder)}
        seconds = timed([sys.executable, "-m", "contracts", "-q"], folder / "contracts.log", (0,), variables)
        return seconds, _cases(folder.glob("contracts/*/summary.json"))


def _plain(asked: RunSettings, target: Target) -> Sample:
    """Seconds and cases of Schemathesis by hand; it has no waivers, so it may have found something."""
    with scratch() as folder:
        runs = [_by_hand(target, name, asked, folder) for name in target.services]
        for part in ("junit", "allure-results"):
            (folder / part).mkdir()
        command = str(Path(sys.executable).with_name("schemathesis"))
        seconds = sum(timed([command, *run.arguments], folder / f"{run.service}.log", (0, 1)) for run in runs)
        return seconds, _cases([Path(run.folder) / "summary.json" for run in runs])


def _told(what: str, sample: Sample) -> Sample:
    """Said at once: what is known of one side is not lost with the other."""
    sys.stderr.write(f"contracts.bench: {what} took {sample[0]:.1f} s for {sample[1]:,} cases\n")
    sys.stderr.flush()
    return sample


def _by_hand(target: Target, service: str, asked: RunSettings, folder: Path) -> Run:
    kind = target.services[service].auth
    selection = Selection(service, promised(target, [service]), True, True)
    auth_file = None if kind == "none" else BY_HAND / f"{kind}.json"
    return plan_run(target, selection, effort_of(asked), folder, auth_file)


def timed(
    command: Sequence[str], log: Path, allowed: Sequence[int], variables: Mapping[str, str] | None = None
) -> float:
    """Seconds. Raises `PlumblineError` where it ended otherwise than is allowed; what it said is in the log."""
    started = time.monotonic()
    with log.open("wb") as output:
        environment = {**os.environ, **(variables or {})}
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode not in allowed:
        name = " ".join([Path(command[0]).name, *command[1:3]])
        raise PlumblineError(f"{name} did not pass (exit {done.returncode}), so its speed means nothing; see {log}")
    return time.monotonic() - started


def _cases(summaries: Any) -> int:
    return sum(json.loads(path.read_text())["test_cases"]["generated"] for path in summaries)


def _row(name: str, unit: str, pairs: list[list[float]]) -> dict[str, Any]:
    ours, peer = (round(statistics.median(column), 2) for column in zip(*pairs, strict=True))
    ratio = round(ours / peer, 3)
    return {"name": name, "unit": unit, "ours": ours, "peer": peer, "peer_name": PEER, "ratio": ratio, "pairs": pairs}


if __name__ == "__main__":
    sys.exit(main())
