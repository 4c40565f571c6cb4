"""What steps and hooks may read of behave's context: its own parts, and the two that this suite adds."""

from typing import Any, Protocol

from features.support.stage import Stage
from features.support.world import World


class Context(Protocol):
    """behave's context as steps use it; everything a scenario remembers is in `world`."""

    stage: Stage
    world: World
    table: Any
    text: str | None
    config: Any
