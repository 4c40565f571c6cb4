"""One sample of growth for `load.bench`: the CPU of a generator at a fixed rate of arrivals, with so many users.

`python -m load.bench.growth open|closed ADDRESS RATE USERS` prints `{cpu, count, rate, failures}`: ms of CPU a request.
Open, users wait for arrivals; closed, each of them keeps a pace, and all paces together are the same rate.
"""

import json
import sys
import time

from locust import User, constant_pacing
from locust.env import Environment

from load.act import set_act
from load.bench.generator import Ours, act_at
from load.performer import Performer, arrive
from load.pool import Pool
from load.scenario import Arrivals, Scenario, Share, Stage
from load.schedule import schedule
from load.visitor import Visitor

WARM_UP, SECONDS = 1.0, 3.0


def sample(kind: str, address: str, rate: float, users: int) -> dict[str, float]:
    """Drives the load for `WARM_UP` seconds unmeasured, then for `SECONDS`."""
    is_open = kind == "open"
    stage = Stage("only", WARM_UP + SECONDS, arrivals=Arrivals(rate, rate))
    scenario = Scenario("bench", "", (stage,), {"redirects": Share(1)}, (), (), most_users=users)
    Ours.wait_time = constant_pacing(users / rate)
    Visitor.cast = {"redirects": Ours}
    cast: list[type[User]] = [Visitor if is_open else Ours]
    environment = Environment(user_classes=cast)
    runner = environment.create_local_runner()
    Performer(environment, scenario, "bench")
    pool = Pool()
    act = act_at(address, scenario, pool if is_open else None)
    set_act(environment, act)
    runner.start(users, spawn_rate=1000, wait=True)
    if is_open:
        runner.greenlet.spawn(arrive, act, pool, schedule(scenario, 1))
    time.sleep(WARM_UP)
    count, cpu, began = runner.stats.total.num_requests, time.process_time(), time.monotonic()
    time.sleep(SECONDS)
    count, cpu = runner.stats.total.num_requests - count, time.process_time() - cpu
    made = count / (time.monotonic() - began)
    failures = runner.stats.total.num_failures
    runner.quit()
    return {"cpu": cpu * 1000 / max(count, 1), "count": count, "rate": made, "failures": failures}


def main() -> int:
    """See above."""
    print(json.dumps(sample(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
