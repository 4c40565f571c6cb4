"""`python -m features.lint`: the Gherkin rules of the house, held over every feature with behave's own parser."""

import sys
from collections.abc import Iterator
from pathlib import Path

from behave.parser import ParserError, parse_file

from features.running.gherkin import Finding, duplicates, findings
from features.support import fixtures, hooks

ROOT = Path(__file__).resolve().parents[1]


def lint(folder: Path, known_fixtures: frozenset[str]) -> list[Finding]:
    """Every finding in the feature files of a folder, in the order of files and lines."""
    found: list[Finding] = []
    features = []
    for file in sorted(folder.rglob("*.feature")):
        try:
            feature = parse_file(str(file))
        except ParserError as error:
            found.append(Finding(str(file), error.line or 1, f"can't be parsed: {' '.join(str(error).split())}"))
            continue
        if feature is None:
            found.append(Finding(str(file), 1, "holds no feature"))
            continue
        features.append(feature)
        found += findings(feature, known_fixtures)
    return sorted([*found, *duplicates(features)])


def told(found: list[Finding]) -> Iterator[str]:
    """One line per finding, paths as they are typed at the root."""
    for finding in found:
        path = Path(finding.file)
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        yield f"{shown}:{finding.line}: {finding.text}"


def main(arguments: list[str]) -> int:
    """0 without findings, 1 with some, 2 where the folder is wrong."""
    folder = Path(arguments[0]).resolve() if arguments else ROOT / "features"
    if not folder.is_dir():
        print(f"features.lint: {folder}: no such folder. Give the folder of the features.", file=sys.stderr)
        return 2
    assert hooks  # importing the hooks registers every fixture
    found = lint(folder, fixtures.known())
    for line in told(found):
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
