"""Reads the [compare] table of a scenario file."""

from load.scenario import Comparison
from load.section import Section, nearest
from load.vocabulary import PERCENTILES

LEAST_ROUNDS = 8  # fewer carry no interval
COMPARED = tuple(name for name in PERCENTILES if name not in ("min", "max"))  # extremes tell of single answers


def read_comparison(top: Section) -> Comparison:
    """The table, or the defaults; mistakes are refused as the scenario's own."""
    section, default = top.table("compare"), Comparison()
    section.only("margin", "rounds", "percentiles")
    percentiles = section.texts("percentiles", default.percentiles)
    for name in percentiles:
        if name not in COMPARED:
            section.refuse("percentiles", f'unknown percentile "{name}"{nearest(name, COMPARED)}')
    if not percentiles:
        section.refuse("percentiles", f"is empty; give at least one: {', '.join(COMPARED)}")
    return Comparison(
        margin=section.number("margin", default.margin, above=0, maximum=1),
        rounds=section.integer("rounds", default.rounds, minimum=LEAST_ROUNDS),
        percentiles=tuple(dict.fromkeys(percentiles)),
    )
