"""Rows as files have them: which become records, which are bad, on which line, and why."""

import io
from decimal import Decimal
from typing import Any

import pytest

from fixtures.services.etl.cleaning import REQUIRED, cleaned
from fixtures.services.etl.csv_rows import csv_records
from fixtures.services.etl.json_rows import json_records
from fixtures.services.etl.lines import LONGEST, lines
from fixtures.services.etl.records import BadRow, Record, Unacceptable

HEADER = b"id,name,amount,date\n"
GOOD = {"id": "a", "name": "desk", "amount": "1.50", "date": "2026-01-31"}


def of_csv(body: bytes) -> list[Record]:
    return list(csv_records(lines(io.BytesIO(body)), REQUIRED))


def told(records: list[Record]) -> list[tuple[int, Any]]:
    """(line, cells or reason) of each row."""
    return [(record.line, record.reason or list((record.values or {}).values())) for record in records]


def of_json(body: bytes) -> list[tuple[int, Any]]:
    return [(one.line, one.reason or one.values) for one in json_records(lines(io.BytesIO(body)))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"a,desk,1,2\nb,chair,3,4\n", [(2, ["a", "desk", "1", "2"]), (3, ["b", "chair", "3", "4"])]),
        (b"a,desk,1,2\r\nb,chair,3,4", [(2, ["a", "desk", "1", "2"]), (3, ["b", "chair", "3", "4"])]),
        (b'a,"desk, oak",1,2\n', [(2, ["a", "desk, oak", "1", "2"])]),
        (b'a,"a ""good"" desk",1,2\n', [(2, ["a", 'a "good" desk', "1", "2"])]),
        (b'a,"",1,""\n', [(2, ["a", "", "1", ""])]),
        (b'a,"two\r\nlines",1,2\nb,c,3,4\n', [(2, ["a", "two\r\nlines", "1", "2"]), (4, ["b", "c", "3", "4"])]),
        (b'a,"one\n\nthree",1,2\nb,c,3,4\n', [(2, ["a", "one\n\nthree", "1", "2"]), (5, ["b", "c", "3", "4"])]),
        (b"\n  \na,desk,1,2\n\n", [(4, ["a", "desk", "1", "2"])]),
        (b"a,desk,1\nb\nc,d,e,f,g\n",
            [(2, "3 cells under 4 columns"), (3, "1 cell under 4 columns"), (4, "5 cells under 4 columns")]),
        ("a,Бюро,1,2\n".encode(), [(2, ["a", "Бюро", "1", "2"])]),
        (b"a,\xff,1,2\nb,c,3,4\n", [(2, "not UTF-8"), (3, ["b", "c", "3", "4"])]),
        (b'a,"\xff\nx",1,2\nb,c,3,4\n', [(2, "not UTF-8"), (4, ["b", "c", "3", "4"])]),
        (b"a,\xed\xa0\x80,1,2\n", [(2, "not UTF-8")]),
        (b"a,de\x00sk,1,2\nb,c,3,4\n", [(2, "a NUL character"), (3, ["b", "c", "3", "4"])]),
        # a stray quote costs its own line
        (b'a,5" desk,1,2\nb,c,3,4\n', [(2, "a quote out of place"), (3, ["b", "c", "3", "4"])]),
        (b'a,"desk"x,1,2\nb,c,3,4\n', [(2, "a quote out of place"), (3, ["b", "c", "3", "4"])]),
        (b'a,"desk,1,2\nb,c,3,4\n', [(2, "a quote out of place"), (3, ["b", "c", "3", "4"])]),
        (b'a,5" desk,1,2\nb,"c,d",3,4\n', [(2, "a quote out of place"), (3, ["b", "c,d", "3", "4"])]),
        (b'a,5" x,1,2\nb,6" y,1,2\nc,d,3,4\n', 
            [(2, "a quote out of place"), (3, "a quote out of place"), (4, ["c", "d", "3", "4"])]),
    ],
)  # fmt: skip
def test_csv_rows(body: bytes, expected: list[Any]) -> None:
    assert told(of_csv(HEADER + body)) == expected


def test_an_open_quote_doesnt_swallow_the_rest_of_a_long_file() -> None:
    rows = b"".join(b"r%d,name,1,2\n" % number for number in range(20_000))
    found = of_csv(HEADER + b'a,"open,1,2\n' + rows)
    assert found[0].reason == "a quote out of place"
    assert [record.line for record in found if record.values] == list(range(3, 20_003))


def test_a_row_that_is_too_long_is_passed_over() -> None:
    longest = b"a," + b"x" * (LONGEST - 7) + b",1,2\n"
    assert len(longest) == LONGEST
    too_long = b"b," + b"x" * (3 * LONGEST) + b",1,2\n"
    found = told(of_csv(HEADER + longest + too_long + b"c,d,3,4\n"))
    assert [line for line, _ in found] == [2, 3, 4]
    assert (found[0][1][0], found[1][1], found[2][1]) == ("a", f"longer than {LONGEST} bytes", ["c", "d", "3", "4"])


def test_of_a_row_that_is_too_long_no_more_than_its_start_is_held() -> None:
    [line] = lines(io.BytesIO(b"x" * (5 * LONGEST)))
    assert (line.number, line.whole, len(line.raw)) == (1, False, LONGEST + 1)


@pytest.mark.parametrize("header", [b"\xef\xbb\xbfid,name,amount,date\n", b'\n ID ,Name,AMOUNT,"date"\r\n'])
def test_a_header_is_read_kindly(header: bytes) -> None:
    [record] = of_csv(header + b"a,desk,1,2\n")
    assert record.values == {"id": "a", "name": "desk", "amount": "1", "date": "2"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the header is missing"),
        (b"\xef\xbb\xbf", "the header is missing"),
        (b"\n \n", "the header is missing"),
        (b"id,name,date\n", "column amount is missing"),
        (b"id,name,amount,date,Amount\n", "column amount stands twice"),
        (b"id,name,amount,date,extra,extra\n", "column extra stands twice"),
        ("id,name,amount,date\n".encode("utf-16"), "the header is not readable"),
        (b"\x1f\x8b\x08\x00\xff\xfe\n", "the header is not readable"),
        (b'id,"name,amount,date\n', "the header is not readable"),
        (b"x" * (LONGEST + 10), "the header is not readable"),
        (b"id,name,amount,date\ra,desk,1,2\r", "column date is missing"),
    ],
)
def test_a_header_that_cant_be_used(body: bytes, reason: str) -> None:
    with pytest.raises(Unacceptable, match=f"^{reason}$"):
        of_csv(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"id": "a"}\n{"id": "b"}\r\n', [(1, {"id": "a"}), (2, {"id": "b"})]),
        (b'\xef\xbb\xbf{"id": "a"}\n\n  {"id": "b"}  ', [(1, {"id": "a"}), (3, {"id": "b"})]),
        (b'{"amount": 1.10, "id": 7}', [(1, {"amount": Decimal("1.10"), "id": 7})]),
        (b'["a"]\n"a"\nnull\n7\n', [(line, "not a JSON object") for line in range(1, 5)]),
        (b'{"id": "a"\n{id: 1}\n{"a": NaN}\n{"a": 1} {}\n', [(line, "not a JSON object") for line in range(1, 5)]),
        (b'{"id": "a", "name": 1, "id": "b"}', [(1, "id stands twice")]),
        (b'{"id": "\xff"}\n{"id": "a"}', [(1, "not UTF-8"), (2, {"id": "a"})]),
        (b'{"id": \x00}\n{"id": "a"}', [(1, "a NUL character"), (2, {"id": "a"})]),
        (b"[" * 60_000, [(1, "not a JSON object")]),
        (b'{"id": ' + b"9" * 5000 + b"}", [(1, "not a JSON object")]),
        (b'{"id": "' + b"a" * LONGEST + b'"}\n{"id": "a"}', [(1, f"longer than {LONGEST} bytes"), (2, {"id": "a"})]),
        (b"", []),
    ],
)
def test_json_rows(body: bytes, expected: list[Any]) -> None:
    assert of_json(body) == expected


@pytest.mark.parametrize(
    ("column", "given", "attribute", "stored"),
    [
        ("id", " a-B_9 ", "record_id", "a-B_9"),
        ("id", 17, "record_id", "17"),
        ("id", "x" * 64, "record_id", "x" * 64),
        ("name", "  a \t good\n desk ", "name", "a good desk"),
        ("name", "ß" * 128, "name", "ß" * 128),
        ("amount", " -12.5 ", "amount", Decimal("-12.5")),
        ("amount", "10.50", "amount", Decimal("10.5")),
        ("amount", "100", "amount", Decimal(100)),
        ("amount", "-0.00", "amount", Decimal(0)),
        ("amount", 7, "amount", Decimal(7)),
        ("amount", Decimal("1E+2"), "amount", Decimal(100)),
        ("amount", "999999999999.99", "amount", Decimal("999999999999.99")),
        ("date", "2024-02-29", "date", "2024-02-29"),
        ("note", "two\r\nlines", "note", "two\nlines"),
    ],
)
def test_values_are_cleaned(column: str, given: Any, attribute: str, stored: Any) -> None:
    found = cleaned(GOOD | {column: given})[attribute]
    assert (found, str(found)) == (stored, str(stored))


NOT_VALID: dict[str, list[Any]] = {
    "id": ["a b", "ä", "x" * 65, True, 1.5, ["a"], {}, 10**70],
    "name": ["x" * 129, 7, ["desk"], "\ud800"],
    "amount": [
        "1,5",
        "1.234",
        "1e3",
        "abc",
        "1" * 13,
        "٣",
        True,
        [],
        10**12,
        10**300,
        Decimal("1E+9999"),
        Decimal("0.001"),
    ],
    "date": ["2026-02-29", "31.01.2026", "20260131", "2026-1-31", "2026-W01-1", 20260131],
    "note": ["x" * 4097, 7, "\udfff"],
}


@pytest.mark.parametrize(("column", "given"), [(column, given) for column in NOT_VALID for given in NOT_VALID[column]])
def test_values_that_are_not_valid(column: str, given: Any) -> None:
    with pytest.raises(BadRow, match=f"^{column} is not valid$"):
        cleaned(GOOD | {column: given})


@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_values_that_are_missing(nothing: str | None) -> None:
    for column in REQUIRED:
        with pytest.raises(BadRow, match=f"^{column} is missing$"):
            cleaned(GOOD | {column: nothing})
    assert "note" not in cleaned(GOOD | {"note": nothing})


def test_all_reasons_of_a_row_are_told() -> None:
    with pytest.raises(BadRow, match=r"^id is missing; amount is not valid; date is missing$"):
        cleaned({"name": "desk", "amount": "many"})


def test_what_nobody_asked_for_is_left_out() -> None:
    assert set(cleaned(GOOD | {"colour": "red", "": "x"})) == {"record_id", "name", "amount", "date"}
