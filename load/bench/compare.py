"""Comparisons whose answer is known, for `load.bench`: servers that sleep 100 ms, one of them 10 % longer.

`python -m load.bench.compare serve PORT MILLISECONDS` is a server; `… measure BASE SAME SLOWER` holds ten comparisons
of each of the other two with BASE, and prints `[{slower, ratio, low, high, findings}, …]` for their p50.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from locust.env import Environment

from load.act import set_act
from load.bench.generator import Ours, act_at
from load.bench.servers import app
from load.compared.ratios import Histograms, Pair, Side, ratios_of, sides
from load.performer import Performer
from load.scenario import Comparison, Scenario, Share
from load.vocabulary import PERCENTILES

COMPARISONS = 10  # of each kind
USERS, SECONDS = 4, 0.6  # some 20 answers: enough for a p50; more users would wait for each other, not for the sleep
ASKED = Comparison(margin=0.05, rounds=16, percentiles=("p50",))
SCENARIO = Scenario("bench", "", (), {"redirects": Share(1)}, (), ())


def serve(port: int, milliseconds: float) -> None:
    """Answers redirects, each after so long."""
    from gevent.pywsgi import WSGIServer  # type: ignore[import-untyped]  # noqa: PLC0415

    def sleeping(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        time.sleep(milliseconds / 1000)
        return app(environ, start_response)

    WSGIServer(("127.0.0.1", port), sleeping, log=None).serve_forever()


def round_at(address: str, seconds: float = SECONDS) -> Histograms:
    """One round of our own readers: the recording that a comparison's rounds have."""
    environment = Environment(user_classes=[Ours])
    runner = environment.create_local_runner()
    act = act_at(address, SCENARIO)
    Performer(environment, SCENARIO, "bench")
    set_act(environment, act)
    runner.start(USERS, spawn_rate=100)
    time.sleep(seconds)
    act.closing = True
    runner.quit()
    return {name: operation.response for name, operation in act.take().operations.items()}


def compared(base: str, candidate: str) -> dict[str, Any]:
    """One comparison, in the order and with the judgement that `make load BASE=` has."""
    addresses: dict[Side, str] = {"base": base, "candidate": candidate}
    rounds = [(side, round_at(addresses[side])) for side in sides(ASKED.rounds)]
    pairs: list[Pair] = []
    for at in range(0, len(rounds), 2):
        pair = dict(rounds[at : at + 2])
        pairs.append((pair["base"], pair["candidate"]))
    found = ratios_of(pairs, {name: PERCENTILES[name] for name in ASKED.percentiles}, ASKED.margin)
    first = found[0]
    told = {"ratio": first.ratio, "low": first.low, "high": first.high}
    return told | {"findings": {ratio.percentile: ratio.finding for ratio in found}}


def main() -> int:
    """See above."""
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), float(sys.argv[3]))
        return 0
    base, same, slower = sys.argv[2:5]
    round_at(base)  # what is slow only once is nobody's
    both = [(False, same), (True, slower)] * COMPARISONS
    print(json.dumps([{"slower": is_slower} | compared(base, address) for is_slower, address in both]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
