"""Accounts and sessions, through the proxy events that API Gateway sends."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import jwt
import pytest

from fixtures.services.auth import keys, rules, sessions, store
from fixtures.services.auth.routes import routes
from fixtures.services.platform import aws, rate_limit
from fixtures.services.platform.messages import Problem
from fixtures.services.platform.passwords import Passwords
from fixtures.services.platform.settings import Testing
from tests.services.proxy import Call, Reply, caller

PASSWORD = "correct horse"
SETTINGS = Testing("auth", admin_username="root", admin_password="of all evil")
WEAK = "Password must be 8 to 128 characters and differ from the username."
LIMITED = "You have exceeded your request rate limit. Please try again later."


@pytest.fixture
def auth(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """The service, with a signing key and nobody registered."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    forget()
    keys.create()
    yield caller("auth", routes(SETTINGS))
    forget()


def forget() -> None:
    keys.signing_key.cache_clear()
    rate_limit._limiter.cache_clear()


def registered(auth: Call, username: str = "ada") -> None:
    body = {"username": username, "email": "ada@example.com", "password": PASSWORD}
    assert auth("POST", "/register", body).status == 201


def login(auth: Call, username: str = "ada", password: str = PASSWORD) -> Reply:
    return auth("POST", "/login", {"username": username, "password": password})


def refresh(auth: Call, token: str) -> Reply:
    return auth("POST", "/refresh", {"refresh_token": token})


def me(auth: Call, token: str) -> Reply:
    return auth("GET", "/me", Authorization=f"Bearer {token}")


def test_a_new_account_can_log_in_and_see_itself(auth: Call) -> None:
    registered(auth)
    tokens = login(auth)
    assert tokens.status == 200
    assert (tokens.body["token_type"], tokens.body["expires_in"]) == ("Bearer", 900)
    account = me(auth, tokens.body["access_token"])
    assert account.status == 200
    assert account.body.pop("created_at").endswith("Z")
    assert account.body == {"username": "ada", "email": "ada@example.com", "roles": ["customer"]}


def test_a_password_is_kept_as_argon2id_only(auth: Call) -> None:
    registered(auth)
    account = store.find("ada")
    assert account is not None
    assert account.password_hash.startswith("$argon2id$")
    assert account.password_hash not in repr(account)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"username": None}, "Username and password required."),
        ({"username": ""}, "Username and password required."),
        ({"password": ""}, "Username and password required."),
        ({"username": "ab"}, "Username is not valid."),
        ({"username": "a" * 65}, "Username is not valid."),
        ({"username": "ada\n"}, "Username is not valid."),
        ({"username": 7}, "Username is not valid."),
        ({"username": ["ada"]}, "Username is not valid."),
        ({"email": None}, "Email is not valid."),
        ({"email": "ada@localhost"}, "Email is not valid."),
        ({"email": "a" * 64 + "@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 63 + ".org"}, "Email is not valid."),
        ({"password": "1234567"}, WEAK),
        ({"password": "p" * 129}, WEAK),
        ({"password": 12345678}, WEAK),
        ({"username": "ada.lovelace", "password": "ada.lovelace"}, WEAK),
    ],
)
def test_a_registration_that_breaks_a_rule_is_400(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Problem) as caught:
        rules.registration({"username": "ada", "email": "ada@example.com", "password": PASSWORD, **changes})
    assert (caught.value.status, caught.value.message) == (400, message)


@pytest.mark.parametrize("length", [8, 128])
def test_the_shortest_and_the_longest_password_are_taken(length: int) -> None:
    wanted = rules.registration({"username": "ada", "email": "a@b.co", "password": "é" * length})
    assert wanted.password == "é" * length


def test_of_simultaneous_registrations_of_one_name_exactly_one_wins(auth: Call) -> None:
    body = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: auth("POST", "/register", body), range(6)))
    assert Counter(answer.status for answer in answers) == {201: 1, 400: 5}
    assert {answer.body["message"] for answer in answers if answer.status == 400} == {"User already exists."}


def test_a_registration_tried_again_after_a_lost_answer_is_not_told_the_name_is_taken(auth: Call) -> None:
    account = store.Account("ada", "a@b.co", "$argon2id$salted", ("customer",), "2026-01-01T00:00:00Z")
    assert store.add(account)
    assert store.add(account)
    assert not store.add(replace(account, password_hash="$argon2id$other"))


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(auth: Call) -> None:
    registered(auth)
    wrong, unknown, impossible = login(auth, password="wrong"), login(auth, "ben"), login(auth, "no such\x00name" * 200)
    assert wrong.status == 401
    assert wrong.body == unknown.body == impossible.body == {"error": "Unauthorized", "message": "Invalid credentials."}
    assert wrong.headers["WWW-Authenticate"] == unknown.headers["WWW-Authenticate"] == "Bearer"


def test_an_unknown_name_costs_a_hash_like_any_other(auth: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    really = Passwords.verify

    def counting(self: Any, kept: str | None, password: str) -> bool:
        verified.append("hash" if kept else "dummy")
        return bool(really(self, kept, password))

    monkeypatch.setattr(Passwords, "verify", counting)
    registered(auth)
    for name in ("ada", "ben", "b"):
        login(auth, name, "wrong")
    assert verified == ["hash", "dummy", "dummy"]


def test_five_failures_close_a_name_even_for_the_right_password_but_no_other_name(auth: Call) -> None:
    registered(auth)
    registered(auth, "ben")
    assert [login(auth, password="wrong").status for _ in range(5)] == [401] * 5
    closed = login(auth)
    assert (closed.status, closed.body["message"]) == (429, LIMITED)
    assert int(closed.headers["Retry-After"]) > 0
    assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= set(closed.headers)
    assert login(auth, "ben").status == 200


def test_successes_are_not_counted_and_do_not_forgive_failures(auth: Call) -> None:
    registered(auth)
    assert [login(auth).status for _ in range(7)] == [200] * 7
    assert [login(auth, password="wrong").status for _ in range(4)] == [401] * 4
    assert login(auth).status == 200
    assert login(auth, password="wrong").status == 401
    assert login(auth).status == 429


def test_simultaneous_guesses_get_five_answers_and_no_more(auth: Call) -> None:
    with ThreadPoolExecutor(9) as pool:
        statuses = Counter(answer.status for answer in pool.map(lambda _: login(auth), range(9)))
    assert statuses == {401: 5, 429: 4}


def test_the_limit_keeps_no_name_in_clear(auth: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(rate_limit, "hit", lambda _limit, key: counted.append(key))
    login(auth, "ada.lovelace")
    assert len(counted) == 1
    assert "ada" not in counted[0]


def test_the_admin_of_the_configuration_exists_on_first_need_and_after_all_data_is_gone(auth: Call) -> None:
    for _ in range(2):
        tokens = login(auth, "root", "of all evil")
        assert jwt.decode(tokens.body["access_token"], options={"verify_signature": False})["roles"] == ["admin"]
        aws.client("dynamodb").delete_item(TableName="AuthUsers", Key={"username": {"S": "root"}})


def test_nobody_registers_the_admins_name_before_the_admin(auth: Call) -> None:
    body = {"username": "root", "email": "eve@example.com", "password": PASSWORD}
    assert auth("POST", "/register", body).body["message"] == "User already exists."
    assert login(auth, "root", PASSWORD).status == 401


def test_an_access_token_says_who_for_whom_and_how_long(auth: Call) -> None:
    registered(auth)
    token = login(auth).body["access_token"]
    published = auth("GET", "/.well-known/jwks.json")
    assert "max-age" in published.headers["Cache-Control"]
    [key] = published.body["keys"]
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["typ"], header["kid"]) == ("ES256", "JWT", key["kid"])
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    claims = jwt.decode(
        token, jwt.PyJWK(key), algorithms=["ES256"], issuer=SETTINGS.jwt_issuer, audience=SETTINGS.jwt_audience
    )
    assert claims["exp"] - claims["iat"] == 900
    assert {"iss", "aud", "sub", "iat", "exp", "jti", "roles"} <= set(claims)


def test_logout_refuses_that_token_and_its_family_but_no_other_session(auth: Call) -> None:
    registered(auth)
    left, kept = login(auth).body, login(auth).body
    answer = auth("POST", "/logout", Authorization=f"Bearer {left['access_token']}")
    assert (answer.status, answer.body) == (204, None)
    assert me(auth, left["access_token"]).status == 401
    assert refresh(auth, left["refresh_token"]).status == 401
    assert me(auth, kept["access_token"]).status == 200
    assert refresh(auth, kept["refresh_token"]).status == 200


def test_a_refresh_replaces_both_tokens(auth: Call) -> None:
    registered(auth)
    old = login(auth).body
    new = refresh(auth, old["refresh_token"]).body
    assert new["refresh_token"] != old["refresh_token"]
    assert new["access_token"] != old["access_token"]
    assert me(auth, new["access_token"]).status == 200


def test_a_refresh_token_used_twice_ends_its_family_and_no_other(auth: Call) -> None:
    registered(auth)
    first, other = login(auth).body, login(auth).body
    second = refresh(auth, first["refresh_token"]).body
    again = refresh(auth, first["refresh_token"])
    assert (again.status, again.body["message"]) == (401, "Invalid refresh token.")
    assert again.headers["WWW-Authenticate"].startswith("Bearer")
    assert refresh(auth, second["refresh_token"]).status == 401
    assert refresh(auth, other["refresh_token"]).status == 200


def test_of_simultaneous_uses_of_a_refresh_token_one_wins_and_the_family_ends(auth: Call) -> None:
    registered(auth)
    token = login(auth).body["refresh_token"]
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: refresh(auth, token), range(5)))
    [winner] = [answer for answer in answers if answer.status == 200]
    assert Counter(answer.status for answer in answers) == {200: 1, 401: 4}
    assert refresh(auth, winner.body["refresh_token"]).status == 401


def test_a_use_that_read_the_token_before_another_spent_it_loses(auth: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(auth)
    token = login(auth).body["refresh_token"]
    stale = [sessions._token(token)]
    winner = refresh(auth, token).body
    really = sessions._token
    monkeypatch.setattr(sessions, "_token", lambda each: stale.pop() if stale else really(each))
    assert refresh(auth, token).status == 401
    assert not stale
    assert refresh(auth, winner["refresh_token"]).status == 401


def test_a_family_ended_between_read_and_write_gives_no_new_token(auth: Call) -> None:
    session = sessions.start("ada", now=1000)
    sessions.end(session.family, now=1000)
    with pytest.raises(Problem) as caught:
        sessions.rotate(session.refresh_token, now=1001)
    assert caught.value.status == 401
    kept = aws.unmarshal(
        aws.client("dynamodb").get_item(
            TableName="AuthTokens", Key={"token_id": {"S": sessions._token_id(session.refresh_token)}}
        )["Item"]
    )
    assert "used_at" not in kept


def test_an_expired_refresh_token_is_refused_while_its_item_is_still_there(auth: Call) -> None:
    session = sessions.start("ada", now=1000)
    late = 1000 + 14 * 24 * 3600
    with pytest.raises(Problem) as caught:
        sessions.rotate(session.refresh_token, now=late)
    assert caught.value.status == 401
    assert sessions.rotate(session.refresh_token, now=late - 1).username == "ada"


def test_no_refresh_token_is_kept_in_clear(auth: Call) -> None:
    registered(auth)
    token = login(auth).body["refresh_token"]
    assert token not in str(aws.client("dynamodb").scan(TableName="AuthTokens")["Items"])


def test_a_refresh_token_nobody_issued_is_401(auth: Call) -> None:
    for token in ("unknown", "é\x00", "a" * 513, "a" * 100_000):
        answer = refresh(auth, token)
        assert (answer.status, answer.body["message"]) == (401, "Invalid refresh token."), token[:20]


BAD_BODIES = ["", "[]", "null", "{", "[" * 50_000, '{"refresh_token": NaN}', '{"refresh_token": {}}', '{"colour": 1}']


@pytest.mark.parametrize("path", ["/register", "/login", "/refresh"])
def test_a_body_that_is_none_is_400(auth: Call, path: str) -> None:
    for body in BAD_BODIES:
        assert auth("POST", path, body).status == 400, body[:30]


def test_without_the_signing_key_tokens_are_503_and_work_again_once_it_is_there(auth: Call) -> None:
    registered(auth)
    token = login(auth).body["refresh_token"]
    secrets = aws.client("secretsmanager")
    pem = secrets.get_secret_value(SecretId="AuthSigningKey")["SecretString"]
    secrets.put_secret_value(SecretId="AuthSigningKey", SecretString="not a key")
    keys.signing_key.cache_clear()
    answer = refresh(auth, token)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    secrets.put_secret_value(SecretId="AuthSigningKey", SecretString=pem)
    assert refresh(auth, token).status == 200  # the refusal has not spent it


def test_the_signing_key_is_made_once(tables: None) -> None:
    aws.client("secretsmanager").create_secret(Name="AuthSigningKey")
    assert keys.create()
    first = keys.signing_key.__wrapped__("AuthSigningKey")
    assert not keys.create()
    assert keys.signing_key.__wrapped__("AuthSigningKey").kid == first.kid
