"""One load run as its personas see it: the target, the data given, the tally, and whether the curtain is falling."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from locust.env import Environment
from locust.exception import StopUser

from fixtures.clients import Exchange, Redactor, Request, Response, Sessions, curl_line
from fixtures.errors import UnreachableError
from fixtures.target import Target
from load.claims import WrongAnswerError
from load.footprints import Footprints
from load.given import Given
from load.key_ring import KeyRing
from load.latencies import microseconds
from load.pool import Pool
from load.pulse import Pulse
from load.rate_cap import RateCap
from load.sampling import Sampler
from load.scenario import Scenario
from load.tally import EXAMPLES_KEPT, Tally
from load.turns import Turns


@dataclass(slots=True)
class Act:
    """State of one generating process during one run. `active` counts the iterations under way; with a `pool`,
    iterations begin when they are due; with `turns`, in these only. `sessions` are those of the target's own
    identities, once they are needed."""

    target: Target
    scenario: Scenario
    given: Given
    keys: KeyRing
    random: Random
    redactor: Redactor
    cap: RateCap
    sampler: Sampler
    pool: Pool | None = None
    turns: Turns | None = None
    tally: Tally = field(default_factory=Tally)
    pulse: Pulse = field(default_factory=Pulse)
    footprints: Footprints = field(default_factory=Footprints)
    sessions: Sessions | None = None
    closing: bool = False
    active: int = 0
    users: int = 0

    @contextmanager
    def iteration(self, persona: str) -> Iterator[None]:
        """One iteration of a persona: finished, or interrupted, or a crash of the persona's own code.

        No iteration starts once the run is closing: users leave the stage one after the other, mid-sentence nobody.
        """
        if self.turns is not None and self.pool is None:  # where iterations are due, they are in a turn
            time.sleep(self.turns.wait(time.time()))
        if self.closing:
            raise StopUser
        self.active += 1
        try:
            yield
        except UnreachableError:
            self.tally.interrupted[persona] += 1  # counted as a failure of its operation already
        except Exception as error:
            self.crashed(persona, error)
            raise
        except BaseException:
            self.tally.interrupted[persona] += 1
            raise
        else:
            self.tally.iterations[persona] += 1
        finally:
            self.active -= 1

    def crashed(self, persona: str, error: Exception) -> None:
        """The persona's own code could not go on: what it did is no measurement."""
        self.tally.crashes[f"{persona}: {type(error).__name__}: {error}"[:200]] += 1

    def take(self) -> Tally:
        """What was counted since the last call."""
        self.pulse.pour(self.tally)
        taken, self.tally = self.tally, Tally()
        return taken

    def answered(self, request: Request, response: Response) -> None:
        """Every answer, before it is judged."""
        self.tally.operation(request.operation_id).statuses[response.status] += 1
        self.sampler.see(request, response)

    def on_request(self, name: str, response_time: float, exception: Any = None, context: Any = None, **_: Any) -> None:
        """Locust's event, fired for every request, and for entries that are no requests (`orderDecided`).

        `context["late"]` is how many seconds after it was due a request was sent.
        """
        now, service = time.time(), microseconds(response_time)
        at = int(now)
        if at != self.pulse.at:
            self.pulse.pour(self.tally)
            self.pulse.at = at
        late = context.get("late") if context else None
        response = service if late is None else microseconds(response_time + late * 1000)
        self.pulse.note(name, service, response)
        if late is not None:
            self.tally.late.record([microseconds(late * 1000)])
        if self.turns is not None and (number := self.turns.round_at(now - response / 1e6)) is not None:
            self.tally.in_round(number, name, response)
        if exception is not None:
            self.failed(name, exception)

    def failed(self, name: str, exception: Any) -> None:
        """One failure of an operation, with an example that holds no secret."""
        self.tally.failed(name, int(time.time()), _kind(exception), self._example(name, exception))

    def _example(self, name: str, exception: Any) -> dict[str, str] | None:
        if self.tally.operation(name).failures[_kind(exception)] >= EXAMPLES_KEPT:
            return None
        if not isinstance(exception, WrongAnswerError):
            return {"expected": "an answer", "observed": self.redactor.text(str(exception))[:300]}
        request, response = self.redactor.request(exception.request), self.redactor.response(exception.response)
        exchange = Exchange(name, "", request, response, request.headers.get("X-Request-Id", ""), time.time())
        return {
            "expected": self.redactor.text(exception.expected)[:300],
            "observed": self.redactor.text(exception.observed)[:300],
            "curl": curl_line(exchange),
            "response": f"{response.status} {response.text[:500]}",
        }


def _kind(exception: Any) -> str:
    return str(getattr(exception, "kind", "")) or f"no answer ({type(exception).__name__})"


def set_act(environment: Environment, act: Act | None) -> None:
    """Puts the act where the environment's users find it."""
    environment.plumbline_act = act  # type: ignore[attr-defined]


def act_of(environment: Environment) -> Act | None:
    """The act under way in this process, if any."""
    return getattr(environment, "plumbline_act", None)
