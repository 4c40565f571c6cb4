"""Logs are read from their ends, and searched by request id."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from fixtures.stack.logfiles import carrying, last_lines


def test_the_last_lines_come_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("".join(f"line {n}\n" for n in range(100_000)))
    assert last_lines(tmp_path / "a.log", 2) == ["line 99998", "line 99999"]


def test_no_log_is_no_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none.log") == []


def test_lines_of_every_part_that_carry_the_request_are_found(tmp_path: Path) -> None:
    (tmp_path / "users.log").write_text('{"request_id": "r-1"}\n{"request_id": "r-2"}\n')
    (tmp_path / "orders.log").write_bytes(b'\xff {"request_id": "r-1"}\n')
    found = carrying(tmp_path, "r-1")
    assert [line["part"] for line in found] == ["orders", "users"]
    assert found[1]["line"] == '{"request_id": "r-1"}'


@given(st.lists(st.sampled_from([b"id-1", b"id-12", b"x", b"\n", b"\r", b"\r\n", b"\xff", b"\xc3\xa9"]), max_size=40))
def test_the_lines_of_a_request_are_those_that_hold_its_id_each_once_in_order(parts: list[bytes]) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "users.log").write_bytes(b"".join(parts))
        expected = [line.decode("utf-8", "replace") for line in b"".join(parts).splitlines() if b"id-1" in line]
        assert [each["line"] for each in carrying(Path(folder), "id-1")] == expected


def test_an_id_over_two_lines_is_in_none(tmp_path: Path) -> None:
    (tmp_path / "users.log").write_text("a\nr-1\nr-1\n")
    assert carrying(tmp_path, "\nr-1") == []
