"""The document that is changed, and the rules that a change of it breaks."""

import copy
from collections.abc import Callable
from typing import Any

from contracts.diff.comparison import compare

Document = dict[str, Any]
Edit = Callable[[Document], object]
DESK: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 10, "pattern": "^a"},
        "kind": {"type": "string", "enum": ["oak", "elm"]},
        "size": {"type": "integer", "minimum": 1},
        "parts": {"type": "array", "items": {"type": "string"}},
        "either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    },
}


def api() -> Document:
    media = {"application/json": {"schema": {"$ref": "#/components/schemas/Desk"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Desks", "version": "1.2.0"},
        "paths": {
            "/desks": {
                "put": {
                    "operationId": "putDesk",
                    "security": [{"key": []}],
                    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 9}}],
                    "requestBody": {"content": copy.deepcopy(media)},
                    "responses": {
                        "200": {
                            "description": "kept",
                            "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
                            "content": {
                                "application/json": {"schema": {"$ref": "#/components/schemas/Kept"}},
                            },
                        },
                        "404": {"description": "none"},
                    },
                },
                "get": {"operationId": "getDesks", "responses": {"200": {"description": "all"}}},
            }
        },
        "components": {
            "schemas": {"Desk": copy.deepcopy(DESK), "Kept": copy.deepcopy(DESK)},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}},
        },
    }


def put(document: Document) -> Document:
    return document["paths"]["/desks"]["put"]  # type: ignore[no-any-return]


def sent(document: Document) -> Document:
    return document["components"]["schemas"]["Desk"]  # type: ignore[no-any-return]


def got(document: Document) -> Document:
    return document["components"]["schemas"]["Kept"]  # type: ignore[no-any-return]


def ok(document: Document) -> Document:
    return put(document)["responses"]["200"]  # type: ignore[no-any-return]


def field(name: str, **change: Any) -> Callable[[Document], None]:
    return lambda schema: schema["properties"][name].update(change)


def changed(edit: Edit, make: Callable[[], Document] = api) -> set[str]:
    after = make()
    edit(after)
    return {change.rule for change in compare({"a": make()}, {"a": after}).breaking}


def events() -> Document:
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Desks", "version": "1.0.0"},
        "defaultContentType": "application/json",
        "channels": {
            "Sent": {"address": "sent", "messages": {"told": {"payload": copy.deepcopy(DESK)}}},
            "Taken": {"address": "taken", "messages": {"asked": {"payload": copy.deepcopy(DESK)}}},
        },
        "operations": {
            "tell": {"action": "send", "channel": {"$ref": "#/channels/Sent"}, "x-by": ["putDesk"]},
            "take": {"action": "receive", "channel": {"$ref": "#/channels/Taken"}, "x-service": "stock"},
        },
    }


def told(document: Document, channel: str = "Sent", message: str = "told") -> Document:
    return document["channels"][channel]["messages"][message]["payload"]  # type: ignore[no-any-return]
