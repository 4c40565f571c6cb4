"""There is no load on a target that is only to be read, and that is said."""

from pathlib import Path

import pytest

from fixtures.target import Target
from load import __main__ as command
from reports.evidence import Status, read


def test_nothing_is_loaded_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = Target("far", "deployed", Path("far.toml"), {}, {}, limits={"read_only": 1.0})
    monkeypatch.setattr(command, "standing", lambda: target)
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path))
    assert command.main() == 0
    assert "far.toml: limits.read_only: load writes, so there is none" in capsys.readouterr().err
    evidence = read(tmp_path)["load"]
    assert [result.status for result in evidence.results] == [Status.SKIPPED]
    assert evidence.problems == []
