"""One sample for `load.bench`: the scenario @LNK-020 as load, or the same written by hand; count, seconds and CPU.

`python -m load.bench.gherkin serve PORT MILLISECONDS` is a server of one short link, which answers after so long;
`… gherkin|by-hand ADDRESS SECONDS USERS` prints `{count, seconds, cpu, failures}`.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from locust import FastHttpUser, User, constant, task
from locust.env import Environment

from fixtures.target import Identity
from load.act import Act, set_act
from load.bench.generator import act_at
from load.bench.servers import ADDRESS, CODE, link_app
from load.gherkin import read_scripts
from load.performer import Performer
from load.scenario import Scenario, Share
from load.users.gherkin import Gherkin

SCENARIO_ID = "LNK-020"
SCENARIO = Scenario("bench", "", (), {"gherkin": Share(1)}, (), (), gherkin={SCENARIO_ID: 1})
WARM_UP = 1.0


class ByHand(FastHttpUser):
    """What somebody would write who has no scenarios: the same request, the same two things looked at."""

    host = ""
    wait_time = constant(0)
    address = ""

    @task
    def follow(self) -> None:
        """Follow the link, and be led where it leads."""
        call = self.client.get(f"{self.address}/{CODE}", name="followLink", allow_redirects=False, catch_response=True)
        with call as answer:
            if answer.status_code != 302 or answer.headers.get("Location") != ADDRESS:
                answer.failure("led elsewhere")


class Played(Gherkin):
    """The scenario; its Given is done once a user, as ever."""

    wait_time = constant(0)


def serve(port: int, milliseconds: float) -> None:
    """Answers each request after so long."""
    from gevent.pywsgi import WSGIServer  # type: ignore[import-untyped]  # noqa: PLC0415

    def sleeping(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        time.sleep(milliseconds / 1000)
        return link_app(environ, start_response)

    WSGIServer(("127.0.0.1", port), sleeping, log=None).serve_forever()


def sample(kind: str, address: str, seconds: float, users: int) -> dict[str, float]:
    """One generator for so long, after a warm-up that is not counted."""
    ByHand.address = address
    kinds: dict[str, type[User]] = {"gherkin": Played, "by-hand": ByHand}
    environment = Environment(user_classes=[kinds[kind]])
    runner = environment.create_local_runner()
    if kind == "gherkin":
        Played.scripts = read_scripts([SCENARIO_ID])
        Performer(environment, SCENARIO, "bench")
        set_act(environment, _act(address))
    runner.start(users, spawn_rate=200)
    time.sleep(WARM_UP)
    count, cpu, began = runner.stats.total.num_requests, time.process_time(), time.monotonic()
    time.sleep(seconds)
    cpu, took = time.process_time() - cpu, time.monotonic() - began
    count, failures = runner.stats.total.num_requests - count, runner.stats.total.num_failures
    runner.quit()
    return {"count": count, "seconds": took, "cpu": cpu, "failures": failures}


def _act(address: str) -> Act:
    act = act_at(address, SCENARIO)
    ada = Identity("ada", "ada", api_keys=("a key",))
    act.target = replace(act.target, identities=MappingProxyType({"ada": ada}))
    return act


def main() -> int:
    """See above."""
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), float(sys.argv[3]))
        return 0
    kind, address, seconds, users = sys.argv[1:5]
    print(json.dumps(sample(kind, address, float(seconds), int(users))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
