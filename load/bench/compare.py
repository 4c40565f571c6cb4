"""Comparisons whose answer is known, for `load.bench`: servers that sleep 100 ms, one of them 10 % longer.

`python -m load.bench.compare serve PORT MILLISECONDS` is a server; `… measure BASE SAME SLOWER` holds ten comparisons
of each of the other two with BASE, and prints `[{slower, ratio, low, high, findings}, …]` for their p50; each is said
on standard error as soon as it is known.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from locust.env import Environment

from load.act import set_act
from load.bench.generator import Ours, act_at
from load.bench.rows import BenchError
from load.bench.servers import app
from load.compared.ratios import Pair, Ratio, Side, looks, ratios_of, settled
from load.latencies import microseconds
from load.performer import Performer
from load.scenario import Comparison, Scenario, Share
from load.vocabulary import PERCENTILES

ORDER: tuple[Side, ...] = ("base", "candidate", "candidate", "base")
COMPARISONS = 10  # of each kind
USERS = 4  # more would wait for each other, not for the sleep
SETTLING, SECONDS = 0.15, 0.35  # of a turn: what doesn't count, and what does
ASKED = Comparison(margin=0.05, rounds=30, percentiles=("p50",))
SCENARIO = Scenario("bench", "", (), {"redirects": Share(1)}, (), ())


def serve(port: int, milliseconds: float) -> None:
    """Answers redirects, each after so long."""
    from gevent.pywsgi import WSGIServer  # type: ignore[import-untyped]  # noqa: PLC0415

    def sleeping(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        time.sleep(milliseconds / 1000)
        return app(environ, start_response)

    WSGIServer(("127.0.0.1", port), sleeping, log=None).serve_forever()


def turn_at(address: str) -> Counter[int]:
    """One turn of our own readers, with the recording that a comparison's have: how often each latency (µs) came."""
    environment = Environment(user_classes=[Ours])
    runner = environment.create_local_runner()
    act, settled_at = act_at(address, SCENARIO), time.monotonic() + SETTLING
    values: Counter[int] = Counter()

    def heard(response_time: float, **_: Any) -> None:
        if time.monotonic() - response_time / 1000 >= settled_at:
            values[microseconds(response_time)] += 1

    Performer(environment, SCENARIO, "bench")
    environment.events.request.add_listener(heard)
    set_act(environment, act)
    runner.start(USERS, spawn_rate=100)
    time.sleep(SETTLING + SECONDS)
    failures = runner.stats.total.num_failures
    act.closing = True
    runner.quit()
    if failures:
        raise BenchError(f"{address}: {failures} requests failed")
    return values


def compared(base: str, candidate: str) -> dict[str, Any]:
    """One comparison, in the order, with the looks and the judgement that `make load BASE=` has."""
    addresses: dict[Side, str] = {"base": base, "candidate": candidate}
    pairs: list[Pair] = []
    found: list[Ratio] = []
    for until, error in looks(ASKED.rounds).items():
        pairs += [_pair(addresses) for _ in range(until - len(pairs))]
        found = ratios_of(pairs, {name: PERCENTILES[name] for name in ASKED.percentiles}, ASKED.margin, error)
        if settled(found):
            break
    told = {"ratio": found[0].ratio, "low": found[0].low, "high": found[0].high, "pairs": len(pairs)}
    return told | {"findings": {ratio.percentile: ratio.finding for ratio in found}}


def _pair(addresses: dict[Side, str]) -> Pair:
    both: dict[Side, Counter[int]] = {side: Counter() for side in addresses}
    for side in ORDER:
        both[side].update(turn_at(addresses[side]))
    return {"followLink": both["base"]}, {"followLink": both["candidate"]}


def main() -> int:
    """See above."""
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), float(sys.argv[3]))
        return 0
    base, same, slower = sys.argv[2:5]
    both = [(False, same), (True, slower)] * COMPARISONS
    try:
        turn_at(base)  # what is slow only once is nobody's
        print(json.dumps([_told({"slower": is_slower} | compared(base, address)) for is_slower, address in both]))
    except BenchError as error:
        sys.exit(str(error))
    return 0


def _told(found: dict[str, Any]) -> dict[str, Any]:
    print(json.dumps(found), file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
