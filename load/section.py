"""One table of a TOML file, read with types and bounds; a mistake is raised as one line naming file and key."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

from fixtures.errors import CallError


def nearest(found: str, allowed: Iterable[str]) -> str:
    """`; did you mean "x"? Allowed: …` for a message about a word that isn't known."""
    words = list(allowed)
    close = get_close_matches(found, words, n=1)
    guess = f'; did you mean "{close[0]}"?' if close else "."
    return f"{guess} Allowed: {', '.join(words)}"


@dataclass(frozen=True, slots=True)
class Section:
    """`content` at `key` (dotted, empty at the top) of `file`; mistakes are raised as `error`."""

    file: str
    key: str
    content: dict[str, Any]
    error: type[CallError]

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Raises the one line."""
        raise self.error(f"{self.file}: {self._path(name)}: {problem}")

    def only(self, *allowed: str, what: str = "key") -> None:
        """Refuses the first key that isn't among `allowed`."""
        for name in self.content:
            if name not in allowed:
                self.refuse(name, f"unknown {what}{nearest(name, allowed)}")

    def text(self, name: str, default: str) -> str:
        """A string that isn't empty."""
        value = self.content.get(name, default)
        if not isinstance(value, str) or not value:
            self.refuse(name, f"must be text, not {_shown(value)}")
        return value

    def texts(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of strings."""
        value = self.content.get(name, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.refuse(name, f"must be a list of text, not {_shown(value)}")
        return tuple(value)

    def number(
        self,
        name: str,
        default: float | None = None,
        *,
        minimum: float | None = None,
        above: float | None = None,
        maximum: float | None = None,
    ) -> float:
        """A finite number within its bounds; without a default the key must be there."""
        value = self._given(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.refuse(name, f"must be a number, not {_shown(value)}")
        if minimum is not None and value < minimum:
            self.refuse(name, f"must be at least {minimum:g}, not {value:g}")
        if above is not None and value <= above:
            self.refuse(name, f"must be above {above:g}, not {value:g}")
        if maximum is not None and value > maximum:
            self.refuse(name, f"must be at most {maximum:g}, not {value:g}")
        return float(value)

    def integer(self, name: str, default: int | None = None, *, minimum: int) -> int:
        """A whole number of at least `minimum`; without a default the key must be there."""
        value = self._given(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(name, f"must be a whole number, not {_shown(value)}")
        if value < minimum:
            self.refuse(name, f"must be at least {minimum}, not {value}")
        return value

    def table(self, name: str) -> "Section":
        """The table of that name; an absent one is empty."""
        return self._section(name, self.content.get(name, {}))

    def tables(self, name: str) -> list["Section"]:
        """The array of tables of that name; an absent one is empty."""
        value = self.content.get(name, [])
        if not isinstance(value, list):
            self.refuse(name, f"must be an array of tables ([[{name}]]), not {_shown(value)}")
        return [self._section(f"{name}[{number}]", item) for number, item in enumerate(value)]

    def _section(self, name: str, value: Any) -> "Section":
        if not isinstance(value, dict):
            self.refuse(name, f"must be a table, not {_shown(value)}")
        return Section(self.file, self._path(name), value, self.error)

    def _given(self, name: str, default: float | None) -> Any:
        value = self.content.get(name, default)
        if value is None:
            self.refuse(name, "is missing; give a number")
        return value

    def _path(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key else name


def _shown(value: object) -> str:
    return f"{type(value).__name__} {str(value)[:40]!r}"
