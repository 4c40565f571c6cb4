"""`python -m features.bench [--json]`: scenarios a second at JOBS=2, beside plain `behave`, on the same stack."""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time

from features.running.programme import ROOT
from fixtures.errors import PlumblineError, StackError
from fixtures.scratch import scratch
from fixtures.target import standing

PAIRS = 3
TAGS = "@users or @products"
JOBS = 2


def main() -> int:
    """Prints `[{name, unit, ours, peer, peer_name, ratio, pairs}]`: medians, pairs `[[ours, peer], …]`."""
    parser = argparse.ArgumentParser(prog="python -m features.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a line")
    as_json = parser.parse_args().json
    try:
        standing()
        pairs = [[_ours(), _behave()] for _ in range(PAIRS)]
    except PlumblineError as error:
        print(f"features.bench: {error}", file=sys.stderr)
        return error.exit_code
    ours, peer = (round(statistics.median(column), 2) for column in zip(*pairs, strict=True))
    row = {"name": "scenarios", "unit": "1/s", "ours": ours, "peer": peer, "peer_name": "plain behave"}
    rows = [row | {"ratio": round(ours / peer, 3), "pairs": pairs}]
    print(json.dumps(rows) if as_json else f"scenarios: {ours}/s at JOBS={JOBS}, plain behave: {peer}/s")
    return 0


def _ours() -> float:
    command = [sys.executable, "-m", "features"]
    return _rate(command, {"TAGS": TAGS, "JOBS": str(JOBS), "SERVICE": ""}, r"features: (\d+) passed in")


def _behave() -> float:
    command = [sys.executable, "-m", "behave", "--no-color", "--format=progress", f"--tags={TAGS}", "features"]
    return _rate(command, {}, r"(\d+) scenarios? passed")


def _rate(command: list[str], variables: dict[str, str], passed: str) -> float:
    """Scenarios passed a second, start of the process included. Raises `StackError` where one did not pass; what was
    seen stays, and is named."""
    with scratch() as folder:
        log = folder / "features.log"
        environment = os.environ | variables | {"PLUMBLINE_RUN_DIR": str(folder)}
        began = time.monotonic()
        with log.open("wb") as output:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
            )
        seconds = time.monotonic() - began
        found = re.search(passed, log.read_text(encoding="utf-8", errors="replace"))
        if done.returncode or not found:
            raise StackError(f"{' '.join(command[1:3])} did not pass, so its speed means nothing; see {log}")
        return int(found[1]) / seconds


if __name__ == "__main__":
    sys.exit(main())
