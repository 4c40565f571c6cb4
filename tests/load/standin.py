"""A small platform for the load room's tests, in one process: right by default, wrong in the ways it is told to be."""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask
from werkzeug.serving import make_server

KEYS = "key-one-of-the-stand-in,key-two-of-the-stand-in,key-three-of-the-stand-in"
PASSWORD = "a password of the stand-in"
NOON = "2026-11-21T12:00:00Z"


@dataclass
class Shop:
    """Everything it remembers. `faults` are names of what it does wrong; `publish` tells order events. While a part is
    `away` nothing is answered but 503; `disturbed` is what its control door was asked to do."""

    faults: frozenset[str]
    publish: Callable[[dict[str, str]], None]
    links: dict[str, str] = field(default_factory=dict)
    clicks: Counter[str] = field(default_factory=Counter)
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    stock: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    held: threading.Event = field(default_factory=threading.Event)
    away: list[str] = field(default_factory=list)
    disturbed: list[str] = field(default_factory=list)


def shop_app(shop: Shop) -> flask.Flask:
    """The five services on one port; their paths don't meet, but for `/{short_code}`, which comes last."""
    app = flask.Flask("standin")
    _accounts(app)
    _catalogue(app, shop)
    _orders(app, shop)
    _links(app, shop)

    @app.before_request
    def away() -> Any:
        if not shop.away:
            return None
        advice = {} if "no advice" in shop.faults else {"Retry-After": "1"}
        return {"error": "Service Unavailable", "message": "Try again later."}, 503, advice

    @app.after_request
    def named(response: flask.Response) -> flask.Response:
        response.headers["X-Request-Id"] = flask.request.headers.get("X-Request-Id", "none")
        return response

    return app


def door_app(shop: Shop) -> flask.Flask:
    """A control door with the parts `links` and `jammed`, of which the second can't be disturbed."""
    app = flask.Flask("door")

    @app.get("/parts")
    def parts() -> Any:
        deaths = [{"how": "killed"}] if "dies" in shop.faults and shop.disturbed else []
        return [{"name": name, "alive": True, "deaths": deaths} for name in ("links", "jammed", "control")]

    @app.post("/parts/<name>/<action>")
    def disturb(name: str, action: str) -> Any:
        if name == "jammed":
            return {"message": "it is jammed"}, 409
        shop.disturbed.append(f"{action} {name}")
        shop.away[:] = [name] if action == "kill" else []
        return {}

    @app.delete("/aws/moods")
    def calm() -> Any:
        return {}

    return app


def _accounts(app: flask.Flask) -> None:
    @app.post("/register")
    @app.post("/users")
    def register() -> Any:
        return {"message": "made"}, 201

    @app.post("/login")
    def login() -> Any:
        token = f"standin.{flask.request.json['username'].encode().hex()}.unsigned"
        return {"access_token": token, "refresh_token": "r" * 20, "token_type": "Bearer", "expires_in": 900}


def _catalogue(app: flask.Flask, shop: Shop) -> None:
    @app.get("/products")
    def list_products() -> Any:
        return {"items": list(shop.products.values())[:20], "next_cursor": None}

    @app.post("/products")
    def create_product() -> Any:
        if "closed shop" in shop.faults:
            return {"error": "Service Unavailable", "message": "closed"}, 503
        product = {"product_id": uuid.uuid4().hex, **flask.request.json, "_links": {"self": {"href": "/products"}}}
        shop.products[product["product_id"]] = product
        return product, 201

    @app.get("/products/<product_id>")
    def get_product(product_id: str) -> Any:
        if "wrong shape" in shop.faults:
            return {**shop.products[product_id], "colour": "walnut"}, 200, {"ETag": '"1"'}
        status = 203 if "odd status" in shop.faults else 200
        return shop.products[product_id], status, {"ETag": '"1"'}

    @app.route("/inventory/<product_id>", methods=["GET", "PUT"])
    def inventory(product_id: str) -> Any:
        if flask.request.method == "PUT":
            shop.stock[product_id] = flask.request.json["stock"]
        return {"product_id": product_id, "stock": shop.stock[product_id]}


def _orders(app: flask.Flask, shop: Shop) -> None:
    def decided(order_id: str) -> dict[str, Any]:
        if "undecided" not in shop.faults:
            shop.orders[order_id] = {**shop.orders[order_id], "status": "Confirmed"}
        return shop.orders[order_id]

    @app.post("/orders")
    def create_order() -> Any:
        order = {"order_id": uuid.uuid4().hex, **flask.request.json, "status": "Pending", "created_at": NOON}
        order["_links"] = {"self": {"href": f"/orders/{order['order_id']}"}}
        with shop.lock:
            shop.orders[order["order_id"]] = order
            shop.stock[order["product_id"]] -= order["quantity"] * (1 + ("oversold" in shop.faults))
        shop.publish({"order_id": order["order_id"], "status": "Confirmed"})
        if "double outcome" in shop.faults:
            shop.publish({"order_id": order["order_id"], "status": "Rejected", "reason": "Insufficient stock"})
        return order, 201, {"Location": f"/orders/{order['order_id']}"}

    @app.get("/orders/<order_id>")
    def get_order(order_id: str) -> Any:
        return decided(order_id)

    @app.get("/orders")
    def list_orders() -> Any:
        caller = bytes.fromhex(flask.request.headers["Authorization"].split(".")[1]).decode()
        return {
            "items": [decided(i) for i, o in list(shop.orders.items()) if o["username"] == caller],
            "next_cursor": None,
        }


def _links(app: flask.Flask, shop: Shop) -> None:
    @app.post("/shorten")
    def shorten() -> Any:
        shop.asked["shorten"] += 1
        if "no links" in shop.faults or ("no links yet" in shop.faults and shop.asked["shorten"] == 1):
            return {"error": "Service Unavailable", "message": "no links"}, 503
        code = uuid.uuid4().hex[:7]
        shop.links[code] = flask.request.json["url"]
        return {"short_code": code, "short_url": f"http://short/{code}"}, 201

    @app.get("/links/<code>")
    def get_link(code: str) -> Any:
        about = {"short_code": code, "original_url": shop.links[code], "click_count": shop.clicks[code]}
        return about | {"created_at": NOON}

    @app.get("/<code>")
    def follow(code: str) -> Any:
        if "broken links" in shop.faults:
            return {"error": "Internal Server Error", "message": "An unexpected error occurred."}, 500
        if "slow" in shop.faults:
            shop.held.wait(0.4)  # never set: nobody is hurried
        with shop.lock:
            first = not shop.clicks.total()
            shop.clicks[code] += 1
            if first and "lost click" in shop.faults:
                shop.clicks.subtract([code])
                shop.clicks["elsewhere"] += 1
        location = shop.links[code] + ("&more=1" if "wrong location" in shop.faults else "")
        return flask.Response(status=302, headers={"Location": location})


@contextmanager
def served(app: Any, host: str = "127.0.0.1") -> Iterator[str]:
    """The app on a port of its own, in threads; its base URL. `host` is this machine's address to listen at."""
    server = make_server(host, 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def target_file(folder: Path, url: str, aws_url: str = "", door: str = "") -> Path:
    """A target file that points at the stand-in, local where it has a control door; secrets are those of
    `secrets_of_target`."""
    lines = ['name = "standin"', 'kind = "deployed"']
    if door:
        lines = ['name = "standin"', 'kind = "local"', "[stack]", f'control_url = "{door}"']
    for name in ("users", "auth", "products", "inventory", "orders", "links"):
        lines += [f"[services.{name}]", f'base_url = "{url}"', f'contract = "contracts/specs/{name}.openapi.yaml"']
    if aws_url:
        lines += ["[aws]", f'endpoint_url = "{aws_url}"', 'region = "us-east-1"']
    lines += ["[identities.admin]", 'username = "admin"', 'password_env = "STANDIN_PASSWORD"', 'roles = ["admin"]']
    lines += ['api_keys_env = "STANDIN_KEYS"', "[deadlines]", "eventually = 1.0"]
    path = folder / "target.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def secrets_of_target() -> dict[str, str]:
    """The variables that `target_file` names."""
    return {"STANDIN_PASSWORD": PASSWORD, "STANDIN_KEYS": KEYS}


def order_events(aws_url: str) -> Callable[[dict[str, str]], None]:
    """Makes the topic OrderEvents at an emulated AWS, and gives a function that publishes to it."""
    import boto3  # noqa: PLC0415

    sns = boto3.client(
        "sns", endpoint_url=aws_url, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    arn = sns.create_topic(Name="OrderEvents")["TopicArn"]
    lock = threading.Lock()

    def publish(event: dict[str, str]) -> None:
        with lock:
            sns.publish(TopicArn=arn, Message=json.dumps(event))

    return publish
