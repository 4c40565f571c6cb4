"""The mover of a running stack, killed in the middle of its write again and again: every click once."""

import threading
import time
from typing import Any

import requests

from fixtures.stack import provision, secrets
from fixtures.stack.layout import Layout

PATIENCE = 20.0  # seconds
KILLS = 10


def control(stack: Layout, method: str, path: str, **how: Any) -> Any:
    answer = requests.request(method, stack.url("control") + path, timeout=60, **how)
    assert answer.ok, answer.text
    return answer.json()


def follow(stack: Layout, code: str) -> None:
    answer = requests.get(f"{stack.url('links')}/{code}", allow_redirects=False, timeout=10)
    assert answer.status_code == 302


def counted(stack: Layout, code: str, key: str) -> int:
    answer = requests.get(f"{stack.url('links')}/links/{code}", headers={"X-API-Key": key}, timeout=10)
    return int(answer.json()["click_count"])


def stored(stack: Layout, code: str) -> int:
    found = provision.client("dynamodb", stack.url("aws")).get_item(
        TableName="URLMappings", Key={"short_code": {"S": code}}, ConsistentRead=True
    )
    return int(found["Item"]["click_count"]["N"])


def test_killed_ten_times_in_the_middle_of_a_write_every_click_counts_once(stack: Layout) -> None:
    key = secrets.links_keys(secrets.read(stack.secrets_file))[0]
    body = {"url": "https://example.com/ten"}
    made = requests.post(f"{stack.url('links')}/shorten", json=body, headers={"X-API-Key": key}, timeout=10)
    code = made.json()["short_code"]
    clicks = 0
    for kill in range(KILLS):
        stall = control(stack, "POST", "/aws/stalls", json={"action": "UpdateItem", "match": code})["id"]
        follow(stack, code)
        clicks += 1
        assert control(stack, "GET", f"/aws/stalls/{stall}?wait=20")["caught"]
        control(stack, "POST", "/parts/click-mover/kill")
        follow(stack, code)
        clicks += 1
        if kill % 3 == 2:  # the write comes after the next mover's
            control(stack, "POST", "/parts/click-mover/start")
        control(stack, "DELETE", f"/aws/stalls/{stall}?outcome={'drop' if kill % 3 == 0 else 'proceed'}")
        control(stack, "POST", "/parts/click-mover/start")
        assert counted(stack, code, key) == clicks
    deadline = time.monotonic() + PATIENCE
    while stored(stack, code) < clicks and time.monotonic() < deadline:
        assert counted(stack, code, key) == clicks
        threading.Event().wait(0.1)
    assert (stored(stack, code), counted(stack, code, key)) == (clicks, clicks)
