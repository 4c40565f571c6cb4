"""What the bench starts: servers on loopback, and generators, each in a process of its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from load.bench.rows import BenchError
from load.bench.servers import LOCATION
from load.troupe import free_port

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
STARTING = 30.0  # seconds


@contextmanager
def redirecting() -> Iterator[tuple[str, str]]:
    """The name and address of a server of redirects: nginx where there is one, else granian."""
    if not shutil.which("nginx"):
        with granian("load.bench.servers:app") as address:
            yield "granian", address
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "nginx.conf"
        config.write_text(NGINX.format(folder=folder, port=port, location=LOCATION), encoding="utf-8")
        with _running(["nginx", "-p", folder, "-c", str(config)], port) as address:
            yield "nginx", address


@contextmanager
def granian(app: str, *options: str, workers: int = 1) -> Iterator[str]:
    """The address of granian, serving a WSGI app."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    with _running(
        [*command, "--workers", str(workers), "--no-access-log", "--log-level", "error", *options, app], port
    ) as address:
        yield address


@contextmanager
def serving(part: str, *arguments: str) -> Iterator[str]:
    """The address of a part's own server: `python -m load.bench.<part> serve PORT …`."""
    port = free_port()
    with _running([*_module(part), "serve", str(port), *arguments], port) as address:
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
    end = time.monotonic() + STARTING
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise BenchError(f"the bench's own server did not answer on port {port} within {STARTING:g} s")


def sampled(part: str, *arguments: object) -> Any:
    """What `python -m load.bench.<part> …` printed as JSON. Raises `BenchError`."""
    return sampled_together(part, arguments)[0]


def sampled_together(part: str, *calls: tuple[object, ...]) -> list[Any]:
    """The same for several that run at once."""
    running = [
        subprocess.Popen([*_module(part), *map(str, call)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for call in calls
    ]
    said = [process.communicate() for process in running]
    for process, (_, errors) in zip(running, said, strict=True):
        if process.returncode:
            raise BenchError(f"load.bench.{part} failed: {errors.strip()[-300:]}")
    return [json.loads(output) for output, _ in said]


def answered(sample: Mapping[str, float], what: str) -> None:
    """Raises `BenchError` for a sample without requests, or with any that failed: its rate would mean nothing."""
    if sample["failures"] or not sample["count"]:
        raise BenchError(f"{sample['failures']:g} of {sample['count']:g} requests {what} failed")


@contextmanager
def load_run(scenario: Path) -> Iterator[Path]:
    """The folder of a run of the load command, removed afterwards. Raises `BenchError` where the run did not pass."""
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        # The environment is only passed on.
        environment = os.environ | {"SCENARIO": str(scenario), "PLUMBLINE_RUN_DIR": folder, "WORKERS": "0"}
        command = [sys.executable, "-m", "load"]
        done = subprocess.run(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            raise BenchError(
                f"{scenario.stem} did not pass, so its figures mean nothing:\n{done.stderr.strip()[-2000:]}"
            )
        yield Path(folder) / "load"


def _module(part: str) -> list[str]:
    return [sys.executable, "-m", f"load.bench.{part}"]
