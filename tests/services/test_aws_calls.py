"""Quick calls are botocore's calls: the same request, answer and refusal; what is unusual goes botocore's way."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.parsers import create_parser

from fixtures.services.platform import aws, aws_calls
from fixtures.services.platform.aws_signing import Scope, signed
from fixtures.services.platform.http_calls import NoAnswer, NoConnection, Reply
from tests.services.in_moto import send, watch

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
ADA: Any = {"username": {"S": "ada"}}
BEN: Any = {"username": {"S": "ben"}}
NOT_THERE = {"ConditionExpression": "attribute_not_exists(username)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
PUT: Any = {"TableName": "Users", "Item": ADA, **NOT_THERE}
NUMBER = {"DataType": "Number", "StringValue": "1"}
ATTRIBUTES = {"X-Request-Id": {"DataType": "String", "StringValue": "r 1&é"}}


@pytest.fixture(autouse=True)
def _stores(tables: None) -> None:
    aws.client("sqs").create_queue(QueueName="q")
    aws.client("sns").create_topic(Name="t")


def long_way() -> Any:
    """A DynamoDB client whose calls all go botocore's way."""
    return aws.once()


@pytest.mark.parametrize("token", ["", "session"])
@pytest.mark.parametrize("service", ["dynamodb", "sqs"])
def test_the_signature_is_the_one_botocore_makes(service: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", "A.B")]
    ours = signed(Scope(service, "eu-west-1", "host:1"), headers, b"{}", ("id", "key", token), NOW.timestamp())
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_, **__: NOW.replace(tzinfo=None))
    theirs = AWSRequest("POST", "http://host:1/", headers=dict(headers), data=b"{}")
    SigV4Auth(Credentials("id", "key", token), service, "eu-west-1").add_auth(theirs)
    assert dict(line.split(":", 1) for line in ours)["authorization"] == theirs.headers["Authorization"]


def test_without_a_session_there_is_no_token() -> None:
    lines = signed(Scope("sqs", "r", "h"), [("content-type", "a")], b"", ("id", "key", None), NOW.timestamp())
    assert [line.split(":")[0] for line in lines] == ["content-type", "host", "x-amz-date", "authorization"]


CALLS: list[tuple[Any, str, dict[str, Any]]] = [
    ("dynamodb", "put_item", PUT),
    ("dynamodb", "get_item", {"TableName": "Users", "Key": ADA, "ConsistentRead": True}),
    ("dynamodb", "update_item", {"TableName": "Users", "Key": ADA, "UpdateExpression": "REMOVE x"}),
    ("dynamodb", "delete_item", {"TableName": "Users", "Key": ADA, "ReturnValues": "ALL_OLD"}),
    ("dynamodb", "scan", {"TableName": "Users", "Limit": 3}),
    ("dynamodb", "transact_write_items", {"TransactItems": [{"Put": PUT}], "ClientRequestToken": "a"}),
    ("dynamodb", "batch_get_item", {"RequestItems": {"Users": {"Keys": [ADA], "ConsistentRead": True}}}),
    ("dynamodb", "batch_write_item", {"RequestItems": {"Users": [{"PutRequest": {"Item": ADA}}]}}),
    ("sqs", "send_message", {"QueueUrl": "q", "MessageBody": "é", "MessageAttributes": ATTRIBUTES}),
    ("sqs", "send_message_batch", {"QueueUrl": "q", "Entries": [{"Id": "0", "MessageBody": "b"}]}),
    ("sns", "publish", {"TopicArn": "arn:t", "Message": "ü&=", "Subject": "s", "MessageAttributes": ATTRIBUTES}),
    (
        "sns",
        "publish_batch",
        {
            "TopicArn": "arn:t",
            "PublishBatchRequestEntries": [
                {"Id": "0", "Message": "ü&=", "Subject": "s", "MessageAttributes": ATTRIBUTES | {"b": NUMBER}},
                {"Id": "1", "Message": "m"},
            ],
        },
    ),
]


@pytest.mark.parametrize(("service", "method", "parameters"), CALLS, ids=[method for _, method, _ in CALLS])
def test_the_request_is_the_one_botocore_makes(
    service: Any, method: str, parameters: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, Any, str, str]] = []

    def look(request: Any, **_: Any) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        target, kind = _text(headers.get("x-amz-target")), _text(headers["content-type"])
        seen.append((request.url, _told(request.body), target, kind))
        raise EndpointConnectionError(endpoint_url="seen")

    def see(url: str, headers: list[str], *, body: bytes, **_: Any) -> Reply:
        given = dict(line.split(":", 1) for line in headers)
        seen.append((url, _told(body), given.get("x-amz-target", ""), given["content-type"]))
        raise NoConnection

    client = aws.client(service)
    client.meta.events.register_first("before-send", look, unique_id="look")
    monkeypatch.setattr(aws_calls, "send", see)
    with pytest.raises(EndpointConnectionError):
        getattr(client, method)(**parameters)
    client.meta.events.unregister("before-send", unique_id="look")
    ours, *theirs = [(url, body, target, kind.replace(" ", "").lower()) for url, body, target, kind in seen]
    assert len(theirs) == 2, "one quick try and two of botocore's are three"
    assert [ours, ours] == theirs


def _told(body: Any) -> Any:
    text = _text(body)
    return json.loads(text) if text.startswith("{") else parse_qs(text)


def _text(given: Any) -> str:
    return given.decode() if isinstance(given, bytes) else str(given or "")


def test_an_answer_is_the_one_botocore_gives() -> None:
    aws.client("dynamodb").put_item(TableName="Users", Item={**ADA, "n": {"N": "1"}, "l": {"L": [{"NULL": True}]}})
    calls: list[Callable[..., Any]] = [aws.client("dynamodb").get_item, long_way().get_item]
    quick, long = (_bare(call(TableName="Users", Key=ADA)) for call in calls)
    assert quick == long != {}


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("put_item", PUT),
        ("transact_write_items", {"TransactItems": [{"Put": PUT}, {"Put": {"TableName": "Users", "Item": BEN}}]}),
    ],
)
def test_a_refused_condition_is_told_as_botocore_tells_it(method: str, parameters: dict[str, Any]) -> None:
    aws.client("dynamodb").put_item(TableName="Users", Item={**ADA, "old": {"S": "x"}})
    told = []
    for client in (aws.client("dynamodb"), long_way()):
        with pytest.raises(ClientError) as refused:
            getattr(client, method)(**parameters)
        told.append((type(refused.value).__name__, _bare(refused.value.response)))
    assert told[0] == told[1]
    assert "'old'" in str(told[0])


def _bare(response: Any) -> dict[str, Any]:
    return {name: value for name, value in response.items() if name not in ("ResponseMetadata", "message", "Message")}


THROTTLED = Reply(400, b'{"__type":"x#Throttling"}')


@pytest.mark.parametrize("trouble", [NoAnswer(), NoConnection(), Reply(500, b""), THROTTLED])
def test_any_trouble_goes_the_long_way_as_the_same_transaction(trouble: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens: list[str] = []
    went: list[str] = []

    def troubled(*_: Any, body: bytes, **__: Any) -> Reply:
        tokens.append(json.loads(body)["ClientRequestToken"])
        if isinstance(trouble, Exception):
            raise trouble
        return trouble  # type: ignore[no-any-return]

    client = aws.client("dynamodb")
    heard = client.meta.events
    heard.register("provide-client-params", lambda params, **_: tokens.append(params["ClientRequestToken"]), "tokens")
    watch(monkeypatch, went.append)
    monkeypatch.setattr(aws_calls, "send", troubled)
    client.transact_write_items(TransactItems=[{"Put": PUT}])
    heard.unregister("provide-client-params", unique_id="tokens")
    assert went == ["TransactWriteItems", "TransactWriteItems"]
    assert tokens[0]
    assert long_way().get_item(TableName="Users", Key=ADA)["Item"] == ADA
    assert set(tokens) == {tokens[0]}


def test_bytes_go_the_long_way_and_come_back_as_bytes() -> None:
    item: Any = {**ADA, "raw": {"B": b"\x00\xff"}}
    aws.client("dynamodb").put_item(TableName="Users", Item=item)
    assert aws.client("dynamodb").get_item(TableName="Users", Key={"username": ADA["username"]})["Item"] == item


def test_a_published_message_has_the_id_that_sns_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = aws.client("sns").create_topic(Name="t")["TopicArn"]
    bodies: list[bytes] = []

    def seen(url: str, headers: list[str], **how: Any) -> Reply:
        reply = send(url, headers, **how)
        bodies.append(reply.body)
        return reply

    monkeypatch.setattr(aws_calls, "send", seen)
    published = aws.client("sns").publish(TopicArn=arn, Message="m")
    assert published["MessageId"]
    assert published["MessageId"].encode() in bodies[0]


def test_what_becomes_of_a_batch_is_told_as_botocore_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told = (
        b'<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>'
        b"<Successful><member><Id>0</Id><MessageId>m-0</MessageId></member></Successful>"
        b"<Failed><member><Id>1</Id><Code>Internal&amp;</Code><SenderFault>false</SenderFault></member>"
        b"<member><Id>2</Id><Code>No</Code><Message>why</Message><SenderFault>true</SenderFault></member></Failed>"
        b"</PublishBatchResult></PublishBatchResponse>"
    )
    client = aws.client("sns")
    batch: Any = {"TopicArn": "arn:t", "PublishBatchRequestEntries": [{"Id": "0", "Message": "m"}]}
    monkeypatch.setattr(aws_calls, "send", lambda *_, **__: Reply(200, told))
    quick = client.publish_batch(**batch)
    shape: Any = client.meta.service_model.operation_model("PublishBatch").output_shape
    long = create_parser("query").parse({"status_code": 200, "headers": {}, "body": told}, shape)
    assert _bare(quick) == _bare(long)
    assert [each["Id"] for each in quick["Failed"]] == ["1", "2"]
