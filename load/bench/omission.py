"""One sample of coordinated omission for `load.bench`: the p99 of a server that stalls 1 s every 10 s, as told by
Locust itself, by our open arrivals, and by the schedule of arrivals, which knows it exactly.

`python -m load.bench.omission serve PORT EPOCH` is the server; `… ours|bare ADDRESS EPOCH` prints
`{p99, count, failures}`, p99 in ms; ours also `true`, `starved` and `due`, how many arrivals there were.
EPOCH is on the machine's monotonic clock, which all processes share: stalls are the tenth second of each ten after it.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from locust import User, constant_throughput
from locust.env import Environment

from load.act import set_act
from load.bench.generator import Bare, act_at
from load.bench.servers import app
from load.performer import Performer, arrive
from load.pool import Pool
from load.scenario import Arrivals, Scenario, Share, Stage
from load.schedule import Due, schedule
from load.users.redirects import Redirects
from load.visitor import Visitor

CYCLE, STALL = 10.0, 1.0
RATE = 50  # a second: few enough that the server's own work after a stall is nothing beside the stall
CLOSED_USERS = 2  # each asks for 25 requests a second: the same rate, while the server keeps up
OPEN_USERS = 80
AFTERWARDS = 1.5  # seconds for the answers to what came last


class Closed(Bare):
    """A user of Locust's as its manual has it: a rate of its own, and a wait for each answer."""

    wait_time = constant_throughput(RATE / CLOSED_USERS)


class Reader(Redirects):
    """Follows the one link there is."""


Reader.tasks = [Redirects.follow]  # said in the class, it would only be added to what Redirects does


class Counting(Pool):
    """A pool that remembers when everything was due."""

    def __init__(self) -> None:
        super().__init__()
        self.dues: list[float] = []

    def offer(self, due: Due) -> None:
        """See `Pool`."""
        self.dues.append(due.at)
        super().offer(due)


def stalled(at: float, epoch: float) -> float:
    """How many seconds a request that arrives then has to wait."""
    phase = (at - epoch) % CYCLE
    return CYCLE - phase if phase >= CYCLE - STALL else 0.0


def true_p99(dues: Iterable[float], epoch: float) -> float:
    """In ms, from the schedule alone: what the server adds to its own millisecond is known for each arrival."""
    waits = sorted(stalled(due, epoch) for due in dues)
    return waits[max(round(0.99 * len(waits)), 1) - 1] * 1000


def serve(port: int, epoch: float) -> None:
    """Answers redirects, but when it stalls."""
    from gevent.pywsgi import WSGIServer  # type: ignore[import-untyped]  # noqa: PLC0415

    def stalling(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        time.sleep(stalled(time.monotonic(), epoch))
        return app(environ, start_response)

    WSGIServer(("127.0.0.1", port), stalling, log=None, backlog=1024).serve_forever()


def bare(address: str, epoch: float) -> dict[str, float]:
    """Locust alone, for one cycle."""
    Closed.address = address
    environment = Environment(user_classes=[Closed])
    runner = environment.create_local_runner()
    _until_next_cycle(epoch)
    runner.start(CLOSED_USERS, spawn_rate=1000)
    time.sleep(CYCLE)
    total = runner.stats.total
    p99 = float(total.get_response_time_percentile(0.99))
    told = {"p99": p99, "count": total.num_requests, "failures": total.num_failures}
    runner.quit()
    return told


def ours(address: str, epoch: float) -> dict[str, float]:
    """Open arrivals, for one cycle."""
    stage = Stage("only", CYCLE, arrivals=Arrivals(RATE, RATE))
    scenario = Scenario("bench", "", (stage,), {"redirects": Share(1)}, (), (), most_users=OPEN_USERS)
    pool = Counting()
    Visitor.cast = {"redirects": Reader}
    users: list[type[User]] = [Visitor]
    environment = Environment(user_classes=users)
    runner = environment.create_local_runner()
    Performer(environment, scenario, "bench")
    act = act_at(address, scenario, pool)
    set_act(environment, act)
    runner.start(OPEN_USERS, spawn_rate=1000, wait=True)
    _until_next_cycle(epoch)
    arrive(act, pool, schedule(scenario, 1))
    time.sleep(AFTERWARDS)
    operation, failures = act.take().operations["followLink"], runner.stats.total.num_failures
    runner.quit()
    found = operation.response.percentiles({"p99": 99.0})["p99"]
    told = {"p99": found, "true": true_p99(pool.dues, epoch), "starved": pool.starved.total(), "due": len(pool.dues)}
    return told | {"count": operation.count, "failures": failures}


def _until_next_cycle(epoch: float) -> None:
    time.sleep(CYCLE - (time.monotonic() - epoch) % CYCLE)


def main() -> int:
    """See above."""
    what, where, epoch = sys.argv[1], sys.argv[2], float(sys.argv[3])
    if what == "serve":
        serve(int(where), epoch)
    else:
        print(json.dumps(ours(where, epoch) if what == "ours" else bare(where, epoch)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
