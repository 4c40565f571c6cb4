"""Orders as a function: nothing runs between invocations, and still no accepted order's message is lost."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.services.orders import dispatcher as module
from fixtures.services.orders import handler, outbox
from fixtures.services.platform import aws
from tests.services.orders_world import Shop, failing, token


@pytest.fixture(autouse=True)
def queues(shop: Shop) -> Iterator[None]:
    """Both queues orders sends to, and a function that has not been invoked before."""
    for name in (outbox.ORDERS, outbox.RELEASES):
        aws.client("sqs").create_queue(QueueName=name)
    outbox._queue_url.cache_clear()
    handler._service.cache_clear()
    yield
    handler._service.cache_clear()


def invoked() -> dict[str, Any]:
    """The answer to an order that API Gateway passes on."""
    headers = {"Authorization": f"Bearer {token('ada')}", "Content-Type": "application/json"}
    body = json.dumps({"username": "ada", "product_id": "desk", "quantity": 2})
    event = {"httpMethod": "POST", "path": "/orders", "headers": headers, "body": body, "isBase64Encoded": False}
    return handler.handle(event, None)


def waiting() -> int:
    url = aws.client("sqs").get_queue_url(QueueName=outbox.ORDERS)["QueueUrl"]
    return len(aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []))


def test_an_accepted_order_has_sent_its_message_when_it_is_answered(shop: Shop) -> None:
    assert invoked()["statusCode"] == 201
    assert (waiting(), shop.items("OrderOutbox")) == (1, [])


def test_what_could_not_be_sent_is_sent_by_the_sweep(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OVERDUE_SECONDS", 0)
    with monkeypatch.context() as outage:
        outage.setattr(aws.client("sqs"), "send_message_batch", failing())
        assert invoked()["statusCode"] == 201, "the outbox keeps it: the order is accepted all the same"
        assert len(shop.items("OrderOutbox")) == 1
        with pytest.raises(Exception, match="ServiceUnavailable"):
            handler.sweep({}, None)
    handler.sweep({}, None)
    assert (waiting(), shop.items("OrderOutbox")) == (1, [])
