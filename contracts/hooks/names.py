"""Knows how to draw names that nobody has."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits + "_-"
_ROOMY = 10
_short: set[tuple[str, int]] = set()


def unheard_of(name: str, kind: str) -> str:
    """A name of the same length that nobody has: drawn from the system, not from the seed, since a seed that runs
    twice on one stack would meet its own things. Lengths too short for that are used once a kind, then made longer."""
    length = len(name)
    if length < _ROOMY:
        length = length if (kind, length) not in _short else _ROOMY
        _short.add((kind, len(name)))
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
