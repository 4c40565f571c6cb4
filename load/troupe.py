"""The Locust processes of one run: started together, watched, and all ended whatever happens."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

WORKERS_COME = 300  # seconds that a master waits for workers of other machines
LOCUSTFILE = Path(__file__).parent / "locustfile.py"
LOOK = 0.1
EXIT_TOGETHER = 20.0  # seconds between the master's end and the last worker's
KIND_END = 5.0  # seconds between SIGTERM and SIGKILL


@dataclass(frozen=True, slots=True)
class Address:
    """Where a master listens for workers of other machines."""

    host: str = "0.0.0.0"  # noqa: S104 - they come from anywhere; who may reach it is the network's affair
    port: int = 5557


@dataclass(slots=True)
class Troupe:
    """`workers` 0: one process. Everything they print goes to `folder`, but what the first one says on stderr, unless
    `quiet`. With an `address`, the workers are started elsewhere, by others. All processes get the `options`."""

    folder: Path
    workers: int
    environment: dict[str, str]
    address: Address | None = None
    quiet: bool = False
    options: tuple[str, ...] = ()
    _first: subprocess.Popen[bytes] | None = None
    _workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _files: list[IO[bytes]] = field(default_factory=list)

    def play(self, seconds: float) -> tuple[int, str]:
        """Runs to the end. The first one's exit code, and what went wrong with the processes, empty when nothing."""
        try:
            self.start()
            end = time.monotonic() + seconds
            while (ended := self.ended()) is None:
                if time.monotonic() > end:
                    return 3, "Locust did not come to an end"
                time.sleep(LOOK)
            return ended
        finally:
            self.end()

    def start(self) -> None:
        """Starts all of them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # With a JSON file, Locust doesn't print its tables: ours say the same, from exact percentiles.
        headless = ["--headless", "--only-summary", "--json-file", str(self.folder / "locust")]
        if not self.workers:
            self._first = self._process("locust", headless, quiet=self.quiet)
            return
        port = str(self.address.port if self.address else free_port())
        host, patience = (self.address.host, WORKERS_COME) if self.address else ("127.0.0.1", 60)
        address = ["--master-bind-host", host, "--master-bind-port", port]
        together = ["--expect-workers", str(self.workers), "--expect-workers-max-wait", str(patience)]
        self._first = self._process("locust", [*headless, "--master", *address, *together], quiet=self.quiet)
        if self.address:
            return
        worker = ["--worker", "--master-host", "127.0.0.1", "--master-port", port]
        self._workers = [self._process(f"worker-{n + 1}", worker, quiet=True) for n in range(self.workers)]

    def _process(self, name: str, options: list[str], *, quiet: bool = False) -> subprocess.Popen[bytes]:
        output = (self.folder / f"{name}.out").open("wb")
        self._files.append(output)
        command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--supervised", str(os.getpid())]
        command += ["--logfile", str(self.folder / f"{name}.log"), *self.options, *options]
        errors = subprocess.STDOUT if quiet else None
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=self.environment, cwd=Path.cwd()
        )

    def ended(self) -> tuple[int, str] | None:
        """What `play` returns, once it is over."""
        assert self._first is not None
        if (code := self._first.poll()) is None:
            for number, worker in enumerate(self._workers, 1):
                if worker.poll():
                    return 3, f"worker {number} ended {_how(worker.returncode)} in the middle of the run"
            return None
        if code < 0 or code not in (0, 1, 2, 3):
            return 3, f"Locust ended {_how(code)}"
        end = time.monotonic() + EXIT_TOGETHER
        while any(worker.poll() is None for worker in self._workers) and time.monotonic() < end:
            time.sleep(LOOK)
        return code, ""

    def end(self) -> None:
        """Whatever still runs is ended."""
        alive = [p for p in [self._first, *self._workers] if p is not None and p.poll() is None]
        for process in alive:
            process.send_signal(signal.SIGTERM)
        end = time.monotonic() + KIND_END
        for process in alive:
            try:
                process.wait(max(end - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for file in self._files:
            file.close()


def _how(code: int) -> str:
    return f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"


def free_port() -> int:
    """A port of this machine that nobody holds at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
