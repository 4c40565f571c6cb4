"""The change gate: every rule by a breaking change and its harmless twin."""

import pytest

from contracts.diff.comparison import compare
from tests.contracts.desks import Document, Edit, api, changed, field, got, ok, put, sent

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


@pytest.mark.parametrize("rule", PAIRS)
def test_a_breaking_change_is_found_by_its_rule(rule: str) -> None:
    assert rule in changed(PAIRS[rule][0])


@pytest.mark.parametrize("rule", PAIRS)
def test_its_harmless_twin_breaks_nothing(rule: str) -> None:
    assert changed(PAIRS[rule][1]) == set()


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
