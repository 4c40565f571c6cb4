"""Knows the accounts that cases about todos are sent from, and which of an identity's accounts owns which todo.

`GET /todos` is limited to 100 an hour for each user: before an account has used that up, its identity moves to a new
one. What was made before is asked for by the account that made it.
"""

import json
import time
from dataclasses import dataclass, field
from itertools import count

from schemathesis import Response

from contracts.hooks.preparation import AnyCase, after, before, meant_body, path_is_meant
from contracts.hooks.setting import Setting
from contracts.identities import peers_of
from fixtures.builders import Account, an_account
from fixtures.clients import Platform
from fixtures.clients import Response as Answer
from fixtures.errors import StackError

_HEADER = "Authorization"
NOBODYS = 2**53 - 1
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


_turn = count()
_visit = count()
_alive: dict[str, int] = {}
_tenants: dict[str, Tenant] = {}
_owners: dict[str, tuple[str, Tenant]] = {}


@before("getTodo", "updateTodo", "deleteTodo")
def for_a_todo_of_ones_own(setting: Setting, case: AnyCase) -> None:
    """A drawn number may be anybody's todo, and a 403 says that the identity is not the right one. So it becomes one
    of the identity's own or, every other time, one that nobody has."""
    identity = case.auth_identity
    if identity is None or not path_is_meant(case) or str(case.path_parameters.get("id")) in _owners:
        return
    own = next(_visit) % 2 == 0
    case.path_parameters["id"] = _own_todo(setting, identity) if own else NOBODYS


@before("listTodos", "createTodo", "getTodo", "updateTodo", "deleteTodo")
def with_a_token_of_todos(setting: Setting, case: AnyCase) -> None:
    """The identity moves between accounts; credentials that are wrong on purpose are nobody's, and stay."""
    identity = case.auth_identity
    if identity is None or _HEADER not in case.headers:
        return
    owner = _owners.get(str(case.path_parameters.get("id")))
    tenant = owner[1] if owner is not None and owner[0] == identity else _tenant(setting, identity)
    tenant.lists += case.method == "GET" and case.path == "/todos"
    case.headers[_HEADER] = f"Bearer {tenant.token(setting.platform)}"


@before("loginTodoUser")
def as_somebody_who_is_known(setting: Setting, case: AnyCase) -> None:
    """Every other time: a drawn name and password never are somebody's."""
    body = meant_body(case)
    if body is None or next(_turn) % 2:
        return
    account = _tenant(setting, peers_of(setting.target)[0].name).account
    body.update(username=account.username, password=account.password)


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


@after("deleteTodo")
def note_the_end(_: Setting, case: AnyCase, response: Response) -> None:
    """It exists no more."""
    if response.status_code == 200:
        _alive.pop(case.auth_identity or "", None)


def _own_todo(setting: Setting, identity: str) -> int:
    if identity not in _alive:
        tenant = _tenant(setting, identity)
        made = setting.platform.todos.create_todo("Made for the contract run", token=tenant.token(setting.platform))
        _alive[identity] = int(_told(made, 201)["id"])
        _owners[str(_alive[identity])] = (identity, tenant)
    return _alive[identity]


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
