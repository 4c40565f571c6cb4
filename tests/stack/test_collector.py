"""The local collector answers as Splunk documents, keeps no more than its share, and takes its moods from the door."""

import base64
import gzip
import json
import uuid
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from fixtures.stack.collector import Collector
from fixtures.stack.collector.events import Event
from fixtures.stack.collector.store import Store

TOKEN = "stack-token"
EVENT = '{"event": "hello", "source": "users"}'


@pytest.fixture
def hec() -> Client:
    return Client(Collector(TOKEN))


def post(hec: Client, body: str | bytes = EVENT, path: str = "", token: str = TOKEN, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return hec.post(f"/services/collector{path}", data=body, headers={"Authorization": f"Splunk {token}", **named})


def said(answer: TestResponse) -> tuple[int, int, str]:
    found: Any = answer.get_json()
    return answer.status_code, found["code"], found["text"]


def made(hec: Client, **wanted: Any) -> dict[str, str]:
    found: dict[str, str] = hec.post("/_plumbline/tokens", json=wanted).get_json()
    return found


@pytest.mark.parametrize("path", ["", "/event", "/event/1.0", "/1.0", "/raw", "/raw/1.0"])
def test_events_are_taken_at_every_documented_path(hec: Client, path: str) -> None:
    assert said(post(hec, path=path)) == (200, 0, "Success")
    assert len(hec.get("/_plumbline/events?text=hello").get_json()) == 1


@pytest.mark.parametrize(
    ("authorization", "answer"),
    [
        ({}, (401, 2, "Token is required")),
        ({"Authorization": TOKEN}, (401, 3, "Invalid authorization")),
        ({"Authorization": f"Bearer {TOKEN}"}, (401, 3, "Invalid authorization")),
        ({"Authorization": "Splunk"}, (401, 3, "Invalid authorization")),
        ({"Authorization": "Splunk unknown"}, (403, 4, "Invalid token")),
    ],
)
def test_who_may_not_send_is_told_why(hec: Client, authorization: dict[str, str], answer: tuple[int, int, str]) -> None:
    assert said(hec.post("/services/collector/event", data=EVENT, headers=authorization)) == answer


def test_a_token_may_be_the_password_of_any_user(hec: Client) -> None:
    basic = base64.b64encode(f"x:{TOKEN}".encode()).decode()
    assert hec.post("/services/collector", data=EVENT, headers={"Authorization": f"Basic {basic}"}).status_code == 200


def test_a_token_in_the_query_is_not_enabled(hec: Client) -> None:
    answer = hec.post(f"/services/collector?token={TOKEN}", data=EVENT)
    assert said(answer) == (400, 16, "Query string authorization is not enabled")


@pytest.mark.parametrize(
    ("body", "code", "event"),
    [
        (b"", 5, None),
        (b" \n", 5, None),
        (b"hello", 6, 0),
        (b'{"event": "a"}{"event"', 6, 1),
        (b'["event"]', 6, 0),
        (b"\xff", 6, None),
        (b'{"event": "a"} {"source": "b"}', 12, 1),
        (b'{"event": null}', 12, 0),
        (b'{"event": ""}', 13, 0),
        (b'{"event": "a", "index": "other"}', 7, 0),
        (b'{"event": "a", "fields": {"b": {"c": 1}}}', 15, 0),
        (b'{"event": "a", "fields": "b"}', 15, 0),
    ],
)
def test_what_is_no_event_is_refused(hec: Client, body: bytes, code: int, event: int | None) -> None:
    answer = post(hec, body)
    found: Any = answer.get_json()
    assert (answer.status_code, found["code"], found.get("invalid-event-number")) == (400, code, event)


def test_events_stand_one_after_another_and_those_before_a_bad_one_are_kept(hec: Client) -> None:
    assert post(hec, '{"event":"mark-1"}{"event":{"a":"mark-2"}}\n{"event":"mark-3"}').status_code == 200
    assert post(hec, '{"event":"mark-4"}{"evnt":"mark-5"}').status_code == 400
    found: Any = hec.get("/_plumbline/events?text=mark-").get_json()
    assert [each["event"] for each in found] == ["mark-1", {"a": "mark-2"}, "mark-3", "mark-4"]


def test_gzip_is_unpacked_and_what_is_none_is_refused(hec: Client) -> None:
    assert post(hec, gzip.compress(EVENT.encode()), Content_Encoding="gzip").status_code == 200
    assert said(post(hec, EVENT, Content_Encoding="gzip"))[1] == 6
    assert said(post(hec, gzip.compress(EVENT.encode())[:-4], Content_Encoding="gzip"))[1] == 6


def test_a_bomb_is_not_unpacked(hec: Client) -> None:
    assert post(hec, gzip.compress(b" " * 40_000_000), Content_Encoding="gzip").status_code == 413


def test_acknowledgements_need_a_token_that_has_them_and_a_channel(hec: Client) -> None:
    token, channel = made(hec, acks=True)["token"], str(uuid.uuid4())
    assert said(post(hec, '{"acks":[0]}', "/ack", X_Splunk_Request_Channel=channel)) == (400, 14, "ACK is disabled")
    assert said(post(hec, token=token)) == (400, 10, "Data channel is missing")
    assert said(post(hec, token=token, path="/raw"))[1] == 10
    assert said(post(hec, token=token, X_Splunk_Request_Channel="mine")) == (400, 11, "Invalid data channel")
    assert said(post(hec, '{"acks":[0]}', "/ack", token)) == (400, 10, "Data channel is missing")
    assert said(post(hec, "{}", "/ack", token, X_Splunk_Request_Channel=channel))[1] == 6


def test_an_acknowledgement_is_told_once_and_to_its_own_channel(hec: Client) -> None:
    token, channel, other = made(hec, acks=True)["token"], str(uuid.uuid4()), str(uuid.uuid4())
    first: Any = post(hec, token=token, X_Splunk_Request_Channel=channel).get_json()
    second: Any = post(hec, token=token, X_Splunk_Request_Channel=channel).get_json()
    assert first["ackId"] != second["ackId"]

    def ask(way: str) -> Any:
        body = json.dumps({"acks": [first["ackId"], 99]})
        return hec.post(
            f"/services/collector/ack?channel={way}", data=body, headers={"Authorization": f"Splunk {token}"}
        ).get_json()

    assert ask(other) == {"acks": {str(first["ackId"]): False, "99": False}}
    assert ask(channel) == {"acks": {str(first["ackId"]): True, "99": False}}
    assert ask(channel) == {"acks": {str(first["ackId"]): False, "99": False}}


def test_health_asks_for_no_token(hec: Client) -> None:
    assert said(hec.get("/services/collector/health")) == (200, 17, "HEC is healthy")
    hec.post("/_plumbline/tokens/stack/mood", json={"answer": "busy"})
    assert said(hec.get("/services/collector/health/1.0")) == (503, 18, "HEC is unhealthy, queues are full")


def test_other_paths_and_methods_are_not_there(hec: Client) -> None:
    assert hec.get("/services/nothing").status_code == 404
    assert hec.get("/services/collector/event").status_code == 405


@pytest.mark.parametrize(
    ("mood", "answer"),
    [
        ("busy", (503, 9, "Server is busy")),
        ("failing", (500, 8, "Internal server error")),
        ("disabled", (403, 1, "Token disabled")),
        ("rejecting", (403, 4, "Invalid token")),
    ],
)
def test_a_mood_meets_its_token_alone_and_for_as_long_as_was_said(
    hec: Client, mood: str, answer: tuple[int, int, str]
) -> None:
    mine = made(hec)
    hec.post(f"/_plumbline/tokens/{mine['id']}/mood", json={"answer": mood, "times": 2, "retry_after": 3})
    assert said(post(hec)) == (200, 0, "Success")
    met = [post(hec, token=mine["token"]) for _ in range(3)]
    assert [said(each) for each in met] == [answer, answer, (200, 0, "Success")]
    assert met[0].headers["Retry-After"] == "3"
    told: Any = hec.get(f"/_plumbline/tokens/{mine['id']}").get_json()
    assert (told["events"], told["answers"]) == (1, {"0": 1, str(answer[1]): 2})


def test_a_mood_that_does_not_exist_is_refused(hec: Client) -> None:
    assert hec.post("/_plumbline/tokens/stack/mood", json={"answer": "grumpy"}).status_code == 400


def test_the_oldest_events_are_forgotten_and_counted() -> None:
    store = Store(most_events=3, most_bytes=1000)
    for number in range(5):
        store.keep([Event("users", json.dumps({"event": f"mark-{number}"}))])
    assert [each["event"] for each in store.carrying("mark")] == ["mark-2", "mark-3", "mark-4"]
    store.keep([Event("users", json.dumps({"event": "x" * 990}))])
    assert store.counts()["events"] == 0
    assert store.counts()["forgotten"] == 6
    assert store.counts()["bytes"] == 0
