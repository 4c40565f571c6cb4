"""What a running stack offers: an exact emulator, stalls, a control door, a reset that keeps the processes."""

import contextlib
import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from fixtures.stack import provision
from fixtures.stack.layout import ACCOUNT, Layout
from fixtures.stack.state import parts_of


def client(stack: Layout, service: str) -> Any:
    return provision.client(service, stack.url("aws"))


def control(stack: Layout, method: str, path: str, **how: Any) -> requests.Response:
    return requests.request(method, stack.url("control") + path, timeout=30, **how)


def test_no_concurrent_update_is_lost(stack: Layout) -> None:
    key = {"username": {"S": "exact"}}

    def add(_: int) -> None:
        dynamodb = client(stack, "dynamodb")
        for _ in range(25):
            dynamodb.update_item(
                TableName="Users",
                Key=key,
                UpdateExpression="ADD hits :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))
    item = client(stack, "dynamodb").get_item(TableName="Users", Key=key)["Item"]
    assert item["hits"] == {"N": "200"}


def test_a_long_poll_ends_when_a_message_comes(stack: Layout) -> None:
    url = client(stack, "sqs").create_queue(QueueName="polled")["QueueUrl"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client(stack, "sqs").receive_message, QueueUrl=url, WaitTimeSeconds=20)
        client(stack, "sqs").send_message(QueueUrl=url, MessageBody="now")
        assert waiting.result()["Messages"][0]["Body"] == "now"


def test_a_message_is_in_the_dead_letter_queue_after_three_receives(stack: Layout) -> None:
    sqs = client(stack, "sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    url = sqs.create_queue(QueueName="poisoned", Attributes={"VisibilityTimeout": "0", "RedrivePolicy": policy})[
        "QueueUrl"
    ]
    sqs.send_message(QueueUrl=url, MessageBody="{poison")
    for _ in range(3):
        assert sqs.receive_message(QueueUrl=url)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert sqs.receive_message(QueueUrl=dead)["Messages"][0]["Body"] == "{poison"


def test_a_stalled_call_waits_until_it_is_let_go(stack: Layout) -> None:
    dynamodb = client(stack, "dynamodb")
    stall = control(stack, "POST", "/aws/stalls", json={"action": "PutItem", "match": "held-1"}).json()["id"]
    dynamodb.put_item(TableName="Users", Item={"username": {"S": "free"}})
    assert control(stack, "GET", f"/aws/stalls/{stall}?wait=0").json() == {"caught": False}
    done = threading.Event()

    def put() -> None:
        client(stack, "dynamodb").put_item(TableName="Users", Item={"username": {"S": "held-1"}})
        done.set()

    with ThreadPoolExecutor(1) as pool:
        putting = pool.submit(put)
        assert control(stack, "GET", f"/aws/stalls/{stall}?wait=10").json() == {"caught": True}
        assert not done.is_set()
        control(stack, "DELETE", f"/aws/stalls/{stall}?outcome=proceed")
        putting.result(timeout=10)
    assert "Item" in dynamodb.get_item(TableName="Users", Key={"username": {"S": "held-1"}})


def test_calls_of_the_platform_are_refused_while_aws_is_in_that_mood_and_others_are_not(stack: Layout) -> None:
    ann = {"username": "moody-ann", "email": "ann@example.com"}
    mood = control(stack, "POST", "/aws/moods", json={"answer": "refuse", "action": "PutItem"}).json()["id"]
    refused = requests.post(f"{stack.url('users')}/users", json=ann, timeout=20)
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    client(stack, "dynamodb").put_item(TableName="Users", Item={"username": {"S": "not-the-platform"}})
    assert control(stack, "DELETE", f"/aws/moods/{mood}").status_code == 200
    assert requests.post(f"{stack.url('users')}/users", json=ann, timeout=20).status_code == 201
    assert control(stack, "POST", "/aws/moods", json={"answer": "angry"}).status_code == 400
    assert control(stack, "DELETE", "/aws/moods").status_code == 200


def test_a_part_killed_on_purpose_is_no_death_and_can_be_started_again(stack: Layout) -> None:
    assert control(stack, "POST", "/parts/users/kill").status_code == 200
    killed = next(part for part in control(stack, "GET", "/parts").json() if part["name"] == "users")
    assert (killed["alive"], killed["deaths"]) == (False, [])
    assert control(stack, "POST", "/parts/users/start").status_code == 200
    assert requests.get(f"{stack.url('users')}/health", timeout=5).status_code == 200


def test_the_control_door_says_what_it_does_not_know(stack: Layout) -> None:
    assert control(stack, "POST", "/parts/nobody/kill").status_code == 409
    assert control(stack, "POST", "/parts/users/explode").status_code == 404
    assert control(stack, "GET", "/logs").status_code == 400


def test_a_reset_takes_the_data_and_keeps_the_processes(stack: Layout) -> None:
    sqs, dynamodb = client(stack, "sqs"), client(stack, "dynamodb")
    dynamodb.put_item(TableName="Users", Item={"username": {"S": "gone"}})
    url = sqs.create_queue(QueueName="emptied")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="gone")
    before = {part["name"]: part["pid"] for part in parts_of(stack)}
    assert control(stack, "POST", "/reset").status_code == 200
    assert control(stack, "POST", "/reset").status_code == 200, "a second one right after it"
    assert "Item" not in dynamodb.get_item(TableName="Users", Key={"username": {"S": "gone"}})
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert {part["name"]: part["pid"] for part in parts_of(stack)} == before


def test_a_reset_takes_the_accounts_of_todos_and_what_was_used_of_its_limits(stack: Layout) -> None:
    def register() -> int:
        # Not by requests: the fuzzer's hooks, which other tests load, give each of its sign-ups an address of its own.
        body = json.dumps({"username": "somebody", "password": "correct horse battery"})
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", stack.port("todos"), timeout=5)) as caller:
            caller.request("POST", "/register", body, {"Content-Type": "application/json"})
            return caller.getresponse().status

    assert [register() for _ in range(6)] == [201, 400, 400, 400, 400, 429]
    assert control(stack, "POST", "/reset").status_code == 200
    assert register() == 201
