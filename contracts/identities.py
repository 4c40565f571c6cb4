"""Knows how the identities of a target are handed to Schemathesis: a Web Fuzzing Commons file, private to the run."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from contracts.proofs import Proofs, entry
from contracts.schemes import schemes_of
from fixtures.builders import an_account
from fixtures.clients import Sessions, connect
from fixtures.errors import StackError, TargetError
from fixtures.target import Identity, Service, Target

PEERS = 2


def peers_of(target: Target) -> tuple[Identity, ...]:
    """The first two identities without the admin role: neither may see what the other owns."""
    found = tuple(identity for identity in target.identities.values() if "admin" not in identity.roles)[:PEERS]
    if len(found) < PEERS:
        raise TargetError(f"{target.path}: identities: {len(found)} without the admin role, needs 2. Add another.")
    return found


def auth_entries(target: Target, kind: str) -> list[dict[str, Any]]:
    """Entries from the least to the most privileged, which is the order in which Schemathesis tries them.

    Bearer entries log in for themselves, and again when a token is refused, so that they outlive any run."""
    if kind == "api-key":
        return [_keyed(identity) for identity in peers_of(target)]
    if kind == "own":
        return [_opened(identity, target) for identity in peers_of(target)]
    return [_logged_in(identity, target.services["auth"].base_url) for identity in _people(target)]


@contextmanager
def auth_files(target: Target, services: Iterable[str]) -> Iterator[Mapping[str, Path]]:
    """One file per service with callers, readable by nobody else, gone afterwards. Makes sure that each identity can
    log in."""
    asked = [target.services[name] for name in services]
    if any(service.auth == "bearer" for service in asked):
        sessions = Sessions(connect(target))
        for name in target.identities:
            sessions.token(name)
    proofs = Proofs(connect(target))
    with TemporaryDirectory(prefix="plumbline-") as folder:
        by_kind = {
            kind: write_auth_file(Path(folder) / f"{kind}.json", auth_entries(target, kind))
            for kind in sorted({str(service.auth) for service in asked} - {"none", "document"})
        }
        files = {service.name: by_kind[service.auth] for service in asked if service.auth in by_kind}
        for service in asked:
            if service.auth == "document" and schemes_of(service.contract):
                entries = [_documented(target, service, identity, proofs) for identity in _people(target)]
                files[service.name] = write_auth_file(Path(folder) / f"document-{service.name}.json", entries)
        yield files


def write_auth_file(path: Path, entries: Sequence[Mapping[str, Any]]) -> Path:
    """Writes one file with mode 0600, replacing an older one."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"auth": entries}, file)
    return path


def _people(target: Target) -> tuple[Identity, ...]:
    admins = [identity for identity in target.identities.values() if "admin" in identity.roles]
    return (*peers_of(target), *admins)


def _documented(target: Target, service: Service, identity: Identity, proofs: Proofs) -> dict[str, Any]:
    for scheme in schemes_of(service.contract).values():
        proofs.value(service, scheme, identity)  # whoever can't log in is found out here, in one line
    return entry(target, service, identity, proofs)


def _keyed(identity: Identity) -> dict[str, Any]:
    if not identity.api_keys:
        raise TargetError(f"identities.{identity.name}: no API keys; set the variable that api_keys_env names.")
    return {"name": identity.name, "fixedHeaders": [{"name": "X-API-Key", "value": identity.api_keys[0]}]}


def _opened(identity: Identity, target: Target) -> dict[str, Any]:
    """A new account for each run where a service has accounts of its own: what the last run has used up of its limits
    is nothing to this one."""
    account = an_account(identity.name)
    answer = connect(target).todos.register_todo_user(account.username, account.password)
    if answer.status != 201:
        raise StackError(f"no account at todos for {identity.name}: {answer.status} {answer.text[:200]}")
    service = next(one for one in target.services.values() if one.auth == "own")
    return _logged_in(replace(identity, username=account.username, password=account.password), service.base_url)


def _logged_in(identity: Identity, auth_url: str) -> dict[str, Any]:
    login = {
        "verb": "POST",
        "externalEndpointURL": f"{auth_url}/login",
        "contentType": "application/json",
        "payloadUserPwd": {
            "username": identity.username,
            "password": identity.password,
            "usernameField": "username",
            "passwordField": "password",
        },
        "token": {
            "extractFrom": "body",
            "extractSelector": "/access_token",
            "sendIn": "header",
            "sendName": "Authorization",
            "sendTemplate": "Bearer {token}",
        },
    }
    return {"name": identity.name, "loginEndpointAuth": login}
