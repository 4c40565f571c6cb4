"""One load run as its personas see it: the target, the data given, the tally, and whether the curtain is falling."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from locust.env import Environment
from locust.exception import StopUser

from fixtures.clients import Exchange, Redactor, curl_line
from fixtures.errors import UnreachableError
from fixtures.target import Target
from load.claims import WrongAnswerError
from load.given import Given
from load.key_ring import KeyRing
from load.rate_cap import RateCap
from load.scenario import Scenario
from load.tally import EXAMPLES_KEPT, Tally
from load.vocabulary import ORDER_DECIDED


@dataclass(slots=True)
class Act:
    """State of one generating process during one run. `active` counts the iterations under way."""

    target: Target
    scenario: Scenario
    given: Given
    keys: KeyRing
    random: Random
    redactor: Redactor
    cap: RateCap
    tally: Tally = field(default_factory=Tally)
    closing: bool = False
    active: int = 0
    users: int = 0

    @contextmanager
    def iteration(self, persona: str) -> Iterator[None]:
        """One iteration of a persona: finished, or interrupted, or a crash of the persona's own code.

        No iteration starts once the run is closing: users leave the stage one after the other, mid-sentence nobody.
        """
        if self.closing:
            raise StopUser
        self.active += 1
        try:
            yield
        except UnreachableError:
            self.tally.interrupted[persona] += 1  # counted as a failure of its operation already
        except Exception as error:
            self.tally.crashes[f"{persona}: {type(error).__name__}: {error}"[:200]] += 1
            raise
        except BaseException:
            self.tally.interrupted[persona] += 1
            raise
        else:
            self.tally.iterations[persona] += 1
        finally:
            self.active -= 1

    def take(self) -> Tally:
        """What was counted since the last call."""
        taken, self.tally = self.tally, Tally()
        return taken

    def on_request(self, request_type: str, name: str, response_time: float, exception: Any = None, **_: Any) -> None:
        """Locust's event, fired for every request."""
        kind = _kind(exception)
        example = self._example(name, exception) if kind else None
        if name == ORDER_DECIDED and request_type == "E2E":
            self.tally.noted(name, response_time, kind, example)
        else:
            self.tally.answered(name, time.time(), response_time, kind, example)

    def _example(self, name: str, exception: Any) -> dict[str, str] | None:
        operation = self.tally.operations.get(name)
        if operation and operation.failures[_kind(exception)] >= EXAMPLES_KEPT:
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
    if exception is None:
        return ""
    return str(getattr(exception, "kind", "")) or f"no answer ({type(exception).__name__})"


def set_act(environment: Environment, act: Act | None) -> None:
    """Puts the act where the environment's users find it."""
    environment.plumbline_act = act  # type: ignore[attr-defined]


def act_of(environment: Environment) -> Act | None:
    """The act under way in this process, if any."""
    return getattr(environment, "plumbline_act", None)
