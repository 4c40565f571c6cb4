"""Every measured figure side by side: each room measures its own piece, this puts them into one table and file."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports.plan import ROOT
from reports.progress import Progress
from reports.verdict import Exit

PIECES = ("fixtures.stack.bench", "fixtures.stack.etl_bench", "features.bench", "contracts.bench", "load.bench")
PATIENCE = 3600.0  # seconds for one piece
KEYS = {"name", "unit", "ours", "peer", "peer_name", "ratio", "pairs"}


def bench(run_dir: Path, progress: Progress, pieces: Sequence[str] = PIECES) -> int:
    """Measures every piece, one after the other, and writes `bench.json`; a piece that gives no figures is said, and
    makes the exit code 3."""
    rows: list[dict[str, Any]] = []
    code = Exit.PASSED
    for piece in pieces:
        progress.say(f"measuring {piece} …")
        found, trouble = _measure(piece)
        rows += found
        if trouble:
            code = Exit.BROKEN
            progress.say(f"  not measured: {trouble}")
        (run_dir / "bench.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    for line in table(rows):
        progress.say(line)
    return code


def table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The figures as lines of a table, aligned."""
    cells = [("what", "ours", "peer", "ratio", "unit", "peer is")]
    for row in rows:
        ratio = f"{row['ratio']:.2f}" if isinstance(row["ratio"], int | float) else "–"
        cells.append((row["name"], _figure(row["ours"]), _figure(row["peer"]), ratio, row["unit"], row["peer_name"]))
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


def _measure(piece: str) -> tuple[list[dict[str, Any]], str]:
    command = [sys.executable, "-m", piece, "--json"]
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return [], f"{piece} took longer than {PATIENCE:g} s"
    ended = f"{piece} ended with exit {done.returncode}" if done.returncode else ""
    try:
        rows = json.loads(done.stdout)
    except ValueError:
        return [], ended or f"{piece} printed no JSON"
    if not isinstance(rows, list) or not all(isinstance(row, dict) and set(row) >= KEYS for row in rows):
        return [], f"{piece} printed rows without {', '.join(sorted(KEYS))}"
    return rows, ended
