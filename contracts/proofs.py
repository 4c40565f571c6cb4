"""Knows how identities prove themselves to a service that says in its document what it asks for."""

import base64
import json
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from contracts.schemes import Scheme, schemes_of
from fixtures.clients import Platform, Request, Response
from fixtures.clients.guarded_transport import LOGIN
from fixtures.errors import TargetError
from fixtures.target import Identity, Login, Service, Target, filled

_NEEDS = {"key": "api_keys_env", "basic": "password_env", "token": "token_env"}
_FOR_THE_RUN = 86_400.0


@dataclass
class Proofs:
    """Header values by identity and scheme; a login is made once and again when its token has half lived."""

    platform: Platform
    _kept: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock)

    def value(self, service: Service, scheme: Scheme, identity: Identity) -> str:
        """What the scheme's header carries; raises `TargetError` where the identity can't log in."""
        if scheme.proof == "token" and service.login is not None:
            return self._token(service, service.login, identity)
        return fixed(service, scheme, identity, self.platform.target)

    def anew(self, service: Service, scheme: Scheme, identity: Identity) -> str:
        """The same with a session of its own, where there are sessions."""
        with self._lock:
            self._kept.pop((service.name, identity.name), None)
        return self.value(service, scheme, identity)

    def _token(self, service: Service, login: Login, identity: Identity) -> str:
        with self._lock:
            key = (service.name, identity.name)
            value, stale_at = self._kept.get(key, ("", 0.0))
            if stale_at <= time.monotonic():
                answer = self.platform.transport.send(_request(login, identity, self.platform.target))
                token, seconds = self._granted(service, login, identity, answer)
                value = login.send.replace("{token}", token)
                self._kept[key] = (value, time.monotonic() + seconds)
            return value

    def _granted(self, service: Service, login: Login, identity: Identity, answer: Response) -> tuple[str, float]:
        file, body = self.platform.target.path, answer.json()
        if answer.status not in (200, 201):
            said = self.platform.redactor.text(" ".join(answer.text[:200].split()))
            raise TargetError(
                f"{file}: services.{service.name}.login: {identity.name} can't log in: {answer.status} {said} "
                "Check url, fields, and the identity's username and password_env."
            )
        token = _at(body, login.token)
        if not isinstance(token, str) or not token:
            found = ", ".join(sorted(body)) if isinstance(body, dict) else type(body).__name__
            raise TargetError(
                f"{file}: services.{service.name}.login.token: nothing at {login.token} of the answer "
                f"(found: {found}). Correct the pointer."
            )
        lives = body.get("expires_in") if isinstance(body, dict) else None
        return token, lives / 2 if isinstance(lives, int | float) and lives > 0 else _FOR_THE_RUN


def require_proofs(target: Target, services: Iterable[Service], people: Iterable[Identity]) -> None:
    """Everything that the documents of these services ask for is in the target file; a `TargetError` if not."""
    people = tuple(people)
    for service in services:
        for scheme in schemes_of(service.contract).values():
            for identity in people:
                if scheme.proof == "token" and service.login is not None:
                    _password(identity, target, f"services.{service.name}.login logs in with it")
                else:
                    fixed(service, scheme, identity, target)


def entry(target: Target, service: Service, identity: Identity, proofs: Proofs) -> dict[str, Any]:
    """The identity as Schemathesis' auth file has it. A login by itself is repeated there when a token is refused."""
    schemes = tuple(schemes_of(service.contract).values())
    if service.login is not None and [one.proof for one in schemes] == ["token"]:
        return {"name": identity.name, "loginEndpointAuth": _endpoint(service.login, identity, target)}
    headers = [{"name": one.header, "value": proofs.value(service, one, identity)} for one in schemes]
    return {"name": identity.name, "fixedHeaders": headers}


def fixed(service: Service, scheme: Scheme, identity: Identity, target: Target) -> str:
    """The header's value where nobody has to log in; a `TargetError` where the target file doesn't have it."""
    asked = f"the document of services.{service.name} asks for it ({scheme.name})"
    if scheme.proof == "basic":
        return _basic(identity, _password(identity, target, asked))
    found = identity.token if scheme.proof == "token" else next(iter(identity.api_keys), "")
    if not found:
        other = f", or add [services.{service.name}.login]" if scheme.proof == "token" else ""
        raise TargetError(
            f"{target.path}: identities.{identity.name}.{_NEEDS[scheme.proof]}: missing; {asked}. "
            f"Name an environment variable{other}."
        )
    return f"Bearer {found}" if scheme.proof == "token" else scheme.carried(found)


def _password(identity: Identity, target: Target, why: str) -> str:
    if not identity.password:
        raise TargetError(
            f"{target.path}: identities.{identity.name}.password_env: missing; {why}. Name an environment variable."
        )
    return identity.password


def _basic(identity: Identity, password: str) -> str:
    return "Basic " + base64.b64encode(f"{identity.username}:{password}".encode()).decode()


def _places(identity: Identity) -> Mapping[str, str]:
    return {"username": identity.username, "password": identity.password, "email": identity.email}


def _sent(login: Login, identity: Identity, target: Target) -> tuple[dict[str, str], str, str]:
    """Headers, media type and body of a login."""
    fields = {name: filled(value, _places(identity)) for name, value in login.fields.items()}
    headers = {"Accept": "application/json"}
    if login.basic:
        headers["Authorization"] = _basic(identity, _password(identity, target, "the login is by HTTP basic"))
    if login.media == "json":
        return headers, "application/json", json.dumps(fields)
    return headers, "application/x-www-form-urlencoded", urlencode(fields)


def _request(login: Login, identity: Identity, target: Target) -> Request:
    headers, media, body = _sent(login, identity, target)
    headers["Content-Type"] = media
    timeout = target.deadlines.get("request", 10.0)
    return Request(LOGIN, login.method, login.url, headers, body=body.encode(), timeout=timeout)


def _endpoint(login: Login, identity: Identity, target: Target) -> dict[str, Any]:
    headers, media, body = _sent(login, identity, target)
    return {
        "verb": login.method,
        "externalEndpointURL": login.url,
        "contentType": media,
        "payloadRaw": body,
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "token": {
            "extractFrom": "body",
            "extractSelector": login.token,
            "sendIn": "header",
            "sendName": "Authorization",
            "sendTemplate": login.send,
        },
    }


def _at(value: Any, pointer: str) -> Any:
    for part in pointer.removeprefix("/").split("/"):
        value = value.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
    return value
