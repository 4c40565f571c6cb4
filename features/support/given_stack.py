"""Fixtures about the stack itself."""

from collections.abc import Iterator

from features.support.context import Context
from features.support.fixtures import gives


@gives("mended-stack")
def mended_stack(context: Context) -> Iterator[None]:
    """Whatever a scenario killed or paused stands again when it ends, also when it failed in between."""
    control = context.world.platform.control
    yield
    for part in control.parts():
        # A part that doesn't run can't be resumed: the door refuses.
        (control.resume if part["alive"] else control.start)(part["name"])
