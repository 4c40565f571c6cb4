"""The page of examples is run as it stands: what is true passes, each line that isn't is named."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask, Response, request

from contracts.examples import running
from contracts.examples.answers import Reading, parsed
from contracts.examples.page import sections
from contracts.examples.running import Runner, examples_of
from fixtures.clients import Redactor
from fixtures.errors import CallError
from fixtures.target import Service, Target
from reports.evidence import Result, Status
from tests.contracts.notes_server import answer, refusal, serve

PAGE = """\
# Examples

## users (5002)

```console
$ curl -si -X POST http://127.0.0.1:5002/users -H "$JSON" \\
    -d "{\\"username\\": \\"$NAME\\"}"
HTTP/1.1 201 Created
Location: /users/$USER_ID

{"id": "$USER_ID", "username": "$NAME", "since": "…"}

$ for i in 1 2; do curl -so /dev/null http://127.0.0.1:5002/users/none; done

$ curl -si "http://127.0.0.1:5002/users/$USER_ID?form=short"
HTTP/1.1 200 OK

{"id": "$USER_ID"}

$ curl -si -X DELETE http://127.0.0.1:5002/users/$USER_ID
HTTP/1.1 204 No Content

$ curl -si http://127.0.0.1:5002/users/$USER_ID
HTTP/1.1 404 Not Found

{"error": "Refused", "message": "User not found"}
```
"""


def people() -> Flask:
    app, kept = Flask("people"), dict[str, str]()

    @app.post("/users")
    def create() -> Response:
        kept["u-17"] = request.get_json()["username"]
        return answer(201, {"id": "u-17", "username": kept["u-17"], "since": "now"}, Location="/users/u-17")

    @app.get("/users/<user_id>")
    def read(user_id: str) -> Response:
        short = request.args.get("form") == "short"
        return answer(200, {"id": user_id}) if short and user_id in kept else refusal(404, "User not found")

    @app.delete("/users/<user_id>")
    def delete(user_id: str) -> Response:
        kept.pop(user_id)
        return answer(204)

    return app


Judged = Callable[[str, str], Result]


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[Judged]:
    """Runs the page with one text of it replaced."""
    with ExitStack() as stack:

        def judge(old: str, new: str) -> Result:
            assert old in PAGE
            page = tmp_path / "examples.md"
            page.write_text(PAGE.replace(old, new))
            url, stop = serve(people())
            stack.callback(stop)
            services = {"users": Service("users", url, page)}
            target = Target("one", "deployed", page, services, {})
            [examples] = examples_of(target, ("users",), sections(page))
            return Runner(target, (), Redactor([]), "contracts", page).judge(examples, "again")

        yield judge


def test_a_page_that_is_true_passes(judged: Judged) -> None:
    result = judged("# Examples", "# Examples")
    assert (result.status, result.failures) == (Status.PASSED, ())
    assert result.details["cases"] == 5


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("404 Not Found", "410 Gone", 23, "status: documented 410, answered 404"),
        ('"User not found"', '"No such user"', 23, "body: documented"),
        ("Location: /users/", "Location: /people/", 6, "Location: documented /people/$USER_ID, answered /users/u-17"),
        ("Location: ", "X-Place: ", 6, "X-Place: documented /users/$USER_ID, answered nothing"),
        ('"since": "…"', '"until": "…"', 6, "body: documented"),
        (', "since": "…"', "", 6, "body: documented"),
        ("204 No Content\n", '204 No Content\n\n{"message": "gone"}\n', 20, "body: documented"),
        ('\n\n{"id": "$USER_ID"}\n', "\n", 15, "body: documented none"),
    ],
)
def test_a_line_that_is_not_true_is_named(judged: Judged, old: str, new: str, line: int, told: str) -> None:
    result = judged(old, new)
    assert result.status is Status.FAILED
    failure = result.failures[0]
    assert failure.expected.startswith(f"examples.md:{line}: ")
    assert told in failure.observed
    assert failure.curl.startswith("curl ")


def test_what_hangs_on_an_untrue_line_says_so(judged: Judged) -> None:
    result = judged('Location: /users/$USER_ID\n\n{"id": "$USER_ID", ', 'Location: /users/x\n\n{"id": "x", ')
    assert "USER_ID: not known" in result.failures[1].observed


def test_a_command_that_fails_is_a_failure(judged: Judged) -> None:
    result = judged("for i in 1 2; do curl -so /dev/null http://127.0.0.1:5002/users/none; done", "false")
    assert [failure.observed for failure in result.failures] == ["exit 1: "]


def test_without_curl_the_examples_are_skipped_and_said_so(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda tool: None if tool == "curl" else tool)
    result = judged("# Examples", "# Examples")
    assert (result.status, result.title) == (Status.SKIPPED, "bash and curl are needed to run the examples")


def test_the_names_of_an_answer_stand_for_one_value() -> None:
    answered = parsed('HTTP/1.1 200 OK\r\n\r\n{"a": 7, "b": 8}')
    assert answered is not None
    assert Reading().differences(["HTTP/1.1 200 OK", "", '{"a": "$ID", "b": "…"}'], answered) == []
    assert Reading().differences(["HTTP/1.1 200 OK", "", '{"a": "$ID", "b": "$ID"}'], answered) != []
    assert Reading({"ID": "8"}).differences(["HTTP/1.1 200 OK", "", '{"a": "$ID", "b": "…"}'], answered) != []


def test_true_is_not_one() -> None:
    answered = parsed('HTTP/1.1 200 OK\r\n\r\n{"a": 1}')
    assert answered is not None
    assert Reading().differences(["HTTP/1.1 200 OK", "", '{"a": true}'], answered) != []


def test_an_answer_without_a_command_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "examples.md"
    page.write_text("## users (5002)\n\n```console\nHTTP/1.1 200 OK\n```\n")
    with pytest.raises(CallError, match=r"examples\.md:4: an answer before any command"):
        sections(page)


def test_the_page_covers_every_documented_service() -> None:
    ports = {port for section in sections() for port in section.ports}
    assert set(running.documented().values()) <= ports
