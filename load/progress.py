"""How a run shows that it is alive: one line that renews itself on a terminal, a plain line now and then in CI."""

import sys
import time

from locust.runners import Runner

from fixtures.target import settings
from load.ensemble import Ensemble
from load.scenario import Scenario

PLAIN_EVERY = 5  # seconds


def show_progress(scenario: Scenario, runner: Runner, ensemble: Ensemble) -> None:
    """A greenlet's work."""
    live = sys.stderr.isatty() and not settings().ci
    shown = 0.0
    while True:
        time.sleep(1)
        if runner.user_count == 0:
            continue
        shown += 1
        line = progress_line(scenario, runner.user_count, ensemble)
        if live:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        elif shown % PLAIN_EVERY == 1:
            print(line, file=sys.stderr, flush=True)


def progress_line(scenario: Scenario, users: int, ensemble: Ensemble) -> str:
    """`smoke 7/14 s · 16 users · 52 requests/s · 0 failures`."""
    seconds = ensemble.so_far().seconds
    if not seconds:
        return f"{scenario.name} · {users} users"
    first, last = min(seconds), max(seconds)
    rate = seconds[max(last - 1, first)].requests if max(last - 1, first) in seconds else 0
    failures = sum(second.failures.total() for second in seconds.values())
    return (
        f"{scenario.name} {last - first + 1}/{scenario.seconds:.0f} s · {users} users · "
        f"{rate} requests/s · {failures} failures"
    )
