"""On a deployed target nothing is sent to another host, and to one that is only to be read nothing that writes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.clients import Platform, Request, connect
from fixtures.clients.fake_transport import FakeTransport
from fixtures.errors import ReadOnlyError, TargetError
from fixtures.target import Aws, Service, Target


def guest(wire: FakeTransport, *, hosts: tuple[str, ...] = (), read_only: bool = False) -> Platform:
    contract = Path("any.openapi.yaml")
    services = {name: Service(name, f"https://{name}.example", contract) for name in ("users", "auth")}
    limits = {"read_only": float(read_only)}
    aws = Aws("eu-central-1")
    return connect(
        Target("far", "deployed", Path("far.toml"), services, {}, aws, limits=limits, hosts=hosts), lambda: wire
    )


def test_an_allowed_host_is_called() -> None:
    wire = FakeTransport()
    guest(wire, hosts=("users.example",)).users.get_user("ada")
    assert [request.url for request in wire.sent] == ["https://users.example/users/ada"]


def test_another_host_is_refused_before_anything_is_sent() -> None:
    wire = FakeTransport()
    platform = guest(wire, hosts=("users.example",))
    with pytest.raises(TargetError) as caught:
        platform.auth.get_jwks()
    assert str(caught.value) == (
        "far.toml: limits.hosts: getJwks would go to auth.example; allowed: users.example. "
        "Nothing was sent. Add the host, or correct what leads there."
    )
    assert (wire.sent, caught.value.exit_code) == ([], 2)


def test_an_address_from_an_answer_is_held_to_the_same_list() -> None:
    wire = FakeTransport()
    way = guest(wire, hosts=("users.example",)).users.channel
    with pytest.raises(TargetError, match=r"limits\.hosts: follow would go to evil\.example"):
        way.send(Request("follow", "GET", "https://users.example@evil.example/users/ada"))
    assert wire.sent == []


@pytest.mark.parametrize(
    ("call", "operation"),
    [
        (lambda platform: platform.users.create_user("ada", "ada@example.com"), "createUser \\(POST\\)"),
        (lambda platform: platform.users.update_user("ada", "ada@example.com"), "updateUser \\(PUT\\)"),
        (lambda platform: platform.users.delete_user("ada"), "deleteUser \\(DELETE\\)"),
        (lambda platform: platform.auth.register("ada", "ada@example.com", "a password"), "register \\(POST\\)"),
    ],
)
def test_what_may_write_is_refused_before_anything_is_sent(call: Callable[[Platform], object], operation: str) -> None:
    wire = FakeTransport()
    with pytest.raises(ReadOnlyError, match=rf"far\.toml: limits\.read_only: {operation} may change the target"):
        call(guest(wire, read_only=True))
    assert wire.sent == []


def test_reading_and_logging_in_are_not_refused() -> None:
    wire = FakeTransport()
    platform = guest(wire, read_only=True)
    platform.users.get_user("ada")
    platform.auth.login("ada", "a password")
    assert [request.operation_id for request in wire.sent] == ["getUser", "login"]


@pytest.mark.parametrize("what", ["messages", "objects", "fleet"])
def test_what_can_only_be_read_by_writing_is_refused(what: str) -> None:
    with pytest.raises(ReadOnlyError, match=r"limits\.read_only: .* can't be used without writing"):
        getattr(guest(FakeTransport(), read_only=True), what)


def test_another_recorder_or_build_changes_none_of_it() -> None:
    wire = FakeTransport()
    platform = guest(wire, read_only=True).recorded_by(lambda _: None)
    with pytest.raises(ReadOnlyError):
        platform.with_build("users", "auth").users.delete_user("ada")
    assert wire.sent == []
