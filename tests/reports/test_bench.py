"""The bench puts pieces together, and says it when one gives no figures."""

import json
import sys
from pathlib import Path

import pytest

from reports import bench
from reports.progress import Progress

ROW = {"name": "stack start", "unit": "s", "ours": 4.5, "peer": None, "peer_name": "", "ratio": None, "pairs": [[4.5]]}


def piece(folder: Path, name: str, body: str) -> str:
    (folder / f"{name}.py").write_text(body)
    return name


def test_figures_of_all_pieces_are_written_and_a_failing_piece_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    pieces = [
        piece(tmp_path, "good", f"print({json.dumps(json.dumps([ROW]))})"),
        piece(tmp_path, "crashed", "import sys; sys.exit(3)"),
        piece(tmp_path, "partly", f"import sys; print({json.dumps(json.dumps([ROW]))}); sys.exit(3)"),
        piece(tmp_path, "silent", "print('fast enough')"),
        piece(tmp_path, "shapeless", "print('[{}]')"),
    ]
    code = bench.bench(tmp_path, Progress(plain=True), pieces)
    assert code == 3
    assert json.loads((tmp_path / "bench.json").read_text()) == [ROW, ROW]
    said = capsys.readouterr().out
    for line in (
        "crashed ended with exit 3",
        "partly ended with exit 3",
        "silent printed no JSON",
        "shapeless printed rows without name",
    ):
        assert line in said
    assert "stack start   4.5     –      –  s" in said


def test_a_bench_of_good_pieces_ends_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    good = piece(tmp_path, "good", f"print({json.dumps(json.dumps([ROW]))})")
    assert bench.bench(tmp_path, Progress(plain=True, stream=sys.stdout), [good]) == 0
