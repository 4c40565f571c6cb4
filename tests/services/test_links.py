"""Short links, through the proxy events that API Gateway sends."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from fixtures.services.links import api_keys, clicks, rules
from fixtures.services.links.routes import routes
from fixtures.services.platform import aws, rate_limit
from fixtures.services.platform.messages import Problem
from fixtures.services.platform.settings import Testing
from tests.services.proxy import Call, Reply, caller

ADA, BEN = "ada's key", "ben's key"
URL = "https://example.com/a?b=c#d"


@pytest.fixture
def links(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """The service, with two keys and no links."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    forget()
    hashes = {name: hashlib.sha256(key.encode()).hexdigest() for name, key in (("k-ada", ADA), ("k-ben", BEN))}
    aws.client("secretsmanager").create_secret(Name="LinksApiKeys", SecretString=json.dumps(hashes))
    yield caller("links", routes(Testing("links", public_base_url="https://sho.rt/")))
    forget()


def forget() -> None:
    api_keys._ids_by_hash.cache_clear()
    rate_limit._limiter.cache_clear()


def shorten(links: Call, url: Any = URL, key: str = ADA) -> Reply:
    return links("POST", "/shorten", {"url": url}, X_API_Key=key)


def made(links: Call, url: str = URL) -> str:
    answer = shorten(links, url)
    assert answer.status == 201
    return str(answer.body["short_code"])


def test_a_link_is_made_and_leads_to_the_very_same_url(links: Call) -> None:
    answer = shorten(links)
    assert answer.status == 201
    assert answer.body["short_url"] == f"https://sho.rt/{answer.body['short_code']}"
    followed = links("GET", f"/{answer.body['short_code']}")
    assert (followed.status, followed.headers["Location"], followed.body) == (302, URL, None)


@pytest.mark.parametrize(
    "url",
    [
        "http://e.org",
        'HTTPS://E.ORG/%zz/../^|\\"<>{}`',
        "http://user:p%40ss@e.org:65535?q",
        "http://[2001:db8::1]:80/#x",
        "http://e.org./",
        "http://localhost:12345/",
        "http://e.org/" + "a" * (2048 - 13),
    ],
)
def test_any_absolute_http_url_comes_back_byte_for_byte(links: Call, url: str) -> None:
    assert links("GET", f"/{made(links, url)}").headers["Location"] == url


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///path",
        "//e.org",
        "/path",
        "e.org",
        "ftp://e.org",
        "javascript:alert(1)",
        "http://e.org/a b",
        "http://e.org/\r\nSet-Cookie: a=b",
        "http://e.org/\n",
        "\thttp://e.org",
        "http://e.org/é",
        "http://é.org",
        "http://e.org/\x00",
        "http://e.org\\@evil.org",
        "http://e.org:65536",
        "http://e.org:x",
        "http://[zz]/",
        "http://[::1",
        "http://e.org/" + "a" * (2049 - 13),
        7,
        ["http://e.org"],
        {"url": 1},
        True,
    ],
)
def test_anything_else_is_400(url: Any) -> None:
    with pytest.raises(Problem) as caught:
        rules.url({"url": url})
    assert (caught.value.status, caught.value.message) == (400, "URL is not valid.")


def test_no_url_is_400_and_a_bad_one_too(links: Call) -> None:
    for body in ({}, {"url": None}, {"url": ""}):
        answer = links("POST", "/shorten", body, X_API_Key=ADA)
        assert (answer.status, answer.body["message"]) == (400, "URL is required.")
    answer = shorten(links, "ftp://e.org")
    assert (answer.status, answer.body) == (400, {"error": "Bad Request", "message": "URL is not valid."})


BAD_KEYS = ["", "nobody's", "\ud800", "\x00", "k-ada", hashlib.sha256(ADA.encode()).hexdigest()]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/shorten"), ("GET", "/links/abcdefg"), ("DELETE", "/links/abcdefg"), ("GET", "/links/abcdefg/clicks")],
)
def test_without_a_known_key_it_is_401(links: Call, method: str, path: str) -> None:
    for key in BAD_KEYS:
        answer = links(method, path, {"url": URL} if method == "POST" else None, X_API_Key=key)
        assert (answer.status, answer.body["message"]) == (401, "Invalid API key."), key
        assert answer.headers["WWW-Authenticate"] == "ApiKey"


def test_sixty_links_a_minute_for_each_key(links: Call) -> None:
    answers = [shorten(links) for _ in range(61)]
    assert {answer.status for answer in answers[:60]} == {201}
    assert answers[59].headers["X-RateLimit-Remaining"] == "0"
    assert answers[60].status == 429
    assert int(answers[60].headers["Retry-After"]) > 0
    assert answers[60].headers["X-RateLimit-Limit"] == "60"
    assert shorten(links, key=BEN).status == 201


def test_a_code_that_is_taken_is_never_given_again(links: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = ["same000", "same000", "same000", "other00"]
    monkeypatch.setattr(rules, "new_code", lambda: codes.pop(0))
    assert made(links) == "same000"
    assert made(links, "https://other.example/") == "other00"
    assert links("GET", "/same000").headers["Location"] == URL


def test_a_code_never_spells_a_path_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("shorten" + "aB3dE6g")
    monkeypatch.setattr(secrets, "choice", lambda _alphabet: next(letters))
    assert rules.new_code() == "aB3dE6g"


def test_codes_are_seven_base_62_characters() -> None:
    codes = {rules.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(rules.is_code(code) for code in codes)


def test_the_service_s_own_paths_are_no_codes(links: Call) -> None:
    assert links("GET", "/health").body == {"status": "ok", "service": "links"}
    refused = links("GET", "/shorten")
    assert (refused.status, refused.headers["Allow"]) == (405, "POST")


BAD_CODES = ["zzzzzzz", "short", "a" * 3000, "a\x00bcdef", "é234567", "\ud800bcdefg", "%2e%2e%2f"]


def test_a_code_that_leads_nowhere_is_404_and_nothing_is_written(links: Call) -> None:
    for code in BAD_CODES:
        for path in (f"/{code}", f"/links/{code}", f"/links/{code}/clicks"):
            answer = links("GET", path, X_API_Key=ADA)
            assert (answer.status, answer.body["message"]) == (404, "Short URL not found."), path
        assert links("DELETE", f"/links/{code}", X_API_Key=ADA).status == 404
    assert aws.client("dynamodb").scan(TableName="URLMappings")["Items"] == []


def test_every_redirect_is_counted_once_also_when_they_come_together(links: Call) -> None:
    code = made(links)
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status for answer in pool.map(lambda _: links("GET", f"/{code}"), range(40))} == {302}
    assert links("GET", f"/links/{code}", X_API_Key=ADA).body["click_count"] == 40


def test_following_a_link_is_one_write_and_nothing_else(links: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    code = made(links)
    calls: list[str] = []
    for client in (aws.client("dynamodb"), aws.once()):
        client.meta.events.register("before-call", lambda model, **_: calls.append(model.name), unique_id="counting")
    links("GET", f"/{code}", Referer="https://e.org/")
    for client in (aws.client("dynamodb"), aws.once()):
        client.meta.events.unregister("before-call", unique_id="counting")
    assert calls == ["UpdateItem"]


def test_a_click_is_never_tried_twice() -> None:
    # a second attempt after a lost answer would count one redirect as two
    config: Any = aws.once().meta.config
    assert config.retries["total_max_attempts"] == 1


def test_clicks_are_told_by_day_and_by_referrer(links: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    code = made(links)
    referrers = ["", "https://B.example:8443/x", "https://a.example/", "http://b.EXAMPLE", "android-app://b.example/"]
    for day, referrer in zip(
        ["2026-03-02", "2026-03-02", "2026-03-01", "2026-03-02", "2026-03-01"], referrers, strict=True
    ):
        monkeypatch.setattr(rules, "day", lambda _moment, day=day: day)
        assert links("GET", f"/{code}", Referer=referrer).status == 302
    answer = links("GET", f"/links/{code}/clicks", X_API_Key=ADA)
    assert answer.body == {
        "total": 5,
        "by_day": [{"date": "2026-03-01", "count": 2}, {"date": "2026-03-02", "count": 3}],
        "by_referrer": [
            {"referrer": "b.example", "count": 3},
            {"referrer": "a.example", "count": 1},
            {"referrer": "direct", "count": 1},
        ],
    }


@pytest.mark.parametrize(
    "header",
    [
        "",
        "e.org",
        "/path",
        "http://",
        "http://[::1",
        "http://é.org/",
        "http://a b/",
        "http://" + "a" * 254,
        "\ud800\x00",
    ],
)
def test_a_referrer_without_a_usable_host_is_direct(header: str) -> None:
    assert rules.referrer(header) == "direct"


def test_a_day_is_that_of_utc() -> None:
    assert rules.day(datetime(2026, 3, 1, 23, 59, tzinfo=UTC)) == "2026-03-01"


def test_a_link_names_its_first_referrers_and_counts_the_rest_as_other(
    links: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rules.MOST_REFERRERS == 100
    monkeypatch.setattr(clicks, "MOST_REFERRERS", 3)
    code = made(links)
    for referrer in ["h0", "h1", "h2", "h3", "h4", "h1", "direct"]:
        assert clicks.StoredClicks().follow(code, referrer, "2026-03-01") == URL
    answer = links("GET", f"/links/{code}/clicks", X_API_Key=ADA).body
    counts = {each["referrer"]: each["count"] for each in answer["by_referrer"]}
    assert counts == {"h0": 1, "h1": 2, "h2": 1, "other": 2, "direct": 1}
    assert answer["total"] == 7


def test_only_the_key_that_made_a_link_sees_and_deletes_it(links: Call) -> None:
    code = made(links)
    for method, path in (("GET", f"/links/{code}"), ("GET", f"/links/{code}/clicks"), ("DELETE", f"/links/{code}")):
        answer = links(method, path, X_API_Key=BEN)
        assert (answer.status, answer.body["message"]) == (403, "You are not allowed to do this.")
    assert links("GET", f"/links/{code}", X_API_Key=ADA).status == 200


def test_a_deleted_link_is_gone_for_everybody(links: Call) -> None:
    code = made(links)
    assert links("DELETE", f"/links/{code}", X_API_Key=ADA).status == 204
    assert links("DELETE", f"/links/{code}", X_API_Key=ADA).status == 404
    assert links("GET", f"/{code}").status == 404
    assert links("GET", f"/links/{code}", X_API_Key=ADA).status == 404


def test_no_key_is_kept_with_a_link(links: Call) -> None:
    made(links)
    stored = str(aws.client("dynamodb").scan(TableName="URLMappings")["Items"])
    assert "k-ada" in stored
    assert ADA not in stored


@pytest.mark.parametrize("value", ["not JSON", "[]"])
def test_without_readable_keys_it_is_503_until_they_are_there(links: Call, value: str) -> None:
    vault = aws.client("secretsmanager")
    good = vault.get_secret_value(SecretId="LinksApiKeys")["SecretString"]
    vault.put_secret_value(SecretId="LinksApiKeys", SecretString=value)
    refused = shorten(links)
    assert refused.status == 503
    assert int(refused.headers["Retry-After"]) > 0
    vault.put_secret_value(SecretId="LinksApiKeys", SecretString=good)
    assert shorten(links).status == 201
