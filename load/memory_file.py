"""Reads the `[memory]` of a scenario file: when the parts of the stack are looked at, and what is a leak."""

from load.memory import FEWEST, MemoryBounds
from load.section import Section


def read_memory(top: Section, seconds: float) -> MemoryBounds | None:
    """None where the file has no `[memory]`; the stages take `seconds`."""
    if "memory" not in top.content:
        return None
    section = top.table("memory")
    section.only("warm_up", "every", "mib_per_hour", "per_hour", "keep_data")
    every = section.number("every", 5.0, minimum=0.5)
    warm_up = section.number("warm_up", minimum=0)
    if warm_up + FEWEST * every > seconds:
        section.refuse(
            "warm_up",
            f"leaves {max(seconds - warm_up, 0):g} s of the {seconds:g} s that the stages take; "
            f"a verdict needs {FEWEST * every:g} s, {FEWEST} looks {every:g} s apart",
        )
    return MemoryBounds(
        warm_up=warm_up,
        every=every,
        mib_per_hour=section.number("mib_per_hour", above=0),
        per_hour=section.number("per_hour", above=0),
        keep_data=section.texts("keep_data", ()),
    )
