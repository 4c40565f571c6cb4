"""`python -m load.bench [--json]`: our generator beside a bare FastHttpUser, and what the stack of TARGET carries."""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from fixtures.errors import PlumblineError
from load import bench_redirects
from load.bench_server import LOCATION
from load.scenario_file import FOLDER
from load.troupe import free_port

PAIRS = 5
SECONDS = 2.0
RUNS = 3
GROWTH_RATE, FEW, MANY = 200, 20, 200  # arrivals a second, and users who make them
ORDERS = 300
# scenario, operation whose rate counts, name, what issue and README promise at least
RATES = (("redirect-rate", "followLink", "redirects", 150.0), ("order-rate", "orderDecided", "orders", 60.0))


NGINX = """
daemon off; pid {folder}/nginx.pid; error_log stderr crit; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 1000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ return 302 {location}; }} }}
}}
"""


class BenchError(PlumblineError):
    """A figure could not be measured."""


def main() -> int:
    """Prints `[{name, unit, ours, peer, peer_name, ratio, pairs}]`: medians, pairs `[[ours, peer], …]`."""
    parser = argparse.ArgumentParser(prog="python -m load.bench")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    parser.add_argument("--only", choices=tuple(PARTS), help="measure one part")
    options = parser.parse_args()
    try:
        rows = [row for name, measure in PARTS.items() if options.only in (None, name) for row in measure()]
    except PlumblineError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if options.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(f"{row['name']}: {row['ours']:.4g} {row['unit']}; {row['peer_name']}: {row['peer']:.4g}")
    return 0


def _generator() -> list[dict[str, Any]]:
    # Requests per second of CPU, not of the clock: on cores shared with others, only the former is ours.
    with _server() as (name, address):
        pairs = [[_sample("ours", address), _sample("bare", address)] for _ in range(PAIRS)]
    return [_row("load requests per core", "requests/s of CPU", pairs, f"bare FastHttpUser, {name}")]


def _omission() -> list[dict[str, Any]]:
    """Both generators at once against one server, so that what the machine does to one it does to the other."""
    samples = [_stalls() for _ in range(PAIRS)]
    name, true = "p99 of a server that stalls 1 s every 10 s", "true value, from the schedule"
    return [
        _row(f"{name}: open arrivals", "ms", [[ours, known] for ours, _, known in samples], true),
        _row(f"{name}: Locust's own", "ms", [[bare, known] for _, bare, known in samples], true),
    ]


def _compare() -> list[dict[str, Any]]:
    """Comparisons whose answer is known: what counts is how many of them said so."""
    with ExitStack() as servers:
        addresses = []
        for milliseconds in ("100", "100", "110"):
            port = free_port()
            serving = [sys.executable, "-m", "load.bench_compare", "serve", str(port), milliseconds]
            addresses.append(servers.enter_context(_running(serving, port)))
        command = [sys.executable, "-m", "load.bench_compare", "measure", *addresses]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"the comparisons failed: {done.stderr[-300:]}")
    told = json.loads(done.stdout)
    right = {
        slower: [
            [float(("regression" in each["findings"].values()) is slower), 1.0]
            for each in told
            if each["slower"] is slower
        ]
        for slower in (True, False)
    }
    return [
        _count("compare: a slowdown of 10 % (110 ms for 100) is found", right[True]),
        _count("compare: no change is called no regression", right[False]),
    ]


def _count(name: str, pairs: list[list[float]]) -> dict[str, Any]:
    ours, all_of_them = (sum(column) for column in zip(*pairs, strict=True))
    row = {"name": name, "unit": "comparisons", "ours": ours, "peer": all_of_them, "peer_name": "all of them"}
    return row | {"ratio": round(ours / all_of_them, 3), "pairs": pairs}


def _stalls() -> tuple[float, float, float]:
    port, epoch = free_port(), repr(time.monotonic())
    module = [sys.executable, "-m", "load.bench_omission"]
    with _running([*module, "serve", str(port), epoch], port) as address:
        both = [
            subprocess.Popen([*module, kind, address, epoch], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for kind in ("ours", "bare")
        ]
        said = [process.communicate() for process in both]
    for process, (_, errors) in zip(both, said, strict=True):
        if process.returncode:
            raise BenchError(f"a generator failed: {errors[-300:]}")
    ours, bare = (json.loads(output) for output, _ in said)
    if ours["starved"]:
        raise BenchError(f"{ours['starved']} arrivals found no user free: these percentiles are worth nothing")
    return round(ours["p99"], 1), round(bare["p99"], 1), round(ours["true"], 1)


def _growth() -> list[dict[str, Any]]:
    """Ten times the users at the same rate of arrivals, pairs with the other one first by turns."""
    rows = []
    for kind in ("open", "closed"):
        with _server() as (name, address):
            pairs = []
            for turn in range(PAIRS):
                order = (MANY, FEW) if turn % 2 else (FEW, MANY)
                found = {users: _grown(kind, address, users) for users in order}
                pairs.append([found[MANY], found[FEW]])
        title = f"generator's CPU for each of {GROWTH_RATE} requests/s, {kind}: {MANY} users"
        rows.append(_row(title, "ms", pairs, f"{FEW} users, {name}"))
    return rows


def _grown(kind: str, address: str, users: int) -> float:
    command = [sys.executable, "-m", "load.bench_growth", kind, address, str(GROWTH_RATE), str(users)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"the generator failed: {done.stderr[-300:]}")
    sample = json.loads(done.stdout)
    if sample["failures"] or not sample["count"]:
        raise BenchError(f"{sample['failures']} of {sample['count']} requests with {users} users failed")
    if not 0.9 <= sample["rate"] / GROWTH_RATE <= 1.1:
        raise BenchError(f"{sample['rate']:.0f} requests/s with {users} users, not {GROWTH_RATE}: nothing to compare")
    return round(float(sample["cpu"]), 3)


def _gherkin() -> list[dict[str, Any]]:
    """The scenario beside the same task written by hand: behind a server that takes 50 ms, and as fast as both can."""
    port = free_port()
    with _running([sys.executable, "-m", "load.bench_gherkin", "serve", str(port), "50"], port) as address:
        slow = [_told(turn, address, 3.0) for turn in range(PAIRS)]
    with _served("load.bench_server:link_app") as address:
        fast = [_told(turn, address, SECONDS) for turn in range(PAIRS)]
    peer = "the same by hand, FastHttpUser"
    return [
        _row("Gherkin as load, 50 ms server: rate", "requests/s", _over(slow, "count", "seconds"), peer),
        _row("Gherkin as load, 50 ms server: CPU", "ms a request", _over(slow, "cpu", "count", 1000), peer),
        _row("Gherkin as load, full speed", "requests/s of CPU", _over(fast, "count", "cpu"), peer),
    ]


def _told(turn: int, address: str, seconds: float) -> dict[str, dict[str, float]]:
    """One pair, by turns the one or the other first."""
    kinds = ("by-hand", "gherkin") if turn % 2 else ("gherkin", "by-hand")
    found = {}
    for kind in kinds:
        command = [sys.executable, "-m", "load.bench_gherkin", kind, address, str(seconds), "20"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchError(f"the generator failed: {done.stderr[-300:]}")
        found[kind] = json.loads(done.stdout)
        if found[kind]["failures"] or not found[kind]["count"]:
            raise BenchError(f"{found[kind]['failures']} of {found[kind]['count']} requests of {kind} failed")
    return found


def _over(pairs: list[dict[str, dict[str, float]]], what: str, each: str, times: float = 1.0) -> list[list[float]]:
    kinds = ("gherkin", "by-hand")
    return [[round(pair[kind][what] / pair[kind][each] * times, 3) for kind in kinds] for pair in pairs]


def _sample(kind: str, address: str) -> float:
    command = [sys.executable, "-m", "load.bench_client", kind, address, str(SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"the generator failed: {done.stderr[-300:]}")
    sample = json.loads(done.stdout)
    if sample["failures"] or not sample["count"]:
        raise BenchError(f"{sample['failures']} of {sample['count']} requests of the {kind} generator failed")
    return round(float(sample["count"]) / float(sample["cpu"]), 1)


def _stack() -> list[dict[str, Any]]:
    return [_rate(*rate) for rate in RATES]


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


def _redirects() -> list[dict[str, Any]]:
    port = free_port()
    with _running(bench_redirects.bare_flask(port), port) as address:
        pairs = bench_redirects.pairs(address, PAIRS)
    return [_row("redirects of the stack, raw client", "redirects/s", pairs, "bare Flask 302, same server")]


def _orders() -> list[dict[str, Any]]:
    """Without browsing, and with a generator that costs next to nothing: what the order path itself carries."""
    pairs = []
    for _ in range(PAIRS):
        command = [sys.executable, "-m", "load.bench_orders", str(ORDERS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchError(done.stderr.strip()[-300:])
        pairs.append([round(ORDERS / json.loads(done.stdout)["seconds"], 1), RATES[1][3]])
    return [_row("orders accepted and decided, raw client", "orders/s", pairs, "promised at least")]


def _row(name: str, unit: str, pairs: list[list[float]], peer_name: str) -> dict[str, Any]:
    ours, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
    row = {"name": name, "unit": unit, "ours": ours, "peer": peer, "peer_name": peer_name}
    return row | {"ratio": round(ours / peer, 3), "pairs": pairs}


@contextmanager
def _server() -> Iterator[tuple[str, str]]:
    """The name and address of a server of redirects: nginx where there is one, else granian."""
    port = free_port()
    if shutil.which("nginx"):
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "nginx.conf"
            config.write_text(NGINX.format(folder=folder, port=port, location=LOCATION), encoding="utf-8")
            with _running(["nginx", "-p", folder, "-c", str(config)], port) as address:
                yield "nginx", address
        return
    with _served("load.bench_server:app") as address:
        yield "granian", address


@contextmanager
def _served(app: str) -> Iterator[str]:
    """The address of granian, serving a WSGI app."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    with _running([*command, "--no-access-log", "--log-level", "error", app], port) as address:
        yield address


@contextmanager
def _running(command: list[str], port: int) -> Iterator[str]:
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


PARTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "generator": _generator,
    "omission": _omission,
    "growth": _growth,
    "gherkin": _gherkin,
    "redirects": _redirects,
    "orders": _orders,
    "compare": _compare,
    "stack": _stack,
}

if __name__ == "__main__":
    sys.exit(main())
