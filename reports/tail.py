"""What was written to a file since the last look, line by line, while somebody still writes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class Tail:
    """The lines of one file; each is given once."""

    path: Path
    _offset: int = 0

    def look(self, ended: bool = False) -> Iterator[bytes]:
        """The lines that are new, and whole: a part of one is given only where its writer has `ended`."""
        if not self.path.is_file():
            return
        with self.path.open("rb") as handle:
            handle.seek(self._offset)
            for line in handle:
                if not (ended or line.endswith(b"\n")):
                    break
                self._offset += len(line)
                yield line
