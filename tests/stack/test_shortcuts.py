"""The emulator's shortcuts change no answer: the same calls, with and without them, are answered alike."""

import json
import re
import subprocess
import sys

import pytest

CALLS = """
import io, json, re, sys
from urllib.parse import urlencode
from fixtures.stack import direct, emulator, shortcuts
if sys.argv[1] == "without":
    shortcuts.install = lambda: None
    direct.answer = direct.published = lambda *_: None
app = emulator.Emulator()

def asked(service, data, more):
    scope = f"AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=x"
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "SERVER_NAME": "aws", "SERVER_PORT": "80",
               "wsgi.url_scheme": "http", "HTTP_HOST": "aws", "wsgi.input": io.BytesIO(data),
               "CONTENT_LENGTH": str(len(data)), "HTTP_AUTHORIZATION": scope, "SERVER_PROTOCOL": "HTTP/1.1"} | more
    seen = []
    try:
        answer = b"".join(app(environ, lambda status, headers, *_: seen.append((status, dict(headers)))))
    except Exception as error:  # moto's own, for what it never heard of
        return type(error).__name__, "", b""
    return seen[0][0], seen[0][1]["Content-Type"], answer

def call(service, action, body):
    json_form = {"CONTENT_TYPE": "application/x-amz-json-1.0", "HTTP_X_AMZ_TARGET": action}
    status, kind, answer = asked(service, json.dumps(body).encode(), json_form)
    print(json.dumps([action, status, kind, json.loads(answer or b"null")]))
    return json.loads(answer or b"null")

def sns(action, **fields):
    fields = {"Action": action, "Version": "2010-03-31"} | fields
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8"}
    status, kind, answer = asked("sns", urlencode(fields).encode(), form)
    print(json.dumps([action, fields, status, kind, answer.decode()]))

def dynamo(action, body):
    return call("dynamodb", f"DynamoDB_20120810.{action}", {"TableName": "T"} | body)

def sqs(action, body):
    return call("sqs", f"AmazonSQS.{action}", body)

dynamo("CreateTable", {"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
                       "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"})
item = {"k": {"S": "a"}, "n": {"N": "1"}, "b": {"B": "aGk="}, "bs": {"BS": ["aGk="]}, "l": {"L": [{"NULL": True}]},
        "m": {"M": {"x": {"BOOL": False}, "k": {"S": "\\u00fc"}}}, "ss": {"SS": ["x"]}}
key = {"Key": {"k": {"S": "a"}}}
one = {":one": {"N": "1"}}
dynamo("PutItem", {"Item": item, "ReturnValues": "ALL_OLD"})
dynamo("GetItem", key)
dynamo("GetItem", {"Key": {"k": {"S": "nobody"}}})
dynamo("GetItem", key | {"ProjectionExpression": "b, m.x"})
add = key | {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": one}
dynamo("UpdateItem", add | {"ReturnValues": "ALL_NEW"})
dynamo("UpdateItem", add)
dynamo("UpdateItem", add | {"ConditionExpression": "attribute_not_exists(k)"})
dynamo("UpdateItem", key | {"UpdateExpression": "ADD ss :one", "ExpressionAttributeValues": one})
dynamo("UpdateItem", key | {"UpdateExpression": "SET m.#y = :one, n = n + :one REMOVE l[0]", "ReturnValues": "ALL_OLD",
                            "ExpressionAttributeNames": {"#y": "y"}, "ExpressionAttributeValues": one})
two = {":two": {"N": "2"}}
dynamo("UpdateItem", key | {"UpdateExpression": "SET n = :one", "ExpressionAttributeValues": one | two})
less = {"UpdateExpression": "SET n = n - :one", "ConditionExpression": "n >= :one AND k <> :one"}
for _ in range(4):
    dynamo("UpdateItem", key | less | {"ExpressionAttributeValues": one, "ReturnValues": "UPDATED_NEW"})
dynamo("GetItem", key)
dynamo("GetItem", {"TableName": "Nowhere"} | key)
dynamo("Scan", {"Limit": 1, "FilterExpression": "n < :one", "ExpressionAttributeValues": one})
dynamo("Scan", {"ReturnConsumedCapacity": "TOTAL"})
dynamo("Query", {"KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}})
call("dynamodb", "DynamoDB_20120810.TransactWriteItems",
     {"TransactItems": [{"Put": {"TableName": "T", "Item": item, "ConditionExpression": "attribute_not_exists(k)"}}]})
both = [{"Put": {"TableName": "T", "Item": {"k": {"S": "other"}}}},
        {"Update": {"TableName": "T", "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": one} | key}]
call("dynamodb", "DynamoDB_20120810.TransactWriteItems", {"TransactItems": both})
both[1]["Update"]["ConditionExpression"] = "attribute_not_exists(k)"
both[1]["Update"]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
both[0]["Put"]["Item"]["k"]["S"] = "never"
call("dynamodb", "DynamoDB_20120810.TransactWriteItems", {"TransactItems": both})
dynamo("Scan", {})
named, many = {"#n": "n", "#w": "w.w"}, one | {":t": {"S": "\u00fc"}, ":b": {"BOOL": True}, ":e": {"S": ""}}
for words in ("SET #n = #n - :one", "SET n=n+:one, #w = :t, x1 = :b REMOVE w, z", "SET n = :t", "SET #w = :e",
              "ADD n :one, x2 :one SET x1 = :t", "REMOVE x1, #w", "SET x3 = x2 - :one, x2 = :one", "SET x2 = x9 + :one",
              "SET x1 = x1 - :one", "SET x2 = x2 - :t", "SET n = :one, #n = :one", "SET k = :t", "SET name = :t",
              "SET x1 = :one SET x2 = :one", "REMOVE k", "SET x1 = :gone", "SET #gone = :one", "ADD n :t",
              "SET m.x = :one", "SET  n = :one", "SET ss = :one REMOVE", "set x4 = :one",
              "SET x5 = if_not_exists(x5, :one)", "ADD x1 :one", "REMOVE l[0], x2",
              "SET x1=:one,x2=:one", "SET", "SET x6 = :one, x6 = :t", "SET x1 = x2"):
    used = {name: value for name, value in named.items() if re.search(name + "(?![a-z])", words)}
    given = {name: value for name, value in many.items() if re.search(name + "(?![a-z])", words)}
    update = key | {"UpdateExpression": words} | ({"ExpressionAttributeNames": used} if used else {})
    update |= {"ExpressionAttributeValues": given} if given else {}
    dynamo("UpdateItem", update | {"ReturnValues": "UPDATED_NEW"})
    for sure in ("attribute_exists(k) AND NOT attribute_exists(nothing)", "attribute_not_exists(k)"):
        refused = {"ConditionExpression": sure, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        dynamo("UpdateItem", update | refused | {"ReturnValues": "ALL_OLD"})
        call("dynamodb", "DynamoDB_20120810.TransactWriteItems",
             {"TransactItems": [{"Update": {"TableName": "T"} | update | refused},
                                {"Put": {"TableName": "T", "Item": {"k": {"S": "beside"}, "n": {"S": words}}}}]})
    dynamo("UpdateItem", update | {"Expected": {"k": {"Value": {"S": "b"}}}})
    dynamo("UpdateItem", update | {"Key": {"k": {"S": words}}, "ReturnValues": "ALL_NEW"})
    dynamo("Scan", {})
for size in (90_000, 320_000, 90_000):
    large = {":l": {"S": "l" * size}}
    dynamo("UpdateItem", key | {"UpdateExpression": f"SET l{size} = :l", "ExpressionAttributeValues": large})
    dynamo("PutItem", {"Item": {"k": {"S": "l"}, "l": {"S": "l" * size}, "m": {"S": "l" * 90_000}}})
dynamo("UpdateItem", key | {"UpdateExpression": "REMOVE l90000, l320000"})
indexed = {"IndexName": "i", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
           "Projection": {"ProjectionType": "ALL"}}
dynamo("CreateTable", {"TableName": "I", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
                       "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in "kn"],
                       "GlobalSecondaryIndexes": [indexed], "BillingMode": "PAY_PER_REQUEST"})
in_i = {"TableName": "I"} | key
dynamo("PutItem", {"TableName": "I", "Item": {"k": {"S": "a"}, "n": {"S": "x"}}})
for words in ("SET n = :one", "SET x = :one"):
    update = {"UpdateExpression": words, "ExpressionAttributeValues": one, "ReturnValues": "ALL_NEW"}
    dynamo("UpdateItem", in_i | update)
for keys in ([{"k": {"S": "a"}}, {"k": {"S": "nobody"}}], [{"k": {"S": "a"}}] * 2, [], [{"x": {"S": "a"}}]):
    call("dynamodb", "DynamoDB_20120810.BatchGetItem", {"RequestItems": {"T": {"Keys": keys, "ConsistentRead": True}}})
call("dynamodb", "DynamoDB_20120810.BatchWriteItem", {"RequestItems": {"T": [{"PutRequest": {"Item": item}}]}})
dynamo("DeleteItem", key | {"ReturnValues": "ALL_OLD"})
dynamo("DescribeTable", {})
for attributes in ({}, {"MessageRetentionPeriod": "60", "DelaySeconds": "0"}):
    url = sqs("CreateQueue", {"QueueName": f"q{len(attributes)}", "Attributes": attributes})["QueueUrl"]
    for number in range(3):
        sqs("SendMessage", {"QueueUrl": url, "MessageBody": str(number)})
    sqs("SendMessage", {"QueueUrl": url, "MessageBody": "later", "DelaySeconds": 60})
    typed = {"a": {"DataType": "String", "StringValue": "x"}, "n": {"DataType": "Number", "StringValue": "1"}}
    entries = [{"Id": str(n), "MessageBody": str(n), "MessageAttributes": typed} for n in range(2)]
    sqs("SendMessageBatch", {"QueueUrl": url, "Entries": entries})
    sqs("SendMessageBatch", {"QueueUrl": url, "Entries": []})
    sqs("SendMessage", {"QueueUrl": url + "x", "MessageBody": "nowhere"})
    read = {"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "VisibilityTimeout": 0}
    got = sqs("ReceiveMessage", read)["Messages"]
    gone = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(got[:1])]
    sqs("DeleteMessageBatch", {"QueueUrl": url, "Entries": gone})
    sqs("DeleteMessage", {"QueueUrl": url, "ReceiptHandle": "never-given"})
    sqs("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]})
    names = ["ApproximateNumberOfMessages", "VisibilityTimeout", "ContentBasedDeduplication"]
    sqs("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": names})
    read = {"QueueUrl": url, "MaxNumberOfMessages": 2, "AttributeNames": ["All"], "VisibilityTimeout": 60}
    sqs("ReceiveMessage", read)
    sqs("ReceiveMessage", read | {"VisibilityTimeout": 0})
    sqs("ReceiveMessage", read)
    sqs("ReceiveMessage", read)
    sqs("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]})
sqs("CreateQueue", {"QueueName": "heard"})
sns("CreateTopic", Name="t")
topic = {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t"}
queue = "arn:aws:sqs:us-east-1:123456789012:heard"
sns("Subscribe", Protocol="sqs", Endpoint=queue, **topic, **{"Attributes.entry.1.key": "RawMessageDelivery",
                                                              "Attributes.entry.1.value": "true"})
def attributes(*told):
    parts = ("Name", "Value.DataType", "Value.StringValue")
    return {f"MessageAttributes.entry.{number}.{part}": value
            for number, each in enumerate(told, 1) for part, value in zip(parts, each)}
sns("Publish", Message="plain", **topic)
told = attributes(("a.b", "String", "x&y"), ("n", "Number", "1"))
sns("Publish", Message="<&\u00fc=+ ", Subject="about", **topic, **told)
for wrong in (("n", "Number", "one"), ("s", "Strange", "x"), ("s", "String", "")):
    sns("Publish", Message="m", **topic, **attributes(wrong))
sns("Publish", Message="m", Subject="s" * 101, **topic)
sns("Publish", Message="m", TopicArn=topic["TopicArn"] + "x")
sns("Publish", Message="{}", MessageStructure="wrong", **topic)
def batch(*entries):
    return topic | {f"PublishBatchRequestEntries.member.{number}.{name}": value
                    for number, entry in enumerate(entries, 1) for name, value in entry.items()}
first, second = {"Id": "1", "Message": "<&\u00fc", "Subject": "s"} | told, {"Id": "<2", "Message": "m"}
sns("PublishBatch", **batch(first, second))
sns("PublishBatch", **batch(first, first))
sns("PublishBatch", **batch(*(second | {"Id": str(number)} for number in range(11))))
sns("PublishBatch", **batch(first, second | {"Subject": "s" * 101}))
sns("PublishBatch", **batch(first, second | {"Message": "m" * 262145}))
sns("PublishBatch", **batch(second | attributes(("n", "Number", "one")), first))
sns("PublishBatch", **batch(second | {"MessageStructure": "json"}, first))
sns("PublishBatch", **batch(first) | {"TopicArn": topic["TopicArn"] + "x"})
sns("PublishBatch", **topic)
sns("PublishBatch", **batch({"Id": "1"}))
url = "http://aws/123456789012/heard"
sqs("ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]})
fifo = {"QueueName": "q.fifo", "Attributes": {"FifoQueue": "true", "ContentBasedDeduplication": "true"}}
url = sqs("CreateQueue", fifo)["QueueUrl"]
for _ in range(2):
    sqs("SendMessage", {"QueueUrl": url, "MessageBody": "once", "MessageGroupId": "g"})
sqs("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]})
sqs("ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10})
"""
IDS = re.compile(r"<(MessageId|RequestId|RequestID)>[^<]*|-[0-9a-f]{8}-[0-9a-f-]{27}|:[0-9a-f]{8}-[0-9a-f-]{27}")
DRAWN = re.compile(
    r'("(?:MessageId|ReceiptHandle|TableId|SentTimestamp|CreatedTimestamp|LastModifiedTimestamp|CreationDateTime'
    r'|ApproximateFirstReceiveTimestamp|LatestStreamLabel|LastUpdateToPayPerRequestDateTime)": )("[^"]*"|[0-9.]+)'
)


def answers(mode: str) -> list[object]:
    done = subprocess.run([sys.executable, "-c", CALLS, mode], capture_output=True, text=True, timeout=120, check=True)
    return [json.loads(IDS.sub("drawn", DRAWN.sub(r'\1"drawn"', line))) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def plain_answers() -> list[object]:
    return answers("without")


def test_every_answer_is_the_same_with_and_without(plain_answers: list[object]) -> None:
    assert len(plain_answers) > 300
    assert answers("with") == plain_answers
