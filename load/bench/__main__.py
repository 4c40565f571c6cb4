"""`python -m load.bench [--json] [--only PART …]`: generators beside their peers, and what TARGET's stack carries."""

import argparse
import json
import sys
from collections.abc import Callable

from fixtures.errors import PlumblineError
from load.bench import on_generators, on_stack
from load.bench.rows import Row

PARTS: dict[str, Callable[[], list[Row]]] = {
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
    """Prints `[{name, unit, ours, peer, peer_name, ratio, pairs}]`: medians, pairs `[[ours, peer], …]`.

    A part that can't be measured is told on stderr and leaves the others as they are; the exit code is its error's.
    """
    parser = argparse.ArgumentParser(prog="python -m load.bench")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    parser.add_argument("--only", choices=tuple(PARTS), action="append", help="measure this part; may be repeated")
    options = parser.parse_args()
    code, rows = 0, []
    for name in options.only or PARTS:
        try:
            rows += PARTS[name]()
        except PlumblineError as error:
            print(f"load.bench {name}: {error}", file=sys.stderr)
            code = max(code, error.exit_code)
    if options.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            peer = f"{row['peer_name']}: {row['peer']:.4g}; {row['ratio']:.3f}"
            print(f"{row['name']}: {row['ours']:.4g} {row['unit']}; {peer}")
    return code


if __name__ == "__main__":
    sys.exit(main())
