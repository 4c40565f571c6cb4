"""Only what a Then looks at is asserted: a call that a Given makes is no coverage."""

from pathlib import Path

from features.support.expect import expect, expect_status
from features.support.witness import Witness, asserted
from fixtures.clients import Platform, Request, Response
from fixtures.target import Service, Target


class Answering:
    def send(self, request: Request) -> Response:
        return Response(201 if request.method == "POST" else 200, {"etag": '"1"'}, b'{"username": "ada"}', 0.01)


def witnessed() -> tuple[Witness, Platform]:
    witness = Witness(Answering(), [])
    services = {"users": Service("users", "http://users.test", Path("s"))}
    target = Target("here", "local", Path("here.toml"), services, {}, deadlines={"request": 3.0})
    return witness, Platform(target, Answering()).recorded_by(witness.record, witness)


def test_a_call_of_a_given_is_no_coverage_even_where_it_was_checked_there() -> None:
    witness, platform = witnessed()
    expect_status(platform.users.create_user("ada", "ada@example.com"), 201)
    assert asserted(witness.seen) == {}


def test_a_call_that_a_then_makes_and_does_not_look_at_is_no_coverage() -> None:
    witness, platform = witnessed()
    witness.looking = True
    platform.users.get_user("ada")
    assert asserted(witness.seen) == {}


def test_an_answer_of_before_counts_once_a_then_looks_at_it() -> None:
    witness, platform = witnessed()
    answer = platform.users.create_user("ada", "ada@example.com")
    platform.users.get_user("ada")
    witness.looking = True
    expect("name", answer.json(), {"username": "ada"})
    expect_status(answer, 201)
    found = asserted(witness.seen)
    assert list(found) == ["createUser"]
    assert list(found["createUser"]) == ["201"]
    assert {"body", "x-request-id"} <= set(found["createUser"]["201"])


def test_parameters_of_the_query_count_with_the_status_they_led_to() -> None:
    witness, platform = witnessed()
    witness.looking = True
    expect_status(platform.users.list_users(limit=2), 200)
    assert "limit" in asserted(witness.seen)["listUsers"]["200"]
