"""On one machine, callers can have addresses of their own; where an operation is limited by address, they do."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fixtures.clients import FakeTransport, Request, RequestsTransport, a_source_address, connect
from fixtures.target import Service, Target

ADA = ("ada", "correct horse battery")


class Mirror(BaseHTTPRequestHandler):
    """Answers with the address it was called from."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.client_address[0].encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def mirror() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def target(url: str, kind: str = "local") -> Target:
    services = {"todos": Service("todos", url, Path("spec"), "own")}
    return Target("here", "local" if kind == "local" else "deployed", Path("here.toml"), services, {})


needs_many = pytest.mark.skipif(not a_source_address(), reason="this system has one loopback address only")


@needs_many
def test_a_request_comes_from_the_address_it_names(mirror: str) -> None:
    address = a_source_address()
    answer = RequestsTransport().send(Request("x", "POST", mirror, source_address=address))
    assert answer.text == address
    assert address not in ("127.0.0.1", a_source_address())


@needs_many
def test_what_is_limited_by_address_comes_from_a_new_one_each_time(mirror: str) -> None:
    todos = connect(target(mirror)).todos
    seen = [
        todos.register_todo_user(*ADA).text,
        todos.login_todo_user(*ADA).text,
        todos.login_todo_user(*ADA).text,
    ]
    assert len(set(seen)) == 3
    assert "127.0.0.1" not in seen


@needs_many
def test_who_names_an_address_keeps_it(mirror: str) -> None:
    todos, address = connect(target(mirror)).todos, a_source_address()
    assert [todos.login_todo_user(*ADA, source=address).text for _ in range(2)] == [address] * 2


def test_what_is_not_limited_by_address_comes_from_wherever_it_comes(mirror: str) -> None:
    assert connect(target(mirror)).todos.create_todo("x", token="t").text == "127.0.0.1"


@pytest.mark.parametrize(("kind", "url"), [("deployed", "http://127.0.0.1:9"), ("local", "http://todos.test")])
def test_elsewhere_the_network_decides(kind: str, url: str) -> None:
    transport = FakeTransport()
    connect(target(url, kind), lambda: transport).todos.login_todo_user(*ADA, source="127.1.2.3")
    assert transport.sent[0].source_address == ""
