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
from load.bench.servers import CODE, LOCATION
from load.checking import check
from load.contract import contract_of
from load.given import Given, Link
from load.key_ring import KeyRing
from load.performer import Performer
from load.pool import Pool
from load.rate_cap import RateCap
from load.sampling import Sampler
from load.scenario import Scenario, Share
from load.users.redirects import Redirects

USERS = 20
WARM_UP = 0.5
CONTRACT = Path("contracts/specs/links.openapi.yaml")


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
    """The reader of our redirects persona: drivers, judge, tally, histograms and sampled checks included."""

    wait_time = constant(0)


Ours.tasks = [Redirects.follow]  # said in the class, it would only be added to what Redirects does


def main() -> int:
    """`python -m load.bench.generator ours|bare http://127.0.0.1:PORT SECONDS` prints `{count, seconds, cpu}`."""
    kind, address, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    Bare.address = address
    users: dict[str, type[User]] = {"ours": Ours, "bare": Bare}
    environment = Environment(user_classes=[users[kind]])
    runner = environment.create_local_runner()
    scenario = Scenario("bench", "", (), {"redirects": Share(1)}, (), ())
    act = act_at(address, scenario)
    contract = contract_of(act.target, ["followLink"])
    if kind == "ours":
        Performer(environment, scenario, "bench")
        set_act(environment, act)
    runner.start(USERS, spawn_rate=100)
    time.sleep(WARM_UP)
    count, cpu, began = runner.stats.total.num_requests, time.process_time(), time.monotonic()
    time.sleep(seconds)
    count, took = runner.stats.total.num_requests - count, time.monotonic() - began
    checked = 0
    if kind == "ours":  # what is left for after the load costs CPU all the same
        checked = sum(found.count for found in check(act.sampler, contract, act.redactor, lambda: None).values())
        act.take()
    cpu, failures = time.process_time() - cpu, runner.stats.total.num_failures
    runner.quit()
    print(json.dumps({"count": count, "seconds": took, "cpu": cpu, "failures": failures, "checked": checked}))
    return 0


def act_at(address: str, scenario: Scenario, pool: Pool | None = None) -> Act:
    """An act whose only link is at that address."""
    service = Service("links", address, CONTRACT)
    target = Target("bench", "deployed", Path("none"), MappingProxyType({"links": service}), MappingProxyType({}))
    return Act(
        target=target,
        scenario=scenario,
        given=Given((Link(CODE, LOCATION, ""),)),
        keys=KeyRing([]),
        random=Random(1),  # noqa: S311
        redactor=Redactor(),
        cap=RateCap(0),
        sampler=Sampler(0.01, Random(2)),  # noqa: S311
        pool=pool,
    )


if __name__ == "__main__":
    sys.exit(main())
