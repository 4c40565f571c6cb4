"""Two builds of a service: alike passes, each kind of difference is a failure to replay, silence is broken."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml
from flask import Flask, Response, request

from contracts.documents import promised
from contracts.parity.comparison import Comparison
from contracts.parity.twins import twins_of
from fixtures.clients import connect
from fixtures.target import Service, Target
from reports.evidence import Result, Status
from tests.contracts.notes_server import answer, refusal, serve

_NAME = {"type": "string", "minLength": 3, "maxLength": 64}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets": {
            "post": {
                "operationId": "createPet",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"name": _NAME}},
                            "example": {"name": "rex"},
                        }
                    }
                },
                "responses": {"201": {"description": "made", "links": {"read": {"operationId": "getPet"}}}},
            }
        },
        "/pets/{name}": {
            "get": {
                "operationId": "getPet",
                "parameters": [{"name": "name", "in": "path", "schema": _NAME, "example": "rex"}],
                "responses": {"200": {"description": "found"}},
            }
        },
    },
}


def pets(fault: str = "") -> Flask:
    """The pets; a fault is one way of being different."""
    app, kept = Flask("pets"), set[str]()

    @app.post("/pets")
    def create() -> Response:
        given = request.get_json(force=True, silent=True)
        name = given.get("name") if isinstance(given, dict) and set(given) == {"name"} else None
        if not isinstance(name, str) or not re.fullmatch(rf"[\w.-]{{3,{65 if fault == 'bound' else 64}}}", name):
            return refusal(
                422 if fault == "status" else 400, "No name." if fault == "message" else "name is 3 to 64 long"
            )
        kept.add(name)
        headers = {} if fault == "header" else {"Location": f"/pets/{name}"}
        return answer(
            201, {"name": name, "at": "2026-01-01T00:00:01Z" if fault == "date" else "2026-01-01T00:00:00Z"}, **headers
        )

    @app.get("/pets/<name>")
    def read(name: str) -> Response:
        found = name in kept and fault != "forgetful"
        return answer(200, {"name": name}) if found else refusal(404, "No such pet.")

    app.register_error_handler(404, lambda _: refusal(404, "Not found"))
    app.register_error_handler(
        405, lambda error: refusal(405, "Not allowed", Allow=", ".join(sorted(error.valid_methods)))
    )
    return app


Judged = Callable[[str], dict[str, Result]]


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[Judged]:
    """Compares the pets with pets of that fault; results by operation."""
    contract = tmp_path / "pets.openapi.yaml"
    contract.write_text(yaml.safe_dump(DOCUMENT))
    with ExitStack() as stack:

        def judge(fault: str) -> dict[str, Result]:
            services = {}
            for name, app in (("pets", pets()), ("pets-lambda", pets(fault))):
                url, stop = serve(app)
                stack.callback(stop)
                services[name] = Service(name, url, contract)
            return compared(Target("two", "deployed", tmp_path / "two.toml", services, {}))

        yield judge


def compared(target: Target, *, safe: bool = False) -> dict[str, Result]:
    both = twins_of(target, promised(target, target.services), target.services)
    comparison = Comparison(connect(target), "contracts", safe)
    return {twins.operation.operation_id: comparison.judge(twins, "again") for twins in both}


def test_builds_that_answer_alike_pass(judged: Judged) -> None:
    results = judged("")
    assert {name: (one.status, one.failures) for name, one in results.items()} == {
        "createPet": (Status.PASSED, ()),
        "getPet": (Status.PASSED, ()),
    }
    assert all(int(str(one.details["cases"])) > 20 for one in results.values())


def test_dates_are_masked(judged: Judged) -> None:
    assert judged("date")["createPet"].status is Status.PASSED


@pytest.mark.parametrize(
    ("fault", "operation", "where"),
    [
        ("status", "createPet", "differs in status"),
        ("message", "createPet", "differs in body"),
        ("header", "createPet", "differs in location"),
        ("forgetful", "getPet", "differs in status"),
    ],
)
def test_a_difference_is_a_failure(judged: Judged, fault: str, operation: str, where: str) -> None:
    results = judged(fault)
    assert [name for name, one in results.items() if one.status is Status.FAILED] == [operation]
    failure = results[operation].failures[0]
    assert (failure.title, failure.operation_id) == ("BuildsDiffer", operation)
    assert where in failure.observed
    first, second = failure.curl.splitlines()
    assert first.startswith("curl ")
    assert first.split("http://127.0.0.1:")[0] == second.split("http://127.0.0.1:")[0]
    assert "pets: " in failure.response
    assert "pets-lambda: " in failure.response


def test_only_the_case_that_differs_is_told(judged: Judged) -> None:
    [failure] = judged("bound")["createPet"].failures
    assert failure.expected.startswith("with a name too long: as pets answers: ")


def test_a_service_that_answers_nothing_is_not_judged(tmp_path: Path) -> None:
    contract = tmp_path / "pets.openapi.yaml"
    contract.write_text(yaml.safe_dump(DOCUMENT))
    services = {name: Service(name, "http://127.0.0.1:9", contract) for name in ("pets", "pets-lambda")}
    results = compared(Target("two", "deployed", tmp_path / "two.toml", services, {}))
    assert {one.status for one in results.values()} == {Status.BROKEN}
    assert [one.failures[-1].title for one in results.values()] == ["NotJudged", "NotJudged"]


def test_where_nothing_may_be_changed_only_reading_is_compared(judged: Judged, tmp_path: Path) -> None:
    sent: list[str] = []

    app = Flask("pets")

    @app.before_request
    def note() -> Response:
        sent.append(request.method)
        return refusal(404, "Not found")

    url, stop = serve(app)
    contract = tmp_path / "pets.openapi.yaml"
    services = {name: Service(name, url, contract) for name in ("pets", "pets-lambda")}
    try:
        compared(Target("two", "deployed", tmp_path / "two.toml", services, {}), safe=True)
    finally:
        stop()
    assert set(sent) <= {"GET", "HEAD", "OPTIONS"}
    assert "GET" in sent


def test_services_of_different_documents_are_no_twins(tmp_path: Path) -> None:
    services = {name: Service(name, "http://127.0.0.1:9", tmp_path / name) for name in ("pets", "people")}
    assert twins_of(Target("two", "deployed", tmp_path, services, {}), (), services) == ()
