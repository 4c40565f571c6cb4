"""`python -m load.bench [--json]`: our generator beside a bare FastHttpUser, and what the stack of TARGET carries."""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fixtures.errors import PlumblineError
from load.scenario_file import FOLDER
from load.troupe import free_port

PAIRS = 5
SECONDS = 2.0
RUNS = 3
# scenario, operation whose rate counts, name, what issue and README promise at least
RATES = (("redirect-rate", "followLink", "redirects", 150.0), ("order-rate", "orderDecided", "orders", 20.0))


class BenchError(PlumblineError):
    """A figure could not be measured."""


def main() -> int:
    """Prints `[{name, unit, ours, peer, peer_name, ratio, pairs}]`: medians, pairs `[[ours, peer], …]`."""
    parser = argparse.ArgumentParser(prog="python -m load.bench")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    parser.add_argument("--only", choices=("generator", "stack"), help="measure one part")
    options = parser.parse_args()
    try:
        rows = [] if options.only == "stack" else [_generator()]
        rows += [] if options.only == "generator" else [_rate(*rate) for rate in RATES]
    except PlumblineError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if options.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(f"{row['name']}: {row['ours']:.0f} {row['unit']}; {row['peer_name']}: {row['peer']:.0f}")
    return 0


def _generator() -> dict[str, Any]:
    # Requests per second of CPU, not of the clock: on cores shared with others, only the former is ours.
    with _server() as address:
        pairs = [[_sample("ours", address), _sample("bare", address)] for _ in range(PAIRS)]
    return _row("load requests per core", "requests/s of CPU", pairs, "bare FastHttpUser")


def _sample(kind: str, address: str) -> float:
    command = [sys.executable, "-m", "load.bench_client", kind, address, str(SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"the generator failed: {done.stderr[-300:]}")
    sample = json.loads(done.stdout)
    if sample["failures"] or not sample["count"]:
        raise BenchError(f"{sample['failures']} of {sample['count']} requests of the {kind} generator failed")
    return round(float(sample["count"]) / float(sample["cpu"]), 1)


def _rate(scenario: str, operation: str, name: str, promised: float) -> dict[str, Any]:
    pairs = [[_run(FOLDER / "bench" / f"{scenario}.toml", operation), promised] for _ in range(RUNS)]
    return _row(f"{name} of the stack, generator included", f"{name}/s", pairs, "promised at least")


def _run(scenario: Path, operation: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        # The environment is only passed on.
        environment = os.environ | {"SCENARIO": str(scenario), "PLUMBLINE_RUN_DIR": folder, "WORKERS": "0"}
        command = [sys.executable, "-m", "load"]
        done = subprocess.run(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            raise BenchError(f"a rate counts only with every answer right and every invariant holding:\n{done.stderr}")
        stats = json.loads((Path(folder) / "load/stats.json").read_text(encoding="utf-8"))
    return next(float(row["rate"]) for row in stats["operations"] if row["operation"] == operation)


def _row(name: str, unit: str, pairs: list[list[float]], peer_name: str) -> dict[str, Any]:
    ours, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
    row = {"name": name, "unit": unit, "ours": ours, "peer": peer, "peer_name": peer_name}
    return row | {"ratio": round(ours / peer, 3), "pairs": pairs}


@contextmanager
def _server() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "error", "load.bench_server:app"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise BenchError(f"the bench's own server did not answer on port {port}")


if __name__ == "__main__":
    sys.exit(main())
