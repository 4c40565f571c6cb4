"""A real Redis for tests, run with the very options of the local stack; it can be killed, paused and brought back."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from fixtures.stack.parts import redis_command

PATIENCE = 10.0  # seconds


class RedisServer:
    """One server on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}"

    @property
    def client(self) -> Any:
        """Every command there is, for the test itself."""
        return redis.Redis.from_url(self.url, decode_responses=True, socket_timeout=PATIENCE)

    def start(self) -> None:
        """Run, and wait until all that was written down is read again."""
        self._process = subprocess.Popen(redis_command(self._port, self._folder), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.client.ping()
            except redis.ConnectionError:
                assert time.monotonic() < deadline, "Redis doesn't start"
                threading.Event().wait(0.01)
            else:
                return

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """It takes commands and answers none until `resume`."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running, empty Redis."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()
