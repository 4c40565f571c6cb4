"""`python -m contracts.lint [file …]`: one line per finding; exit code 2 where there is one."""

import sys
from collections.abc import Sequence
from pathlib import Path

from contracts.lint.documents import lint

SPECS = Path(__file__).resolve().parents[1] / "specs"


def main(arguments: Sequence[str]) -> int:
    """Lints the files given, else every document in `contracts/specs`."""
    paths = [Path(argument) for argument in arguments] or sorted(SPECS.glob("*.openapi.yaml"))
    findings = lint(paths)
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    if not findings:
        sys.stdout.write(f"{len(paths)} documents, nothing to do\n")
    return 2 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
