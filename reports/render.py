"""A run folder's three faces, written from its evidence: `verdict.json`, `index.html`, `summary.md`."""

from collections.abc import Iterator
from pathlib import Path

from reports._journal import EvidenceError
from reports.comparison import comparison_markdown, read_comparison
from reports.disturbances import read_disturbances
from reports.faults import Score, read_score
from reports.knees import read_knees
from reports.memory import read_memory
from reports.merge import merge
from reports.operations import SPECS
from reports.page import faults_page, page
from reports.repeat import read_repetition
from reports.summary import (
    disturbances_markdown,
    faults_markdown,
    knees_markdown,
    markdown,
    memory_markdown,
    repetition_markdown,
)
from reports.verdict import Verdict


def render(run_dir: Path, specs: Path = SPECS) -> Verdict:
    """Judges the run again and writes all three; the verdict comes first, so that nothing about a page can lose it."""
    verdict = merge(run_dir, specs)
    _write(run_dir / "verdict.json", verdict.dump())
    _write(run_dir / "summary.md", markdown(verdict, _beside(run_dir)))
    _write(run_dir / "index.html", page(verdict, run_dir))
    return verdict


def render_faults(run_dir: Path) -> Score:
    """Page and summary of a run of `make faults`; raises `EvidenceError` where nothing was planted."""
    score = read_score(run_dir)
    if score is None:
        raise EvidenceError(f"{run_dir}: no faults were planted in this run; `make faults` does")
    _write(run_dir / "summary.md", faults_markdown(score))
    _write(run_dir / "index.html", faults_page(score))
    return score


def _write(path: Path, text: str) -> None:
    # A service may answer half a surrogate pair, which UTF-8 doesn't take.
    try:
        path.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise EvidenceError(f"can't write {path}: {error.strerror}; free some space, then `make report`") from error


def _beside(run_dir: Path) -> Iterator[str]:
    """What was done in the run beside judging it, for the summary."""
    score, repetition, disturbances = read_score(run_dir), read_repetition(run_dir), read_disturbances(run_dir)
    if score:
        yield faults_markdown(score)
    if repetition:
        yield repetition_markdown(repetition)
    if disturbances:
        yield disturbances_markdown(disturbances)
    if compared := read_comparison(run_dir):
        yield comparison_markdown(compared)
    if knees := read_knees(run_dir):
        yield knees_markdown(knees)
    if memory := read_memory(run_dir):
        yield memory_markdown(memory)
