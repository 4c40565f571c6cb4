"""What a run made on a deployed target is taken away again, after whatever end, and what can't be is named."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.builders import an_account
from fixtures.clean import as_guest, ended, take_away_own
from fixtures.clean.account import Thing, read_account
from fixtures.clean.removing import Outcome, Remover
from fixtures.clients import FakeTransport, Request, Response, Sessions, connect
from fixtures.clients.fake_transport import answered
from fixtures.clients.paced_transport import PacedTransport
from fixtures.errors import UnreachableError
from fixtures.target import RunSettings, load
from reports.evidence import Status, read
from reports.render import render
from tests.clean.conftest import Guest, Visit
from tests.clean.house import KEYS, PASSWORDS, token_for

SECRET = "a very secret word"


def make(guest: Guest) -> None:
    """One thing of each kind that can be removed, and stock."""
    guest.platform.users.create_user("grace", "grace@example.com")
    answer = guest.platform.products.create_product("desk", 1, "EUR", token=guest.admin)
    product = answer.json()["product_id"]
    guest.platform.inventory.set_stock(product, 3, token=guest.admin)
    guest.platform.orders.create_order("grace", product, 1, token=guest.admin)
    guest.platform.links.shorten("https://example.com/", api_key=guest.keys[1])


def register(guest: Guest) -> None:
    guest.platform.auth.register("grace", "grace@example.com", SECRET)


def note(guest: Guest) -> None:
    """A todo of an account whose password nobody else has."""
    guest.platform.todos.register_todo_user("grace", SECRET)
    token = guest.platform.todos.login_todo_user("grace", SECRET).json()["access_token"]
    guest.platform.todos.create_todo("wash up", token=token)


def test_after_sigkill_the_command_takes_everything_away_that_can_go(visit: Visit) -> None:
    visit.killed(make)
    assert {kind for kind, found in visit.house.things.items() if found} == {"user", "product", "order", "link"}
    done = visit.clean()
    assert (done.code, done.err) == (0, "")
    assert not any(visit.house.things.values())
    assert "5 created, 0 gone before, 4 cleaned, 1 left" in done.out
    assert "1 of kind stock at inventory stay: no operation removes it" in done.out


def test_an_order_goes_before_the_product_and_the_buyer_it_needs(visit: Visit) -> None:
    visit.killed(make)
    visit.clean()
    assert [path.split("/")[1] for path in visit.house.deletions] == ["links", "orders", "products", "users"]


def test_the_command_line_is_the_same(visit: Visit) -> None:
    visit.killed(make)
    command = [sys.executable, "-m", "fixtures.clean", str(visit.run_dir)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 cleaned, 1 left" in done.stdout


def test_a_second_clean_up_asks_for_nothing_and_says_the_same(visit: Visit) -> None:
    visit.killed(make)
    first, before = visit.clean(), len(visit.house.asked)
    written = visit.ledger.read_bytes()
    again = visit.clean()
    assert (again.code, again.out) == (0, first.out)
    assert len(visit.house.asked) == before
    assert visit.ledger.read_bytes() == written


def test_what_is_gone_already_is_no_complaint(visit: Visit) -> None:
    visit.killed(make)
    visit.house.things["product"].clear()
    done = visit.clean()
    assert done.code == 0
    assert "5 created, 1 gone before, 3 cleaned, 1 left" in done.out


def test_what_the_run_removed_itself_is_not_asked_for_again(visit: Visit) -> None:
    visit.killed(make, lambda guest: guest.platform.users.delete_user("grace"))
    assert "1 gone before, 3 cleaned" in visit.clean().out
    assert [path for path in visit.house.deletions if "users" in path] == ["/users/users/grace"]


def test_what_was_made_again_after_it_was_removed_is_removed_again(visit: Visit) -> None:
    def work(guest: Guest) -> None:
        make(guest)
        guest.platform.users.delete_user("grace")
        guest.platform.users.create_user("grace", "grace@example.com")

    visit.killed(work)
    assert visit.clean().code == 0
    assert not visit.house.things["user"]


def test_a_refusal_leaves_the_thing_and_exits_1_until_it_is_allowed(visit: Visit) -> None:
    visit.killed(make)
    visit.house.statuses["DELETE products"] = [403]
    done = visit.clean()
    assert done.code == 1
    assert "left: product product-2 at products (deleteProduct answered 403)" in done.out
    assert list(visit.house.things["product"]) == ["product-2"]
    again = visit.clean()
    assert again.code == 0
    assert not visit.house.things["product"]


def test_what_is_left_twice_for_the_same_reason_is_written_down_once(visit: Visit) -> None:
    visit.killed(note)
    visit.clean()
    written = visit.ledger.read_bytes()
    assert visit.clean().code == 1
    assert visit.ledger.read_bytes() == written


def test_a_clean_up_that_was_stopped_goes_on_where_it_was(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    visit.killed(make)
    kept = Remover.remove

    def remove(remover: Remover, thing: Thing) -> Outcome:
        if thing.kind == "product":
            raise KeyboardInterrupt
        return kept(remover, thing)

    with monkeypatch.context() as patched:
        patched.setattr(Remover, "remove", remove)
        stopped = visit.clean()
    assert (stopped.code, stopped.err) == (3, "clean-up: stopped; the same command goes on where it was.\n")
    assert len(visit.house.deletions) == 2
    assert visit.clean().code == 0
    assert len(visit.house.deletions) == len(set(visit.house.deletions)) == 4


def test_a_service_that_is_busy_is_asked_again_when_it_says(visit: Visit) -> None:
    visit.killed(make)
    visit.house.statuses["DELETE links"] = [429, 503]
    assert visit.clean().code == 0


def test_a_token_that_is_refused_is_had_anew(visit: Visit) -> None:
    visit.killed(make)
    visit.house.statuses["DELETE orders"] = [401]
    assert visit.clean().code == 0


def test_a_torn_line_keeps_nothing_from_being_cleaned_and_is_told(visit: Visit) -> None:
    visit.killed(make)
    with visit.ledger.open("a") as file:
        file.write('{"event": "made", "service": "produ')
    done = visit.clean()
    assert done.code == 3
    assert not any(visit.house.things.values())
    assert "of the ledger can't be read: what it told of may be left" in done.out
    assert visit.clean().code == 3  # and the marks of the first were not swallowed by the torn line
    assert len(visit.house.deletions) == 4


def test_what_is_made_after_a_torn_line_is_not_lost_in_it(visit: Visit) -> None:
    visit.ledger.write_text('{"event": "made", "service": "produ')
    visit.killed(make)
    visit.clean()
    assert not any(visit.house.things.values())


def test_no_secret_is_in_the_ledger(visit: Visit) -> None:
    visit.killed(register, note, make)
    visit.clean()
    written = visit.ledger.read_text()
    assert "ada#1" in written  # the place of the key that made the link, not the key
    for secret in (SECRET, *KEYS, *PASSWORDS.values(), token_for("grace"), token_for("admin"), "e30."):
        assert secret not in written


def test_a_secret_that_somebody_uses_as_a_name_is_not_written_down(visit: Visit) -> None:
    visit.killed(lambda guest: guest.platform.users.create_user(guest.keys[0], "grace@example.com"))
    assert KEYS[0] in visit.house.things["user"]
    assert KEYS[0] not in visit.ledger.read_text()


def test_an_account_stays_and_is_counted_as_left(visit: Visit) -> None:
    visit.killed(register)
    done = visit.clean()
    assert done.code == 0
    assert "1 created, 0 gone before, 0 cleaned, 1 left" in done.out
    assert "1 of kind account at auth stay: no operation removes it" in done.out


def test_the_identities_of_the_target_are_nobodys_run(visit: Visit) -> None:
    visit.house.passwords.pop("ada")
    visit.killed(lambda guest: Sessions(guest.platform).token("ada"))
    assert "ada" in visit.house.things["user"]
    assert not visit.ledger.exists()
    assert visit.clean().code == 0
    assert "ada" in visit.house.things["user"]


def test_what_only_its_owner_may_remove_goes_while_the_owner_is_there(visit: Visit) -> None:
    visit.killed(note, lambda guest: take_away_own(guest.target))
    assert not visit.house.things["todo"]
    assert "2 created, 0 gone before, 1 cleaned, 1 left" in visit.clean().out


def test_what_only_its_owner_may_remove_is_named_once_the_owner_is_gone(visit: Visit) -> None:
    visit.killed(note)
    done = visit.clean()
    assert done.code == 1
    assert "left: todo 1 at todos (only its owner grace may remove it" in done.out


def test_an_owner_who_is_an_identity_of_the_target_logs_in_again(visit: Visit) -> None:
    def work(guest: Guest) -> None:
        answer = guest.platform.todos.login_todo_user("ada", guest.target.identities["ada"].password)
        guest.platform.todos.create_todo("wash up", token=answer.json()["access_token"])

    visit.killed(work)
    assert visit.clean().code == 0
    assert not visit.house.things["todo"]


def test_what_an_answer_that_never_came_may_have_made_is_removed(visit: Visit) -> None:
    visit.house.silent.append("POST users")

    def work(guest: Guest) -> None:
        with pytest.raises(UnreachableError):
            guest.platform.users.create_user("grace", "grace@example.com")

    visit.killed(work)
    assert set(visit.house.things["user"]) == {"grace"}
    assert visit.clean().code == 0
    assert not visit.house.things["user"]


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


def test_a_run_that_wrote_nothing_down_is_clean(visit: Visit) -> None:
    done = visit.clean()
    assert (done.code, done.err) == (0, "")


def test_the_verdict_the_summary_and_the_page_count_it(visit: Visit) -> None:
    visit.killed(make)
    visit.house.statuses["DELETE products"] = [403]
    visit.clean()
    verdict = render(visit.run_dir)
    counts = verdict.to_json()["ledger"]
    assert {name: counts[name] for name in ("created", "gone", "cleaned", "left")} == {
        "created": 5,
        "gone": 0,
        "cleaned": 3,
        "left": 2,
    }
    assert verdict.exit_code == 1
    told = "5 created, 0 gone before, 3 cleaned, 2 left"
    assert f"<p>{told}.</p>" in (visit.run_dir / "index.html").read_text()
    assert f"**Ledger**: {told}" in (visit.run_dir / "summary.md").read_text()
    visit.clean()
    assert render(visit.run_dir).exit_code == 0  # the second clean-up takes the place of the first


def test_kinds_that_nothing_removes_are_shown_as_skipped(visit: Visit) -> None:
    visit.killed(make)
    visit.clean()
    statuses = {result.id: result.status for result in read(visit.run_dir)["clean-up"].results}
    assert statuses == {
        "clean-up:all": Status.PASSED,
        "clean-up:users:profile": Status.PASSED,
        "clean-up:products:product": Status.PASSED,
        "clean-up:orders:order": Status.PASSED,
        "clean-up:links:link": Status.PASSED,
        "clean-up:inventory:stock": Status.SKIPPED,
    }


def test_a_suite_by_itself_cleans_at_its_end_and_one_of_a_check_does_not(visit: Visit) -> None:
    guest = visit.guest()
    guest.platform.users.create_user("grace", "grace@example.com")
    assert ended(RunSettings(run_dir=visit.run_dir), guest.target, visit.run_dir, 0) == 0
    assert "grace" in visit.house.things["user"]
    assert ended(RunSettings(), guest.target, visit.run_dir, 0) == 0
    assert not visit.house.things["user"]


def test_what_a_suite_could_not_clean_is_its_exit_code(visit: Visit) -> None:
    guest = visit.guest()
    guest.platform.users.create_user("grace", "grace@example.com")
    visit.house.statuses["DELETE users"] = [403, 403]
    assert ended(RunSettings(), guest.target, visit.run_dir, 0) == 1
    assert ended(RunSettings(), guest.target, visit.run_dir, 3) == 3


def test_names_tell_the_run(visit: Visit) -> None:
    def work(guest: Guest) -> None:
        account = an_account("x" * 60)
        guest.platform.users.create_user(account.username, account.email)

    visit.killed(work)
    (name,) = visit.house.things["user"]
    assert "-r1121ab12-" in name
    assert len(name) <= 64
    assert read_account(visit.ledger).things[0].id == name
