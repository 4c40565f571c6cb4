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
        control.resume(part["name"])
        if not part["alive"]:
            control.start(part["name"])
