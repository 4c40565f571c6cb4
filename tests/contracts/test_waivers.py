"""A waiver is whole, of a known operation and in force, or the run says so."""

import datetime as dt
from pathlib import Path

import pytest

from contracts.waivers import read_waivers
from fixtures.errors import CallError

WHOLE = {
    "operation": '"createOrder"',
    "failure": '"UndefinedStatusCode"',
    "reason": '"the gateway answers first"',
    "owner": '"ada"',
    "date": "2026-03-01",
}


def _file(folder: Path, **changed: str | None) -> Path:
    keys = {name: value for name, value in {**WHOLE, **changed}.items() if value is not None}
    path = folder / "waivers.toml"
    path.write_text("[[waiver]]\n" + "".join(f"{name} = {value}\n" for name, value in keys.items()))
    return path


def test_a_whole_waiver_covers_its_finding_only(tmp_path: Path) -> None:
    (waiver,) = read_waivers(_file(tmp_path), {"createOrder"})
    assert waiver.covers("createOrder", "UndefinedStatusCode")
    assert not waiver.covers("createOrder", "ServerError")
    assert not waiver.covers("getOrder", "UndefinedStatusCode")


def test_a_waiver_is_void_after_its_last_day(tmp_path: Path) -> None:
    path = _file(tmp_path, until="2026-04-01")
    assert len(read_waivers(path, {"createOrder"}, dt.date(2026, 4, 1))) == 1
    assert read_waivers(path, {"createOrder"}, dt.date(2026, 4, 2)) == ()


def test_no_file_is_no_waiver(tmp_path: Path) -> None:
    assert read_waivers(tmp_path / "none.toml", set()) == ()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"reason": None}, "waiver 1: reason is missing or not a text"),
        ({"reason": '" "'}, "waiver 1: reason is missing or not a text"),
        ({"owner": "3"}, "waiver 1: owner is missing or not a text"),
        ({"date": '"soon"'}, "waiver 1: date is missing or not a date like 2026-03-01"),
        ({"date": None}, "waiver 1: date is missing"),
        ({"until": "2026-03-01T10:00:00"}, "waiver 1: until is missing or not a date"),
        ({"resaon": '"typo"'}, "unknown key resaon; allowed: operation, failure, reason, owner, date, until. Did you"),
        ({"operation": '"createOder"'}, "no operation createOder in any document of the target. Did you mean createO"),
    ],
)
def test_a_wrong_waiver_is_a_wrong_call(changed: dict[str, str | None], message: str, tmp_path: Path) -> None:
    with pytest.raises(CallError) as caught:
        read_waivers(_file(tmp_path, **changed), {"createOrder"})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["waiver = [", "waiver = 3", "[other]\nx = 1"])
def test_a_torn_file_is_a_wrong_call(text: str, tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text(text)
    with pytest.raises(CallError, match=r"waivers\.toml"):
        read_waivers(path, set())
