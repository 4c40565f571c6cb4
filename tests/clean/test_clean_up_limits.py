"""What the clean-up keeps to: the target's hosts, rate and rights, the run and the target it was called for."""

from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.clean import as_guest
from fixtures.clean.account import read_account
from fixtures.clients import FakeTransport, Request, Response, connect
from fixtures.clients.fake_transport import answered
from fixtures.clients.paced_transport import PacedTransport
from fixtures.target import load
from tests.clean.conftest import Guest, Visit
from tests.clean.making import make


def test_nothing_is_removed_while_the_run_goes_on(visit: Visit) -> None:
    with visit.living(make):
        done = visit.clean()
        assert (done.code, done.out) == (2, "")
        assert "the run still goes on, and needs what it made" in done.err
        assert visit.house.deletions == []
    assert visit.clean().code == 0


def test_a_host_that_is_not_allowed_is_not_called(visit: Visit) -> None:
    visit.killed(make)
    before = len(visit.house.asked)
    visit.file.write_text(visit.house.target('hosts = ["house.example.com"]'))
    done = visit.clean()
    assert done.code == 2
    assert "127.0.0.1 is not in limits.hosts" in done.err
    assert len(visit.house.asked) == before


def test_the_clean_up_keeps_the_rate_of_the_target(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    visit.killed(make)
    visit.file.write_text(visit.house.target("requests_per_second = 100"))
    paced, kept = list[str](), PacedTransport.send

    def send(transport: PacedTransport, request: Request) -> Response:
        paced.append(request.operation_id)
        return kept(transport, request)

    monkeypatch.setattr(PacedTransport, "send", send)
    assert visit.clean().code == 0
    assert paced == ["deleteLink", "login", "cancelOrder", "deleteProduct", "deleteUser"]


def test_services_behind_one_address_are_told_apart(visit: Visit) -> None:
    target = load(str(visit.file))
    services = {name: replace(one, base_url=visit.house.url) for name, one in target.services.items()}
    target = as_guest(replace(target, services=services), visit.run_dir)
    wire = FakeTransport({"createProduct": [answered(201, {"product_id": "p-1"})]})
    connect(target, lambda: wire).products.create_product("desk", 1, "EUR", token=None)
    assert [(thing.service, thing.id) for thing in read_account(visit.ledger).things] == [("products", "p-1")]


@pytest.mark.parametrize("path", ["/users", "/v1/users"])
def test_a_request_that_goes_by_no_operation_is_known_by_its_place(visit: Visit, path: str) -> None:
    def work(guest: Guest) -> None:
        url = guest.target.services["users"].base_url + path
        body = {"username": "grace", "email": "grace@example.com"}
        guest.platform.transport.send(Request("POST /users", "POST", url, json=body))

    visit.killed(work)
    assert [thing.removal for thing in read_account(visit.ledger).things] == ["deleteUser"]


def test_a_target_that_is_only_to_be_read_is_not_cleaned(visit: Visit) -> None:
    visit.killed(make)
    before = len(visit.house.asked)
    visit.file.write_text(visit.house.target("read_only = true"))
    done = visit.clean()
    assert done.code == 2
    assert "limits.read_only: 4 things are to be removed, and nothing was" in done.err
    assert len(visit.house.asked) == before


def test_a_service_that_does_not_answer_can_not_be_judged(visit: Visit) -> None:
    visit.killed(make)
    visit.file.write_text(visit.house.target().replace(visit.house.url, "http://127.0.0.1:1"))
    done = visit.clean()
    assert done.code == 3
    assert "nothing answers at" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-run",), "no-such-run: no such run"),
        (("",), "no run: no such run. Give a run id"),
    ],
)
def test_a_wrong_call_is_one_line(visit: Visit, arguments: tuple[str, ...], said: str) -> None:
    done = visit.clean(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_run_of_another_target_is_not_cleaned_there(visit: Visit, tmp_path: Path) -> None:
    visit.killed(make)
    other = tmp_path / "other.toml"
    other.write_text(visit.house.target().replace('name = "house"', 'name = "other"'))
    done = visit.clean(str(visit.run_dir), "--target", str(other))
    assert done.code == 2
    assert "is the target 'other', but the run was made on 'house'" in done.err
