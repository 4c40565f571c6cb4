"""Somebody else's APIs, judged by a target file alone: silent on the sound, red on each hole, one line if wrong."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fixtures.errors import TargetError
from fixtures.target import load
from reports.evidence import Status, read
from tests.contracts.conftest import ROOT, Done
from tests.contracts.foreign.documents import write_document
from tests.contracts.foreign.server import HABITS, KEYS, PEOPLE, create_app
from tests.contracts.notes_server import serve

SECRETS = {f"{name.upper()}_WORD": word for name, word in PEOPLE.items()} | {
    f"{name.upper()}_KEY": key for key, name in KEYS.items()
}
SERVICE = """
[services.{name}]
base_url = "{url}"
contract = "{contract}"
auth = "document"
"""
OWNED = """owned = [
  "getAccountsByNumber", "putAccountsByNumber", "deleteAccountsByNumber", "getAccountsByParentBillsByNumber",
  "putAccountsByParentBillsByNumber", "deleteAccountsByParentBillsByNumber",
]
[services.invoices.login]
url = "/oauth/token"
form = { grant_type = "password", username = "{username}", password = "{password}" }
token = "/data/jwt"
"""
PERSON = """
[identities.{name}]
password_env = "{upper}_WORD"
api_keys_env = "{upper}_KEY"
"""
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    """Serves all of them, with a hole each where `holes` names one; gives the target file."""
    with ExitStack() as stack:

        def write(holes: dict[str, str], old: str = "", new: str = "") -> Path:
            text = 'name = "foreign"\nkind = "deployed"\n'
            for name in HABITS:
                url, stop = serve(create_app(name, holes.get(name, "")))
                stack.callback(stop)
                text += SERVICE.format(name=name, url=url, contract=write_document(tmp_path, name))
                text += OWNED if name == "invoices" else ""
            text += "".join(PERSON.format(name=name, upper=name.upper()) for name in PEOPLE)
            assert old in text
            path = tmp_path / "target.toml"
            path.write_text(text.replace(old, new) if old else text)
            return path

        yield write


def run(target: Path, *arguments: str) -> Done:
    """The suite, as anybody calls it."""
    folder = target.parent / "run"
    given = {**SECRETS, "TARGET": str(target), "SEED": "7", "PLUMBLINE_RUN_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "contracts", *arguments],
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout + done.stderr, folder)


def test_sound_services_are_silent(written: Written) -> None:
    done = run(written({}))
    assert done.code == 0, done.output
    statuses = {one.id: one.status for one in done.results.values()}
    unlinked = {one for one, status in statuses.items() if status is Status.SKIPPED}
    assert unlinked == {f"{name}-sequences" for name in HABITS}
    assert set(statuses.values()) == {Status.PASSED, Status.SKIPPED}
    assert sum("authorization" in one for one in statuses) == 3 * 8
    kept = {
        (one.id, cell["identity"])
        for one in done.results.values()
        for cell in one.details.get("cells", ())  # type: ignore[attr-defined]
        if cell["outcome"] == "kept"
    }
    assert ("authorization-invoices-getAccountsByParentBillsByNumber", "other") in kept
    assert ("authorization-invoices-getAccountsByNumber", "tampered") in kept
    assert ("authorization-invoices-getAccountsByNumber", "alg-none") in kept
    assert ("authorization-journal-putBill", "wrong-password") in kept
    assert ("authorization-depot-deleteBill", "unknown-key") in kept
    texts = "".join(path.read_text(errors="replace") for path in done.run_dir.rglob("*") if path.is_file())
    assert [secret for secret in SECRETS.values() if secret in texts] == []


def test_each_hole_is_found_where_it_is(written: Written) -> None:
    done = run(written({"invoices": "read", "journal": "write", "depot": "delete"}), "-k", "authorization")
    assert done.code == 1, done.output
    found = {
        (failure.operation_id, failure.title)
        for one in read(done.run_dir)["contracts"].results
        for failure in one.failures
    }
    assert found == {
        ("getAccountsByNumber", "OpenToOthers"),
        ("putAccount", "OpenToOthers"),
        ("cancelOrder", "OpenToOthers"),
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('api_keys_env = "MIA_KEY"\n', "", "identities.mia.api_keys_env: missing; the document of services.depot asks"),
        (
            'token = "/data/jwt"',
            'token = "/data"',
            "services.invoices.login.token: nothing at /data of the answer (found: data)",
        ),
        ('grant_type = "password"', 'grant_type = "magic"', "services.invoices.login: mia can't log in: 400"),
        ('"getAccountsByNumber"', '"getAccountByNumber"', "no operation getAccountByNumber, which the target file has"),
    ],
)
def test_what_does_not_fit_the_service_is_one_line_and_exit_2(written: Written, old: str, new: str, told: str) -> None:
    done = run(written({}, old, new))
    assert done.code == 2, done.output
    assert len([line for line in done.output.splitlines() if told in line]) == 1
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('token = "/data/jwt"', 'token = "jwt"', "login.token: found 'jwt', must be a JSON pointer"),
        ('"{username}"', '"{user}"', "{user}: allowed: username, password, email, env.<NAME>. Did you mean 'username'"),
        ('"{username}"', '"{env.NOBODY}"', "login.form.username: the environment variable NOBODY is not set"),
        ('"{password}"', '"secret"', "services.invoices.login.form: no field holds {password}"),
        ("[services.invoices.login]", "[services.invoices.logon]", "services.invoices.logon: unknown key"),
        ("form = {", "json = {}\nform = {", "services.invoices.login.json: give exactly one of json and form"),
        ('auth = "document"\nowned', 'auth = "bearer"\nowned', 'needs auth = "document", found auth = "bearer"'),
    ],
)
def test_a_wrong_file_is_a_target_error(written: Written, old: str, new: str, told: str) -> None:
    with pytest.raises(TargetError) as wrong:
        load(str(written({}, old, new)), SECRETS)
    assert told in str(wrong.value)
    assert "\n" not in str(wrong.value)
