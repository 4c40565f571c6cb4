"""The change gate: every rule by a breaking change and its harmless twin, and no failed comparison is clean."""

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.diff.__main__ import main
from contracts.diff.comparison import compare
from contracts.diff.usage import callers, usage_of
from reports.evidence import Journal, Result, Status

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


PAIRS: dict[str, tuple[Edit, Edit]] = {  # rule → (breaking, harmless twin)
    "OperationRemoved": (
        lambda d: d["paths"]["/desks"].pop("get"),
        lambda d: d["paths"]["/desks"].update(
            delete={"operationId": "deleteDesks", "responses": {"204": {"description": "gone"}}}
        ),
    ),
    "OperationIdChanged": (
        lambda d: put(d).update(operationId="replaceDesk"),
        lambda d: put(d).update(summary="Replace a desk"),
    ),
    "RequestParameterRemoved": (
        lambda d: put(d).update(parameters=[]),
        lambda d: put(d)["parameters"].append({"name": "page", "in": "query", "schema": {}}),
    ),
    "RequestParameterBecameRequired": (
        lambda d: put(d)["parameters"][0].update(required=True),
        lambda d: put(d)["parameters"][0].update(required=False),
    ),
    "RequestParameterStyleChanged": (
        lambda d: put(d)["parameters"][0].update(explode=False),
        lambda d: put(d)["parameters"][0].update(explode=True),
    ),
    "RequestBodyBecameRequired": (
        lambda d: put(d)["requestBody"].update(required=True),
        lambda d: put(d)["requestBody"].update(required=False),
    ),
    "RequestBodyRemoved": (
        lambda d: put(d).pop("requestBody"),
        lambda d: put(d)["requestBody"].update(description="a desk"),
    ),
    "RequestMediaTypeRemoved": (
        lambda d: put(d)["requestBody"].update(content={"text/plain": {}}),
        lambda d: put(d)["requestBody"]["content"].update({"text/plain": {}}),
    ),
    "RequestFieldRemoved": (
        lambda d: sent(d)["properties"].pop("kind"),
        lambda d: sent(d)["properties"].update(colour={"type": "string"}),
    ),
    "RequestFieldBecameRequired": (
        lambda d: sent(d)["required"].append("kind"),
        lambda d: sent(d).update(required=[]),
    ),
    "RequestTypeChanged": (
        lambda d: field("size", type="string")(sent(d)),
        lambda d: field("size", type="number")(sent(d)),
    ),
    "RequestRangeNarrowed": (
        lambda d: field("name", maxLength=9)(sent(d)),
        lambda d: field("name", maxLength=11)(sent(d)),
    ),
    "RequestConstraintChanged": (
        lambda d: field("name", pattern="^b")(sent(d)),
        lambda d: sent(d)["properties"]["name"].pop("pattern"),
    ),
    "RequestOtherFieldsRefused": (
        lambda d: sent(d)["properties"]["parts"].update(items={"type": "string"}, additionalProperties=False),
        lambda d: sent(d).update(additionalProperties=True),
    ),
    "RequestItemsChanged": (
        lambda d: sent(d)["properties"].update(size={"type": "integer", "minimum": 1, "items": {"type": "string"}}),
        lambda d: sent(d)["properties"]["parts"].pop("items"),
    ),
    "RequestAlternativeRemoved": (
        lambda d: sent(d)["properties"]["either"]["oneOf"].pop(),
        lambda d: sent(d)["properties"]["either"]["oneOf"].append({"type": "boolean"}),
    ),
    "EnumValueRemoved": (
        lambda d: field("kind", enum=["oak"])(sent(d)),
        lambda d: field("kind", enum=["oak", "elm", "ash"])(sent(d)),
    ),
    "EnumValueAdded": (
        lambda d: field("kind", enum=["oak", "elm", "ash"])(got(d)),
        lambda d: field("kind", enum=["oak"])(got(d)),
    ),
    "ResponseStatusRemoved": (
        lambda d: put(d)["responses"].pop("404"),
        lambda d: put(d)["responses"].update({"429": {"description": "slower"}}),
    ),
    "ResponseStatusAdded": (
        lambda d: put(d)["responses"].update({"202": {"description": "later"}}),
        lambda d: put(d)["responses"].update({"503": {"description": "later"}}),
    ),
    "ResponseHeaderRemoved": (
        lambda d: ok(d).pop("headers"),
        lambda d: ok(d)["headers"].update(Age={"schema": {"type": "integer"}}),
    ),
    "ResponseHeaderBecameOptional": (
        lambda d: ok(d)["headers"]["ETag"].pop("required"),
        lambda d: ok(d)["headers"]["ETag"].update(description="of the whole"),
    ),
    "ResponseMediaTypeRemoved": (
        lambda d: ok(d).update(content={"text/plain": {}}),
        lambda d: ok(d)["content"].update({"text/plain": {}}),
    ),
    "ResponseFieldRemoved": (
        lambda d: got(d)["properties"].pop("kind"),
        lambda d: got(d)["properties"].update(colour={"type": "string"}),
    ),
    "ResponseFieldBecameOptional": (
        lambda d: got(d).update(required=[]),
        lambda d: got(d)["required"].append("kind"),
    ),
    "ResponseTypeChanged": (
        lambda d: field("size", type=["integer", "null"])(got(d)),
        lambda d: got(d)["properties"].update(either={"type": "string"}),
    ),
    "ResponseRangeWidened": (
        lambda d: field("name", maxLength=11)(got(d)),
        lambda d: field("name", maxLength=9)(got(d)),
    ),
    "ResponseConstraintChanged": (
        lambda d: got(d)["properties"]["name"].pop("pattern"),
        lambda d: field("size", multipleOf=2)(got(d)),
    ),
    "ResponseItemsChanged": (
        lambda d: got(d)["properties"]["parts"].pop("items"),
        lambda d: field("parts", items={"type": "string", "maxLength": 3})(got(d)),
    ),
    "ResponseAlternativeAdded": (
        lambda d: got(d)["properties"]["either"]["oneOf"].append({"type": "boolean"}),
        lambda d: got(d)["properties"]["either"]["oneOf"].pop(),
    ),
    "SecurityTightened": (
        lambda d: put(d).update(security=[{"key": ["write"]}]),
        lambda d: put(d).update(security=[{"key": []}, {}]),
    ),
}


def changed(edit: Edit, make: Callable[[], Document] = api) -> set[str]:
    after = make()
    edit(after)
    return {change.rule for change in compare({"a": make()}, {"a": after}).breaking}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_breaking_change_is_found_by_its_rule(rule: str) -> None:
    assert rule in changed(PAIRS[rule][0])


@pytest.mark.parametrize("rule", PAIRS)
def test_its_harmless_twin_breaks_nothing(rule: str) -> None:
    assert changed(PAIRS[rule][1]) == set()


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


EVENT_PAIRS: dict[str, tuple[Edit, Edit]] = {
    "OperationRemoved": (
        lambda d: d["operations"].pop("take"),
        lambda d: d["operations"].update(more={"action": "send", "channel": {"$ref": "#/channels/Sent"}}),
    ),
    "OperationMoved": (
        lambda d: d["operations"]["take"].update(channel={"$ref": "#/channels/Sent"}),
        lambda d: d["operations"]["take"].update(summary="takes"),
    ),
    "ChannelRemoved": (
        lambda d: d["channels"].pop("Sent"),
        lambda d: d["channels"].update(More={"address": "more", "messages": {}}),
    ),
    "ChannelAddressChanged": (
        lambda d: d["channels"]["Sent"].update(address="other"),
        lambda d: d["channels"]["Sent"].update(description="told"),
    ),
    "MessageRemoved": (
        lambda d: d["channels"]["Sent"].update(messages={}),
        lambda d: d["channels"]["Sent"]["messages"].update(more={"payload": {}}),
    ),
    "MessageContentTypeChanged": (
        lambda d: d["channels"]["Sent"]["messages"]["told"].update(contentType="text/plain"),
        lambda d: d["channels"]["Sent"]["messages"]["told"].update(contentType="application/json"),
    ),
    "MessageFieldRemoved": (
        lambda d: told(d)["properties"].pop("kind"),
        lambda d: told(d)["properties"].update(colour={"type": "string"}),
    ),
    "MessageFieldBecameOptional": (
        lambda d: told(d).update(required=[]),
        lambda d: told(d, "Taken", "asked").update(required=[]),
    ),
    "MessageFieldBecameRequired": (
        lambda d: told(d, "Taken", "asked")["required"].append("kind"),
        lambda d: told(d)["required"].append("kind"),
    ),
    "EnumValueAdded": (
        lambda d: field("kind", enum=["oak", "elm", "ash"])(told(d)),
        lambda d: field("kind", enum=["oak", "elm", "ash"])(told(d, "Taken", "asked")),
    ),
}


@pytest.mark.parametrize("rule", EVENT_PAIRS)
def test_messages_have_their_rules_too(rule: str) -> None:
    breaking, harmless = EVENT_PAIRS[rule]
    assert rule in changed(breaking, events)
    assert changed(harmless, events) == set()


def test_a_document_that_is_gone_breaks() -> None:
    assert [change.rule for change in compare({"a": api()}, {}).breaking] == ["DocumentRemoved"]
    assert compare({"a": api()}, {"a": api(), "b": api()}).breaking == ()


def test_a_schema_that_contains_itself_is_compared() -> None:
    def tree() -> Document:
        document = api()
        got(document)["properties"]["inner"] = {"$ref": "#/components/schemas/Kept"}
        return document

    assert changed(lambda d: None, tree) == set()
    assert changed(lambda d: got(d)["properties"].pop("kind"), tree) == {"ResponseFieldRemoved"}


def test_a_new_major_version_allows_what_a_minor_one_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path / "run"))
    for version, code in (("1.9.0", 1), ("2.0.0", 0)):
        after = api()
        after["info"]["version"] = version
        after["paths"]["/desks"].pop("get")
        assert gate(tmp_path, api(), after) == code
        report = json.loads((tmp_path / "run" / "diff.json").read_text())
        assert (report["exit_code"], report["changes"][0]["rule"]) == (code, "OperationRemoved")
        assert "OperationRemoved" in (tmp_path / "run" / "diff.md").read_text()


def gate(folder: Path, before: object, after: object) -> int:
    for name, document in (("before", before), ("after", after)):
        (folder / name).mkdir(exist_ok=True)
        text = document if isinstance(document, str) else yaml.safe_dump(document)
        (folder / name / "desks.openapi.yaml").write_text(text)
    return main([str(folder / "before"), "--tree", str(folder / "after"), "--logs", str(folder / "none")])


def dangling() -> Document:
    document = api()
    ok(document)["content"]["application/json"]["schema"]["$ref"] = "#/components/schemas/Nothing"
    return document


@pytest.mark.parametrize("wrong", ["a: [", "[]", "openapi: 3.1.0", dangling(), {**api(), "info": {"title": "x"}}])
@pytest.mark.parametrize("side", [0, 1])
def test_a_failed_comparison_is_broken_and_never_clean(
    wrong: object, side: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path / "run"))
    pair = (wrong, api()) if side == 0 else (api(), wrong)
    assert gate(tmp_path, *pair) == 3
    assert json.loads((tmp_path / "run" / "diff.json").read_text())["status"] == "broken"
    assert "broken" in (tmp_path / "run" / "diff.md").read_text()


@pytest.mark.parametrize("ref", ["no-such-ref", "--output=x", "HEAD:nowhere"])
def test_a_ref_that_cannot_be_read_is_broken(
    ref: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path))
    assert main(["--", ref] if ref.startswith("-") else [ref]) == 3
    assert capsys.readouterr().out.startswith(f"BROKEN  BASE={ref}: no ")
    assert json.loads((tmp_path / "diff.json").read_text())["status"] == "broken"


def test_a_version_without_a_major_number_cannot_be_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path / "run"))
    after = api()
    after["info"]["version"] = "next"
    assert gate(tmp_path, api(), after) == 3


def test_a_call_without_base_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_RUN_DIR", str(tmp_path))
    assert main([]) == 2
    assert not (tmp_path / "diff.json").exists()


def test_a_git_ref_is_read_as_it_was_committed(tmp_path: Path) -> None:
    from contracts.diff.source import read_base  # noqa: PLC0415 - beside the repository it reads

    specs = tmp_path / "contracts" / "specs"
    specs.mkdir(parents=True)
    (specs / "desks.openapi.yaml").write_text(yaml.safe_dump(api()))
    for call in (["init", "-q"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "one"]):
        subprocess.run(["git", *call], cwd=tmp_path, check=True)
    (specs / "desks.openapi.yaml").write_text("changed since")
    assert read_base("HEAD", tmp_path) == {"desks.openapi.yaml": api()}


def test_who_used_the_part_that_changes_is_named(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "features")
    journal.started()
    journal.result(Result("features", "DSK-001", "a desk", Status.PASSED, details={"called": ["putDesk"]}))
    journal.finished()
    load = Journal(tmp_path, "load")
    load.started()
    load.write("personas", personas={"shopper": ["putDesk"], "browser": ["getDesks"]})
    load.finished()
    usage = usage_of(tmp_path, [events()])
    assert usage.of(["putDesk"]) == {"scenarios": ["DSK-001"], "personas": ["shopper"], "services": []}
    assert usage.of(["take"])["services"] == ["stock"]


def test_a_call_of_another_service_is_seen_in_the_logs_by_its_time() -> None:
    def line(service: str, operation: str, second: int, milliseconds: float) -> dict[str, Any]:
        time = f"2026-11-21T00:00:{second:02}.000+00:00"
        return {
            "time": time,
            "service": service,
            "operation": operation,
            "request_id": "r",
            "duration_ms": milliseconds,
        }

    inner, outer, later = (
        line("users", "getUser", 5, 1000),
        line("orders", "createOrder", 6, 4000),
        line("links", "shorten", 9, 10),
    )
    assert list(callers([inner, outer, later])) == [("getUser", "orders")]
