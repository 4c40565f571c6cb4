"""What tests of orders are given: its tables and queues in the process, and its neighbours as a real HTTP server."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import jwt
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from jwt.algorithms import ECAlgorithm

from fixtures.services.orders import outbox
from fixtures.services.orders.routes import routes
from fixtures.services.platform import aws, bearer, flask_front
from fixtures.services.platform.settings import load
from tests.services.in_moto import watch

Reply = tuple[int, Any]
KEY = ec.generate_private_key(ec.SECP256R1())
KEY_SET = {"keys": [{**ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "k1", "alg": "ES256", "use": "sig"}]}
TABLES = {"OrderOutbox": "message_id", "OrderIdempotency": "idempotency_id"}


class Neighbours:
    """Users, products, inventory and auth in one HTTP server; `replies` says what each path answers."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply | Callable[[], Reply]] = {"/.well-known/jwks.json": (200, KEY_SET)}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.connections: set[int] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def know(self, username: str, product_id: str, stock: int) -> None:
        self.replies[f"/users/{username}"] = (200, {"username": username})
        self.replies[f"/products/{product_id}"] = (200, {"product_id": product_id})
        self.replies[f"/inventory/{product_id}"] = (200, {"product_id": product_id, "stock": stock})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        world = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                world.connections.add(self.client_address[1])
                world.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                reply = world.replies.get(self.path, (404, {"error": "Not Found", "message": "nothing here"}))
                status, value = reply() if callable(reply) else reply
                body = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


@dataclass
class Shop:
    """The orders service with everything around it."""

    client: FlaskClient
    neighbours: Neighbours
    handed: list[outbox.Message] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def send(self, method: str, path: str, body: Any = None, user: str = "ada", **headers: str) -> Any:
        """The answer, a werkzeug TestResponse; Any because its `json` may be None to the types."""
        given = {"Authorization": f"Bearer {token(user)}"} if user else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, method=method, json=body, headers=given)

    def order(self, user: str = "ada", quantity: Any = 2, **headers: str) -> Any:
        wish = {"username": user, "product_id": "desk", "quantity": quantity}
        return self.send("POST", "/orders", wish, user, **headers)

    def items(self, table: str) -> list[dict[str, Any]]:
        return [aws.unmarshal(item) for item in aws.client("dynamodb").scan(TableName=table)["Items"]]

    def stored(self, order_id: str) -> dict[str, Any]:
        [found] = [item for item in self.items("Orders") if item["order_id"] == order_id]
        return found

    def set_status(self, order_id: str, status: str) -> None:
        aws.client("dynamodb").update_item(
            TableName="Orders",
            Key={"order_id": {"S": order_id}},
            UpdateExpression="SET #s = :s",
            ExpressionAttributeNames={"#s": "status"},
            ExpressionAttributeValues={":s": {"S": status}},
        )


def token(user: str) -> str:
    """A token as auth would sign it; `admin` has the role of that name."""
    now = int(time.time())
    claims = {"iss": "plumbline-auth", "aud": "plumbline", "sub": user, "iat": now, "exp": now + 900}
    roles = ["admin"] if user == "admin" else ["customer"]
    return jwt.encode({**claims, "jti": uuid4().hex, "roles": roles}, KEY, "ES256", headers={"kid": "k1"})


def answer_lost_once(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """DynamoDB does the next such call, its answer gets lost, and the call is repeated, as botocore does."""
    client = aws.client("dynamodb")
    call = getattr(client, method)

    def twice(**arguments: Any) -> Any:
        monkeypatch.setattr(client, method, call)
        call(**arguments)
        return call(**arguments)

    monkeypatch.setattr(client, method, twice)


def failing(error: str = "ServiceUnavailable") -> Callable[..., Any]:
    """A call to AWS that fails."""

    def call(**_arguments: Any) -> Any:
        raise ClientError({"Error": {"Code": error, "Message": "down"}}, "Call")

    return call


@pytest.fixture
def neighbours() -> Iterator[Neighbours]:
    """A server that answers as the other services."""
    server = Neighbours()
    server.know("ada", "desk", 5)
    server.know("ben", "desk", 5)
    yield server
    server.close()


@pytest.fixture
def shop(tables: None, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The orders service without its dispatcher thread; `handed` is what that thread would be given."""
    for name in ("USERS", "PRODUCTS", "INVENTORY", "AUTH"):
        monkeypatch.setenv(f"{name}_URL", neighbours.url)
    _create_tables()
    bearer._verifier.cache_clear()
    outbox._queue_url.cache_clear()
    handed: list[outbox.Message] = []
    app = flask_front.create_app("orders", routes(load("orders"), handed.append), aws.table_answers("Orders"))
    shop = Shop(app.test_client(), neighbours, handed)

    watch(monkeypatch, shop.calls.append)
    yield shop
    bearer._verifier.cache_clear()
    outbox._queue_url.cache_clear()


def _create_tables() -> None:
    dynamodb = aws.client("dynamodb")
    for table, key in TABLES.items():
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    dynamodb.create_table(
        TableName="Orders",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("order_id", "username", "created_at")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_username",
                "KeySchema": [
                    {"AttributeName": "username", "KeyType": "HASH"},
                    {"AttributeName": "created_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
