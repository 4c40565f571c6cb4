"""Knows the personas of a scenario: each is a new account of this scenario alone, signed up on first need."""

import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from features.support.expect import expect_status
from features.support.expect import field as field_of
from fixtures.builders import Account, an_account
from fixtures.clients import Platform
from fixtures.target import Identity

EARLY = 60.0
"""Seconds before its end from which an access token is not used any more."""


@dataclass(slots=True)
class Person:
    """One persona; what isn't asked for is never made."""

    name: str
    account: Account
    _platform: Platform = field(repr=False)
    _token: str = field(default="", repr=False)
    _refresh_token: str = field(default="", repr=False)
    _stale_at: float = 0.0
    _registered: bool = False
    _in_directory: bool = False

    @property
    def username(self) -> str:
        """The run-unique name; nothing is registered by asking."""
        return self.account.username

    @property
    def token(self) -> str:
        """An access token; registers and logs in on first need."""
        if not self._token or self._stale_at <= time.monotonic():
            self.log_in()
        return self._token

    @property
    def refresh_token(self) -> str:
        """The refresh token of the last login."""
        if not self._refresh_token:
            self.log_in()
        return self._refresh_token

    def register(self) -> None:
        """An account at auth, once."""
        if not self._registered:
            account = self.account
            expect_status(self._platform.auth.register(account.username, account.email, account.password), 201)
            self._registered = True

    def join_directory(self) -> None:
        """A profile at users, once; orders ask for it."""
        if not self._in_directory:
            expect_status(self._platform.users.create_user(self.account.username, self.account.email), 201)
            self._in_directory = True

    def log_in(self) -> None:
        """New tokens."""
        self.register()
        answer = expect_status(self._platform.auth.login(self.account.username, self.account.password), 200)
        self._token = field_of(answer, "access_token")
        self._refresh_token = field_of(answer, "refresh_token")
        self._stale_at = time.monotonic() + field_of(answer, "expires_in") - EARLY


class People:
    """The personas of one scenario, by first name."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._known: dict[str, Person] = {}

    def __iter__(self) -> Iterator[Person]:
        """Everybody the scenario has named so far."""
        return iter(list(self._known.values()))

    def __getitem__(self, name: str) -> Person:
        """The person of that name."""
        if name not in self._known:
            self._known[name] = Person(name, an_account(name), self._platform)
        return self._known[name]


def api_key(identities: Mapping[str, Identity], name: str, scenario_id: str, run: str) -> str:
    """A key of that persona which no other scenario of the run uses, as far as the target has that many keys.

    Keys are rate-limited, so scenarios must not share them; runs start at different keys for the same reason.
    The second half is kept for scenarios that use a key up: one of those could be drawn by the next run otherwise.
    """
    keys = identities[name.lower()].api_keys
    keys = keys[: (len(keys) + 1) // 2]
    number = int("".join(c for c in scenario_id if c.isdigit()) or "0") + zlib.crc32(run.encode())
    return keys[number % len(keys)]
