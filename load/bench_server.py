"""The server that `load.bench` measures generators against: one redirect and nothing else, as raw WSGI."""

from collections.abc import Callable, Iterable
from typing import Any

LOCATION = "https://example.com/a-page"


def app(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """302 for any request."""
    start_response("302 Found", [("Location", LOCATION), ("Content-Length", "0")])
    return [b""]
