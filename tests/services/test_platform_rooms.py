"""The services' shared rooms: settings, correlation, redaction, routing, DynamoDB values."""

import json
from decimal import Decimal
from typing import Any

import pytest

from fixtures.services.platform import aws, correlation, logs, routing
from fixtures.services.platform.messages import Problem, Response, Route
from fixtures.services.platform.requests_in import cursor_of, integer, key_of
from fixtures.services.platform.settings import Development, Production, SettingsError, Testing, from_environment

PARENT = f"00-{'a' * 32}-{'b' * 16}-01"


@pytest.mark.parametrize(
    ("named", "kind"),
    [(None, Development), ("", Development), ("testing", Testing), ("production", Production)],
)
def test_each_environment_has_its_class(named: str | None, kind: type) -> None:
    given = {} if named is None else {"APP_ENV": named}
    assert type(from_environment("users", given)) is kind


def test_settings_come_from_variables_and_empty_means_not_set() -> None:
    found = from_environment("users", {"AWS_REGION": "eu-west-1", "USERS_URL": "", "BREAKER_RESET_SECONDS": "5"})
    assert (found.aws_region, found.users_url, found.breaker_reset_seconds) == ("eu-west-1", "http://127.0.0.1:5002", 5)


@pytest.mark.parametrize(
    ("service", "given", "named"),
    [
        ("users", {"APP_ENV": "prod"}, "APP_ENV"),
        ("users", {"BREAKER_RESET_SECONDS": "soon"}, "BREAKER_RESET_SECONDS"),
        ("auth", {"APP_ENV": "production", "REDIS_URL": "redis://r"}, "ADMIN_PASSWORD"),
        ("auth", {"APP_ENV": "production", "REDIS_URL": "redis://r", "ADMIN_PASSWORD": "Change-Me"}, "ADMIN_PASSWORD"),
        (
            "auth",
            {"APP_ENV": "production", "REDIS_URL": "redis://r", "ADMIN_PASSWORD": Development("auth").admin_password},
            "ADMIN_PASSWORD",
        ),
        ("links", {"APP_ENV": "production", "PUBLIC_BASE_URL": "https://l.example"}, "REDIS_URL"),
        ("orders", {"APP_ENV": "production", "AUTH_URL": "https://a"}, "USERS_URL"),
        ("users", {"APP_ENV": "production", "SPLUNK_HEC_TOKEN": "example"}, "SPLUNK_HEC_TOKEN"),
    ],
)
def test_a_service_refuses_to_start_and_names_the_variable(service: str, given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        from_environment(service, given)


def test_production_starts_with_secrets_of_its_own() -> None:
    given = {"APP_ENV": "production", "REDIS_URL": "redis://r", "ADMIN_PASSWORD": "kV9-something-chosen"}
    assert from_environment("auth", given).admin_password == "kV9-something-chosen"


@pytest.mark.parametrize("given", ["", "a b", "a\n", "é", "x" * 129, "a,b", "../etc"])
def test_a_request_id_of_another_form_is_replaced(given: str) -> None:
    correlation.accept({"x-request-id": given})
    assert correlation.request_id.get() not in ("", given)


@pytest.mark.parametrize("given", [PARENT, PARENT.replace("00-", "cc-", 1), PARENT.replace("00-", "cc-", 1) + "-what"])
def test_a_traceparent_is_passed_on(given: str) -> None:
    correlation.accept({"traceparent": given})
    assert correlation.outgoing_headers()["traceparent"] == given


@pytest.mark.parametrize(
    "given",
    [
        "",
        "junk",
        PARENT + "-extra",
        PARENT.upper(),
        PARENT.replace("00-", "ff-", 1),
        PARENT.replace("a" * 32, "0" * 32),
        PARENT.replace("b" * 16, "0" * 16),
        PARENT[:-1],
        PARENT + "\n",
    ],
)
def test_a_malformed_traceparent_is_replaced_by_a_new_one(given: str) -> None:
    correlation.accept({"traceparent": given})
    made = correlation.traceparent.get()
    assert made != given
    correlation.accept({"traceparent": made})
    assert correlation.traceparent.get() == made


def test_ids_travel_through_a_queue_and_through_a_topic() -> None:
    correlation.accept({"x-request-id": "r1", "traceparent": PARENT})
    sent = correlation.message_attributes()
    queued = {name: {"stringValue": each["StringValue"], "dataType": "String"} for name, each in sent.items()}
    told = {name: {"Type": "String", "Value": each["StringValue"]} for name, each in sent.items()}
    envelope = json.dumps({"Type": "Notification", "MessageAttributes": told})
    records: list[dict[str, Any]] = [
        {"messageAttributes": queued, "body": "{}"},
        {"messageAttributes": {}, "body": envelope},
    ]
    for record in records:
        correlation.accept({})
        correlation.from_record(record)
        assert (correlation.request_id.get(), correlation.traceparent.get()) == ("r1", PARENT)


@pytest.mark.parametrize("body", ["", "junk", "[]", '{"MessageAttributes": 7}', "[" * 100_000])
def test_a_record_without_ids_gets_new_ones(body: str) -> None:
    correlation.from_record({"body": body})
    assert correlation.request_id.get()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("mail to ada.l+x@example.co.uk now", "ada.l+x@example.co.uk"),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("got eyJhbGciOi.eyJzdWIi.c2ln", "eyJzdWIi"),
        ('{"password": "hunter2"}', "hunter2"),
        ("{'new_password': {'S': 'hunter2'}}", "hunter2"),
        ("refresh_token=hunter2&x=1", "hunter2"),
        ("X-API-Key: hunter2", "hunter2"),
    ],
)
def test_secrets_and_addresses_are_masked(text: str, secret: str) -> None:
    assert secret not in logs.redact(text)


def test_plain_text_is_left_alone() -> None:
    assert logs.redact("order o-1 of 3 desks: Insufficient stock") == "order o-1 of 3 desks: Insufficient stock"


def route(method: str, path: str) -> Route:
    return Route(f"{method} {path}", method, path, lambda _: Response(200))


def test_a_literal_path_hides_a_parameter() -> None:
    routes = [route("GET", "/{short_code}"), route("POST", "/shorten")]
    found = routing.match(routes, "GET", "/shorten")
    assert found is not None
    with pytest.raises(Problem) as refused:
        found.wanted()
    assert (refused.value.status, refused.value.headers["Allow"]) == (405, "POST")
    other = routing.match(routes, "GET", "/abc")
    assert other is not None
    assert (other.wanted().path, other.path_params) == ("/{short_code}", {"short_code": "abc"})


def test_values_survive_dynamodb() -> None:
    item = {"s": "é\x00", "n": -3, "d": Decimal("1.5"), "b": True, "z": None, "ss": {"a", "b"}, "l": [1, {"m": "x"}]}
    assert aws.unmarshal(aws.marshal(item)) == item
    assert aws.marshal({"flag": True}) == {"flag": {"BOOL": True}}


@pytest.mark.parametrize("value", [True, False, 1.5, float("nan"), float("inf"), "1", None, [1], 10**400, -1, 11])
def test_what_is_no_integer_in_range_is_refused(value: object) -> None:
    with pytest.raises(Problem):
        integer(value, 0, 10, "no")


def test_whole_numbers_are_integers_by_json_schema() -> None:
    assert [integer(value, 0, 10, "no") for value in (0, 10, 2.0)] == [0, 10, 2]


def test_a_cursor_leads_back_to_its_key_and_only_to_its_key() -> None:
    assert key_of(cursor_of({"username": "ada"}), ("username",)) == {"username": "ada"}
    with pytest.raises(Problem):
        key_of(cursor_of({"username": "ada"}), ("product_id",))
