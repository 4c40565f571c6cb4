"""The bench puts pieces together, keeps each figure as it comes, and says it when a piece gives none."""

import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from reports import bench
from reports.progress import Progress
from tests.reports.arena import ROOT, stack

ROW = {"name": "stack start", "unit": "s", "ours": 4.5, "peer": None, "peer_name": "", "ratio": None, "pairs": [[4.5]]}
PRINTED = f"print({json.dumps(json.dumps([ROW]))}, flush=True)"
# Both the piece and a child of its own hold the pipe open: reading its end proves that both are gone.
STUCK = f"""
import os, signal, subprocess, sys
{PRINTED}
pipe = open(os.environ["PIPE"], "w")
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], pass_fds=[pipe.fileno()])
signal.signal(signal.SIGINT, signal.SIG_IGN)
pipe.write("stuck\\n"); pipe.flush()
while True: signal.pause()
"""
ARENA = """
import sys
from pathlib import Path
from reports import bench, suite_process
from reports.progress import Progress
suite_process.GRACE = 0.2  # the stuck piece doesn't listen anyway
sys.exit(bench.bench(Path(sys.argv[1]), Progress(plain=True), sys.argv[2:]))
"""


@pytest.fixture(autouse=True)
def pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")


def piece(folder: Path, name: str, body: str) -> str:
    (folder / f"{name}.py").write_text(body)
    return name


def kept(folder: Path) -> object:
    return json.loads((folder / "bench.json").read_text())


def test_figures_of_all_pieces_are_written_and_a_failing_piece_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pieces = [
        piece(tmp_path, "good", PRINTED),
        piece(tmp_path, "crashed", "import sys; sys.exit(3)"),
        piece(tmp_path, "partly", f"import os, signal; {PRINTED}; os.kill(os.getpid(), signal.SIGKILL)"),
        piece(tmp_path, "silent", ""),
        piece(tmp_path, "talking", f"print('fast enough'); {PRINTED}"),
        piece(tmp_path, "shapeless", "print('[{}]')"),
        piece(tmp_path, "cut", "print('[{\"name\":', end='')"),
    ]
    code = bench.bench(tmp_path, Progress(plain=True), pieces)
    assert code == 3
    assert kept(tmp_path) == [ROW, ROW, ROW]
    said = capsys.readouterr().out
    for line in (
        "crashed ended with exit 3",
        "partly ended with exit -9",
        "silent printed no figures",
        "talking printed no JSON: fast enough",
        "shapeless printed rows without name",
        'cut printed no JSON: [{"name":',
    ):
        assert f"  not measured: {line}" in said
    assert "stack start   4.5     –      –  s" in said


def test_a_bench_of_good_pieces_ends_well(tmp_path: Path) -> None:
    good = piece(tmp_path, "good", PRINTED)
    assert bench.bench(tmp_path, Progress(plain=True, stream=sys.stdout), [good]) == 0


def test_each_figure_is_told_and_kept_while_its_piece_still_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stream(StringIO):
        """Lets the piece go on once its first figure was told and is in the file."""

        def write(self, text: str) -> int:
            if text == "  stack start: 4.5 s" and kept(tmp_path) == [ROW]:
                (tmp_path / "pipe").write_text("go on")
            return super().write(text)

    os.mkfifo(tmp_path / "pipe")
    later = {**ROW, "name": "stack reset", "peer": 2.0, "ratio": 0.5, "peer_name": "another"}
    body = f"{PRINTED}\nopen({str(tmp_path / 'pipe')!r}).read()\nprint({json.dumps(json.dumps([later]))})"
    monkeypatch.setattr(bench, "PATIENCE", 20.0)  # seconds; who tells only at the end waits for itself
    stream = Stream()
    assert bench.bench(tmp_path, Progress(plain=True, stream=stream), [piece(tmp_path, "slow", body)]) == 0
    assert kept(tmp_path) == [ROW, later]
    assert "  stack reset: 4.5 s beside 2 (another): 0.50\n" in stream.getvalue()


def test_what_a_piece_says_of_its_work_is_told_and_stays_in_its_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = f"import sys; print('good: measuring the start', file=sys.stderr); {PRINTED}"
    assert bench.bench(tmp_path, Progress(plain=True), [piece(tmp_path, "good", body)]) == 0
    assert "\n  good: measuring the start\n" in capsys.readouterr().out
    assert (tmp_path / "logs" / "good.log").read_text() == "good: measuring the start\n"


def test_a_piece_that_hangs_is_ended_and_its_figures_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reports.suite_process.GRACE", 0.2)
    monkeypatch.setattr(bench, "PATIENCE", 2.0)
    monkeypatch.setenv("PIPE", os.devnull)
    assert bench.bench(tmp_path, Progress(plain=True), [piece(tmp_path, "stuck", STUCK)]) == 3
    assert kept(tmp_path) == [ROW]
    assert "not measured: stuck gave no more: it hung: stopped after 2 s" in capsys.readouterr().out


def test_a_part_of_the_stack_that_died_meanwhile_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    well = {"name": "orders", "url": "", "pid": 1, "alive": True, "deaths": [], "stack_since": 1}
    watch = stack(tmp_path, report={"out": json.dumps([well])})
    death = {"at": 4e9, "how": "was killed by SIGKILL"}
    ill = json.dumps([{**well, "deaths": [death], "stack_since": 2}])
    body = f"""
import json
from pathlib import Path
path = Path({str(tmp_path / "told.json")!r})
path.write_text(json.dumps(json.loads(path.read_text()) | {{"report": {{"out": {ill!r}, "code": 3}}}}))
{PRINTED}
"""
    pieces = [piece(tmp_path, "killing", body), piece(tmp_path, "good", PRINTED)]
    assert bench.bench(tmp_path, Progress(plain=True), pieces, watch) == 3
    said = capsys.readouterr().out
    assert said.count("not measured: orders of the stack was killed by SIGKILL meanwhile") == 1, "once, not ever after"
    assert said.count("the stack is not the one of the beginning: by the end of killing another one was started") == 1
    assert kept(tmp_path) == [ROW, ROW]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_bench_that_is_ended_leaves_its_figures_and_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setenv("PIPE", str(pipe))
    names = [piece(tmp_path, "good", PRINTED), piece(tmp_path, "stuck", STUCK), piece(tmp_path, "never", PRINTED)]
    command = [sys.executable, "-c", ARENA, str(tmp_path), *names]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with pipe.open(encoding="utf-8") as told:
        assert told.readline() == "stuck\n"
        running.send_signal(number)
        assert told.read() == "", "read to the end of the pipe: piece and child are gone"
    output, _ = running.communicate(timeout=30)
    assert "Traceback" not in output
    assert "measuring never" not in output
    if number == signal.SIGKILL:
        assert kept(tmp_path) in ([ROW], [ROW, ROW])
        assert json.loads((tmp_path / "logs" / "stuck.ndjson").read_text()) == [ROW]
        return
    assert running.returncode == 3
    assert kept(tmp_path) == [ROW, ROW]
    assert "Stopped; everything that was started has been ended, and what was measured is kept." in output
    assert output.count("stack start   4.5") == 2, "the table shows what there is"
