"""What the lint finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `operation` is an operationId, or `GET /path` where there is none, or `-` for the whole document."""

    file: str
    operation: str
    rule: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}: {self.operation}: {self.rule}: {self.cure}"
