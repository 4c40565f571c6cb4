"""What the steps about todos remember: tokens of that service, todos by their words, the address people share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from features.support.expect import expect, expect_status
from features.support.expect import field as field_of
from features.support.vocabulary import word
from features.support.world import World
from fixtures.clients import Response, a_source_address


@dataclass(slots=True)
class TodoNotes:
    """`todos` are identifiers by task; `noted` the tasks of each person in order; `pages` what was shown, in order."""

    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    signed_up: set[str] = field(default_factory=set)
    todos: dict[str, int] = field(default_factory=dict)
    noted: dict[str, list[str]] = field(default_factory=dict)
    wanted: str = ""
    address: str = field(default_factory=a_source_address)
    pages: list[Response] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)


@word("Doing", "reads|finishes|strikes off")
def doing(text: str) -> str:
    """What somebody may do to a todo."""
    return text


@word("Doneness", "done|not done")
def doneness(text: str) -> bool:
    """Whether it is done."""
    return text == "done"


def sign_up(world: World, who: str, source: str = "") -> None:
    """An account at todos, once a scenario; it has the name and the password of the person's account at the shop."""
    notes = world.notes(TodoNotes)
    if who not in notes.signed_up:
        account = world.person(who).account
        expect_status(world.platform.todos.register_todo_user(account.username, account.password, source=source), 201)
        notes.signed_up.add(who)


def log_in(world: World, who: str) -> str:
    """A new token of todos, which is the person's from now on."""
    sign_up(world, who)
    account = world.person(who).account
    answer = expect_status(world.platform.todos.login_todo_user(account.username, account.password), 200)
    token: str = field_of(answer, "access_token")
    world.notes(TodoNotes).tokens[who] = token
    return token


def token_of(world: World, who: str) -> str:
    """The token somebody holds at todos."""
    return world.notes(TodoNotes).tokens.get(who) or log_in(world, who)


def note(world: World, who: str, task: str) -> Response:
    """The answer to noting; what is noted is known by its task from then on."""
    notes = world.notes(TodoNotes)
    notes.wanted = task
    answer = world.platform.todos.create_todo(task, token=token_of(world, who))
    if answer.status == 201:
        notes.todos[task] = field_of(answer, "id")
        notes.noted.setdefault(who, []).append(task)
    return answer


def change(world: World, who: str, task: str, body: Mapping[str, Any]) -> Response:
    """The answer to changing the todo of that task."""
    path = {"id": str(world.notes(TodoNotes).todos[task])}
    return world.platform.todos.channel.perform("updateTodo", path, json=dict(body), token=token_of(world, who))


def do(world: World, who: str, what: str, task: str) -> Response:
    """The answer to what somebody does to the todo of that task, by the word of the feature."""
    todos, token, todo = world.platform.todos, token_of(world, who), world.notes(TodoNotes).todos[task]
    if what == "reads":
        return todos.get_todo(todo, token=token)
    if what == "strikes off":
        return todos.delete_todo(todo, token=token)
    return todos.update_todo(todo, token=token, completed=True)


def listed(world: World, who: str) -> list[dict[str, Any]]:
    """The whole list of somebody."""
    answer = expect_status(world.platform.todos.list_todos(token=token_of(world, who)), 200)
    found: list[dict[str, Any]] = answer.json()
    return found


def expect_tasks(shown: list[dict[str, Any]], tasks: list[str]) -> None:
    """These tasks in this order, each with what a todo has."""
    expect("tasks", [todo["task"] for todo in shown], tasks)
    expect("fields", [sorted(todo) for todo in shown], [["completed", "id", "task"]] * len(shown))
