"""Where the processes of a distributed run stand: on loopback, or each in a network namespace of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

_NUMBERS = count(os.getpid() % 200)


@dataclass(frozen=True, slots=True)
class Ground:
    """`platform` is the address of the platform, `master` that of the master; `spots` are what is written before the
    command of the master and of each worker, to put it there."""

    platform: str
    master: str
    spots: tuple[tuple[str, ...], ...]


def on_loopback(workers: int) -> Ground:
    """One machine, two of its loopback addresses."""
    return Ground("127.0.0.1", "127.0.0.2", ((),) * (workers + 1))


def no_namespaces() -> str:
    """Why network namespaces can't be made here; empty where they can."""
    try:
        with in_namespaces(0):
            return ""
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", "") or str(error)
        return f"network namespaces are not permitted here: {said.strip()}"


@contextmanager
def in_namespaces(workers: int) -> Iterator[Ground]:
    """A bridge, with the platform at its own address, and a namespace for the master and for each worker behind it."""
    number = next(_NUMBERS) % 250
    bridge, net = f"plb{number}", f"10.213.{number}"
    names = [f"plumbline-{os.getpid()}-{number}-{spot}" for spot in range(workers + 1)]
    try:
        _ip("link", "add", bridge, "type", "bridge")
        _ip("address", "add", f"{net}.1/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        for spot, name in enumerate(names):
            outer, inner = f"plo{number}-{spot}", f"pli{number}-{spot}"
            _ip("netns", "add", name)
            _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
            _ip("link", "set", outer, "master", bridge, "up")
            _ip("-n", name, "address", "add", f"{net}.{spot + 2}/24", "dev", inner)
            _ip("-n", name, "link", "set", inner, "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield Ground(f"{net}.1", f"{net}.2", tuple(("ip", "netns", "exec", name) for name in names))
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
        subprocess.run(["ip", "link", "delete", bridge], capture_output=True, check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, text=True, check=True, timeout=10)
