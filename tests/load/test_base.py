"""What BASE= names: a commit, a stored run, or nothing, which is one line with the nearest name there is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.errors import CallError
from fixtures.target import RunSettings
from load.compared.base import Commit, Stored, find_base, state_of, unpack
from load.compared.session import require_comparable
from load.scenario_file import load_scenario

GIT = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"]
STATS = {
    "scenario": "smoke",
    "operations": [{"operation": "followLink", "percentiles_ms": {"p50": 2.0, "p95": 4.0}}, {"operation": "odd"}],
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one commit, a branch, and a run of it."""
    root = tmp_path_factory.mktemp("tree")
    (root / "a-file").write_text("as it was\n")
    for words in (["init", "-q"], ["add", "a-file"], ["commit", "-qm", "first"], ["branch", "feature-of-ada"]):
        subprocess.run([*GIT, *words], cwd=root, check=True)
    stored_run(root / "reports" / "runs" / "20261121-073117-b5ab")
    return root


def stored_run(folder: Path) -> Path:
    (folder / "load").mkdir(parents=True)
    (folder / "load" / "stats.json").write_text(json.dumps(STATS))
    return folder


def test_a_ref_is_a_commit_whose_tree_is_unpacked(tree: Path, tmp_path: Path) -> None:
    (tree / "a-file").write_text("changed since\n")
    base = find_base("feature-of-ada", tree)
    assert isinstance(base, Commit)
    assert state_of(tree) == (base.id, True)
    unpack(base, tmp_path, tree)
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]
    assert (tmp_path / "a-file").read_text() == "as it was\n"


def test_a_run_is_found_by_id_and_by_path(tree: Path) -> None:
    folder = tree / "reports" / "runs" / "20261121-073117-b5ab"
    assert find_base("20261121-073117-b5ab", tree) == Stored("20261121-073117-b5ab", folder.resolve())
    assert isinstance(find_base(str(folder), tree), Stored)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("feature-of-adda", 'neither a git ref nor a stored run; did you mean "feature-of-ada"?'),
        ("20261121-073117-b5ac", 'did you mean "20261121-073117-b5ab"?'),
        ("xyz", "neither a git ref nor a stored run. Give a branch"),
        ("--help", "neither a git ref nor a stored run"),
        ("reports", "has no load/stats.json; give a run that made load"),
    ],
)
def test_a_wrong_base_is_one_line(tree: Path, monkeypatch: pytest.MonkeyPatch, name: str, says: str) -> None:
    monkeypatch.chdir(tree)
    with pytest.raises(CallError) as caught:
        find_base(name, tree)
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith(f"BASE={name}: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_command_refuses_a_wrong_base_before_it_starts_anything() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "load", "--base=no-such-ref-of-ours"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("BASE=no-such-ref-of-ours: neither a git ref nor a stored run")
    assert done.stderr.count("\n") == 1


def test_a_commit_is_not_compared_on_another_target_or_with_disturbances() -> None:
    base = Commit("main", "c0ffee")
    with pytest.raises(CallError, match="leave TARGET=staging out"):
        require_comparable(RunSettings(target="staging"), load_scenario("smoke"), base)
    with pytest.raises(CallError, match="has disturbances"):
        require_comparable(RunSettings(scenario="disturbed"), load_scenario("disturbed"), base)
    require_comparable(RunSettings(), load_scenario("smoke"), base)
