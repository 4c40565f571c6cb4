"""Steps about lists of todos."""

from functools import partial
from urllib.parse import parse_qsl

from behave import given, then, when

from features.support.auth_notes import TOO_MANY, lacking
from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import expect, expect_refusal, expect_status, expect_that, field
from features.support.todos_notes import TodoNotes, change, do, expect_tasks, listed, note, token_of
from features.support.world import World
from fixtures.clients import Request, Response

NO_TASK = (400, "Bad Request", "Task description required.")
NO_TASKS = {"257 characters": "x" * 257, "a number": 7, "a list": ["a"], "a NUL": "a\0b"}
NO_CHANGES: dict[str, dict[str, object]] = {
    "nothing": {},
    "an empty task": {"task": ""},
    "null as task": {"task": None},
    "a number as task": {"task": 7},
    "a word for done": {"completed": "true"},
    "a number for done": {"completed": 1},
    "null for done": {"completed": None},
    "a task, and a word for done": {"task": "Buy tea", "completed": "no"},
    "another identifier": {"id": 1},
}
SCRIPTS = "aé本🪑"


def create(world: World, body: dict[str, object]) -> Response:
    given_body = {name: value for name, value in body.items() if value is not ...}
    return world.platform.todos.channel.perform("createTodo", json=given_body, token=token_of(world, "Ada"))


def ask(world: World, who: str, asked: str = "") -> Response:
    token = token_of(world, who)
    return world.platform.todos.channel.perform("listTodos", params=dict(parse_qsl(asked)), token=token)


@given('{who:Person} has noted "{task:Quoted}"')
def has_noted(context: Context, who: str, task: str) -> None:
    expect_status(note(context.world, who, task), 201)


@given("{who:Person} has noted {count:d} things")
def has_noted_many(context: Context, who: str, count: int) -> None:
    for number in range(count):
        expect_status(note(context.world, who, f"Thing {number}"), 201)


@given('Ada has said that "{task:Quoted}" is done')
def has_done(context: Context, task: str) -> None:
    expect_status(change(context.world, "Ada", task, {"completed": True}), 200)


@given('Ada has struck off "{task:Quoted}"')
def has_struck_off(context: Context, task: str) -> None:
    expect_status(do(context.world, "Ada", "strikes off", task), 200)


@given("{count:d} people have lists")
def people_have_lists(context: Context, count: int) -> None:
    for number in range(count):
        token_of(context.world, f"person-{number}")


@given("Ada has asked for her list {count:d} times")
def has_asked(context: Context, count: int) -> None:
    for _ in range(count):
        expect_status(ask(context.world, "Ada"), 200)


@when('{who:Person} notes "{task:Quoted}"')
def notes_task(context: Context, who: str, task: str) -> None:
    context.world.response = note(context.world, who, task)


@when("Ada notes a task that is {how:Absence}")
def notes_lacking(context: Context, how: str) -> None:
    context.world.response = create(context.world, {"task": lacking(how)})


@when("Ada notes a task of {length:d} characters of every script")
def notes_long(context: Context, length: int) -> None:
    context.world.response = note(context.world, "Ada", (SCRIPTS * length)[-length:])


@when("Ada notes {what} as a task")
def notes_no_task(context: Context, what: str) -> None:
    context.world.response = create(context.world, {"task": NO_TASKS[what]})


@when("each of them notes {count:d} things at the same moment")
def note_together(context: Context, count: int) -> None:
    world = context.world
    people = list(world.notes(TodoNotes).tokens)
    calls = [partial(note, world, who, f"{who} {number}") for number in range(count) for who in people]
    world.notes(TodoNotes).answers = at_the_same_moment(calls)


@when('{who:Person} {what:Doing} "{task:Quoted}"')
def does(context: Context, who: str, what: str, task: str) -> None:
    context.world.response = do(context.world, who, what, task)


@when('Ada reads the todo "{identifier:Quoted}"')
def reads_identifier(context: Context, identifier: str) -> None:
    world = context.world
    world.response = world.platform.todos.get_todo(identifier, token=token_of(world, "Ada"))


@when('Ada says that "{task:Quoted}" is done')
def says_done(context: Context, task: str) -> None:
    context.world.response = change(context.world, "Ada", task, {"completed": True})


@when('Ada says that "{task:Quoted}" is not done')
def says_not_done(context: Context, task: str) -> None:
    context.world.response = change(context.world, "Ada", task, {"completed": False})


@when('Ada changes "{task:Quoted}" to "{other:Quoted}"')
def changes_task(context: Context, task: str, other: str) -> None:
    context.world.response = change(context.world, "Ada", task, {"task": other})


@when('Ada changes "{task:Quoted}" to "{other:Quoted}" and says that it is done')
def changes_both(context: Context, task: str, other: str) -> None:
    context.world.response = change(context.world, "Ada", task, {"task": other, "completed": True})


@when('Ada changes "{task:Quoted}" by {what}')
def changes_by(context: Context, task: str, what: str) -> None:
    context.world.response = change(context.world, "Ada", task, NO_CHANGES[what])


@when('{count:d} callers strike off "{task:Quoted}" for Ada at the same moment')
def strike_off_together(context: Context, count: int, task: str) -> None:
    world = context.world
    world.notes(TodoNotes).answers = at_the_same_moment([partial(do, world, "Ada", "strikes off", task)] * count)


@when("{who:Person} asks for her list")
@when("{who:Person} asks for his list")
def asks(context: Context, who: str) -> None:
    context.world.response = ask(context.world, who)
    context.world.notes(TodoNotes).pages = [context.world.response]


@when("Ada asks for her list with {asked}")
def asks_with(context: Context, asked: str) -> None:
    context.world.response = ask(context.world, "Ada", asked)


@when("Ada asks for her list page by page, {size:d} a page")
def asks_by_page(context: Context, size: int) -> None:
    world = context.world
    first = expect_status(ask(world, "Ada", f"page=1&per_page={size}"), 200)
    rest = [ask(world, "Ada", f"page={page}&per_page={size}") for page in range(2, field(first, "pages") + 1)]
    world.notes(TodoNotes).pages = [first, *rest]


@when('Ada notes "{task:Quoted}" and Ben asks for his list')
def others_go_on(context: Context, task: str) -> None:
    world = context.world
    world.notes(TodoNotes).answers = [note(world, "Ada", task), ask(world, "Ben")]


@when("todos is killed and started again")
def killed_and_started(context: Context) -> None:
    context.world.platform.control.kill("todos")
    context.world.platform.control.start("todos")


@then("{who:Person} is shown the new todo")
def shown_new(context: Context, who: str) -> None:
    answer = expect_status(context.world.response, 201)
    expect("fields", sorted(answer.json()), ["completed", "id", "task"])
    expect("task", field(answer, "task"), context.world.notes(TodoNotes).wanted)
    expect("completed", field(answer, "completed"), False)


@then("the todo is found where the answer says")
def found_there(context: Context) -> None:
    world = context.world
    way, where = world.platform.todos.channel, world.response.headers.get("location", "")
    expect("Location", where, f"/todos/{field(world.response, 'id')}")
    headers = {"Authorization": f"Bearer {token_of(world, 'Ada')}"}
    found = way.send(Request("getTodo", "GET", way.service.base_url + where, headers, timeout=way.timeout))
    expect("what is there", expect_status(found, 200).json(), world.response.json())


@then('{who:Person} is shown "{task:Quoted}", {state:Doneness}')
def shown(context: Context, who: str, task: str, state: bool) -> None:
    answer = expect_status(context.world.response, 200)
    expect("fields", sorted(answer.json()), ["completed", "id", "task"])
    expect("task", field(answer, "task"), task)
    expect("completed", field(answer, "completed"), state)


@then('"{task:Quoted}" is on Ada\'s list, {state:Doneness}')
def on_list(context: Context, task: str, state: bool) -> None:
    todo = {"id": context.world.notes(TodoNotes).todos[task], "task": task, "completed": state}
    expect("Ada's list", listed(context.world, "Ada"), [todo])


@then("Ada's list is empty")
def list_empty(context: Context) -> None:
    expect("Ada's list", listed(context.world, "Ada"), [])


@then("{who:Person} is shown an empty list")
def shown_empty(context: Context, who: str) -> None:
    expect("list", expect_status(context.world.response, 200).json(), [])


@then("Ada is told that the task is required")
def told_task_required(context: Context) -> None:
    expect_refusal(context.world.response, *NO_TASK)


@then("Ada is told that the todo is deleted")
def told_deleted(context: Context) -> None:
    expect("body", expect_status(context.world.response, 200).json(), {"message": "Todo deleted successfully."})


@then("exactly one of them has done it, and the others don't find it")
def one_has_done_it(context: Context) -> None:
    statuses = sorted(answer.status for answer in context.world.notes(TodoNotes).answers)
    expect("statuses", statuses, [200] + [404] * (len(statuses) - 1))


@then('"{task:Quoted}" has an identifier of its own')
def own_identifier(context: Context, task: str) -> None:
    todos = context.world.notes(TodoNotes).todos
    expect_status(context.world.response, 201)
    expect("different identifiers", len(set(todos.values())), len(todos))


@then("all {count:d} are shown in the order they were noted")
def all_in_order(context: Context, count: int) -> None:
    notes = context.world.notes(TodoNotes)
    bodies = [expect_status(page, 200).json() for page in notes.pages]
    shown_todos = [todo for body in bodies for todo in (body["todos"] if isinstance(body, dict) else body)]
    expect_tasks(shown_todos, [f"Thing {number}" for number in range(count)])


@then("page {page:d} of {pages:d} is shown, {size:d} a page")
def page_shown(context: Context, page: int, pages: int, size: int) -> None:
    body = expect_status(context.world.response, 200).json()
    expect("fields", sorted(body), ["current_page", "pages", "per_page", "todos", "total"])
    expect("page", (body["current_page"], body["pages"], body["per_page"]), (page, pages, size))


@then("it holds {count:d} of {total:d} todos, the first of them number {first:d}")
def page_holds(context: Context, count: int, total: int, first: int) -> None:
    body = context.world.response.json()
    expect("total", body["total"], total)
    expect_tasks(body["todos"], [f"Thing {number}" for number in range(first, first + count)])


@then("everybody's list holds what they have noted, and no two todos share an identifier")
def everybody_has_theirs(context: Context) -> None:
    world = context.world
    notes = world.notes(TodoNotes)
    for answer in notes.answers:
        expect_status(answer, 201)
    lists = {who: listed(world, who) for who in notes.tokens}
    for who, todos in lists.items():
        expect(f"list of {who}", sorted(todo["task"] for todo in todos), sorted(notes.noted[who]))
    identifiers = [todo["id"] for todos in lists.values() for todo in todos]
    expect("different identifiers", len(set(identifiers)), len(notes.answers))


@then("{who:Person} is told to wait at most {seconds:d} seconds, with {limit:d} as the limit")
def told_to_wait(context: Context, who: str, seconds: int, limit: int) -> None:
    answer = context.world.response
    expect_refusal(answer, *TOO_MANY)
    expect("X-RateLimit-Limit", answer.headers.get("x-ratelimit-limit"), str(limit))
    expect("X-RateLimit-Remaining", answer.headers.get("x-ratelimit-remaining"), "0")
    expect_that("X-RateLimit-Reset", "x-ratelimit-reset" in answer.headers, "present", sorted(answer.headers))
    wait = answer.headers.get("retry-after", "")
    # A second or a constant would send everybody back too early: it is the window's end that is meant.
    fits = wait.isdigit() and seconds - 30 <= int(wait) <= seconds
    expect_that("Retry-After", fits, f"{seconds - 30} to {seconds} seconds", wait)


@then("neither of them is told to wait")
def neither_waits(context: Context) -> None:
    expect("statuses", [answer.status for answer in context.world.notes(TodoNotes).answers], [201, 200])
