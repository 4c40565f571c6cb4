"""Evidence survives threads, forks and crashes, and what can't be trusted is said."""

import json
import os
import threading
from pathlib import Path

import pytest

from reports.evidence import EvidenceError, Failure, Journal, Result, Status, new_run, read

FAILURE = Failure(
    "Stock went below zero", "createOrder", "3", "-1", "behave -n ORD-012", "curl …", "\ud800{}", ("a", "b")
)


def result(number: int, status: Status = Status.PASSED) -> Result:
    return Result(
        "features", f"ORD-{number:03}", "a title", status, 0.5, "orders", ("createOrder",), (FAILURE,), {"n": 1}
    )


def journal(run: Path, plan: int | None) -> Journal:
    book = Journal(run, "features")
    book.started(
        plan=plan, target="local", seed=7, versions={"behave": "1.3.3"}, operations={"orders": ["createOrder"]}
    )
    return book


def test_a_result_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    book = journal(tmp_path, 1)
    book.result(result(1, Status.FAILED))
    book.finished()
    evidence = read(tmp_path)["features"]
    assert evidence.results == [result(1, Status.FAILED)]
    assert evidence.problems == []
    assert evidence.started[0]["operations"] == {"orders": ["createOrder"]}


def test_threads_never_mix_their_lines(tmp_path: Path) -> None:
    book = journal(tmp_path, 400)
    numbers = [range(start, start + 100) for start in (0, 100, 200, 300)]

    def write(mine: range) -> None:
        for number in mine:
            book.result(result(number))

    threads = [threading.Thread(target=write, args=(mine,)) for mine in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    book.finished()
    assert read(tmp_path)["features"].problems == []
    assert len(read(tmp_path)["features"].results) == 400


def test_a_forked_child_writes_beside_its_parent(tmp_path: Path) -> None:
    book = journal(tmp_path, 2)
    book.result(result(1))
    child = os.fork()
    if child == 0:
        book.result(result(2))
        os._exit(0)
    os.waitpid(child, 0)
    book.finished()
    assert len(list((tmp_path / "evidence").iterdir())) == 2
    assert read(tmp_path)["features"].problems == []


def test_a_suite_that_never_finished_says_so(tmp_path: Path) -> None:
    journal(tmp_path, None).result(result(1))
    assert read(tmp_path)["features"].problems == ["1 started, only 0 finished"]


def test_fewer_results_than_planned_are_a_problem(tmp_path: Path) -> None:
    book = journal(tmp_path, 3)
    book.result(result(1))
    book.result(result(1))
    book.finished()
    assert read(tmp_path)["features"].problems == ["3 results were planned, 1 delivered"]


def test_results_without_a_start_are_a_problem(tmp_path: Path) -> None:
    Journal(tmp_path, "features").result(result(1))
    assert read(tmp_path)["features"].problems == ["it never said that it started"]


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b'{"kind": "result", "suite": "featu', "Unterminated string"),
        (b"\xff\xfe", "codec"),
        (b"[]", "not a JSON object"),
        (b'{"suite": "features"}', "it has no kind"),
        (b'{"kind": "finished", "suite": "load"}', "it belongs to suite 'load'"),
        (
            b'{"kind": "result", "suite": "features", "id": "x", "title": "y", "status": "green"}',
            "found 'green', allowed",
        ),
        (b'{"kind": "result", "suite": "features", "title": "y", "status": "passed"}', "id: must be a text"),
    ],
)
def test_a_corrupt_line_is_named_and_the_rest_is_kept(tmp_path: Path, raw: bytes, complaint: str) -> None:
    book = journal(tmp_path, 1)
    (file,) = (tmp_path / "evidence").iterdir()
    with file.open("ab") as handle:
        handle.write(raw + b"\n")
    book.result(result(1))
    book.finished()
    evidence = read(tmp_path)["features"]
    assert len(evidence.results) == 1
    (problem,) = evidence.problems
    assert f"{file.name} line 2 is corrupt" in problem
    assert complaint in problem


def test_a_full_disk_gives_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = journal(tmp_path, 1)
    full = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr(book, "_file", (os.getpid(), full))
    with pytest.raises(
        EvidenceError, match=r"can't write evidence of features to .*No space left on device; free some"
    ):
        book.result(result(1))
    book.close()


def test_details_that_are_not_json_become_text(tmp_path: Path) -> None:
    book = journal(tmp_path, 1)
    book.result(Result("features", "x", "y", Status.PASSED, details={"path": Path("/a")}))
    (file,) = (tmp_path / "evidence").iterdir()
    assert json.loads(file.read_text().splitlines()[1])["details"] == {"path": "/a"}


def test_runs_started_together_get_folders_of_their_own_and_one_latest(tmp_path: Path) -> None:
    made: list[Path] = []
    threads = [threading.Thread(target=lambda: made.append(new_run(tmp_path))) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({folder.name for folder in made}) == 40
    assert (tmp_path / "latest").resolve() in made
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_run_folder_that_cannot_be_made_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match=r"can't make a run folder in .*file"):
        new_run(tmp_path / "file")
