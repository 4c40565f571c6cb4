"""Calls by libcurl: kept connections, one for each process, and the two ways of not being answered."""

import os
import socket
import threading

import pytest

from fixtures.services.platform.http_calls import NoAnswer, NoConnection, send
from tests.services.orders_world import Neighbours

TIMEOUTS = (1.0, 2.0)


def test_a_connection_is_kept(neighbours: Neighbours) -> None:
    for _ in range(3):
        assert send(f"{neighbours.url}/users/ada", (), timeouts=TIMEOUTS).status == 200
    assert len(neighbours.connections) == 1


def test_a_fork_has_connections_of_its_own(neighbours: Neighbours) -> None:
    send(f"{neighbours.url}/users/ada", (), timeouts=TIMEOUTS)
    pid = os.fork()
    if pid == 0:
        send(f"{neighbours.url}/users/ada", (), timeouts=TIMEOUTS)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    send(f"{neighbours.url}/users/ada", (), timeouts=TIMEOUTS)
    assert len(neighbours.connections) == 2


def test_no_cookie_is_kept_and_no_redirect_followed(neighbours: Neighbours) -> None:
    neighbours.replies["/users/ada"] = (302, {})
    assert send(f"{neighbours.url}/users/ada", ("cookie: a",), timeouts=TIMEOUTS).status == 302
    send(f"{neighbours.url}/users/ben", (), timeouts=TIMEOUTS)
    assert "cookie" not in neighbours.asked[1][1]


def test_nobody_there_is_no_connection() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(NoConnection):
        send(address, (), timeouts=TIMEOUTS)


def test_a_listener_that_never_accepts_is_no_answer_and_one_that_leaves_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(NoAnswer):
            send(address, (), timeouts=(0.05, 0.05))
        threading.Thread(target=_accept_and_leave, args=(server,)).start()
        with pytest.raises(NoConnection):
            send(address, (), timeouts=TIMEOUTS)


def _accept_and_leave(server: socket.socket) -> None:
    for _ in range(2):  # the one that waited in vain is first
        server.accept()[0].close()


def test_a_proxy_of_the_environment_is_asked_only_where_wanted(
    neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", neighbours.url)
    with pytest.raises(NoConnection):
        send("http://plumbline.invalid/users/ada", (), timeouts=TIMEOUTS)
    send("http://plumbline.invalid/users/ada", (), timeouts=TIMEOUTS, proxies=True)
    assert neighbours.asked[0][0] == "http://plumbline.invalid/users/ada"
