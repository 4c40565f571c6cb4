"""Knows, for each consumer, a good message and the effect that shows it was processed."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.messages import bus
from contracts.messages.made import TRACEPARENT
from fixtures.clients import Platform
from fixtures.clients.objects import ETL_RAW, THUMBNAILS, UPLOADS

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True, slots=True)
class Good:
    """A good message that has been sent: whether its effect is there, and what effect that is, in words."""

    is_done: Callable[[], bool]
    told: str


def _order(platform: Platform, name: str) -> Good:
    start = bus.newest(platform.control)
    platform.messages.send_order(name, f"{name}-product", 1, revision=1, request_id=name)

    def told() -> bool:
        return any(one.channel == "OrderEvents" and name in one.body for one in bus.after(platform.control, start))

    return Good(told, "no outcome on OrderEvents")


def _release(platform: Platform, name: str) -> Good:
    platform.messages.send(
        "StockReleaseQueue",
        json.dumps({"order_id": f"{name}-release"}),
        {"X-Request-Id": name, "traceparent": TRACEPARENT},
    )

    def released() -> bool:
        return bool(platform.vault.item("InventoryOrders", order_id=f"{name}-release"))

    return Good(released, "no release in the ledger")


def _outcome(platform: Platform, name: str) -> Good:
    body = json.dumps({"order_id": f"{name}-outcome", "status": "Confirmed"})
    platform.messages.publish("OrderEvents", body, {"X-Request-Id": f"{name}-outcome"}, {"revision": 1})

    def heard() -> bool:
        return any('"handled"' in line["line"] for line in platform.control.logs(f"{name}-outcome"))

    return Good(heard, "no line that says so")


def _picture(platform: Platform, name: str) -> Good:
    key = f"{name}/one pixel.png"
    platform.objects.put(UPLOADS, key, PIXEL, content_type="image/png", request_id=name)
    return Good(lambda: bool(platform.objects.keys(THUMBNAILS, f"thumbnails/{name}/")), "no thumbnail")


def _rows(platform: Platform, name: str) -> Good:
    start = bus.newest(platform.control)
    platform.objects.put(ETL_RAW, f"{name}/rows.csv", b"id,name\n1,walnut desk\n", request_id=name)

    def told() -> bool:
        return any(one.channel == "EtlTopic" and name in one.body for one in bus.after(platform.control, start))

    return Good(told, "nothing said on EtlTopic")


GOOD: Mapping[str, Callable[[Platform, str], Good]] = {
    "applyOrder": _order,
    "releaseStock": _release,
    "settleOrder": _outcome,
    "processUpload": _picture,
    "loadObject": _rows,
}
"""By the operation that has to process it."""
