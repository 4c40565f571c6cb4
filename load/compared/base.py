"""What BASE= names: a commit of this repository, or a run stored in `reports/runs` or elsewhere."""

import subprocess
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from fixtures.errors import CallError, PlumblineError
from reports.evidence import find_run

ROOT = Path(__file__).resolve().parents[2]
GIT_PATIENCE = 60.0  # seconds
STATS = Path("load") / "stats.json"


@dataclass(frozen=True, slots=True)
class Commit:
    """A git ref: as it was given, and the commit that it is."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The folder of a run that made load."""

    name: str
    folder: Path


def find_base(name: str, root: Path = ROOT, runs: Path | None = None) -> Commit | Stored:
    """What BASE= names. Raises `CallError` in one line, with the nearest name there is."""
    runs = runs or root / "reports" / "runs"
    folder = find_run(name, runs)
    if folder is not None and (folder / STATS).is_file():
        return Stored(name, folder)
    said = "no git repository here"
    if not name.startswith("-"):
        code, said = _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if not code:
            return Commit(name, said.strip())
    if folder is not None:
        raise CallError(f"BASE={name}: has no {STATS}; give a run that made load, or a git ref")
    known = [path.parent.parent.name for path in runs.glob(f"*/{STATS}")] + _refs(root)
    raise CallError(
        f"BASE={name}: neither a git ref nor a stored run{_nearest(name, known)} Give a branch, a tag,"
        " a commit, or a run of reports/runs that made load"
    )


def state_of(root: Path = ROOT) -> tuple[str, bool]:
    """The commit of the working tree, and whether it has changes of its own; an empty commit where git can't tell."""
    code, commit = _git(root, "rev-parse", "HEAD")
    _, changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    return ("", False) if code else (commit.strip(), bool(changes.strip()))


def unpack(commit: Commit, folder: Path, root: Path = ROOT) -> None:
    """Puts the tree of that commit into the folder. Raises `PlumblineError`."""
    packed = folder / "tree.tar"
    code, said = _git(root, "archive", "--output", str(packed), commit.id)
    if code:
        raise PlumblineError(f"BASE={commit.name}: git can't give its tree: {said.strip()[:200]}; fetch it, try again")
    with tarfile.open(packed) as tree:
        tree.extractall(folder, filter="data")
    packed.unlink()


def _refs(root: Path) -> list[str]:
    code, said = _git(root, "for-each-ref", "--format=%(refname:short)")
    return ["HEAD"] if code else ["HEAD", *said.split()]


def _nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else "."


def _git(root: Path, *arguments: str) -> tuple[int, str]:
    """Its exit code, and what it said."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False, timeout=GIT_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, str(error)
    return done.returncode, done.stdout if not done.returncode else done.stderr
