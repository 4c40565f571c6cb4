"""The data plane is made from the template; what can't be made is named, never skipped."""

import json
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from fixtures.errors import StackError
from fixtures.services.platform.bucket_events import uploads
from fixtures.stack.parts import TEMPLATE
from fixtures.stack.provision import provision, read_template


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return tmp_path / "template.yaml"


def refused(template: Path, text: str) -> str:
    template.write_text(text)
    with pytest.raises(StackError) as caught:
        provision(template, "http://127.0.0.1:1")
    return str(caught.value)


def test_every_table_queue_topic_and_secret_of_the_template_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        monkeypatch.setattr(
            "fixtures.stack.provision.client", lambda service, endpoint_url: boto3.client(service, "us-east-1")
        )
        provision(TEMPLATE, "")
        tables = boto3.client("dynamodb", "us-east-1").list_tables()["TableNames"]
        sqs = boto3.client("sqs", "us-east-1")
        queue = sqs.get_queue_attributes(
            QueueUrl=sqs.get_queue_url(QueueName="OrderQueue")["QueueUrl"], AttributeNames=["All"]
        )
        topics = boto3.client("sns", "us-east-1").list_subscriptions()["Subscriptions"]
        s3 = boto3.client("s3", "us-east-1")
        buckets = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
        secrets = [
            secret["Name"] for secret in boto3.client("secretsmanager", "us-east-1").list_secrets()["SecretList"]
        ]
    assert {"user-uploaded-images", "processed-thumbnails", "etl-raw", "etl-rejects"} == buckets
    assert {"Users", "AuthUsers", "AuthTokens", "Products", "Inventory", "Orders", "URLMappings"} <= set(tables)
    assert '"maxReceiveCount": 3' in queue["Attributes"]["RedrivePolicy"]
    assert queue["Attributes"]["VisibilityTimeout"] == "1"
    assert [topic["Endpoint"].rsplit(":", 1)[-1] for topic in topics] == ["OrderEventsQueue"]
    assert sorted(secrets) == ["AuthSigningKey", "LinksApiKeys"]


@pytest.mark.parametrize(("bucket", "queue"), [("user-uploaded-images", "UploadQueue"), ("etl-raw", "EtlQueue")])
def test_an_object_put_into_a_bucket_is_told_to_its_queue(
    monkeypatch: pytest.MonkeyPatch, bucket: str, queue: str
) -> None:
    with mock_aws():
        monkeypatch.setattr(
            "fixtures.stack.provision.client", lambda service, endpoint_url: boto3.client(service, "us-east-1")
        )
        provision(TEMPLATE, "")
        boto3.client("s3", "us-east-1").put_object(Bucket=bucket, Key="a b+c", Body=b"x")
        sqs = boto3.client("sqs", "us-east-1")
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    told = [upload for message in received for upload in uploads(json.loads(message["Body"]))]
    assert [(upload.bucket, upload.key) for upload in told] == [(bucket, "a b+c")]
    assert len(received) == 2, "the first is the test event of S3, which tells of no object"


def test_every_bucket_of_the_template_is_encrypted_and_closed_to_the_public() -> None:
    resources = read_template(TEMPLATE)["Resources"].values()
    buckets = [resource["Properties"] for resource in resources if resource["Type"] == "AWS::S3::Bucket"]
    assert len(buckets) == 4
    for bucket in buckets:
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4


def test_a_notification_that_cannot_be_made_is_named(template: Path) -> None:
    text = (
        "Resources: {B: {Type: AWS::S3::Bucket, Properties: {BucketName: pictures, "
        "NotificationConfiguration: {LambdaConfigurations: []}}}}"
    )
    with mock_aws():
        template.write_text(text)
        with pytest.raises(StackError, match=r"bucket pictures notifies by \['LambdaConfigurations'\]"):
            provision(template, "https://s3.us-east-1.amazonaws.com")


def test_a_resource_of_an_unknown_type_is_named(template: Path) -> None:
    message = refused(template, "Resources: {Clock: {Type: AWS::Kinesis::Stream, Properties: {}}}")
    assert "Clock is of type AWS::Kinesis::Stream" in message


def test_a_reference_to_nothing_is_named(template: Path) -> None:
    text = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Nowhere}}}"
    assert "!Ref Nowhere names nothing" in refused(template, text)


def test_an_unknown_function_is_named(template: Path) -> None:
    text = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Join ['', [a]]}}}"
    assert "Fn::Join" in refused(template, text)


@pytest.mark.parametrize("text", ["{", "[]", "Resources: 3"])
def test_what_is_no_template_is_refused(template: Path, text: str) -> None:
    assert str(template) in refused(template, text)
