"""`python -m contracts.lint [file …]`: one line per finding; exit code 2 where there is one."""

import sys
from collections.abc import Sequence
from pathlib import Path

from contracts.lint.documents import lint
from contracts.lint.events import lint_events

SPECS = Path(__file__).resolve().parents[1] / "specs"


def main(arguments: Sequence[str]) -> int:
    """Lints the files given, else every document in `contracts/specs`; `*.asyncapi.yaml` are documents of messages."""
    paths = [Path(argument) for argument in arguments] or sorted(SPECS.glob("*api.yaml"))
    findings = lint([path for path in paths if not path.name.endswith(".asyncapi.yaml")])
    for path in paths:
        findings += lint_events(path) if path.name.endswith(".asyncapi.yaml") else []
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    if not findings:
        sys.stdout.write(f"{len(paths)} documents, nothing to do\n")
    return 2 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
