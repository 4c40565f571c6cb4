"""What a suite leaves behind: results and failures as plain data, and the status ladder they stand on."""

from dataclasses import dataclass, field
from enum import IntEnum


class Status(IntEnum):
    """The ladder; merging takes the highest."""

    DISABLED = 0
    SKIPPED = 1
    PASSED = 2
    WAIVED = 3
    FAILED = 4
    BROKEN = 5

    @property
    def label(self) -> str:
        """The word used in files and on the page: `passed`, `failed`, …"""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Failure:
    """One finding: its name, the operation, what was expected and observed, how to replay it."""

    title: str
    operation_id: str
    expected: str
    observed: str
    replay: str
    curl: str = ""
    response: str = ""
    logs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One judged thing: a scenario, a contract claim, an SLO, an invariant, a part of the stack.

    `id` is unique within its suite. `operations` are the operationIds it asserted something about; `seconds` is how
    long it took. `details` that reports understand: `{"kind": "slo" | "invariant" | "part" | "death", …}`; an SLO
    also has `metric`, `limit`, `value` and `unit`, an invariant `expected` and `observed`, a part `url`,
    a scenario or a contract claim `cases` and `retries` where there are any.
    """

    suite: str
    id: str
    title: str
    status: Status
    seconds: float = 0.0
    service: str = ""
    operations: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    details: dict[str, object] = field(default_factory=dict)
