"""How a load of etl is told, and what may happen in the middle of one."""

from typing import Any

import pytest

from fixtures.services.etl import rejects, source


def loaded(key: str, count: int, rejected: int = 0) -> Any:
    return {"key": key, "status": "Loaded", "loaded": count, "rejected": rejected}


def failed(key: str, reason: str) -> Any:
    return {"key": key, "status": "Failed", "loaded": 0, "rejected": 0, "reason": reason}


def during_the_load(monkeypatch: pytest.MonkeyPatch, happens: Any) -> None:
    """Something happens once the second range of the object is asked for."""
    really = source._fetch

    def fetch(pinned: source.Source, start: int) -> bytes:
        if start == source.RANGE:
            happens()
        return really(pinned, start)

    monkeypatch.setattr(source, "_fetch", fetch)


def at_the_part(monkeypatch: pytest.MonkeyPatch, happens: Any) -> None:
    """Something happens when the first part of the rejects leaves."""
    really = rejects.Rejects._send_part

    def send(self: rejects.Rejects) -> None:
        really(self)
        happens()

    monkeypatch.setattr(rejects.Rejects, "_send_part", send)
