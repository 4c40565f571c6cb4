"""The second under way as bare numbers: what costs an append now is counted once the second is over."""

from dataclasses import dataclass, field

from load.tally import Tally

Times = tuple[list[int], list[int]]


@dataclass(slots=True)
class Pulse:
    """Latencies of one epoch second by operation, in microseconds: from sent, and from due."""

    at: int = 0
    times: dict[str, Times] = field(default_factory=dict)

    def note(self, name: str, service: int, response: int) -> None:
        """One answer in this second."""
        found = self.times.get(name)
        if found is None:
            found = self.times[name] = ([], [])
        found[0].append(service)
        found[1].append(response)

    def pour(self, tally: Tally) -> None:
        """Counts them all, and is empty."""
        for name, (service, response) in self.times.items():
            tally.timed(name, self.at, service, response)
        self.times = {}
