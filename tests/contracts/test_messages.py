"""Messages that break their contract are found, lost and changed ones too, and what is drawn from a schema keeps it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts.messages.bus import COLLECTOR, MOVED, OCCURRED, Bus, Seen
from contracts.messages.disturbing import Consumer, Sent, _judge, consumers
from contracts.messages.document import Message, read, validator
from contracts.messages.judging import Judged, judge
from contracts.messages.made import NEVER_PROCESSED, PROCESSED, Case, cases
from contracts.messages.telling import Teller
from fixtures.clients import Redactor
from reports.evidence import Result, Status, write_junit

EVENTS = read()
HEADERS = {"X-Request-Id": "req-1", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "revision": 1}
ORDER = Seen(
    "OrderQueue",
    "sent",
    "platform",
    '{"order_id": "o-1", "product_id": "p", "quantity": 2}',
    "req-1",
    "m-1",
    1.0,
    HEADERS,
)
LINE = {"time": 1.5, "host": "h", "source": "orders", "sourcetype": "_json"}
EVENT = {
    "time": "2026-03-01T12:00:00.123+00:00",
    "level": "INFO",
    "service": "orders",
    "request_id": "",
    "message": "x",
}
TELLER = Teller(Redactor([]), "again", lambda _: ("orders: a line",))


def message(channel: str, name: str) -> Message:
    return next(one for one in EVENTS.channels[channel].messages if one.name == name)


def judged(*seen: Seen) -> Judged:
    return judge(EVENTS, seen)


def line(event: dict[str, Any], **more: Any) -> Seen:
    return Seen(COLLECTOR, "sent", "stack", json.dumps({**LINE, **more, "event": event}))


def test_a_message_of_its_form_is_counted() -> None:
    found = judged(ORDER, replace(ORDER, message_id="m-2"))
    assert (found.counts["OrderQueue.orderPlaced"], found.findings) == (2, {})


@pytest.mark.parametrize(
    ("seen", "where"),
    [
        (replace(ORDER, body='{"order_id": "o-1", "product_id": "p", "quantity": 0}'), "payload/quantity"),
        (replace(ORDER, body='{"order_id": "o-1", "product_id": "p"}'), "payload"),
        (replace(ORDER, body="{torn"), "payload"),
        (replace(ORDER, body="[" * 100_000), "payload"),
        (replace(ORDER, headers={**HEADERS, "revision": 0}), "headers/revision"),
        (replace(ORDER, headers={"revision": 1}), "headers"),
        (replace(ORDER, headers={**HEADERS, "Subject": "surprise"}), "headers"),
    ],
)
def test_a_message_of_another_form_is_found_with_its_place(seen: Seen, where: str) -> None:
    [finding] = judged(seen).findings["OrderQueue.orderPlaced"]
    assert (finding.where, finding.seen.request_id) == (where, "req-1")


def test_what_a_suite_sends_binds_nobody() -> None:
    found = judged(replace(ORDER, sender="suite", body="rubbish"))
    assert (found.findings, sum(found.counts.values())) == ({}, 0)


def test_a_bucket_s_event_is_judged_whoever_put_the_object() -> None:
    seen = Seen("EtlQueue", OCCURRED, OCCURRED, '{"Records": []}')
    assert "EtlQueue.rawDataUploaded" in judged(seen).findings


def test_a_channel_nobody_described_is_found() -> None:
    [finding] = judged(replace(ORDER, channel="SecretQueue")).findings[""]
    assert finding.where == "SecretQueue"


def test_a_mailbox_of_a_suite_s_own_is_nobody_s_business() -> None:
    assert judged(replace(ORDER, channel="plumbline-mailbox-1")).findings == {}


def test_nobody_may_send_to_dead_letters() -> None:
    assert "OrderDLQ.deadLetter" in judged(replace(ORDER, channel="OrderDLQ")).findings


def test_a_dead_letter_is_compared_with_what_was_sent() -> None:
    dead = replace(ORDER, channel="OrderDLQ", way=MOVED, sender=MOVED)
    same = judged(ORDER, dead)
    assert (same.counts["OrderDLQ.deadLetter"], same.compared, same.findings) == (1, 1, {})
    assert "OrderDLQ.deadLetter" in judged(ORDER, replace(dead, body="changed")).findings
    assert "OrderDLQ.deadLetter" in judged(ORDER, replace(dead, headers={})).findings


def test_log_lines_are_judged_by_form_and_counted_in_full() -> None:
    lines = [line(EVENT) for _ in range(5)]
    found = judged(*lines, line({**EVENT, "level": "LOUD"}, source="links"))
    assert found.counts["collector.logLine"] == 5
    assert found.findings["collector.logLine"][0].where == "payload/event/level"


def test_json_inside_an_envelope_is_judged() -> None:
    payload = message("OrderEventsQueue", "orderSettledNotification").examples[0]["payload"]
    good = Seen("OrderEventsQueue", "delivered", "platform", json.dumps(payload))
    assert judged(good).findings == {}
    bad = replace(good, body=json.dumps({**payload, "Message": '{"order_id": "o-1", "status": "Rejected"}'}))
    assert "OrderEventsQueue.orderSettledNotification" in judged(bad).findings


@pytest.mark.parametrize("consumer", consumers(EVENTS, ()), ids=lambda one: one.operation.id)
def test_what_is_made_is_of_its_kind_and_the_same_for_the_same_seed(consumer: Consumer) -> None:
    made = cases(consumer.message, 4, 11, lambda: "name")
    assert made == cases(consumer.message, 4, 11, lambda: "name")
    judge_payload = validator(consumer.message.payload)
    for case in made:
        if case.kind in PROCESSED:
            assert judge_payload.is_valid(json.loads(case.body)) or case.kind == "older"
        elif case.kind == "invalid":
            assert not judge_payload.is_valid(json.loads(case.body))
    assert {*NEVER_PROCESSED, "valid", "invalid", "unknown field", "oversized"} <= {case.kind for case in made}
    assert max(len(case.body) for case in made) < 262_144, "SQS takes no more"


def one_case(kind: str) -> Consumer:
    [consumer] = [each for each in consumers(EVENTS, ("inventory",)) if each.operation.id == "applyOrder"]
    consumer.sent.append(Sent(Case(kind, "body", {}), "name", "m-1"))
    return consumer


@pytest.mark.parametrize(
    ("kind", "moved", "handled", "held"),
    [
        ("valid", False, True, True),
        ("valid", True, False, False),
        ("older", True, False, False),
        ("invalid", True, False, True),
        ("invalid", False, True, True),
        ("invalid", False, False, False),
        ("not JSON", False, True, False),
        ("not JSON", True, False, True),
    ],
)
def test_every_message_needs_its_fate(kind: str, moved: bool, handled: bool, held: bool) -> None:
    consumer = one_case(kind)
    dead = {"m-1": Seen("OrderDLQ", MOVED, MOVED, "body", message_id="m-1")} if moved else {}
    _judge(consumer, dead, {"m-1"} if handled else set())
    assert (not consumer.wrong) is held


def test_a_changed_dead_letter_is_a_failure() -> None:
    consumer = one_case("invalid")
    _judge(consumer, {"m-1": Seen("OrderDLQ", MOVED, MOVED, "other", message_id="m-1")}, set())
    assert "not as it was sent" in consumer.wrong[0][0]


def type_result(found: Judged, whole: bool, name: str = "orderPlaced", channel: str = "OrderQueue") -> Result:
    return TELLER.type(EVENTS, message(channel, name), found, whole)


def test_a_type_never_seen_fails_a_whole_check_only() -> None:
    assert type_result(Judged(), whole=True).status is Status.FAILED
    assert "OrderQueue.orderPlaced" in type_result(Judged(), whole=True).failures[0].observed
    assert type_result(Judged(), whole=False).status is Status.SKIPPED
    assert type_result(Judged(), True, "testEvent", "EtlQueue").status is Status.SKIPPED, "it comes at set-up"


def test_a_finding_is_told_with_channel_path_request_and_lines() -> None:
    result = type_result(judged(replace(ORDER, body="{torn")), whole=False)
    [failure] = result.failures
    assert (result.status, failure.operation_id, result.details["invalid"]) == (Status.FAILED, "createOrder", 1)
    assert "OrderQueue: payload: not JSON" in failure.observed
    assert "request req-1" in failure.observed
    assert failure.logs == ("orders: a line",)


def test_a_part_that_died_is_a_failure_of_its_own() -> None:
    assert TELLER.parts([]).status is Status.PASSED
    assert "media died" in TELLER.parts(["media"]).failures[0].observed


def test_messages_that_nobody_saw_break_the_suite() -> None:
    assert TELLER.bus(Bus((), lost=3), Judged()).status is Status.BROKEN
    assert TELLER.bus(Bus(()), Judged()).status is Status.PASSED


def test_the_junit_file_holds_what_xml_can_hold(tmp_path: Any) -> None:
    from xml.etree import ElementTree  # noqa: PLC0415

    consumer = one_case("invalid")
    consumer.wrong.append(("lost \x00\x1b", consumer.sent[0].case))
    write_junit(tmp_path / "messages.xml", "messages", [TELLER.consumer(consumer, 1)])
    [case] = ElementTree.parse(tmp_path / "messages.xml").getroot()
    assert case.find("failure") is not None
