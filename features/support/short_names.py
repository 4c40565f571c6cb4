"""Usernames that are too short for a part of their own: somebody of an earlier run may have one already."""

import secrets
import string
from collections.abc import Callable

from fixtures.clients import Response

TRIES = 20
ALPHABET = string.ascii_letters + string.digits


def under_a_free_name(length: int, sign_up: Callable[[str], Response]) -> Response:
    """The answer to the first name of that length that isn't taken; the last one, should none of `TRIES` be free."""
    for _ in range(TRIES):
        answer = sign_up("".join(secrets.choice(ALPHABET) for _ in range(length)))
        if not (answer.status == 400 and "User already exists" in answer.text):
            break
    return answer
