"""Knows how a case comes from a client address of its own, where a service counts by address.

Schemathesis sends everything from one address and has no setting for it: its sessions are given connections that can
be bound. On a target that is not local an address is what the network makes it, and cases may be answered 429.
"""

from typing import Any

import requests.sessions
from requests.adapters import HTTPAdapter

from contracts.hooks.preparation import AnyCase, before
from contracts.hooks.setting import Setting
from fixtures.clients import a_source_address

_next: list[str] = []


class BoundAdapter(HTTPAdapter):
    """Takes the address that the case at hand was given; a connection is shared by requests of one address only."""

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,
        cert: str | tuple[str, str] | None = None,
    ) -> Any:
        """See requests."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {**pool, **({"source_address": (_next.pop(), 0)} if _next else {})}


# Where a session takes its adapters from; the drivers bring their own.
requests.sessions.HTTPAdapter = BoundAdapter


@before("registerTodoUser", "loginTodoUser")
def from_an_address_of_its_own(setting: Setting, _: AnyCase) -> None:
    """So that no case is refused for those before it: that the limits hold is for the features to say."""
    address = a_source_address() if setting.platform.todos.channel.many_addresses else ""
    _next[:] = [address] if address else []
