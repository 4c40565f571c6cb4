"""The options of `python -m load`, for what variables can't say: where a master listens for workers elsewhere, and what
to compare with (a variable would make every load that some other command starts a comparison)."""

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from fixtures.errors import CallError
from load.troupe import Address

MOST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Call:
    """`only_ask` says whether the variables can be used, and runs nothing; `address` is a master's, None where this
    machine alone makes the load. `base` is a git ref or a stored run, empty where nothing is compared."""

    only_ask: bool = False
    address: Address | None = None
    base: str = ""


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line instead of two."""
        raise CallError(f"python -m load: {message}; --help tells the options")


def read_call(arguments: Sequence[str], workers: int) -> Call:
    """The call; raises a `CallError` for what is no option, or a master without a number of `workers` to wait for."""
    usual = Address()
    parser = _Parser(prog="python -m load", allow_abbrev=False, description=__doc__)
    parser.add_argument("--only-ask", action="store_true", help="say whether the variables can be used")
    parser.add_argument("--master", action="store_true", help="wait for WORKERS started elsewhere, then make the load")
    parser.add_argument("--master-bind-host", default=usual.host, help=f"listen there (default {usual.host})")
    parser.add_argument("--master-bind-port", type=int, default=usual.port, help=f"(default {usual.port})")
    parser.add_argument("--base", default="", help="compare with this git ref, or show this stored run beside")
    options = parser.parse_args(arguments)
    if not options.master:
        return Call(options.only_ask, base=options.base.strip())
    if options.base:
        raise CallError("--base: not with --master; compare on one machine, where both sides have the same generator.")
    if not workers:
        raise CallError("WORKERS=0: a master makes no load itself; say in WORKERS how many workers will come.")
    if not 0 < options.master_bind_port <= MOST_PORT:
        raise CallError(f"--master-bind-port {options.master_bind_port}: must be a port from 1 to {MOST_PORT}.")
    return Call(options.only_ask, Address(options.master_bind_host, options.master_bind_port))
