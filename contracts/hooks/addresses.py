"""Knows how a case comes from a client address of its own, where a service counts by address.

Schemathesis sends everything from one address and has no setting for it: its sessions are given connections that can
be bound. On a target that is not local an address is what the network makes it, and cases may be answered 429.
"""

from typing import Any
from urllib.parse import urlsplit

import requests.sessions
from requests.adapters import HTTPAdapter

from fixtures.clients import a_source_address, is_loopback

LIMITED = ("/register", "/login")
ELSEWHERE = "https://elsewhere.example"
"""An origin that no service has heard of; reserved (RFC 2606). Sent with every request, for `contracts.claims.origins`
to see what pages of any origin may read."""


class BoundAdapter(HTTPAdapter):
    """A new address for each request that may be limited by it; all others share connections as ever."""

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,
        cert: str | tuple[str, str] | None = None,
    ) -> Any:
        """See requests."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {**pool, **_bound(request.url or "")}

    def add_headers(self, request: requests.PreparedRequest, **_: Any) -> None:
        """Every request is sent as a browser would from somebody else's page. A header that a hook puts into a case
        would make it a case that means to be wrong."""
        request.headers.setdefault("Origin", ELSEWHERE)


def source_of(url: str) -> str:
    """The address that a request comes from where it may be limited by it; empty leaves that to the system."""
    return a_source_address() if urlsplit(url).path.endswith(LIMITED) and is_loopback(url) else ""


def _bound(url: str) -> dict[str, tuple[str, int]]:
    address = source_of(url)
    return {"source_address": (address, 0)} if address else {}


# Where a session takes its adapters from; the drivers bring their own.
requests.sessions.HTTPAdapter = BoundAdapter
