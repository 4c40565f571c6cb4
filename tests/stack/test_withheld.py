"""Calls that succeed and say what of them was not done: each says so in the words of its service."""

import json

from fixtures.stack import withheld


def test_nothing_of_a_batch_is_done() -> None:
    items = {"Table": [{"DeleteRequest": {"Key": {"id": {"S": "a"}}}}]}
    told = withheld.undone("BatchWriteItem", json.dumps({"RequestItems": items}).encode())
    assert json.loads(told or b"") == {"UnprocessedItems": items}
    asked = {"Entries": [{"Id": "0", "MessageBody": "x"}, {"Id": "1", "MessageBody": "y"}]}
    answer = json.loads(withheld.undone("SendMessageBatch", json.dumps(asked).encode()) or b"")
    assert answer["Successful"] == []
    assert [(each["Id"], each["Code"], each["SenderFault"]) for each in answer["Failed"]] == [
        ("0", "InternalError", False),
        ("1", "InternalError", False),
    ]
    assert withheld.undone("PutItem", b"{}") is None


def test_figures_are_withheld_of_one_instance_and_told_of_the_others() -> None:
    metric = {"Namespace": "AWS/EC2", "MetricName": "CPUUtilization"}
    queries = [
        {"Id": name, "MetricStat": {"Metric": {**metric, "Dimensions": [{"Name": "InstanceId", "Value": instance}]}}}
        for name, instance in (("s0", "i-1"), ("s1", "i-2"))
    ]
    results = [{"Id": name, "StatusCode": "Complete", "Timestamps": [1], "Values": [95.0]} for name in ("s0", "s1")]
    asked, told = ({"MetricDataQueries": queries}, {"MetricDataResults": results})
    body = withheld.without_figures("i-2", json.dumps(asked).encode(), json.dumps(told).encode())
    of_first, of_second = json.loads(body)["MetricDataResults"]
    assert of_first == results[0]
    assert of_second == {"Id": "s1", "StatusCode": "InternalError", "Timestamps": [], "Values": []}
