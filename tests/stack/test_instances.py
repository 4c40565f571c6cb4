"""The emulated EC2 is loaded for those who ask, has an image and a subnet that stand, and is emptied by a reset."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from fixtures.stack import instances

LAZY = """
import sys
from fixtures.stack import emulator, instances
instances.prepare("AWS4-HMAC-SHA256 Credential=suite/20260301/us-east-1/dynamodb/aws4_request")
instances.empty()
print("moto.ec2.models" in sys.modules)
"""


def client(name: str) -> Any:
    return boto3.client(name, "us-east-1", aws_access_key_id="x", aws_secret_access_key="y")


@pytest.fixture
def ec2() -> Iterator[Any]:
    with mock_aws():
        instances.prepare("/ec2/")
        instances.empty()
        yield client("ec2")


def run(ec2: Any, **wanted: Any) -> str:
    given = {"ImageId": instances.IMAGE, "SubnetId": instances.SUBNET, "InstanceType": "t3.micro"} | wanted
    return str(ec2.run_instances(MinCount=1, MaxCount=1, **given)["Instances"][0]["InstanceId"])


def test_who_asks_for_no_instance_does_not_load_them() -> None:
    done = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_reset_takes_instances_and_metrics_and_leaves_image_and_subnet(ec2: Any) -> None:
    run(ec2)
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_data(Namespace="MyApp", MetricData=[{"MetricName": "PageViews", "Value": 1}])
    instances.empty()
    assert ec2.describe_instances()["Reservations"] == []
    assert cloudwatch.list_metrics()["Metrics"] == []
    assert [image["ImageId"] for image in ec2.describe_images()["Images"]] == [instances.IMAGE]
    assert instances.SUBNET in [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
    run(ec2)


def test_a_client_token_launches_once_and_a_reset_forgets_it(ec2: Any) -> None:
    first = run(ec2, ClientToken="a")
    assert run(ec2, ClientToken="a") == first
    assert run(ec2, ClientToken="b") != first
    with pytest.raises(ec2.exceptions.ClientError, match="IdempotentParameterMismatch"):
        run(ec2, ClientToken="a", InstanceType="t3.small")
    instances.empty()
    assert run(ec2, ClientToken="a") != first


def test_an_image_that_is_not_there_is_refused(ec2: Any) -> None:
    with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidAMIID\.NotFound"):
        run(ec2, ImageId="ami-00000000000000000")
