"""A document in a style of its own, judged whole by a target file: silent when sound, each hole found in place."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from reports.evidence import Status
from tests.contracts.conftest import ROOT, Done
from tests.contracts.foreign.kennel import COOKIES, DOCUMENT, create_app
from tests.contracts.notes_server import serve

TARGET = """
name = "kennel"
kind = "deployed"
[services.kennel]
base_url = "{url}"
contract = "{contract}"
auth = "document"
[identities.mia]
api_keys_env = "COOKIE_OF_MIA"
[identities.noah]
api_keys_env = "COOKIE_OF_NOAH"
[limits]
hosts = ["127.0.0.1"]
"""
SECRETS = {f"COOKIE_OF_{name.upper()}": cookie for name, cookie in COOKIES.items()}


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[Callable[..., Done]]:
    """Runs the suite as anybody would, on a kennel with these holes."""
    with ExitStack() as stack:

        def judge(*holes: str, only: str = "") -> Done:
            url, stop = serve(create_app(*holes))
            stack.callback(stop)
            target = tmp_path / "target.toml"
            target.write_text(TARGET.format(url=url, contract=DOCUMENT))
            given = {**SECRETS, "TARGET": str(target), "SEED": "7", "PLUMBLINE_RUN_DIR": str(tmp_path / "run")}
            done = subprocess.run(
                [sys.executable, "-m", "contracts", *(("-k", only) if only else ())],
                cwd=ROOT,
                env={**os.environ, **given},
                capture_output=True,
                text=True,
                check=False,
            )
            return Done(done.returncode, done.stdout + done.stderr, tmp_path / "run")

        yield judge


def test_a_sound_one_gives_no_finding(judged: Callable[..., Done]) -> None:
    done = judged()
    assert done.code == 0, done.output
    assert {one.status for one in done.results.values()} == {Status.PASSED}
    kept = {
        (one.operations[0], cell["identity"])
        for one in done.results.values()
        for cell in one.details.get("cells", ())  # type: ignore[attr-defined]
        if cell["outcome"] == "kept"
    }
    for operation in ("getPetById", "updatePet", "deletePet"):
        assert (operation, "other") in kept
    for operation in ("addPet", "findPetsByStatus", "put_owner_profile"):
        assert (operation, "unknown-key") in kept


def test_each_hole_is_found_where_it_is(judged: Callable[..., Done]) -> None:
    done = judged("read", "rights", only="getPetById or put_owner_profile")
    assert done.code == 1, done.output
    found = {(one.operation_id, one.title) for one in done.findings}
    assert ("getPetById", "OpenToOthers") in found
    assert {title for operation, title in found if operation == "put_owner_profile"} == {"PrivilegeTaken"}
    shown_everywhere(done, next(one for one in done.findings if one.title == "PrivilegeTaken").observed)


def shown_everywhere(done: Done, observed: str) -> None:
    """What a claim asked once more stands in the evidence, on the terminal and in Allure; the cookie nowhere."""
    allure = "".join(path.read_text() for path in (done.run_dir / "allure-results").iterdir())
    for told in (observed, done.output, allure):
        assert "asked:    curl -sS -i -X PUT http://127.0.0.1:" in told
        assert "$COOKIE" in told
        assert "answered: 200 {" in told
    texts = "".join(path.read_text(errors="replace") for path in done.run_dir.rglob("*") if path.is_file())
    assert [cookie for cookie in COOKIES.values() if cookie in texts or cookie in done.output] == []
