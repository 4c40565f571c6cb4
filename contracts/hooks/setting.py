"""Knows which target the cases are sent to, so that hooks can set up what a case takes for granted."""

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from contracts.identities import auth_entries, write_auth_file
from fixtures.clients import Platform, RequestsTransport, Sessions, Transport, connect
from fixtures.errors import PlumblineError
from fixtures.target import Identity, Target, standing

BY_HAND = Path(".stack/contracts")
"""Where `schemathesis.toml` looks for auth files when somebody runs Schemathesis without the suite."""


@dataclass
class Setting:
    """The target and what was opened on it, once per fuzzing process and only where needed."""

    target: Target
    service: str = ""

    @property
    def knows_the_platform(self) -> bool:
        """Whether operations are the platform's: elsewhere the same operationId means something else."""
        service = self.target.services.get(self.service)
        return service is None or service.auth != "document"

    @cached_property
    def platform(self) -> Platform:
        """Drivers for what a case presupposes: a product in stock, a current ETag."""
        return connect(self.target)

    @cached_property
    def questions(self) -> Transport:
        """What claims ask over: under the target's list of hosts, and its read-only mode. It keeps no rate: that is
        Schemathesis' to keep, over cases and questions together."""
        return connect(self.target, lambda: RequestsTransport(proxies=self.target.kind == "deployed")).transport

    @cached_property
    def sessions(self) -> Sessions:
        """Tokens for the same."""
        return Sessions(self.platform)

    def identity(self, name: str | None) -> Identity | None:
        """The identity a case is sent as; None for nobody."""
        return self.target.identities.get(name or "")


_current: list[Setting] = []


def use(target: Target, service: str = "") -> None:
    """From now on cases go to this target, to this service where only one is fuzzed."""
    _current[:] = [Setting(target, service)]


def current() -> Setting | None:
    """The setting in force; None where the schema at hand is of no target."""
    return _current[0] if _current else None


def prepare_by_hand() -> None:
    """Where Schemathesis itself was started: the target of the environment, and auth files for `schemathesis.toml`."""
    if _current or Path(sys.argv[0]).name not in ("schemathesis", "st"):
        return
    try:
        target = standing()
        use(target)
        for name in target.identities:
            _current[0].sessions.token(name)
        BY_HAND.mkdir(parents=True, exist_ok=True)
        for kind in {str(service.auth) for service in target.services.values()} - {"none", "document"}:
            write_auth_file(BY_HAND / f"{kind}.json", auth_entries(target, kind))
    except PlumblineError as error:
        sys.stderr.write(f"contracts: {error}\n")
        raise SystemExit(error.exit_code) from None
