"""Calls to a Lambda service the way API Gateway makes them, without a gateway."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fixtures.services.platform import lambda_front
from fixtures.services.platform.messages import Route


@dataclass(frozen=True, slots=True)
class Reply:
    """One proxy answer, its body parsed; header names as the service spelled them."""

    status: int
    headers: dict[str, str]
    body: Any


Call = Callable[..., Reply]


def caller(service: str, routes: Sequence[Route]) -> Call:
    """A function `call(method, path, body=None, **headers)`; underscores in header names stand for hyphens."""

    def call(method: str, path: str, body: Any = None, **headers: str) -> Reply:
        sent = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        event = {
            "httpMethod": method,
            "path": path,
            "headers": sent,
            "body": body if body is None or isinstance(body, str) else json.dumps(body),
            "isBase64Encoded": False,
        }
        answer = lambda_front.handle(service, routes, lambda: None, event)
        return Reply(answer["statusCode"], answer["headers"], json.loads(answer["body"] or "null"))

    return call
