"""The change gate on messages: every rule by a breaking change and its harmless twin."""

import pytest

from tests.contracts.desks import Edit, changed, events, field, told

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
