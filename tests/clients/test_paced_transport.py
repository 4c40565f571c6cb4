"""A target's rate is kept: not more requests a second than it allows, and none waits without need."""

from fixtures.clients import FakeTransport, Request
from fixtures.clients.paced_transport import PacedTransport

REQUEST = Request("listUsers", "GET", "http://users.test/users")


class Clock:
    """Time that passes only by pausing."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 3))
        self.now += seconds


def test_requests_in_a_row_are_spread_over_the_second() -> None:
    clock = Clock()
    inner = FakeTransport()
    paced = PacedTransport(inner, 20, lambda: clock.now, clock.pause)
    for _ in range(21):
        paced.send(REQUEST)
    assert round(clock.now - 100.0, 3) == 1.0
    assert clock.pauses == [0.05] * 20
    assert len(inner.sent) == 21


def test_a_request_after_a_rest_does_not_wait() -> None:
    clock = Clock()
    paced = PacedTransport(FakeTransport(), 20, lambda: clock.now, clock.pause)
    paced.send(REQUEST)
    clock.now += 5
    paced.send(REQUEST)
    assert clock.pauses == []
