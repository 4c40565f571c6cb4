"""The small server to try the suite on, and the suite run against it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from reports.evidence import Failure, Result, SuiteEvidence, read
from tests.contracts.notes_server import PASSWORDS, create_app, serve

ROOT = Path(__file__).resolve().parents[2]
SPEC = Path(__file__).with_name("notes.openapi.yaml")
SECRETS = {f"NOTES_{name.upper()}": password for name, password in PASSWORDS.items()}
TARGET = """
name = "notes"
kind = "deployed"
[services.notes]
base_url = "{url}"
contract = "{contract}"
auth = "bearer"
[services.auth]
base_url = "{url}"
contract = "contracts/specs/auth.openapi.yaml"
auth = "bearer"
[identities.ada]
username = "ada"
password_env = "NOTES_ADA"
[identities.ben]
username = "ben"
password_env = "NOTES_BEN"
[identities.admin]
username = "admin"
password_env = "NOTES_ADMIN"
roles = ["admin"]
"""


@dataclass(frozen=True, slots=True)
class Done:
    """A finished run of the suite."""

    code: int
    output: str
    run_dir: Path

    @property
    def evidence(self) -> SuiteEvidence:
        """What it left behind."""
        return read(self.run_dir)["contracts"]

    @property
    def results(self) -> dict[str, Result]:
        """By id."""
        return {result.id: result for result in self.evidence.results}

    @property
    def findings(self) -> list[Failure]:
        """Of every result."""
        return [failure for result in self.results.values() for failure in result.failures]

    @property
    def titles(self) -> set[str]:
        """The names of all findings."""
        return {failure.title for failure in self.findings}


Judge = Callable[..., Done]


@pytest.fixture
def target_file(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Serves the notes with these faults; gives the target file that points to them."""
    with ExitStack() as stack:

        def written(*faults: str, contract: Path = SPEC) -> Path:
            url, stop = serve(create_app(*faults))
            stack.callback(stop)
            path = tmp_path / "target.toml"
            path.write_text(TARGET.format(url=url, contract=contract))
            return path

        yield written


@pytest.fixture
def judge(target_file: Callable[..., Path], tmp_path: Path) -> Judge:
    """Runs the suite on the notes with these faults."""

    def judged(*faults: str, arguments: tuple[str, ...] = (), contract: Path = SPEC, **variables: str) -> Done:
        run_dir = tmp_path / "run"
        given = {"TARGET": str(target_file(*faults, contract=contract)), "SERVICE": "notes", "SEED": "7", **variables}
        done = subprocess.run(
            [sys.executable, "-m", "contracts", *arguments],
            cwd=ROOT,
            env={**os.environ, **SECRETS, "PLUMBLINE_RUN_DIR": str(run_dir), **given},
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout + done.stderr, run_dir)

    return judged
