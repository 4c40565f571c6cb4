"""A Scan by pages tells what moto's own tells, and looks at no more items than it shows."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.models import table as moto_table
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from fixtures.stack import pages

pages.install()
INDEX = {
    "IndexName": "by-n",
    "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
KEYS = st.text(min_size=1, max_size=3) | st.sampled_from(["a", "A", "aa", "ab", "é", "\U0001f600", "\uffff"])
ITEMS = st.fixed_dictionaries(
    {},
    optional={"n": st.integers(0, 3).map(lambda n: {"N": str(n)}), "t": st.text(max_size=40).map(lambda t: {"S": t})},
)
WRITES = st.lists(st.tuples(st.sampled_from(["put", "put", "put", "delete", "clear"]), KEYS, ITEMS), max_size=30)
STARTS = (
    st.none()
    | KEYS.map(lambda key: {"k": {"S": key}})
    | st.sampled_from(
        [{}, {"k": {"N": "1"}}, {"other": {"S": "a"}}, {"k": {"S": "a"}, "n": {"N": "1"}}, {"k": "a"}, "a"]
    )
)
SCANS = st.fixed_dictionaries(
    {
        "filters": st.sampled_from([{}, {"n": ("NULL", [])}, {"n": ("GT", [DynamoType({"N": "1"})])}]),
        "limit": st.none() | st.integers(1, 5),
        "exclusive_start_key": STARTS,
    },
    optional={
        "filter_expression": st.just(get_filter_expression("n > :one", {}, {":one": {"N": "1"}})),
        "index_name": st.sampled_from([None, "by-n", "unheard-of"]),
        "projection_expression": st.just([["k"]]),
        "segments": st.sampled_from([(None, None), (0, 2), (1, 2)]),
    },
)


def table(*, kept_in_order: bool = True, kind: str = "S", range_key: bool = False) -> Table:
    schema = [{"AttributeName": "k", "KeyType": "HASH"}]
    if range_key:
        schema.append({"AttributeName": "n", "KeyType": "RANGE"})
    attributes = [{"AttributeName": "k", "AttributeType": kind}, {"AttributeName": "n", "AttributeType": "N"}]
    kind_of_table: Any = Table  # abstract by name only
    made: Table = kind_of_table("T", "123456789012", "us-east-1", schema, attributes, global_indexes=[INDEX])
    if not kept_in_order:
        made.items = defaultdict(dict)
    return made


def write(one: Table, kind: str, key: str, item: dict[str, Any]) -> None:
    if kind == "put":
        one.put_item({"k": {"S": key}} | item)
    elif kind == "delete":
        one.delete_item(DynamoType({"S": key}), None)
    else:
        one.items.clear()


def counted(monkeypatch: pytest.MonkeyPatch, kind: type, name: str) -> list[str]:
    """Has one more entry after each call of that method."""
    calls: list[str] = []
    really = getattr(kind, name)

    def called(*given: Any) -> Any:
        calls.append(name)
        return really(*given)

    monkeypatch.setattr(kind, name, called)
    return calls


def told(one: Table, scan: dict[str, Any]) -> Any:
    """What the Scan gives, items in their order, or what it refuses with."""
    try:
        items, scanned, last = one.scan(**scan)
    except Exception as error:
        return type(error), str(error)
    return [item.to_json() for item in items], scanned, last


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(WRITES, SCANS), min_size=1, max_size=4))
def test_a_scan_tells_what_motos_own_tells_between_any_writes(rounds: list[Any]) -> None:
    ours, motos = table(), table(kept_in_order=False)
    for writes, scan in rounds:
        for each in writes:
            write(ours, *each)
            write(motos, *each)
        assert told(ours, scan) == told(motos, scan)
        assert [item.to_json() for item in ours.all_items()] == [item.to_json() for item in motos.all_items()]


@pytest.mark.parametrize("limit", [None, 7], ids=["pages by size", "pages of 7"])
def test_pages_that_follow_each_other_hold_everything_once(monkeypatch: pytest.MonkeyPatch, limit: int | None) -> None:
    monkeypatch.setattr(moto_table, "RESULT_SIZE_LIMIT", 1_000)  # bytes
    ours: Any = table()
    for number in range(100):
        ours.put_item({"k": {"S": f"{number:03}"}, "t": {"S": "x" * (number % 50)}})
    met: list[str] = []
    start = None
    while True:
        items, _, last = ours.scan({}, limit, start)
        met += [item.hash_key.value for item in items]
        if last is None:
            break
        start = {"k": {"S": last["k"].value}}
    assert met == [f"{number:03}" for number in range(100)]


def test_a_page_looks_at_what_it_shows_and_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = table()
    for number in range(1_000):
        ours.put_item({"k": {"S": f"{number:03}"}})
    looks = [counted(monkeypatch, kind, name) for kind, name in ((Item, "is_within_segment"), (DynamoType, "__lt__"))]
    items, scanned, last = ours.scan({}, 10, {"k": {"S": "499"}})
    assert [item.hash_key.value for item in items] == [f"{number:03}" for number in range(500, 510)]
    assert (scanned, last) == (10, {"k": DynamoType({"S": "509"})})
    assert [len(calls) for calls in looks] == [11, 1]


@pytest.mark.parametrize("one", [table(kind="N"), table(range_key=True)], ids=["a number as key", "a range key"])
def test_other_tables_go_motos_way(one: Table) -> None:
    for number in ("10", "9", "9.5"):
        one.put_item({"k": {one.hash_key_type: number}, "n": {"N": number}})
    start = {name: {kind: "9"} for name, kind in {"k": one.hash_key_type, "n": "N"}.items()}
    expected = ["9.5", "10"] if one.hash_key_type == "N" else ["9.5"]
    assert [item.hash_key.value for item in one.scan({}, 5, start)[0]] == expected
