"""The documents of these services, as others write them: OpenAPI 3.0 and 3.1, JSON and YAML, few examples, no links."""

import json
from pathlib import Path
from typing import Any

import yaml

from tests.contracts.foreign.server import HABITS

SCHEMES: dict[str, Any] = {
    "invoices": {
        "type": "oauth2",
        "flows": {"password": {"tokenUrl": "/oauth/token", "scopes": {"bills": "Everything"}}},
    },
    "journal": {"type": "http", "scheme": "basic"},
    "depot": {"type": "apiKey", "in": "header", "name": "X-Depot-Key"},
}


def write_document(folder: Path, name: str) -> Path:
    """Invoices as JSON without operationIds (OpenAPI 3.0), journal as YAML (3.1), depot as YAML (3.0)."""
    document = _document(name)
    if name == "invoices":
        path = folder / "invoices.json"
        path.write_text(json.dumps(document))
    else:
        path = folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(document))
    return path


def _document(name: str) -> dict[str, Any]:
    scopes = ["bills"] if name == "invoices" else []
    paths = _paths(name, "/accounts", "Account", ())
    paths |= _paths(name, "/accounts/{parent}/bills", "Bill", ("parent",))
    return {
        "openapi": "3.1.0" if name == "journal" else "3.0.3",
        "info": {"title": "Orders" if name == "depot" else name, "version": "2026-01-01"},
        "security": [{"door": scopes}],
        "paths": paths,
        "components": {"securitySchemes": {"door": SCHEMES[name]}},
    }


def _paths(name: str, path: str, noun: str, above: tuple[str, ...]) -> dict[str, Any]:
    habits = HABITS[name]
    text = {"type": "string", "minLength": 1, "maxLength": habits.longest}
    sent: dict[str, Any] = {"type": "object", "required": [habits.text], "properties": {habits.text: text}}
    sent["additionalProperties"] = False
    seen = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, habits.text: text}}
    body = {"required": True, "content": {"application/json": {"schema": sent}}}
    shown = {"description": "It", "content": {"application/json": {"schema": seen}}}
    refused = {str(status): {"description": "No"} for status in (401, 404, habits.stranger)}
    bad = {str(status): {"description": "No"} for status in (400, 415, habits.invalid)}
    one = [_parameter(each) for each in (*above, "number")]
    made: dict[str, Any] = {"post": {"requestBody": body, "responses": {"201": shown, **refused, **bad}}}
    thing: dict[str, Any] = {
        "get": {"responses": {"200": shown, **refused}},
        "put": {"requestBody": body, "responses": {"200": shown, **refused, **bad}},
        "delete": {"responses": {"204": {"description": "Gone"}, **refused}},
    }
    if name != "invoices":
        # Names that the platform has for things of its own.
        thing["get"]["operationId"] = "getOrder" if noun == "Account" else f"get{noun}"
        thing["put"]["operationId"] = f"put{noun}"
        thing["delete"]["operationId"] = "cancelOrder" if noun == "Account" else f"delete{noun}"
        made["post"]["operationId"] = "createOrder" if noun == "Account" else f"create{noun}"
    return {
        path: {"parameters": [_parameter(each) for each in above], **made} if above else made,
        f"{path}/{{number}}": {"parameters": one, **thing},
    }


def _parameter(name: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}
