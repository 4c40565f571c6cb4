"""Knows real tokens by aliases of the same form, so that nothing which is recorded holds a real one."""

import re
from collections.abc import Mapping

_JWT = re.compile(r"[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]+){2}")
_OPAQUE = re.compile(r"[A-Za-z0-9._~+/=-]{20,512}")


class Vault:
    """Aliases by token and tokens by alias, for one process."""

    def __init__(self) -> None:
        self._aliases: dict[str, str] = {}
        self._tokens: dict[str, str] = {}

    def closed(self, body: Mapping[str, object]) -> dict[str, object]:
        """The body with aliases for its tokens; what doesn't look like a token stays, for the checks to complain of."""
        return {name: self._closed(name, value) for name, value in body.items()}

    def opened(self, alias: str) -> str:
        """The token behind an alias; anything else is itself."""
        return self._tokens.get(alias, alias)

    def alias_of(self, token: str) -> str | None:
        """The alias of a token that was seen."""
        return self._aliases.get(token)

    def _closed(self, name: str, value: object) -> object:
        if name == "access_token" and isinstance(value, str) and _JWT.fullmatch(value):
            return "redacted.access.token"
        if name == "refresh_token" and isinstance(value, str) and _OPAQUE.fullmatch(value):
            alias = self._aliases.setdefault(value, f"redacted-refresh-token-{len(self._aliases):06}")
            self._tokens[alias] = value
            return alias
        return value
