"""Where a run keeps its files: `reports/runs/<run-id>/`, and `latest`, the link to the newest."""

import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

from reports._journal import EvidenceError

RUNS = Path(__file__).resolve().parent / "runs"
RUN_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}")


def new_run(root: Path = RUNS) -> Path:
    """Makes the folder of a new run, `YYYYMMDD-HHMMSS-<4 hex>` in UTC, and points `latest` at it."""
    try:
        folder = _make(root)
        _point_latest(root, folder.name)
    except OSError as error:
        raise EvidenceError(
            f"can't make a run folder in {root}: {error.strerror}; make it writable, then run again"
        ) from error
    return folder


def find_run(name: str = "latest", root: Path = RUNS) -> Path | None:
    """The folder of a run, by its id, by `latest`, or by its path; None where there is none."""
    for candidate in (root / name, Path(name)):
        if candidate.is_dir():
            return candidate.resolve()
    return None


def _make(root: Path) -> Path:
    while True:
        folder = root / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue  # somebody else drew the same four digits in the same second
        return folder


def _point_latest(root: Path, run_id: str) -> None:
    # A rename replaces the link in one step, so that runs starting together never leave it missing.
    link = root / f".latest-{run_id}"
    link.symlink_to(run_id)
    link.replace(root / "latest")
