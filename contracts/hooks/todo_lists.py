"""Knows the accounts that cases about todos are sent from, and which of an identity's accounts owns which todo.

`GET /todos` is limited to 100 an hour for each user: before an account has used that up, its identity moves to a new
one. What was made before is asked for by the account that made it.
"""

import json
import time
from dataclasses import dataclass, field

from schemathesis import Response

from contracts.hooks.preparation import AnyCase, after, before
from contracts.hooks.setting import Setting
from contracts.identities import own_header
from fixtures.builders import Account, an_account
from fixtures.clients import Platform
from fixtures.clients import Response as Answer
from fixtures.errors import StackError

_HEADER = "Authorization"
MOST_LISTS = 80
FRESH_SECONDS = 600.0
"""A token is good for 900."""


@dataclass(slots=True)
class Tenant:
    """One account at todos, and how often its list was asked for."""

    account: Account
    lists: int = 0
    _token: str = field(default="", repr=False)
    _since: float = 0.0

    def token(self, platform: Platform) -> str:
        """A token that is good for some minutes."""
        if not self._token or time.monotonic() - self._since > FRESH_SECONDS:
            answer = platform.todos.login_todo_user(self.account.username, self.account.password)
            self._token, self._since = _told(answer, 200)["access_token"], time.monotonic()
        return self._token


_tenants: dict[str, Tenant] = {}
_owners: dict[str, tuple[str, Tenant]] = {}


@before("listTodos", "createTodo", "getTodo", "updateTodo", "deleteTodo")
def with_a_token_of_todos(setting: Setting, case: AnyCase) -> None:
    """What stands for the identity in its auth file becomes a token; a wrong one on purpose stays."""
    identity = case.auth_identity
    if identity is None or case.headers.get(_HEADER) != own_header(identity):
        return
    owner = _owners.get(str(case.path_parameters.get("id")))
    tenant = owner[1] if owner is not None and owner[0] == identity else _tenant(setting, identity)
    tenant.lists += case.method == "GET" and case.path == "/todos"
    case.headers[_HEADER] = f"Bearer {tenant.token(setting.platform)}"


@after("createTodo")
def note_the_owner(_: Setting, case: AnyCase, response: Response) -> None:
    """The todo belongs to the account that the identity has now."""
    identity = case.auth_identity
    if response.status_code != 201 or identity not in _tenants:
        return
    try:
        _owners[str(json.loads(response.content)["id"])] = (identity, _tenants[identity])
    except (ValueError, KeyError, TypeError):
        return  # the schema's check says so


def _tenant(setting: Setting, identity: str) -> Tenant:
    tenant = _tenants.get(identity)
    if tenant is None or tenant.lists >= MOST_LISTS:
        account = an_account(identity)
        _told(setting.platform.todos.register_todo_user(account.username, account.password), 201)
        tenant = _tenants[identity] = Tenant(account)
    return tenant


def _told(answer: Answer, status: int) -> dict[str, str]:
    body = answer.json()
    if answer.status != status or not isinstance(body, dict):
        raise StackError(f"no account at todos to send cases from: {answer.status} {answer.text[:200]}")
    return body
