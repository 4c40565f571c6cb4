"""`python -m contracts`: the contract suite by TARGET, SERVICE, EFFORT and SEED; further arguments go to pytest."""

import sys
from pathlib import Path

import pytest

from contracts.suite import open_suite
from fixtures.errors import PlumblineError

FOLDER = Path(__file__).resolve().parent
CODES: dict[int, int] = {pytest.ExitCode.NO_TESTS_COLLECTED: 2, pytest.ExitCode.USAGE_ERROR: 2}


def main(arguments: list[str]) -> int:
    """Exit code: 0 passed, 1 a promise was broken, 2 the call is wrong, 3 it could not be judged."""
    try:
        open_suite()
    except PlumblineError as error:
        sys.stderr.write(f"contracts: {error}\n")
        return error.exit_code
    code = pytest.main([str(FOLDER), "-p", "no:cacheprovider", *arguments])
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        sys.stderr.write("contracts: nothing is selected; `pytest contracts --collect-only -q` lists what there is\n")
    return CODES.get(int(code), int(code))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
