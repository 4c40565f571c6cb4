"""Knows the authorization matrix of a run: what each kind of caller got at each operation, and the sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reports._model import Result, Status

KIND = "authorization"
OUTCOMES = ("kept", "violated", "skipped", "unjudged")


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One identity at one operation: what was expected and observed, or why nothing was probed."""

    identity: str
    outcome: str
    expected: str = ""
    observed: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One operation as every identity."""

    service: str
    operation_id: str
    method: str
    path: str
    status: Status
    cells: tuple[MatrixCell, ...] = ()

    def cell(self, identity: str) -> MatrixCell | None:
        """That identity's cell, None where the service has no such callers."""
        return next((cell for cell in self.cells if cell.identity == identity), None)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole matrix. `tested` cells had an expectation and an answer: they were kept or violated."""

    tested: int = 0
    kept: int = 0
    violated: int = 0
    skipped: int = 0
    unjudged: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    identities: tuple[str, ...] = ()
    rows: tuple[MatrixRow, ...] = ()

    @property
    def told(self) -> str:
        """One line: `161 cells tested: 161 as expected, 0 violated; 26 skipped`."""
        told = f"{self.tested} cells tested: {self.kept} as expected, {self.violated} violated; {self.skipped} skipped"
        return f"{told}, {self.unjudged} not judged" if self.unjudged else told


def matrix_of(results: Iterable[Result]) -> Matrix:
    """The matrix in these results; empty where there is none."""
    rows = tuple(_row(result) for result in results if result.details.get("kind") == KIND)
    cells = [cell for row in rows for cell in row.cells]
    counts = {outcome: sum(cell.outcome == outcome for cell in cells) for outcome in OUTCOMES}
    reasons: dict[str, int] = {}
    for cell in cells:
        if cell.outcome == "skipped":
            reasons[cell.reason] = reasons.get(cell.reason, 0) + 1
    return Matrix(
        tested=counts["kept"] + counts["violated"],
        **counts,
        reasons=dict(sorted(reasons.items(), key=lambda pair: -pair[1])),
        identities=tuple(dict.fromkeys(cell.identity for row in rows for cell in row.cells)),
        rows=tuple(sorted(rows, key=lambda row: (row.service, row.path, row.method))),
    )


def _row(result: Result) -> MatrixRow:
    cells = result.details.get("cells")
    return MatrixRow(
        service=result.service,
        operation_id=result.operations[0] if result.operations else result.id,
        method=str(result.details.get("method", "")),
        path=str(result.details.get("path", "")),
        status=result.status,
        cells=tuple(_cell(cell) for cell in cells if isinstance(cell, dict)) if isinstance(cells, list) else (),
    )


def _cell(told: Mapping[str, Any]) -> MatrixCell:
    names = ("identity", "outcome", "expected", "observed", "reason")
    return MatrixCell(*(str(told.get(name, "")) for name in names))
