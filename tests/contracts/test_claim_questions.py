"""What claims ask keeps to the target's limits, and is shown in the finding without secrets."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask, request
from schemathesis.core.failures import Failure

import contracts.hooks  # noqa: F401  (claims and hooks need each other: hooks are first)
from contracts.claims import asking
from contracts.claims.log_in import log_in_tells_no_names
from contracts.claims.privileges import undeclared_rights_are_not_taken
from contracts.claims.safety import put_is_idempotent, reading_changes_nothing
from contracts.hooks import setting
from fixtures.target import Identity, Target
from tests.contracts.checked_server import PASSWORD, STRONG, create_app, signed
from tests.contracts.notes_server import serve
from tests.contracts.test_claims import SHOP

TOKEN = signed({"sub": "ada"}, STRONG)
ADA = Identity("ada", "ada", password=PASSWORD)


class Shop:
    """A served shop that notes what it is asked: method and path."""

    def __init__(self, app: Flask, open_servers: ExitStack) -> None:
        self.asked: list[str] = []
        app.before_request(lambda: self.asked.append(f"{request.method} {request.path}"))
        self.url, stop = serve(app)
        open_servers.callback(stop)
        self.schema: Any = schemathesis.openapi.from_dict(SHOP)
        self.schema.config.update(base_url=self.url)

    def told(self, claim: Any, path: str, method: str, body: Any = None) -> str:
        """What the claim says of one case, empty where it says nothing."""
        sent = {"body": body, "media_type": "application/json"} if body else {}
        place = {"path_parameters": {"thing": "desk"}} if "{" in path else {}
        case = self.schema[path][method].Case(headers={"Authorization": f"Bearer {TOKEN}"}, **place, **sent)
        response = case.call()
        try:
            claim(None, response, case)
        except Failure as failure:
            return failure.message
        return ""


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """Ends them; what was asked once counts for one test."""
    asking._asked.clear()
    with ExitStack() as stack:
        yield stack
    setting._current.clear()


def use(tmp_path: Path, **limits: Any) -> None:
    """The hooks know a target with these limits."""
    setting.use(Target("shop", "deployed", tmp_path / "target.toml", {}, {"ada": ADA}, **limits))


@pytest.mark.parametrize("place", ["Location", "_links"])
def test_an_address_elsewhere_is_never_asked(servers: ExitStack, tmp_path: Path, place: str) -> None:
    use(tmp_path)
    other = Shop(create_app("rights"), servers)
    app = create_app()

    @app.after_request
    def elsewhere(answer: Any) -> Any:
        if place == "Location":
            answer.headers["Location"] = f"{other.url}/accounts"
        else:
            answer.set_data(f'{{"username": "ben", "_links": {{"self": {{"href": "{other.url}/accounts"}}}}}}')
        return answer

    shop = Shop(app, servers)
    body = {"username": "ben", "password": "a new password"}
    assert shop.told(undeclared_rights_are_not_taken, "/accounts", "POST", body) == ""
    assert shop.asked == ["POST /accounts"] * 2
    assert other.asked == []


@pytest.mark.parametrize(("hosts", "questions"), [(("127.0.0.1",), 3), (("elsewhere.example",), 0)])
def test_a_host_that_is_not_listed_is_never_asked(
    servers: ExitStack, tmp_path: Path, hosts: tuple[str, ...], questions: int
) -> None:
    use(tmp_path, hosts=hosts)
    shop = Shop(create_app("counting looks"), servers)
    shop.told(put_is_idempotent, "/things/{thing}", "PUT", {"name": "desk", "stock": 3})
    del shop.asked[:]
    assert bool(shop.told(reading_changes_nothing, "/things/{thing}", "GET")) == bool(questions)
    assert shop.asked == ["GET /things/desk"] * (1 + questions)


def test_what_is_only_to_be_read_is_asked_nothing_else(servers: ExitStack, tmp_path: Path) -> None:
    use(tmp_path, limits={"read_only": 1.0})
    shop = Shop(create_app("put adds"), servers)
    assert shop.told(put_is_idempotent, "/things/{thing}", "PUT", {"name": "desk", "stock": 3}) == ""
    assert shop.told(undeclared_rights_are_not_taken, "/things/{thing}", "PUT", {"name": "desk", "stock": 3}) == ""
    assert shop.told(log_in_tells_no_names, "/login", "POST", {"username": "ada", "password": "not this"}) == ""
    by_cases = ["PUT /things/desk", "PUT /things/desk", "POST /login"]
    assert sorted(one for one in shop.asked if not one.startswith("GET ")) == sorted(by_cases)


def test_questions_count_with_the_cases(servers: ExitStack, tmp_path: Path) -> None:
    use(tmp_path)
    shop = Shop(create_app(), servers)
    shop.schema.config.update(rate_limit="1000/h")
    shop.told(put_is_idempotent, "/things/{thing}", "PUT", {"name": "desk", "stock": 3})
    limiter = shop.schema.config.rate_limit_for()
    assert len(shop.asked) > 3
    assert sum(bucket.count() for bucket in limiter.buckets()) == len(shop.asked)


def test_a_finding_shows_what_was_asked_without_secrets(servers: ExitStack, tmp_path: Path) -> None:
    use(tmp_path)
    shop = Shop(create_app("put once"), servers)
    told = shop.told(put_is_idempotent, "/things/{thing}", "PUT", {"name": "desk", "stock": 3}).splitlines()
    assert told[0] == "The first was answered 200, the same again 422."
    assert told[1].startswith(f"asked:    curl -sS -i -X PUT {shop.url}/things/desk -H ")
    assert '-H "Authorization: Bearer $TOKEN"' in told[1]
    assert told[1].endswith("""--data-raw '{"name": "desk", "stock": 3}'""")
    assert told[2:] == ['answered: 422 {"error": "Refused", "message": "It is there already"}']


def test_each_question_behind_a_finding_is_shown(servers: ExitStack, tmp_path: Path) -> None:
    use(tmp_path)
    shop = Shop(create_app("names"), servers)
    told = shop.told(log_in_tells_no_names, "/login", "POST", {"username": "ada", "password": PASSWORD})
    assert [line.split()[1] for line in told.splitlines() if line.startswith("answered:")] == ["401", "401"]
    assert '\\"username\\": \\"ada\\", \\"password\\": \\"$PASSWORD\\"' in told
    assert PASSWORD not in told
    assert TOKEN not in told
