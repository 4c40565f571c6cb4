"""`python -m contracts.diff BASE`: what breaks between BASE (a git ref, a folder, a file) and the working tree.

Exit codes: 0 nothing breaks, or a new major version says so · 1 it breaks · 2 wrong call · 3 could not be compared.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contracts.diff.change import ComparisonFailed
from contracts.diff.comparison import compare
from contracts.diff.source import ROOT, SPECS, Documents, read_base, read_folder
from contracts.diff.telling import broken, lines, markdown, told
from contracts.diff.usage import usage_of
from fixtures.errors import CallError, PlumblineError
from fixtures.target import settings
from reports.evidence import EvidenceError, find_run, new_run


def main(arguments: Sequence[str] | None = None) -> int:
    """Compares, tells, and leaves `diff.json` and `diff.md` in the run folder."""
    asked = _parser().parse_args(arguments)
    try:
        if not asked.base.strip():
            raise CallError("BASE is missing: make diff BASE=<git ref, folder or file>, for example BASE=origin/main")
        known = settings().run_dir or find_run()
        report = _compared(asked, known)
        folder = known or new_run()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "diff.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
        (folder / "diff.md").write_text(markdown(report), encoding="utf-8")
    except (PlumblineError, EvidenceError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"diff: the result can't be written: {error}", file=sys.stderr)
        return 3
    print("\n".join(lines(report)))
    return int(report["exit_code"])


def _compared(asked: argparse.Namespace, run_dir: Path | None) -> dict[str, Any]:
    base: str = asked.base
    tree: Path = asked.tree
    try:
        before = read_base(base)
        after = _beside(before, tree) if Path(base).is_file() else read_folder(tree)
        compared = compare(before, after)
        events = [one for one in after.values() if "asyncapi" in one]
        return told(base, compared, usage_of(run_dir, events, asked.logs))
    except ComparisonFailed as error:
        return broken(base, str(error))


def _beside(before: Documents, tree: Path) -> Documents:
    """One file is compared with the document of the same name, or with the file that TREE is."""
    if tree.is_file():
        (document,) = read_folder(tree).values()
        return dict.fromkeys(before, document)
    return read_folder(tree)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m contracts.diff", description="Breaking changes of the documents.")
    parser.add_argument("base", nargs="?", default="", help="a git ref, a folder of documents, or one document")
    parser.add_argument("--tree", type=Path, default=ROOT / SPECS, help="what is compared with it")
    logs = ROOT / ".stack" / "0" / "logs"
    parser.add_argument("--logs", type=Path, default=logs, help="the services' logs, which tell who called whom")
    return parser


if __name__ == "__main__":
    sys.exit(main())
