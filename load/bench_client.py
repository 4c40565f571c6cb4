"""One sample for `load.bench`: a generator alone, redirects as fast as it can, requests per second of its own CPU."""

import json
import sys
import time
from pathlib import Path
from random import Random
from types import MappingProxyType

from locust import FastHttpUser, User, constant, task
from locust.env import Environment

from fixtures.clients import Redactor
from fixtures.target import Service, Target
from load.act import Act, set_act
from load.bench_server import LOCATION
from load.given import Given, Link
from load.key_ring import KeyRing
from load.performer import Performer
from load.rate_cap import RateCap
from load.sampling import Sampler
from load.scenario import Scenario, Share
from load.users.redirects import Redirects

CODE = "aB3dE6g"
USERS = 20
WARM_UP = 0.5


class Bare(FastHttpUser):
    """What Locust's users have without us."""

    host = ""
    wait_time = constant(0)
    address = ""

    @task
    def follow(self) -> None:
        """The same request, unjudged."""
        self.client.get(f"{self.address}/{CODE}", name="followLink", allow_redirects=False)


class Ours(Redirects):
    """The reader of our redirects persona: drivers, judge, tally and histogram included."""

    wait_time = constant(0)
    tasks = [Redirects.follow]  # noqa: RUF012  (Locust's own form)


def main() -> int:
    """`python -m load.bench_client ours|bare http://127.0.0.1:PORT SECONDS` prints `{count, seconds, cpu}`."""
    kind, address, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    Bare.address = address
    users: dict[str, type[User]] = {"ours": Ours, "bare": Bare}
    environment = Environment(user_classes=[users[kind]])
    runner = environment.create_local_runner()
    if kind == "ours":
        scenario = Scenario("bench", "", (), {"redirects": Share(1)}, (), ())
        Performer(environment, scenario, "bench")
        set_act(environment, _act(scenario, address))
    runner.start(USERS, spawn_rate=100)
    time.sleep(WARM_UP)
    count, cpu, began = runner.stats.total.num_requests, time.process_time(), time.monotonic()
    time.sleep(seconds)
    count, cpu = runner.stats.total.num_requests - count, time.process_time() - cpu
    took, failures = time.monotonic() - began, runner.stats.total.num_failures
    runner.quit()
    print(json.dumps({"count": count, "seconds": took, "cpu": cpu, "failures": failures}))
    return 0


def _act(scenario: Scenario, address: str) -> Act:
    service = Service("links", address, Path("none"))
    target = Target("bench", "deployed", Path("none"), MappingProxyType({"links": service}), MappingProxyType({}))
    given = Given((Link(CODE, LOCATION, ""),))
    return Act(target, scenario, given, KeyRing([]), Random(1), Redactor(), RateCap(0), Sampler(0.01, Random(2)))  # noqa: S311


if __name__ == "__main__":
    sys.exit(main())
