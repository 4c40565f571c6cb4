"""Knows how hard each effort fuzzes."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from fixtures.target import RunSettings

TABLE = Path(__file__).with_name("efforts.toml")


@dataclass(frozen=True, slots=True)
class Effort:
    """`examples` per operation, `sequences` of at most `steps` calls per service, `bound` in seconds; `messages` of
    each kind for each consumer."""

    name: str
    examples: int
    sequences: int
    steps: int
    bound: float
    seed: int
    messages: int = 1


def effort_of(settings: RunSettings) -> Effort:
    """The effort that was asked for, with the seed to start from."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    row = table[settings.effort]
    seed = settings.seed if settings.seed_given else table["seed"]
    given = {name: row[name] for name in ("examples", "sequences", "steps", "messages")}
    return Effort(settings.effort, **given, bound=float(row["bound"]), seed=seed)
