"""Knows how a run is told: one line that moves on a terminal, plain lines elsewhere, failures in full."""

import sys
from dataclasses import dataclass, field
from typing import TextIO

from reports.evidence import Failure, Result, Status

_WIDTH = 100


@dataclass(slots=True)
class Progress:
    """Counts results and prints them; `live` is whether the line may be written over."""

    total: int
    live: bool
    out: TextIO = field(default_factory=lambda: sys.stdout)
    counts: dict[Status, int] = field(default_factory=dict)

    def heard(self, result: Result) -> None:
        """One more scenario is done."""
        self.counts[result.status] = self.counts.get(result.status, 0) + 1
        done = sum(self.counts.values())
        line = f"{result.status.name.lower():8} {result.id:10} {result.title} ({result.seconds:.2f} s)"
        unwell = result.status > Status.PASSED
        if self.live and not unwell:
            text = f"features {done}/{self.total} {self.summary()} · {result.id} {result.title}"
            self._write(f"\r\x1b[2K{text[:_WIDTH]}")
            return
        self._write(("\r\x1b[2K" if self.live else "") + line + "\n")
        for failure in result.failures:
            self._write(told(failure) + "\n")

    def summary(self) -> str:
        """`62 passed, 1 failed`."""
        return ", ".join(f"{count} {status.name.lower()}" for status, count in sorted(self.counts.items()))

    def end(self, seconds: float, jobs: int, run_dir: str) -> None:
        """The last line."""
        rate = sum(self.counts.values()) / seconds if seconds else 0.0
        self._write("\r\x1b[2K" if self.live else "")
        self._write(
            f"features: {self.summary()} in {seconds:.1f} s (JOBS={jobs}, {rate:.1f} scenarios/s) · {run_dir}\n"
        )

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def told(failure: Failure) -> str:
    """A failure as people read it on a terminal."""
    parts = [failure.title, f"expected {failure.expected}", f"observed {failure.observed}", ""]
    parts += [failure.curl, "", failure.response, ""] if failure.curl else []
    parts += ["logs:", *(f"  {line}" for line in failure.logs), ""] if failure.logs else []
    parts += [f"replay: {failure.replay}"] if failure.replay else []
    return "\n".join("    " + line for part in parts for line in part.splitlines() or [""])
