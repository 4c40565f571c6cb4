"""The servers that `load.bench` measures generators against: one redirect and nothing else, as raw WSGI."""

import json
from collections.abc import Callable, Iterable
from typing import Any

LOCATION = "https://example.com/a-page"
ADDRESS = "https://example.com/Kitchen%20desks?b=2&a=1#top"  # as @LNK-020 has it
CODE = "aB3dE6g"
MADE = json.dumps({"short_code": CODE}).encode()


def app(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """302 for any request."""
    start_response("302 Found", [("Location", LOCATION), ("Content-Length", "0")])
    return [b""]


def link_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A link is made by POST, and followed by GET."""
    if environ["REQUEST_METHOD"] == "POST":
        start_response("201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(MADE)))])
        return [MADE]
    start_response("302 Found", [("Location", ADDRESS), ("Content-Length", "0")])
    return [b""]
