"""What a scenario does to the stack under load: a part killed, held or slowed, calls refused, messages doubled."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["kill", "pause", "slow", "refuse", "duplicate"]
KINDS: dict[Kind, str] = {
    "kill": "killed (SIGKILL), and started again",
    "pause": "stopped where it is (SIGSTOP): connections are taken and nothing is answered",
    "slow": "late by `delay` seconds: AWS with each call, any other part by standing still half of the time",
    "refuse": "answers 503 to the platform's calls (AWS only)",
    "duplicate": "each message that comes to the queue comes once more",
}
MAY_SEE: dict[str, str] = {"no answer": "no answer", "502": "status 502", "503": "status 503"}
"""What a client may be told while something is disturbed, and the kind of failure it is counted as. A 503 that doesn't
say when to come again (`Retry-After`) is another kind, which nobody may see."""
AWS = "aws"
HOLD = 3  # seconds without a break in which every SLO must hold, for a disturbance to be over


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One of them. `part` (a queue for `duplicate`) is disturbed `at` seconds after the stages begin, for `seconds`;
    `delay` is seconds, too; `action` chooses AWS calls (all where empty).

    Promised meanwhile: at most `error_rate` (a share) of the requests fail, in one of the ways in `errors`; and the
    SLOs hold again `recover_within` seconds after its end.
    """

    number: int
    kind: Kind
    part: str
    at: float
    seconds: float
    delay: float = 0.0
    action: str = ""
    errors: tuple[str, ...] = tuple(MAY_SEE)
    error_rate: float = 0.0
    recover_within: float = 10.0

    @property
    def title(self) -> str:
        """`kill links at 10 s for 2 s`."""
        what = f"{self.kind} {self.part}" + (f" ({self.action})" if self.action else "")
        return f"{what} at {self.at:g} s for {self.seconds:g} s"

    def may_see(self, failure: str) -> bool:
        """Whether a failure of that kind is one that clients may see."""
        return any(failure == MAY_SEE[e] or failure.startswith(f"{MAY_SEE[e]} (") for e in self.errors)


@dataclass(slots=True)
class Carried:
    """What became of a disturbance: when it began and was undone (epoch seconds; a part that was killed may take longer
    until it is ready again), and what went wrong with carrying it out, empty when nothing."""

    planned: Disturbance
    began: float = 0.0
    ended: float = 0.0
    problem: str = ""
