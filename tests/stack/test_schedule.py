"""A schedule runs its function again and again, whatever became of the run before."""

import threading
from pathlib import Path
from typing import Any

import pytest

from fixtures.stack import schedule


class Stopped(BaseException):
    """Ends a schedule that would go on for ever."""


def test_a_run_that_raised_is_told_and_followed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ready, seen, waited = tmp_path / "ready", list[bool](), list[float]()

    def handler(event: dict[str, Any], context: Any) -> None:
        assert event["source"] == "aws.events"
        assert context.get_remaining_time_in_millis() > 0
        seen.append(ready.exists())
        if len(seen) == 1:
            raise ConnectionError("nobody there")

    def wait(_: threading.Event, seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            raise Stopped

    monkeypatch.setattr(threading.Event, "wait", wait)
    with pytest.raises(Stopped):
        schedule.run_every(1.0, "a-function", handler, ready)
    # ready only when a run has succeeded
    assert seen == [False, False, True]
    assert "a-function: the handler raised ConnectionError: nobody there" in caplog.text
    assert all(0.5 < seconds <= 1.0 for seconds in waited)
