"""The outbox's way to SQS: nothing is lost to an outage, and an outage is told once."""

import json
import threading
from typing import Any

import pytest

from fixtures.services.orders import dispatcher as module
from fixtures.services.orders import outbox
from fixtures.services.orders.dispatcher import Dispatcher
from fixtures.services.platform import aws
from tests.services.orders_world import Shop, failing


@pytest.fixture
def queues(shop: Shop) -> None:
    """Both queues orders sends to."""
    for name in (outbox.ORDERS, outbox.RELEASES):
        aws.client("sqs").create_queue(QueueName=name)
    outbox._queue_url.cache_clear()


@pytest.fixture
def worker() -> Dispatcher:
    """A dispatcher without its thread, which has just scanned."""
    worker = Dispatcher()
    worker._next_scan = float("inf")
    return worker


def received(queue: str = outbox.ORDERS) -> list[dict[str, Any]]:
    url = aws.client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
    found: list[dict[str, Any]] = []
    while (
        messages := aws.client("sqs")
        .receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=60)
        .get("Messages")
    ):
        found += messages  # type: ignore[arg-type]
    return found


def stored(count: int, age_ms: int = 0) -> list[outbox.Message]:
    """Messages in the outbox, as orders placed so long ago left them."""
    messages = [outbox.order_message(f"o-{index}", "desk", 1, 1) for index in range(count)]
    aged = [outbox.Message(m.queue, m.body, m.attributes, m.message_id, m.stored_at - age_ms) for m in messages]
    for message in aged:
        aws.client("dynamodb").transact_write_items(TransactItems=[outbox.put(message)])
    return aged


def scan_now(worker: Dispatcher) -> None:
    worker._next_scan = 0.0
    worker.work()


@pytest.mark.usefixtures("queues")
def test_what_is_handed_over_is_sent_and_forgotten(shop: Shop, worker: Dispatcher) -> None:
    shop.order(X_Request_Id="basket-1")
    worker.hand_over(shop.handed[0])
    worker.work()
    [sent] = received()
    assert json.loads(sent["Body"])["quantity"] == 2
    assert sent["MessageAttributes"]["X-Request-Id"]["StringValue"] == "basket-1"
    assert sent["MessageAttributes"]["revision"] == {"DataType": "Number", "StringValue": "1"}
    scan_now(worker)
    assert (shop.items("OrderOutbox"), received()) == ([], [])


@pytest.mark.usefixtures("queues")
def test_orders_and_releases_go_to_their_own_queues(worker: Dispatcher) -> None:
    worker.hand_over(outbox.order_message("o-1", "desk", 1, 1))
    worker.hand_over(outbox.release_message("o-2"))
    worker.work()
    assert [json.loads(each["Body"])["order_id"] for each in received()] == ["o-1"]
    assert [json.loads(each["Body"]) for each in received(outbox.RELEASES)] == [{"order_id": "o-2"}]


@pytest.mark.usefixtures("queues")
def test_batches_are_of_ten(worker: Dispatcher, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    send = outbox.send

    def send_and_count(queue: str, batch: list[outbox.Message]) -> list[outbox.Message]:
        sizes.append(len(batch))
        return send(queue, batch)

    monkeypatch.setattr(outbox, "send", send_and_count)
    for message in stored(23):
        worker.hand_over(message)
    worker.work()
    assert (sizes, len(received())) == ([10, 10, 3], 23)


@pytest.mark.usefixtures("queues")
def test_what_a_crash_left_behind_is_found_by_the_scan(shop: Shop, worker: Dispatcher) -> None:
    stored(30, age_ms=5000)
    scan_now(worker)
    assert (len(received()), shop.items("OrderOutbox")) == (30, [])


@pytest.mark.usefixtures("queues")
def test_the_scan_leaves_to_others_what_was_just_stored(shop: Shop, worker: Dispatcher) -> None:
    stored(1)
    scan_now(worker)
    assert (received(), len(shop.items("OrderOutbox"))) == ([], 1)


@pytest.mark.usefixtures("queues")
def test_a_message_refused_alone_stays_and_is_sent_later(
    shop: Shop, worker: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = aws.client("sqs").send_message_batch

    def refuse_one(**arguments: Any) -> Any:
        [refused, *entries] = arguments["Entries"]
        answer = send(**{**arguments, "Entries": entries})
        return {**answer, "Failed": [{"Id": refused["Id"], "SenderFault": False, "Code": "InternalError"}]}

    messages = stored(3, age_ms=5000)
    with monkeypatch.context() as partly:
        partly.setattr(aws.client("sqs"), "send_message_batch", refuse_one)
        for message in messages:
            worker.hand_over(message)
        worker.work()
        worker._forget_sent()
    [left] = shop.items("OrderOutbox")
    assert (left["message_id"], len(received())) == (messages[0].message_id, 2)
    worker.work()  # after a failure the scan is due at once
    assert (len(received()), shop.items("OrderOutbox")) == (1, [])


@pytest.mark.usefixtures("queues")
def test_an_outage_loses_nothing_and_is_told_once(
    shop: Shop, worker: Dispatcher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pauses = []
    with monkeypatch.context() as outage:
        outage.setattr(aws.client("sqs"), "send_message_batch", failing())
        for message in stored(2, age_ms=5000):
            worker.hand_over(message)
        for _ in range(6):
            worker.work()
            pauses.append(worker.pause_seconds())
    assert 0.25 <= pauses[0] <= 0.5
    assert 2.5 <= pauses[5] <= 5.0
    worker.work()
    assert (len(received()), worker.pause_seconds(), shop.items("OrderOutbox")) == (2, 0.0, [])
    assert [json.loads(line)["message"] for line in capsys.readouterr().out.splitlines()] == [
        "outbox: sending fails, trying on",
        "outbox: sending works again",
    ]


@pytest.mark.usefixtures("queues")
def test_an_outage_of_the_table_is_survived(shop: Shop, worker: Dispatcher, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(1, age_ms=5000)
    with monkeypatch.context() as outage:
        outage.setattr(outbox, "stored_before", failing())
        scan_now(worker)
    worker.work()
    assert (len(received()), shop.items("OrderOutbox")) == (1, [])


@pytest.mark.usefixtures("queues")
def test_one_queues_outage_does_not_hold_up_the_other(worker: Dispatcher, monkeypatch: pytest.MonkeyPatch) -> None:
    send = outbox.send

    def only_releases(queue: str, batch: list[outbox.Message]) -> list[outbox.Message]:
        if queue == outbox.ORDERS:
            raise ConnectionError
        return send(queue, batch)

    monkeypatch.setattr(outbox, "send", only_releases)
    worker.hand_over(outbox.order_message("o-1", "desk", 1, 1))
    worker.hand_over(outbox.release_message("o-2"))
    worker.work()
    assert len(received(outbox.RELEASES)) == 1


@pytest.mark.usefixtures("queues")
def test_the_thread_sends_at_once_and_stops_cleanly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SCAN_SECONDS", 3600.0)  # so that only the hand-over can wake it
    sent = threading.Event()
    send = outbox.send

    def send_and_tell(queue: str, batch: list[outbox.Message]) -> list[outbox.Message]:
        taken = send(queue, batch)
        sent.set()
        return taken

    monkeypatch.setattr(outbox, "send", send_and_tell)
    running = Dispatcher()
    running.start()
    running.hand_over(outbox.order_message("o-1", "desk", 1, 1))
    assert sent.wait(5)
    running.stop()
    assert running._thread is not None
    assert not running._thread.is_alive()


@pytest.mark.usefixtures("queues")
def test_what_was_handed_over_before_the_stop_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINGER_SECONDS", 3600.0)  # the thread would wait for company
    running = Dispatcher()
    running.start()
    running.hand_over(outbox.order_message("o-1", "desk", 1, 1))
    running.stop()
    assert len(received()) == 1
