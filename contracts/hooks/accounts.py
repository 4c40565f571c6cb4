"""Knows what cases about people and sessions take for granted: names nobody has, and tokens that may be spent."""

import json

from schemathesis import Response

from contracts.hooks.names import unheard_of
from contracts.hooks.preparation import AnyCase, after, before, meant_body, object_in
from contracts.hooks.setting import Setting
from contracts.hooks.vault import Vault

_vault = Vault()


@before("createUser", "register", "registerTodoUser")
def with_a_free_name(_: Setting, case: AnyCase) -> None:
    """The name is free: that it might be taken is for the features to say."""
    body = meant_body(case)
    if body is not None:
        body["username"] = unheard_of(str(body["username"]), case.operation.label)


@before("logout")
def with_a_token_to_spend(setting: Setting, case: AnyCase) -> None:
    """A session of its own: ending the run's would make every later case a 401."""
    identity = setting.identity(case.auth_identity)
    if identity is not None and "Authorization" in case.headers:
        answer = setting.platform.auth.login(identity.username, identity.password).json()
        case.headers["Authorization"] = f"Bearer {answer['access_token']}"


@before("refresh")
def with_the_token_behind_the_alias(_: Setting, case: AnyCase) -> None:
    """What reports know under an alias is sent for what it is."""
    body = object_in(case)
    if body is not None and isinstance(body.get("refresh_token"), str):
        body["refresh_token"] = _vault.opened(body["refresh_token"])


@after("refresh")
def forget_the_token_sent(_: Setting, case: AnyCase, response: Response) -> None:
    """Redacted where it is captured: reports are written from the case and from the request."""
    body = object_in(case)
    sent = body.get("refresh_token") if body is not None else None
    alias = _vault.alias_of(sent) if isinstance(sent, str) else None
    if body is None or not isinstance(sent, str) or alias is None:
        return
    body["refresh_token"] = alias
    if isinstance(response.request.body, bytes):
        response.request.body = response.request.body.replace(sent.encode(), alias.encode())


@after("login", "refresh", "loginTodoUser")
def forget_the_tokens_received(_: Setting, case: AnyCase, response: Response) -> None:  # noqa: ARG001
    """Reports get aliases of the same form, so that checks and links still work on them."""
    if response.status_code != 200:
        return
    try:
        body = json.loads(response.content)
    except ValueError:
        return
    if isinstance(body, dict):
        response.content = json.dumps(_vault.closed(body)).encode()
        response.clear_cache()
