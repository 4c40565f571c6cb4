"""The log forwarder: what it takes, what it hides, what it sends, and that nothing is lost when Splunk is away."""

import base64
import gzip
import json
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws

from fixtures.services.logforwarder import dead_letters, forwarding, handler, masking, subscription
from fixtures.services.logforwarder.forwarding import Left, Masked
from fixtures.services.logforwarder.subscription import LogBatch
from fixtures.services.platform import aws
from fixtures.services.platform.splunk_delivery import Meaning, Outcome
from tests.services.hec_server import Answer, Collector, collector

ORIGIN = LogBatch("/aws/lambda/links", "stream-1", ())
BUSY: Answer = (503, {"text": "Server is busy", "code": 9}, {})
CARD = "4111 1111 1111 1111"


def packed(document: Any) -> dict[str, Any]:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return {"awslogs": {"data": base64.b64encode(gzip.compress(raw)).decode()}}


def delivered(*messages: str) -> dict[str, Any]:
    events = [{"id": str(n), "timestamp": 1700000000000 + n, "message": text} for n, text in enumerate(messages)]
    return packed({"messageType": "DATA_MESSAGE", "logGroup": "group", "logStream": "stream", "logEvents": events})


# -- what it takes


def test_a_control_message_holds_no_lines() -> None:
    assert subscription.read(packed({"messageType": "CONTROL_MESSAGE", "logEvents": [{"x": 1}]})).events == ()


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (None, "The event must be"),
        ([], "The event must be"),
        ({"awslogs": {}}, "The event must be"),
        ({"awslogs": {"data": 1}}, "The event must be"),
        ({"awslogs": {"data": "!"}}, "not Base64"),
        ({"awslogs": {"data": "ä"}}, "not Base64"),
        ({"awslogs": {"data": base64.b64encode(b"plain").decode()}}, "not gzip"),
        ({"awslogs": {"data": base64.b64encode(gzip.compress(b"{}" * 99)[:-9]).decode()}}, "cut off"),
        (packed(b"not json"), "no JSON"),
        (packed(b"\xff"), "no JSON"),
        (packed(b"[" * 100_000), "no JSON"),
        (packed([]), "JSON object"),
        (packed({}), "messageType"),
        (packed({"messageType": "DATA_MESSAGE"}), "logEvents must be a list"),
        (packed({"messageType": "DATA_MESSAGE", "logEvents": []}), "logGroup must be a string"),
        (packed({"messageType": "DATA_MESSAGE", "logEvents": [1]}), r"logEvents\[0\] must be an object"),
        (packed({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1"}]}), r"logEvents\[0\].timestamp"),
        (
            packed({"messageType": "DATA_MESSAGE", "logEvents": [{"timestamp": 1, "id": "1"}]}),
            r"logEvents\[0\].message",
        ),
    ],
)
def test_what_is_no_event_of_cloudwatch_logs_is_a_clear_error(event: Any, said: str) -> None:
    with pytest.raises(subscription.MalformedEvent, match=said):
        subscription.read(event)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(subscription.MalformedEvent, match="unpacks to more"):
        subscription.read(packed(b" " * (subscription.LARGEST + 1)))


# -- what it hides


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ("mail ada@example.com now", "mail [e-mail] now"),
        (f"paid with {CARD}.", "paid with [card]."),
        ("paid with 5500-0000-0000-0004", "paid with [card]"),
        ("order 4111111111111112 is no card", "order 4111111111111112 is no card"),
        ("at 1700000000000 ms", "at 1700000000000 ms"),
        ("call +49 (151) 234-56789", "call [phone]"),
        ("1 + 2 = 3", "1 + 2 = 3"),
        ("from 8.8.8.8:443", "from [ip]:443"),
        ("from 127.0.0.1 and 10.1.2.3", "from 127.0.0.1 and 10.1.2.3"),
        ("from 2001:4860:4860::8888 in", "from [ip] in"),
        ("at 12:34:56 from ::1", "at 12:34:56 from ::1"),
        ("Authorization: Bearer abc.def", "Authorization: [redacted]"),
        ("sent bearer abc.def to us", "sent bearer [redacted] to us"),
        ("Set-Cookie: id=1; Path=/", "Set-Cookie: [redacted]"),
        ("password=hunter22 user=ada", "password=[redacted] user=ada"),
        ("api_key: k-1", "api_key: [redacted]"),
        ("jwt eyJhbGciOi.eyJzdWIi.c2ln", "jwt [token]"),
        ("key AKIAABCDEFGHIJKLMNOP", "key [key]"),
        ("key sk_live_" + "a1B2c3D4e5", "key [key]"),
        ("redis://user:pass@cache:6379", "redis://[redacted]@cache:6379"),
        ("-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY----- x", "[key] x"),
        ("an ordinary line", "an ordinary line"),
    ],
)
def test_plain_lines(line: str, leaves: str) -> None:
    assert masking.masked(line) == leaves


def test_json_lines() -> None:
    line = {
        "message": "hello ada@example.com",
        "user": {"Password": "hunter22", "emails": ["ada@example.com", 7]},
        "access_token": "opaque",
        "token_count": 0,
        "card": 4111111111111111,
        "status": 200,
        "ada@example.com": None,
        "ok": True,
    }
    assert masking.masked(json.dumps(line)) == {
        "message": "hello [e-mail]",
        "user": {"Password": "[redacted]", "emails": ["[e-mail]", 7]},
        "access_token": "[redacted]",
        "token_count": 0,
        "card": "[card]",
        "status": 200,
        "[e-mail]": None,
        "ok": True,
    }


def test_escapes_hide_nothing() -> None:
    assert masking.masked('{"a": "ada\\u0040example.com"}') == {"a": "[e-mail]"}


def test_what_only_begins_like_json_is_plain() -> None:
    assert masking.masked('{"password": "hunter22"') == '{"password": [redacted]'
    deep = '{"a":' * 5000 + '"password=hunter22"' + "}" * 5000
    assert "hunter22" not in masking.masked(deep)


@pytest.mark.parametrize("unit", ["a", "eyJ", "1 ", "+1", "1.", "a:", "token ", "password", "-", "a@", "sk_live_"])
def test_a_line_of_half_a_megabyte_is_read_in_linear_time(unit: str) -> None:
    # A pattern that starts anew at each character needs minutes for this, not seconds.
    started = time.process_time()
    masking.text(unit * (500_000 // len(unit)) + " @")
    assert time.process_time() - started < 10


# -- what it sends


class Scripted:
    """Answers in turn, then takes everything."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.batches: list[str] = []

    def post(self, batch: str, *, within: float) -> Outcome:
        self.batches.append(batch)
        return self.outcomes.pop(0) if self.outcomes else Outcome(Meaning.TAKEN)


def lines(count: int, content: Any = "x") -> list[Masked]:
    return [Masked(str(number), 1700000000000, content) for number in range(count)]


def test_lines_go_in_batches_by_count_and_by_size() -> None:
    postman = Scripted()
    assert forwarding.forward(ORIGIN, lines(1001), postman, 5) == []
    assert [len(batch.splitlines()) for batch in postman.batches] == [500, 500, 1]
    postman = Scripted()
    forwarding.forward(ORIGIN, lines(3, "y" * 300_000), postman, 5)
    assert [len(batch.splitlines()) for batch in postman.batches] == [1, 1, 1]


def test_an_event_says_whose_line_it_is() -> None:
    postman = Scripted()
    forwarding.forward(ORIGIN, lines(1, {"a": 1}), postman, 5)
    assert json.loads(postman.batches[0]) == {
        "time": 1700000000.0,
        "host": "stream-1",
        "source": "/aws/lambda/links",
        "sourcetype": "aws:cloudwatchlogs",
        "event": {"a": 1},
        "fields": {"log_event_id": "0"},
    }


def test_busy_is_tried_again_with_growing_pauses_and_retry_after() -> None:
    pauses: list[float] = []
    postman = Scripted(*[Outcome(Meaning.TRY_AGAIN)] * 2, Outcome(Meaning.TRY_AGAIN, wait=3))
    assert forwarding.forward(ORIGIN, lines(1), postman, 60, pauses.append) == []
    assert 0.1 <= pauses[0] <= 0.2 < pauses[1] * 1.01 <= 0.404
    assert pauses[2] == 3


def test_what_takes_longer_than_there_is_time_is_left_over_once() -> None:
    postman = Scripted(*[Outcome(Meaning.TRY_AGAIN, "status 503, code 9")] * 99)
    left = forwarding.forward(ORIGIN, lines(1200), postman, 0, lambda _: None)
    assert [len(each.lines) for each in left] == [500, 500, 200]
    assert len(postman.batches) == 1
    assert {each.why for each in left} == {"status 503, code 9"}


def test_a_token_error_is_not_tried_again() -> None:
    postman = Scripted(Outcome(Meaning.NEVER_AGAIN, "Invalid token"))
    assert len(forwarding.forward(ORIGIN, lines(501), postman, 60)) == 2
    assert len(postman.batches) == 1


def test_a_refused_batch_does_not_hold_up_the_next() -> None:
    postman = Scripted(Outcome(Meaning.NOT_THIS_BATCH, "code 6"))
    [left] = forwarding.forward(ORIGIN, lines(501), postman, 60)
    assert len(left.lines) == 500
    assert len(postman.batches) == 2


# -- what is left


def test_dead_letters_are_whole_and_no_larger_than_a_message_may_be() -> None:
    left = Left((*lines(40, "z" * 100), Masked("big", 1, 'ä"\\' * 2000), Masked("json", 2, {"a": "b" * 3000})), "why")
    bodies = list(dead_letters.bodies(ORIGIN, left, largest=2000))
    assert max(len(body.encode()) for body in bodies) <= 2000
    found = [event for body in bodies for event in json.loads(body)["events"]]
    assert [event["id"] for event in found if "message" in event] == [str(n) for n in range(40)]
    for name, content in (("big", 'ä"\\' * 2000), ("json", {"a": "b" * 3000})):
        pieces = [event for event in found if event["id"] == name]
        assert [piece["piece"] for piece in pieces] == list(range(1, pieces[0]["pieces"] + 1))
        assert json.loads("".join(piece["text"] for piece in pieces)) == content


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ENDPOINT_URL", "APP_ENV", "AWS_REGION", "LOG_DLQ_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("SPLUNK_HEC_TOKEN", "t")
    monkeypatch.setenv("FORWARD_PATIENCE_SECONDS", "0.2")
    aws._client.cache_clear()
    with mock_aws():
        aws.client("sqs").create_queue(QueueName=dead_letters.QUEUE)
        yield aws.client("sqs")
    aws._client.cache_clear()


def invoke(monkeypatch: pytest.MonkeyPatch, hec: Collector, event: Any, milliseconds: int = 30_000) -> dict[str, int]:
    monkeypatch.setenv("SPLUNK_HEC_URL", hec.url)
    context = SimpleNamespace(aws_request_id="request-1", get_remaining_time_in_millis=lambda: milliseconds)
    return handler.handle(event, context)


def letters(sqs: Any) -> Sequence[dict[str, Any]]:
    url = sqs.get_queue_url(QueueName=dead_letters.QUEUE)["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    return found.get("Messages", [])  # type: ignore[no-any-return]


def forwarded(hec: Collector) -> list[Any]:
    """Without the forwarder's own lines, which go the same way."""
    return [event["event"] for event in hec.events() if event["sourcetype"] == forwarding.SOURCETYPE]


def test_lines_are_forwarded_masked_and_blank_ones_are_not(monkeypatch: pytest.MonkeyPatch, cloud: Any) -> None:
    with collector() as hec:
        counts = invoke(monkeypatch, hec, delivered("hello ada@example.com", " \n", '{"password": "hunter22"}'))
        assert counts == {"forwarded": 2, "dead_lettered": 0, "blank": 1}
        assert forwarded(hec) == ["hello [e-mail]", {"password": "[redacted]"}]
        assert letters(cloud) == []


def test_what_splunk_does_not_take_is_in_the_queue_once_and_masked(monkeypatch: pytest.MonkeyPatch, cloud: Any) -> None:
    with collector(*[BUSY] * 99) as hec:
        counts = invoke(monkeypatch, hec, delivered("hello ada@example.com", "bye"))
        assert counts == {"forwarded": 0, "dead_lettered": 2, "blank": 0}
        [letter] = letters(cloud)
        body = json.loads(letter["Body"])
        assert [event["message"] for event in body["events"]] == ["hello [e-mail]", "bye"]
        assert (body["log_group"], body["log_stream"], body["reason"]) == ("group", "stream", "status 503, code 9")
        assert letter["MessageAttributes"]["X-Request-Id"]["StringValue"] == "request-1"


def test_there_is_always_time_for_the_dead_letters(monkeypatch: pytest.MonkeyPatch, cloud: Any) -> None:
    monkeypatch.setenv("FORWARD_PATIENCE_SECONDS", "3600")
    with collector(*[BUSY] * 99) as hec:
        assert invoke(monkeypatch, hec, delivered("one"), milliseconds=4000)["dead_lettered"] == 1
        # One try is made however late it is, and no second one, which would cost the letters their time.
        assert forwarded(hec) == ["one"]


def test_a_queue_that_takes_nothing_fails_the_invocation(monkeypatch: pytest.MonkeyPatch, cloud: Any) -> None:
    monkeypatch.setenv("LOG_DLQ_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/Nowhere")
    with collector(*[BUSY] * 99) as hec, pytest.raises(Exception, match="exist"):
        invoke(monkeypatch, hec, delivered("one"))
