"""A real HTTP server that answers as it is told to, and remembers what it was sent."""

import gzip
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, Any], Mapping[str, str]]
SUCCESS: Answer = (200, {"text": "Success", "code": 0}, {})


@dataclass(slots=True)
class Collector:
    """`answers` are given in turn, then success; while `open` is not set, nobody gets any."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def wait(self, posts: int = 1) -> None:
        """Until that many more requests have arrived."""
        for _ in range(posts):
            assert self.arrived.acquire(timeout=5), "nothing arrived"

    def events(self) -> list[dict[str, Any]]:
        """Every event of every request, whatever it was answered."""
        return [json.loads(line) for body in self.bodies for line in body.splitlines()]

    def messages(self) -> list[str]:
        """What the events say."""
        return [event["event"]["message"] for event in self.events()]


@contextmanager
def collector(*answers: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Collector]:
    """A collector that runs until the block ends."""
    known = Collector(answers=list(answers))
    known.open.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.bodies.append(gzip.decompress(body).decode())
            known.headers.append(dict(self.headers.items()))
            known.arrived.release()
            assert known.open.wait(10)
            status, answer, headers = known.answers.pop(0) if known.answers else SUCCESS
            data = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    known.url = f"{'https' if tls else 'http'}://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        known.open.set()
        server.shutdown()
        server.server_close()
