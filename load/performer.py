"""The generating side of a run, in each process that has users: begins, is watched, and drains."""

import gc
import time
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import gevent  # type: ignore[import-untyped]
from locust.env import Environment

from fixtures.clean import as_guest, take_away_own
from fixtures.clients.platform import redactor_of
from fixtures.errors import CallError, PlumblineError
from fixtures.target import load, settings
from load import given as givens
from load.act import Act, act_of, set_act
from load.checking import check
from load.contract import Contract, asked_of, contract_of
from load.key_ring import KeyRing
from load.pool import Pool
from load.rate_cap import RateCap
from load.sampling import Sampler
from load.scenario import Scenario
from load.schedule import Due, schedule
from load.tally import Sample, Tally
from load.turns import OWN, ROUND, Turns
from load.workers import fingerprint, require_same_features
from reports.evidence import new_run

BEAT = 0.05  # seconds between two looks at how late greenlets start
LOOK = 0.1


class Performer:
    """One per process; `name` tells the processes of a run apart. With a `problem` it can't begin. With `turns`, load
    is made in these only."""

    def __init__(
        self,
        environment: Environment,
        scenario: Scenario,
        name: str,
        problem: PlumblineError | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._environment = environment
        self._scenario = scenario
        self._name = name
        self._problem = problem
        self._turns = turns
        self._schedule: Iterator[Due] = iter(())
        self._contract = Contract({})
        environment.events.request.add_listener(self._on_request)
        environment.events.test_stop.add_listener(self._on_stop)

    def begin(
        self, *, given: dict[str, Any], index: int, workers: int, seed: int, mark: str, features: Mapping[str, str]
    ) -> None:
        """Puts a new act on stage: `index` of `workers` processes, each with its own part of the API keys and of the
        arrivals. Scenario, features, target and its secrets are this process's own: raises a `CallError` where they are
        not those of the conductor, whose `mark` is the fingerprint of scenario and target."""
        set_act(self._environment, None)
        if self._problem is not None:
            raise self._problem
        require_same_features(self._scenario, features)
        target = load(settings().target)
        if fingerprint(self._scenario, target) != mark:
            raise CallError(
                f"SCENARIO={settings().scenario} or TARGET={target.path} is not what the master has: the same stages "
                "and the same addresses are needed; give both the same files"
            )
        if target.kind == "deployed":  # a worker elsewhere has a run folder, and so a ledger, of its own
            target = as_guest(target, settings().run_dir or new_run())
        keys = givens.api_keys(target, index, workers) if "redirects" in self._scenario.mix else []
        act = Act(
            target=target,
            scenario=self._scenario,
            given=givens.from_wire(given),
            keys=KeyRing(keys),
            random=Random(f"{seed}-{index}"),  # noqa: S311  (choices of the users, not secrets)
            redactor=redactor_of(target),
            cap=RateCap(target.limits.get("requests_per_second", 0) / workers),
            sampler=Sampler(self._scenario.sample, Random(f"{seed}-{index}-checks")),  # noqa: S311
            pool=Pool() if self._scenario.open else None,
            turns=self._turns,
        )
        self._schedule = schedule(self._scenario, seed, index, workers)
        self._contract = contract_of(target, asked_of(self._scenario, target))
        set_act(self._environment, act)
        # What is there before the load stays: nothing that is due waits for the garbage collector to look through it.
        gc.unfreeze()  # an earlier run's, which may be garbage by now
        gc.collect()
        gc.freeze()

    def go(self) -> None:
        """The stages begin now: from here on, iterations become due."""
        act = act_of(self._environment)
        if act is not None and act.pool is not None:
            gc.freeze()  # all users are there by now; nothing is looked for, which would take part of the first second
            gevent.spawn(arrive, act, act.pool, self._schedule)

    def take(self) -> Tally:
        """What was counted since the last call; empty outside a run."""
        act = act_of(self._environment)
        return act.take() if act else Tally()

    def drain(self, patience: float) -> None:
        """Lets every iteration under way finish, for `patience` seconds at most, and no new one start; then holds what
        was put aside against the contract."""
        act = act_of(self._environment)
        if act is None:
            return
        _close(act)
        end = time.monotonic() + patience
        while act.active and time.monotonic() < end:
            time.sleep(LOOK)
        take_away_own(act.target)
        act.tally.checked = check(act.sampler, self._contract, act.redactor, lambda: time.sleep(0))

    def watch(self) -> None:
        """A greenlet's work: once a second, the share of a core used and the worst delay of a greenlet's start. By
        turns, once a round, and the share is that of the own ones."""
        every, own = (1.0, 1.0) if self._turns is None else (ROUND, OWN / ROUND)
        cpu, second, worst = time.process_time(), time.monotonic(), 0.0
        while True:
            due = time.monotonic() + BEAT
            time.sleep(BEAT)
            now = time.monotonic()
            worst = max(worst, now - due)
            if now - second < every:
                continue
            used = time.process_time()
            self._sampled((used - cpu) / (now - second) / own, worst * 1000)
            cpu, second, worst = used, now, 0.0

    def _sampled(self, cpu: float, lag_ms: float) -> None:
        act = act_of(self._environment)
        if act is not None and not act.closing:
            act.tally.samples.append(Sample(self._name, int(time.time()), round(cpu, 3), round(lag_ms, 1)))

    def _on_stop(self, **_: Any) -> None:
        act = act_of(self._environment)
        if act is not None:
            _close(act)

    def _on_request(self, **event: Any) -> None:
        act = act_of(self._environment)
        if act is not None:
            act.on_request(**event)


def arrive(act: Act, pool: Pool, dues: Iterator[Due]) -> None:
    """A greenlet's work: offers every iteration when it is due, however late this greenlet itself is."""
    start, begun = time.monotonic(), time.time()
    for due in dues:
        at = start + (due.at if act.turns is None else act.turns.until(begun, due.at))
        wait = at - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        if act.closing:
            return
        act.tally.due[due.persona] += 1
        pool.offer(Due(at, due.persona))


def _close(act: Act) -> None:
    if act.closing:
        return
    act.closing = True
    if act.pool is not None:
        act.tally.never_begun.update(act.pool.close())
        act.tally.starved.update(act.pool.starved)
