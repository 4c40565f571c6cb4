"""Load keeps within limits: API keys rest between uses, a target's cap holds, and no file shadows a module."""

import sys
from collections import defaultdict
from pathlib import Path

from load.key_ring import KeyRing
from load.rate_cap import RateCap

ROOT = Path(__file__).parents[2]


def test_no_key_is_used_more_than_60_times_in_any_minute() -> None:
    ring, now = KeyRing(["a", "b"]), 1000.0
    used = defaultdict(list)
    for _ in range(400):
        key, wait = ring.take(now)
        now += wait
        used[key].append(now)
    for times in used.values():
        assert max(sum(start <= at < start + 60 for at in times) for start in times) <= 60
    assert now - 1000 < 400 / 2 * 1.1  # and they wait no longer than they must


def test_a_rested_key_is_ready_at_once() -> None:
    assert KeyRing(["a"]).take(1000.0) == ("a", 0.0)


def test_a_cap_spaces_requests_evenly() -> None:
    cap = RateCap(20)
    assert [round(cap.wait(1000.0), 3) for _ in range(4)] == [0.0, 0.05, 0.1, 0.15]
    assert cap.wait(1060.0) == 0.0


def test_no_file_beside_the_locustfile_bears_the_name_of_a_module() -> None:
    # Locust puts the locustfile's folder first on sys.path: `load/json.py` would become everybody's json.
    taken = set(sys.stdlib_module_names) | {"features", "contracts", "load", "fixtures", "reports", "tests"}
    taken |= {"locust", "gevent", "requests", "flask", "boto3", "hdrh", "psutil", "greenlet"}
    names = {path.stem for path in (ROOT / "load").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert names & taken == set()
