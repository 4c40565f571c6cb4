"""Calls to neighbours: retried, timed, counted once by the breaker, and never in a queue behind each other."""

import json
import random
import socket
import threading
from collections.abc import Callable

import pytest

from fixtures.services.platform import correlation, logs, outgoing
from fixtures.services.platform.messages import Problem
from fixtures.services.platform.outgoing import Answer, Dependency
from tests.services.orders_world import Neighbours, Reply


def dependency(url: str, reset_seconds: float = 30.0) -> Dependency:
    return Dependency("Users service", url, caller="orders", reset_seconds=reset_seconds, pause=lambda _: None)


def in_turn(*replies: Reply) -> Callable[[], Reply]:
    """Each reply once, the last one for ever."""
    left = list(replies)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def refused(users: Dependency, path: str = "/users/ada") -> Problem:
    with pytest.raises(Problem) as caught:
        users.get(path)
    return caught.value


@pytest.fixture
def nobody() -> str:
    """An address where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_an_answer_is_status_and_json(neighbours: Neighbours) -> None:
    users = dependency(neighbours.url)
    assert users.get("/users/ada") == Answer(200, {"username": "ada"})
    assert users.get("/users/nobody").status == 404


def test_the_request_id_travels_on(neighbours: Neighbours) -> None:
    correlation.accept({"x-request-id": "basket-1"})
    dependency(neighbours.url).get("/users/ada")
    [(_, headers)] = neighbours.asked
    assert headers["x-request-id"] == "basket-1"
    assert headers["traceparent"] == correlation.traceparent.get()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_passing_trouble_is_retried(neighbours: Neighbours, status: int) -> None:
    neighbours.replies["/users/ada"] = in_turn((status, {}), (status, {}), (200, {}))
    assert dependency(neighbours.url).get("/users/ada").status == 200
    assert len(neighbours.asked) == 3


def test_two_retries_are_all(neighbours: Neighbours) -> None:
    neighbours.replies["/users/ada"] = (503, {})
    problem = refused(dependency(neighbours.url))
    assert (problem.status, problem.headers["Retry-After"]) == (503, "1")
    assert problem.message == "Users service is not available. Please try again later."
    assert len(neighbours.asked) == 3


def test_a_crash_of_the_neighbour_is_not_retried(neighbours: Neighbours) -> None:
    neighbours.replies["/users/ada"] = (500, {})
    refused(dependency(neighbours.url))
    assert len(neighbours.asked) == 1


def test_a_neighbour_that_hangs_is_asked_once(neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "TIMEOUTS", (1.0, 0.05))
    answered = threading.Event()
    neighbours.replies["/users/ada"] = lambda: (200, {}) if answered.wait(5) else (500, {})
    refused(dependency(neighbours.url))
    answered.set()
    assert len(neighbours.asked) == 1


def test_the_circuit_opens_after_five_failed_calls(neighbours: Neighbours) -> None:
    neighbours.replies["/users/ada"] = (503, {})
    users = dependency(neighbours.url)
    for _ in range(5):
        refused(users)
    asked = len(neighbours.asked)
    problem = refused(users)
    assert (asked, len(neighbours.asked)) == (15, 15)  # retries count for nothing, the sixth call isn't made
    assert 28 <= int(problem.headers["Retry-After"]) <= 30


def test_only_failures_in_a_row_open_the_circuit(neighbours: Neighbours) -> None:
    users = dependency(neighbours.url)
    neighbours.replies["/users/broken"] = (500, {})
    for path in ["/users/broken"] * 4 + ["/users/nobody"] + ["/users/broken"] * 4:
        if path == "/users/nobody":
            assert users.get(path).status == 404  # an answer, so a sign of life
        else:
            refused(users, path)
    assert users.get("/users/ada").status == 200


def test_nothing_listening_opens_the_circuit_too(nobody: str) -> None:
    users = dependency(nobody)
    for _ in range(5):
        refused(users)
    assert int(refused(users).headers["Retry-After"]) > 1


def test_after_the_reset_time_one_trial_closes_the_circuit(neighbours: Neighbours) -> None:
    users = dependency(neighbours.url, reset_seconds=0.0)
    neighbours.replies["/users/broken"] = (500, {})
    for _ in range(5):
        refused(users, "/users/broken")
    assert users._circuit.state == "open"
    assert users.get("/users/ada").status == 200
    assert users._circuit.state == "closed"


def test_a_failed_trial_leaves_the_circuit_open(neighbours: Neighbours) -> None:
    users = dependency(neighbours.url, reset_seconds=0.0)
    neighbours.replies["/users/broken"] = (500, {})
    for _ in range(6):
        refused(users, "/users/broken")
    assert users._circuit.state == "open"


def test_while_one_trial_is_under_way_others_are_refused(neighbours: Neighbours) -> None:
    users = dependency(neighbours.url, reset_seconds=0.0)
    neighbours.replies["/users/broken"] = (500, {})
    for _ in range(5):
        refused(users, "/users/broken")

    def meanwhile() -> Reply:
        refused(users)
        return 200, {}

    neighbours.replies["/users/trial"] = meanwhile
    assert users.get("/users/trial").status == 200
    assert "/users/ada" not in [path for path, _ in neighbours.asked]


def test_calls_run_beside_each_other(neighbours: Neighbours) -> None:
    # pybreaker's own `call` would hold its lock here, and the barrier would break.
    together = threading.Barrier(2, timeout=1.5)
    neighbours.replies["/users/ada"] = lambda: (200, together.wait())
    users = dependency(neighbours.url)
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(users.get("/users/ada").status)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert statuses == [200, 200]


def pauses_of(url: str, seed: int) -> list[float]:
    """How long a dependency pauses between its tries at a neighbour that is down."""
    slept: list[float] = []
    chance = random.Random(seed)
    users = Dependency("Users service", url, caller="orders", pause=slept.append, chance=chance)
    refused(users)
    return slept


def test_pauses_are_drawn_and_grow(nobody: str) -> None:
    drawn = [pauses_of(nobody, seed) for seed in range(20)]
    assert all(len(pauses) == outgoing.RETRIES for pauses in drawn)
    firsts, seconds = zip(*drawn, strict=True)
    assert all(0.05 <= pause <= 0.1 for pause in firsts)
    assert all(0.1 <= pause <= 0.2 for pause in seconds)
    # Callers that failed together must not come back together.
    assert len({round(pause, 4) for pause in firsts}) == 20
    assert max(firsts) - min(firsts) > 0.03


def test_one_seed_gives_the_same_pauses(nobody: str) -> None:
    assert pauses_of(nobody, 7) == pauses_of(nobody, 7)
    assert pauses_of(nobody, 7) != pauses_of(nobody, 8)


def test_every_retry_is_a_log_line(neighbours: Neighbours, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("orders")
    neighbours.replies["/users/ada"] = in_turn((503, {}), (502, {}), (200, {}))
    dependency(neighbours.url).get("/users/ada")
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    seen = [(line["attempt"], line["method"], line["trouble"]) for line in told]
    assert seen == [(2, "GET", "status 503"), (3, "GET", "status 502")]
    assert all(line["pause_ms"] > 0 and line["service"] == "orders" for line in told)


def test_nothing_is_told_where_the_first_try_succeeds(
    neighbours: Neighbours, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("orders")
    dependency(neighbours.url).get("/users/ada")
    assert capsys.readouterr().out == ""


def test_the_circuit_tells_when_it_opens_and_closes(nobody: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("orders")
    users = dependency(nobody)
    for _ in range(5):
        refused(users)
    told = [json.loads(line)["message"] for line in capsys.readouterr().out.splitlines()]
    assert [message for message in told if "circuit" in message] == ["The circuit to Users service: closed → open"]
