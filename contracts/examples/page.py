"""Knows the form of the page of examples: sections by service, commands, and what each is answered."""

import re
from dataclasses import dataclass
from pathlib import Path

from fixtures.errors import CallError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "examples.md"

_HEADING = re.compile(r"^## (?P<service>[a-z]+) \((?P<ports>\d+(?:, \d+)*)\)$")
_PROMPT = "$ "


@dataclass(frozen=True, slots=True)
class Example:
    """One command and what it is answered; `expected` without lines where it only makes ready or waits."""

    line: int
    command: str
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The examples of one service, for each port at which it is documented."""

    service: str
    ports: tuple[int, ...]
    examples: tuple[Example, ...]


def sections(page: Path = PAGE) -> tuple[Section, ...]:
    """Every section with examples; a `CallError` names a line of a wrong form."""
    found: list[Section] = []
    heading: re.Match[str] | None = None
    block: list[tuple[int, str]] | None = None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if block is not None and line == "```":
            if heading is None:
                raise CallError(
                    f"{page}:{number}: examples under no heading. Write `## <service> (<port>)` above them."
                )
            ports = tuple(int(port) for port in heading["ports"].split(", "))
            found.append(Section(heading["service"], ports, _examples(page, block)))
            block = None
        elif block is not None:
            block.append((number, line))
        elif line == "```console":
            block = []
        elif line.startswith("## "):
            heading = _HEADING.match(line)
    return tuple(found)


def _examples(page: Path, block: list[tuple[int, str]]) -> tuple[Example, ...]:
    found: list[Example] = []
    lines = iter(block)
    for number, line in lines:
        if line.startswith(_PROMPT):
            command = line.removeprefix(_PROMPT)
            while command.endswith("\\"):
                command += "\n" + next(lines, (0, ""))[1]
            found.append(Example(number, command, ()))
        elif found:
            last = found[-1]
            found[-1] = Example(last.line, last.command, (*last.expected, line))
        elif line:
            raise CallError(f"{page}:{number}: an answer before any command. Begin the block with `$ curl -si …`.")
    return tuple(found)
