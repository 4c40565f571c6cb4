"""A small process that keeps, or doesn't keep, what it is given: `python -m tests.load.leaking KIB_A_SECOND`."""

import sys
import time

EVERY = 0.1  # seconds


def main() -> None:
    """Until it is ended; prints a line once it is there."""
    each = int(float(sys.argv[1]) * 1024 * EVERY)
    kept: list[bytes] = []
    print("ready", flush=True)
    while True:
        piece = b"x" * each
        if each:
            kept.append(piece)
        time.sleep(EVERY)


if __name__ == "__main__":
    main()
