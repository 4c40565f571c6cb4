"""A part's server, real: who holds connections and says nothing keeps nobody out."""

import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from load.troupe import free_port

SILENT = 1100  # granian's own bound is 1024
ENOUGH = 2 * SILENT
APP = """
import sys
from fixtures.stack.serve import serve

def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]

serve(lambda: app, int(sys.argv[1]), 1)
"""
ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def server() -> Iterator[int]:
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", APP, str(port)]) as process:
        try:
            while process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    continue
            yield port
        finally:
            process.terminate()


@pytest.mark.usefixtures("files")
def test_whoever_connects_and_says_nothing_keeps_nobody_out(server: int) -> None:
    with ExitStack() as held:
        for _ in range(SILENT):
            held.enter_context(socket.create_connection(("127.0.0.1", server)))
        with socket.create_connection(("127.0.0.1", server), timeout=20) as asking:
            asking.sendall(ASK)
            assert asking.recv(15) == b"HTTP/1.1 200 OK"
