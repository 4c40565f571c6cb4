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
from typing import IO, Any

from fixtures.scratch import scratch
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
    """Its address. Raises `BenchError` where it doesn't answer, or ends before it is told to: then nobody, or somebody
    else, has answered."""
    with tempfile.TemporaryFile() as said:
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        try:
            _wait_for(port, server, said)
            yield f"http://127.0.0.1:{port}"
            _require_alive(server, said)
        finally:
            server.terminate()
            server.wait()


def _wait_for(port: int, server: "subprocess.Popen[bytes]", said: IO[bytes]) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end:
        _require_alive(server, said)
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise BenchError(f"the bench's own server did not answer on port {port} within {STARTING:g} s")


def _require_alive(server: "subprocess.Popen[bytes]", said: IO[bytes]) -> None:
    if server.poll() is None:
        return
    said.seek(0)
    told = said.read()[-300:].decode("utf-8", "replace").strip()
    raise BenchError(f"the bench's own server ended with {server.returncode}: {told or 'it said nothing'}")


def sampled(part: str, *arguments: object, is_heard: bool = False) -> Any:
    """What `python -m load.bench.<part> …` printed as JSON. Raises `BenchError`. What it says meanwhile is in that
    error, or where `is_heard`, on our own standard error."""
    return sampled_together(part, arguments, is_heard=is_heard)[0]


def sampled_together(part: str, *calls: tuple[object, ...], is_heard: bool = False) -> list[Any]:
    """The same for several that run at once."""
    errors = None if is_heard else subprocess.PIPE
    running = [
        subprocess.Popen([*_module(part), *map(str, call)], stdout=subprocess.PIPE, stderr=errors, text=True)
        for call in calls
    ]
    said = [process.communicate() for process in running]
    for process, (_, words) in zip(running, said, strict=True):
        if process.returncode:
            told = "see above" if is_heard else words.strip()[-300:] or "it said nothing"
            raise BenchError(f"load.bench.{part} ended with {process.returncode}: {told}")
    return [json.loads(output) for output, _ in said]


def answered(sample: Mapping[str, float], what: str) -> None:
    """Raises `BenchError` for a sample without requests, or with any that failed: its rate would mean nothing."""
    if sample["failures"] or not sample["count"]:
        raise BenchError(f"{sample['failures']:g} of {sample['count']:g} requests {what} failed")


@contextmanager
def load_run(scenario: Path) -> Iterator[Path]:
    """The folder of a run of the load command. Raises `BenchError` where the run did not pass; then it stays."""
    with scratch() as folder:
        log = folder / "load.log"
        # The environment is only passed on.
        environment = os.environ | {"SCENARIO": str(scenario), "PLUMBLINE_RUN_DIR": str(folder), "WORKERS": "0"}
        command = [sys.executable, "-m", "load"]
        with log.open("wb") as output:
            done = subprocess.run(command, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            ended = f"{scenario.stem} did not pass (exit {done.returncode})"
            raise BenchError(f"{ended}, so its figures mean nothing; see {log}")
        yield folder / "load"


def _module(part: str) -> list[str]:
    return [sys.executable, "-m", f"load.bench.{part}"]
