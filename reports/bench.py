"""Every measured figure side by side: each room measures its own piece, this puts them into one table and file."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reports._journal import EvidenceError
from reports.leash import Leash
from reports.progress import Progress
from reports.stack_watch import StackWatch
from reports.suite_process import Command, Ending, interruptible, run
from reports.tail import Tail
from reports.verdict import Exit

NAME = "bench.json"
PIECES = ("fixtures.stack.bench", "fixtures.stack.etl_bench", "features.bench", "contracts.bench", "load.bench")
PATIENCE = 3600.0  # seconds for one piece
KEYS = {"name", "unit", "ours", "peer", "peer_name", "ratio", "pairs"}
Row = dict[str, Any]


def bench(run_dir: Path, progress: Progress, pieces: Sequence[str] = PIECES, watch: StackWatch | None = None) -> int:
    """Measures every piece, one after the other. Each row is told and in `bench.json` as soon as it is measured; a
    piece that gives none, or not all, is said and makes the exit code 3, as being stopped does.

    `watch` is the local stack, None for a deployed target. Raises `WrongCall` or `StackDown` where there is none, and
    `EvidenceError` where nothing can be written.
    """
    figures = _Figures(run_dir, progress)
    code = Exit.PASSED
    with interruptible():
        try:
            with watch.standing() if watch else contextlib.nullcontext(), Leash() as leash:
                for piece in pieces:
                    progress.say(f"measuring {piece} …")
                    for trouble in [*_measured(piece, figures, leash), *_losses(watch, piece)]:
                        code = Exit.BROKEN
                        progress.say(f"  not measured: {trouble}")
        except KeyboardInterrupt:
            code = Exit.BROKEN
            progress.say("Stopped; everything that was started has been ended, and what was measured is kept.")
    for line in table(figures.rows):
        progress.say(line)
    return code


def table(rows: Sequence[Row]) -> list[str]:
    """The figures as lines of a table, aligned."""
    cells = [("what", "ours", "peer", "ratio", "unit", "peer is")]
    for row in rows:
        cells.append(
            (row["name"], _figure(row["ours"]), _figure(row["peer"]), _ratio(row), row["unit"], row["peer_name"])
        )
    widths = [max(len(str(line[i])) for line in cells) for i in range(6)]
    lines = []
    for what, *figures, unit, peer in cells:
        middle = "  ".join(f"{figure:>{width}}" for figure, width in zip(figures, widths[1:4], strict=True))
        lines.append(f"{what:<{widths[0]}}  {middle}  {unit:<{widths[4]}}  {peer}".rstrip())
    return lines


def _figure(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _ratio(row: Row) -> str:
    return f"{row['ratio']:.2f}" if isinstance(row["ratio"], int | float) else "–"


class _Figures:
    """The rows of all pieces so far."""

    def __init__(self, run_dir: Path, progress: Progress) -> None:
        self.run_dir = run_dir
        self.rows: list[Row] = []
        self._progress = progress
        self._keep()

    def add(self, row: Row) -> None:
        """Writes it down, then tells it."""
        self.rows.append(row)
        self._keep()
        beside = f" beside {_figure(row['peer'])} ({row['peer_name']}): {_ratio(row)}" if row["peer_name"] else ""
        self._progress.say(f"  {row['name']}: {_figure(row['ours'])} {row['unit']}{beside}")

    def hear(self, line: str) -> None:
        """What a piece says of its work."""
        self._progress.say(f"  {line}")

    def _keep(self) -> None:
        # A rename replaces it in one step: whoever is killed in between leaves the rows before.
        fresh, path = self.run_dir / f".{NAME}", self.run_dir / NAME
        try:
            fresh.write_text(json.dumps(self.rows, indent=2) + "\n", encoding="utf-8")
            fresh.replace(path)
        except OSError as error:
            raise EvidenceError(f"can't write {path}: {error.strerror}; free some space") from error


class _Piece:
    """What one piece prints: lines of JSON, each a list of rows, and on its standard error what it has to say."""

    def __init__(self, name: str, figures: _Figures) -> None:
        self.log = figures.run_dir / "logs" / f"{name}.log"
        self.output = self.log.with_suffix(".ndjson")
        self.told = 0
        self.strange: list[str] = []
        self._name = name
        self._figures = figures
        self._rows, self._words = Tail(self.output), Tail(self.log)

    def look(self, ended: bool = False) -> None:
        """Takes what is new."""
        self.take(ended)
        for line in self._words.look(ended):
            self._figures.hear(line.decode("utf-8", "replace").rstrip())

    def take(self, ended: bool = False) -> None:
        """Takes the rows that are new, and leaves the words."""
        for line in self._rows.look(ended):
            for row in self._read(line):
                self.told += 1
                self._figures.add(row)

    def _read(self, line: bytes) -> list[Row]:
        try:
            rows = json.loads(line)
        except ValueError:
            self.strange.append(f"{self._name} printed no JSON: {line[:100].decode('utf-8', 'replace').strip()}")
            return []
        if isinstance(rows, list) and all(isinstance(row, dict) and set(row) >= KEYS for row in rows):
            return rows
        self.strange.append(f"{self._name} printed rows without {', '.join(sorted(KEYS))}")
        return []


def _measured(name: str, figures: _Figures, leash: Leash) -> Iterator[str]:
    """Runs one piece; gives what went wrong."""
    piece = _Piece(name, figures)
    command = Command(name, (sys.executable, "-m", name, "--json"), PATIENCE, os.environ)
    try:
        ending = run(command, piece.log, leash, lambda _: piece.look(), piece.output)
    except KeyboardInterrupt:
        with contextlib.suppress(KeyboardInterrupt):  # who asks twice still wants what was measured
            piece.take()
        raise
    piece.look(ended=True)
    yield from piece.strange
    if trouble := _trouble(ending):
        yield f"{name} {trouble}"
    elif not piece.told and not piece.strange:
        yield f"{name} printed no figures"


def _trouble(ending: Ending) -> str:
    if ending.ended != "exited":
        return f"gave no more: {ending.told}"
    return f"ended with exit {ending.exit_code}" if ending.exit_code else ""


def _losses(watch: StackWatch | None, piece: str) -> Iterator[str]:
    """What the stack has lost meanwhile, a part or all of itself: what was measured then means nothing."""
    if watch is None:
        return
    before, losses = {name: len(deaths) for name, deaths in watch.deaths.items()}, len(watch.losses)
    watch.look(piece)
    for name, deaths in watch.deaths.items():
        yield from (f"{name} of the stack {death.get('how')} meanwhile" for death in deaths[before.get(name, 0) :])
    yield from (f"the stack is not the one of the beginning: {loss}" for loss in watch.losses[losses:])
