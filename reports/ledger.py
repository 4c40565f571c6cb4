"""What a run made on a deployed target, and what became of it, read from the evidence of its clean-up."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports._model import Result

COUNTS = ("created", "gone", "cleaned", "left")


@dataclass(frozen=True, slots=True)
class Entry:
    """Things of one kind at one service: `gone` before the clean-up, `cleaned` by it, `left` after it."""

    service: str
    thing: str
    created: int = 0
    gone: int = 0
    cleaned: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """All of it; without entries nothing was made, or nobody kept count."""

    entries: tuple[Entry, ...] = ()
    created: int = 0
    gone: int = 0
    cleaned: int = 0
    left: int = 0

    @property
    def told(self) -> str:
        """In words."""
        return f"{self.created} created, {self.gone} gone before, {self.cleaned} cleaned, {self.left} left"


def ledger_of(results: Iterable[Result]) -> Ledger:
    """The ledger that the results of a clean-up tell; an empty one where there was none."""
    entries: list[Entry] = []
    total: dict[str, int] = {}
    for result in results:
        counts = {name: number for name in COUNTS if isinstance(number := result.details.get(name), int)}
        if result.details.get("kind") == "clean-up":
            total = counts
        elif result.details.get("kind") == "clean-up-kind":
            entries.append(Entry(result.service, str(result.details.get("thing", "")), **counts))
    return Ledger(tuple(sorted(entries, key=lambda entry: (entry.service, entry.thing))), **total)
