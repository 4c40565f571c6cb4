"""Every way to prove who asks, of those that a target file may name: let in as oneself, and nobody else is."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.proofs import require_proofs
from fixtures.errors import TargetError
from fixtures.target import load
from reports.evidence import Status
from tests.contracts.conftest import ROOT, Done
from tests.contracts.foreign.doors import (
    AUDIENCE,
    COOKIES,
    GRANTED,
    LOGINS,
    SCHEMES,
    TOKENS,
    WORDS,
    create_app,
    write_document,
)
from tests.contracts.notes_server import serve

SERVICE = """
[services.{door}]
base_url = "{url}/{door}"
contract = "{contract}"
auth = "document"
"""
PERSON = """
[identities.{name}]
email = "{name}@people.example"
password_env = "{upper}_WORD"
token_env = "{upper}_TOKEN"
api_keys_env = "{upper}_COOKIE"
"""
SECRETS = {"AUDIENCE": AUDIENCE}
for kind, values in (("WORD", WORDS), ("TOKEN", TOKENS), ("COOKIE", COOKIES)):
    SECRETS |= {f"{name.upper()}_{kind}": value for name, value in values.items()}


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """The target file of all doors, which are served."""
    url, stop = serve(create_app())
    text = 'name = "doors"\nkind = "deployed"\n'
    for door in SCHEMES:
        text += SERVICE.format(door=door, url=url, contract=write_document(tmp_path, door))
        text += LOGINS.get(door, "").replace("{url}", url)
    text += "".join(PERSON.format(name=name, upper=name.upper()) for name in WORDS)
    path = tmp_path / "target.toml"
    path.write_text(text)
    yield path
    stop()


def test_everybody_is_let_in_by_their_own_door_and_nobody_else(target: Path) -> None:
    folder = target.parent / "run"
    given = {**SECRETS, "TARGET": str(target), "SEED": "7", "PLUMBLINE_RUN_DIR": str(folder)}
    run = subprocess.run(
        [sys.executable, "-m", "contracts"],
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    done = Done(run.returncode, run.stdout + run.stderr, folder)
    assert done.code == 0, done.output
    for door in SCHEMES:
        fuzzed = done.results[f"{door}-getMe"]
        assert fuzzed.status is Status.PASSED
        assert "200" in fuzzed.details["statuses"]  # type: ignore[operator]
        cells: list[dict[str, str]] = done.results[f"authorization-{door}-getMe"].details["cells"]  # type: ignore[assignment]
        wrong = "unknown-key" if door == "session" else "tampered"
        assert {"nobody", wrong} <= {cell["identity"] for cell in cells if cell["outcome"] == "kept"}, door
    texts = "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())
    assert [value for value in (*SECRETS.values(), *GRANTED.values()) if value in texts] == []


@pytest.mark.parametrize("key", ["token_env", "api_keys_env", "password_env"])
def test_what_a_door_asks_for_and_the_file_has_not_is_one_line(target: Path, key: str) -> None:
    text = target.read_text()
    line = next(line for line in text.splitlines() if line.startswith(key))
    target.write_text(text.replace(line, "", 1))
    found = load(str(target), SECRETS)
    with pytest.raises(TargetError, match=rf"identities\.mia\.{key}: missing; ") as wrong:
        require_proofs(found, found.services.values(), found.identities.values())
    assert "\n" not in str(wrong.value)
