"""How often a caller may do something, and what is said when it was too often."""

import time
from collections.abc import Callable

import pytest
from limits.storage import MemoryStorage

from fixtures.services.platform.messages import Problem
from fixtures.services.platform.rate_limit import Limiter, limiter_for


@pytest.fixture
def limiter() -> Limiter:
    return Limiter(MemoryStorage())


def test_each_event_uses_up_one_and_the_last_is_followed_by_a_refusal(limiter: Limiter) -> None:
    assert [limiter.hit("3/minute", "ada").remaining for _ in range(3)] == [2, 1, 0]
    with pytest.raises(Problem) as caught:
        limiter.hit("3/minute", "ada")
    problem = caught.value
    assert problem.status == 429
    assert problem.message == "You have exceeded your request rate limit. Please try again later."
    assert problem.headers["X-RateLimit-Limit"] == "3"
    assert problem.headers["X-RateLimit-Remaining"] == "0"
    assert 50 <= int(problem.headers["Retry-After"]) <= 60
    assert 50 <= int(problem.headers["X-RateLimit-Reset"]) - time.time() <= 61


def test_checking_counts_nothing_and_refuses_once_the_limit_is_used_up(limiter: Limiter) -> None:
    for _ in range(5):
        assert limiter.check("1/minute", "ada").remaining == 1
    limiter.hit("1/minute", "ada")
    with pytest.raises(Problem) as caught:
        limiter.check("1/minute", "ada")
    assert caught.value.status == 429


def test_keys_do_not_share_a_limit(limiter: Limiter) -> None:
    limiter.hit("1/minute", "ada")
    assert limiter.hit("1/minute", "ben").headers()["X-RateLimit-Remaining"] == "0"


def test_a_storage_that_is_down_is_503_with_a_time_to_come_back() -> None:
    unreachable = limiter_for("redis://127.0.0.1:1/0", production=True)
    calls: list[Callable[[str, str], object]] = [unreachable.hit, unreachable.check]
    for call in calls:
        with pytest.raises(Problem) as caught:
            call("1/minute", "ada")
        assert caught.value.status == 503
        assert int(caught.value.headers["Retry-After"]) > 0
    with pytest.raises(Problem):
        unreachable.ping()


def test_production_keeps_no_limits_in_the_memory_of_one_process() -> None:
    with pytest.raises(ValueError, match="Set REDIS_URL"):
        limiter_for("", production=True)
    limiter_for("", production=False).ping()
