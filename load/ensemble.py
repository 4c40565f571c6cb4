"""The generating processes of a run as its conductor sees them; the two ways there are: `load.ensembles`."""

from collections.abc import Mapping
from typing import Protocol

from load.tally import Tally
from load.workers import Attendance


class Ensemble(Protocol):
    """The generating processes: this one, or Locust's workers."""

    def begin(self, given: dict[str, object], mark: str, features: Mapping[str, str]) -> None:
        """Tells all of them the data of the run, the fingerprint of scenario and target, and the marks of features."""
        ...

    def go(self) -> None:
        """Tells all of them that the stages begin now."""
        ...

    def so_far(self) -> Tally:
        """Everything counted that has been told."""
        ...

    def drained(self, patience: float) -> tuple[Tally, Attendance]:
        """Ends the load without interrupting anybody; the tally of all, and which workers took part to the end."""
        ...
