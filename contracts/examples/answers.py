"""Knows whether an answer is the documented one: status, the headers named, the body; and which values to keep."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ANYTHING = "…"
_MARKS = re.compile(r"\$([A-Z][A-Z_]*)|…")


@dataclass(frozen=True, slots=True)
class Answer:
    """What curl printed."""

    status: str
    headers: Mapping[str, str]
    body: str


def parsed(printed: str) -> Answer | None:
    """The answer in the output of `curl -si`; None where there is none."""
    head, _, body = printed.replace("\r\n", "\n").partition("\n\n")
    first, *rest = head.split("\n")
    if not first.startswith("HTTP/"):
        return None
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Answer(first.split(" ")[1], headers, body)


@dataclass(slots=True)
class Reading:
    """Compares answers with documented ones; `known` are the values kept so far, by name."""

    known: dict[str, str] = field(default_factory=dict)

    def differences(self, expected: Sequence[str], answer: Answer) -> list[str]:
        """One line for each difference, and nothing for an answer that is as documented."""
        lines = list(expected)
        while lines and not lines[-1]:
            lines.pop()
        head, body = (lines[: lines.index("")], lines[lines.index("") + 1 :]) if "" in lines else (lines, [])
        found = []
        if head[0].split(" ")[1] != answer.status:
            found.append(f"status: documented {head[0].split(' ')[1]}, answered {answer.status}")
        for line in head[1:]:
            name, _, value = line.partition(":")
            if not self._fits(value.strip(), answer.headers.get(name.lower())):
                found.append(
                    f"{name}: documented {value.strip()}, answered {answer.headers.get(name.lower(), 'nothing')}"
                )
        if not self._body_fits("\n".join(body), answer.body):
            found.append(f"body: documented {' '.join(body) or 'none'}, answered {answer.body or 'none'}")
        return found

    def _body_fits(self, documented: str, answered: str) -> bool:
        if documented in ("", ANYTHING):
            return bool(answered) == bool(documented)
        try:
            return self._value_fits(json.loads(documented), json.loads(answered))
        except ValueError:
            return False

    def _value_fits(self, documented: Any, answered: Any) -> bool:
        if documented == ANYTHING:
            return True
        if isinstance(documented, dict):
            same = isinstance(answered, dict) and documented.keys() == answered.keys()
            return same and all(self._value_fits(value, answered[name]) for name, value in documented.items())
        if isinstance(documented, list):
            same = isinstance(answered, list) and len(documented) == len(answered)
            return same and all(self._value_fits(*pair) for pair in zip(documented, answered, strict=True))
        if isinstance(documented, str) and _MARKS.search(documented):
            return not isinstance(answered, (dict, list)) and self._fits(documented, str(answered))
        return type(documented) is type(answered) and bool(documented == answered)

    def _fits(self, documented: str, answered: str | None) -> bool:
        """Whether a text is the documented one; a name that isn't known yet is kept."""
        pattern, at, new = "", 0, set[str]()
        for mark in _MARKS.finditer(documented):
            pattern += re.escape(documented[at : mark.start()])
            name, at = mark[1], mark.end()
            if not name:
                pattern += ".+"
            elif name in self.known:
                pattern += re.escape(self.known[name])
            else:
                pattern += f"(?P={name})" if name in new else f"(?P<{name}>.+)"
                new.add(name)
        match = re.fullmatch(pattern + re.escape(documented[at:]), answered or "", re.DOTALL)
        if match:
            self.known |= match.groupdict()
        return match is not None
