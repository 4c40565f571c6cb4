"""Knows the findings that somebody has agreed to live with, for a reason and until a day."""

import datetime as dt
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from fixtures.errors import CallError

FILE = Path(__file__).with_name("waivers.toml")
_TEXTS = ("operation", "failure", "reason", "owner")
_KEYS = (*_TEXTS, "date", "until")


@dataclass(frozen=True, slots=True)
class Waiver:
    """Findings named `failure` of one operation don't count; given on `date`, void after `until` where it has one."""

    operation: str
    failure: str
    reason: str
    owner: str
    date: dt.date
    until: dt.date | None = None

    def covers(self, operation_id: str, failure: str) -> bool:
        """Whether it is for this finding."""
        return (self.operation, self.failure) == (operation_id, failure)


def read_waivers(path: Path, operations: Collection[str], today: dt.date | None = None) -> tuple[Waiver, ...]:
    """The waivers in force; anything wrong with the file is a `CallError` with one line."""
    if not path.is_file():
        return ()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CallError(f"{path}: not TOML: {error}. Correct it.") from None
    entries = table.pop("waiver", [])
    if table or not isinstance(entries, list):
        raise CallError(f"{path}: found {', '.join(table) or 'waiver'}; only [[waiver]] is allowed.")
    waivers = [_waiver(path, number, entry, operations) for number, entry in enumerate(entries, 1)]
    now = today or dt.datetime.now(dt.UTC).date()
    return tuple(waiver for waiver in waivers if waiver.until is None or waiver.until >= now)


def _waiver(path: Path, number: int, entry: Any, operations: Collection[str]) -> Waiver:
    where = f"{path}: waiver {number}"
    if not isinstance(entry, dict):
        raise CallError(f"{where}: not a table. Write [[waiver]].")
    for key in entry:
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, 1)
            near = f" Did you mean {close[0]}?" if close else ""
            raise CallError(f"{where}: unknown key {key}; allowed: {', '.join(_KEYS)}.{near}")
    for key in _TEXTS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise CallError(f"{where}: {key} is missing or not a text. Every waiver has {', '.join(_KEYS[:5])}.")
    for key in ("date", "until"):
        if (key in entry or key == "date") and type(entry.get(key)) is not dt.date:
            raise CallError(f"{where}: {key} is missing or not a date like 2026-03-01.")
    if entry["operation"] not in operations:
        close = get_close_matches(entry["operation"], list(operations), 1)
        near = f" Did you mean {close[0]}?" if close else ""
        raise CallError(f"{where}: no operation {entry['operation']} in any document of the target.{near}")
    return Waiver(**{key: entry[key] for key in entry})
