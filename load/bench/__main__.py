"""`python -m load.bench [--json] [--only PART …]`: generators beside their peers, and what TARGET's stack carries.

Each row is printed as soon as it is measured. What is being measured, and what went wrong, is said on standard error.
"""

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Iterable

from fixtures.errors import PlumblineError
from load.bench import on_generators, on_stack
from load.bench.rows import Row

PARTS: dict[str, Callable[[], Iterable[Row]]] = {
    "generator": on_generators.generator,
    "omission": on_generators.omission,
    "growth": on_generators.growth,
    "gherkin": on_generators.gherkin,
    "compare": on_generators.compare,
    "redirects": on_stack.redirects,
    "orders": on_stack.orders,
    "stack": on_stack.stack,
    "soak": on_stack.soak,
}


def main() -> int:
    """Prints a line `[{name, unit, ours, peer, peer_name, ratio, pairs}]` for each row: medians, pairs
    `[[ours, peer], …]`.

    A part that can't be measured is told on stderr and leaves the others as they are; the exit code is its error's.
    """
    parser = argparse.ArgumentParser(prog="python -m load.bench")
    parser.add_argument("--json", action="store_true", help="print a line of JSON for each row")
    parser.add_argument("--only", choices=tuple(PARTS), action="append", help="measure this part; may be repeated")
    options = parser.parse_args()
    try:
        return max([_measured(name, options.json) for name in options.only or PARTS])
    except KeyboardInterrupt:
        return 130


def _measured(name: str, as_json: bool) -> int:
    """Measures one part; its exit code."""
    print(f"load.bench {name}: measuring …", file=sys.stderr, flush=True)
    printed = 0
    try:
        for row in PARTS[name]():
            print(json.dumps([row]) if as_json else _line(row), flush=True)
            printed += 1
    except PlumblineError as error:
        print(f"load.bench {name}: {error}", file=sys.stderr, flush=True)
        return error.exit_code
    except Exception:
        print(f"load.bench {name}: broke:\n{traceback.format_exc()}", file=sys.stderr, flush=True)
        return PlumblineError.exit_code
    if not printed:
        print(f"load.bench {name}: gave no figures", file=sys.stderr, flush=True)
    return 0 if printed else PlumblineError.exit_code


def _line(row: Row) -> str:
    peer = f"{row['peer_name']}: {row['peer']:.4g}; {row['ratio']:.3f}"
    return f"{row['name']}: {row['ours']:.4g} {row['unit']}; {peer}"


if __name__ == "__main__":
    sys.exit(main())
