"""Drivers, the channel under them, sessions above them: what is sent, what is recorded, what is raised."""

from pathlib import Path

import pytest
import yaml

from fixtures.clients import (
    Exchange,
    FakeTransport,
    Request,
    Response,
    Sessions,
    auth,
    connect,
    inventory,
    links,
    orders,
    products,
    todos,
    users,
)
from fixtures.clients.fake_transport import Answer, answered
from fixtures.errors import TargetError, UnreachableError
from fixtures.target import Identity, Service, Target

ROOT = Path(__file__).parents[2]
ROOMS = {
    "users": users,
    "auth": auth,
    "products": products,
    "inventory": inventory,
    "orders": orders,
    "links": links,
    "todos": todos,
}
TOKENS = {"access_token": "a-token", "refresh_token": "r", "token_type": "Bearer", "expires_in": 900}


def a_target(**identities: Identity) -> Target:
    services = {
        name: Service(name, f"http://{name}.test", Path("spec")) for name in ("auth", "users", "links", "orders")
    }
    return Target("here", "deployed", Path("here.toml"), services, identities, deadlines={"request": 3.0})


def test_every_operation_of_a_driver_stands_in_the_contract() -> None:
    for name, room in ROOMS.items():
        spec = yaml.safe_load((ROOT / "contracts" / "specs" / f"{name}.openapi.yaml").read_text(encoding="utf-8"))
        promised = {
            (method.upper(), path): operation["operationId"]
            for path, item in spec["paths"].items()
            for method, operation in item.items()
            if method in ("get", "post", "put", "delete", "patch")
        }
        spoken = {(operation.method, operation.path): operation.id for operation in room.OPERATIONS}
        assert spoken == promised, name


def test_a_path_parameter_cannot_leave_its_place() -> None:
    transport = FakeTransport()
    connect(a_target(), lambda: transport).users.get_user("../a b/ü?x#y")
    assert transport.sent[0].url == "http://users.test/users/..%2Fa%20b%2F%C3%BC%3Fx%23y"


def test_every_request_has_an_id_of_its_own_that_is_recorded() -> None:
    kept: list[Exchange] = []
    platform = connect(a_target(), FakeTransport, kept.append)
    platform.users.list_users()
    platform.users.list_users()
    ids = [exchange.request_id for exchange in kept]
    assert len(set(ids)) == 2
    assert [exchange.request.headers["X-Request-Id"] for exchange in kept] == ids


def test_an_exchange_is_recorded_whole() -> None:
    kept: list[Exchange] = []
    transport = FakeTransport({"shorten": [answered(201, {"short_code": "abc"})]})
    connect(a_target(), lambda: transport, kept.append).links.shorten("https://example.com/", api_key="k")
    (exchange,) = kept
    assert (exchange.operation_id, exchange.service, exchange.error) == ("shorten", "links", "")
    assert exchange.request.json == {"url": "https://example.com/"}
    assert exchange.request.timeout == 3.0
    assert exchange.response is not None
    assert exchange.response.status == 201


def test_a_request_without_an_answer_is_recorded_and_raised() -> None:
    def silence(_request: Request) -> Response:
        raise UnreachableError("nobody there")

    kept: list[Exchange] = []
    platform = connect(a_target(), lambda: FakeTransport({"listUsers": [silence]}), kept.append)
    with pytest.raises(UnreachableError):
        platform.users.list_users()
    assert (kept[0].response, kept[0].error) == (None, "nobody there")


def test_a_service_the_target_lacks_is_an_error_of_the_target() -> None:
    with pytest.raises(TargetError, match=r"services\.products: missing"):
        _ = connect(a_target(), FakeTransport).products


def test_what_only_a_local_stack_has_is_an_error_of_the_target() -> None:
    platform = connect(a_target(), FakeTransport)
    with pytest.raises(TargetError, match="control door"):
        _ = platform.control
    with pytest.raises(TargetError, match="queues and topics"):
        _ = platform.messages
    with pytest.raises(TargetError, match="emulator"):
        _ = platform.vault


def sessions_with(**answers: list[Answer]) -> tuple[Sessions, FakeTransport]:
    ada = Identity("ada", "ada", "ada@example.com", "a good password", create=True)
    transport = FakeTransport(answers)
    return Sessions(connect(a_target(ada=ada), lambda: transport)), transport


def test_a_token_is_fetched_once() -> None:
    sessions, transport = sessions_with(login=[answered(200, TOKENS)])
    assert [sessions.token("ada") for _ in range(3)] == ["a-token"] * 3
    assert (len(transport.sent), sessions.logins, sessions.renewals) == (1, 1, 0)


def test_a_token_about_to_expire_is_renewed_and_counted() -> None:
    sessions, _ = sessions_with(login=[answered(200, TOKENS | {"expires_in": 20})])
    sessions.token("ada")
    sessions.token("ada")
    assert (sessions.logins, sessions.renewals) == (2, 1)


def test_a_refused_token_is_renewed() -> None:
    sessions, _ = sessions_with(login=[answered(200, TOKENS), answered(200, TOKENS | {"access_token": "another"})])
    sessions.token("ada")
    assert sessions.refused("ada") == "another"
    assert sessions.renewals == 1


def test_an_identity_that_may_be_created_is_registered_on_first_need() -> None:
    sessions, transport = sessions_with(
        login=[answered(401), answered(200, TOKENS)], register=[answered(201)], createUser=[answered(201)]
    )
    assert sessions.token("ada") == "a-token"
    assert [request.operation_id for request in transport.sent] == ["login", "register", "createUser", "login"]


def test_an_identity_that_cannot_log_in_is_an_error_of_the_target() -> None:
    sessions, _ = sessions_with(login=[answered(401, {"message": "Invalid credentials."})])
    with pytest.raises(TargetError, match=r"identities\.ada: ada can't log in: 401"):
        sessions.token("ada")


def test_an_identity_the_target_lacks_is_named() -> None:
    sessions, _ = sessions_with()
    with pytest.raises(TargetError, match=r"identities\.eve: missing; found: ada"):
        sessions.token("eve")
