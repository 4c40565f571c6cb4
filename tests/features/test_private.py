"""What a stack of one's own carried is in the run folder before the stack goes."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from features.running import private


def test_every_page_of_the_bus_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def bus(since: int) -> dict[str, Any]:
        asked.append(since)
        return {"messages": [{"sequence": since + 1}] if since < 2 else [], "next": since + 1}

    monkeypatch.setattr(private, "connect", lambda _: SimpleNamespace(control=SimpleNamespace(bus=bus)))
    target: Any = SimpleNamespace(path=Path(".stack/300/target.toml"))
    private.save_bus(target, tmp_path)
    (path,) = (tmp_path / "messages").glob("bus-*.json")
    assert json.loads(path.read_text()) == [{"sequence": 1}, {"sequence": 2}]
    assert asked == [0, 1, 2]
