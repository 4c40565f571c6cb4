"""The change gate as it is called: what it reads, its exit codes, and no failed comparison is clean."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from contracts.diff.__main__ import main
from tests.contracts.desks import Document, api, ok


def test_a_new_major_version_allows_what_a_minor_one_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path / "run"))
    for version, code in (("1.9.0", 1), ("2.0.0", 0)):
        after = api()
        after["info"]["version"] = version
        after["paths"]["/desks"].pop("get")
        assert gate(tmp_path, api(), after) == code
        report = json.loads((tmp_path / "run" / "diff.json").read_text())
        assert (report["exit_code"], report["changes"][0]["rule"]) == (code, "OperationRemoved")
        assert "OperationRemoved" in (tmp_path / "run" / "diff.md").read_text()


def gate(folder: Path, before: object, after: object) -> int:
    for name, document in (("before", before), ("after", after)):
        (folder / name).mkdir(exist_ok=True)
        text = document if isinstance(document, str) else yaml.safe_dump(document)
        (folder / name / "desks.openapi.yaml").write_text(text)
    return main([str(folder / "before"), "--tree", str(folder / "after"), "--logs", str(folder / "none")])


def dangling() -> Document:
    document = api()
    ok(document)["content"]["application/json"]["schema"]["$ref"] = "#/components/schemas/Nothing"
    return document


@pytest.mark.parametrize("wrong", ["a: [", "[]", "openapi: 3.1.0", dangling(), {**api(), "info": {"title": "x"}}])
@pytest.mark.parametrize("side", [0, 1])
def test_a_failed_comparison_is_broken_and_never_clean(
    wrong: object, side: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path / "run"))
    pair = (wrong, api()) if side == 0 else (api(), wrong)
    assert gate(tmp_path, *pair) == 3
    assert json.loads((tmp_path / "run" / "diff.json").read_text())["status"] == "broken"
    assert "broken" in (tmp_path / "run" / "diff.md").read_text()


@pytest.mark.parametrize("ref", ["no-such-ref", "--output=x", "HEAD:nowhere"])
def test_a_ref_that_cannot_be_read_is_broken(
    ref: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path))
    assert main(["--", ref] if ref.startswith("-") else [ref]) == 3
    assert capsys.readouterr().out.startswith(f"BROKEN  BASE={ref}: no ")
    assert json.loads((tmp_path / "diff.json").read_text())["status"] == "broken"


def test_a_version_without_a_major_number_cannot_be_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path / "run"))
    after = api()
    after["info"]["version"] = "next"
    assert gate(tmp_path, api(), after) == 3


def test_a_call_without_base_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path))
    assert main([]) == 2
    assert not (tmp_path / "diff.json").exists()


def test_a_git_ref_is_read_as_it_was_committed(tmp_path: Path) -> None:
    from contracts.diff.source import read_base  # noqa: PLC0415 - beside the repository it reads

    specs = tmp_path / "contracts" / "specs"
    specs.mkdir(parents=True)
    (specs / "desks.openapi.yaml").write_text(yaml.safe_dump(api()))
    for call in (["init", "-q"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "one"]):
        subprocess.run(["git", *call], cwd=tmp_path, check=True)
    (specs / "desks.openapi.yaml").write_text("changed since")
    assert read_base("HEAD", tmp_path) == {"desks.openapi.yaml": api()}
