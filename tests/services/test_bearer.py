"""Who gets past the bearer check, and above all who doesn't."""

import base64
import hashlib
import hmac
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fixtures.services.auth.keys import SigningKey, from_pem, new_pem
from fixtures.services.platform import bearer, jwks
from fixtures.services.platform.bearer import LONGEST_TOKEN, Principal, Verifier
from fixtures.services.platform.jwks import Keys, RemoteKeys, Unfetched
from fixtures.services.platform.messages import Problem, Request

KEY = from_pem(new_pem())
STRANGER = from_pem(new_pem())


class Revoked:
    def __init__(self, *jtis: str) -> None:
        self._jtis = jtis

    def is_revoked(self, jti: str) -> bool:
        return jti in self._jtis


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {"iss": "us", "aud": "them", "sub": "ada", "iat": now, "exp": now + 60, "jti": "j1", "roles": ["customer"]}
    return {name: value for name, value in {**whole, **changes}.items() if value is not ...}


def signed(body: dict[str, Any], key: SigningKey = KEY, **headers: Any) -> str:
    return jwt.encode(body, key.private, algorithm="ES256", headers={"kid": KEY.kid, **headers})


def handmade(header: dict[str, Any], body: dict[str, Any], secret: bytes | None = None) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, body)]
    signature = b"" if secret is None else hmac.digest(secret, ".".join(parts).encode(), hashlib.sha256)
    return ".".join([*parts, base64.urlsafe_b64encode(signature).decode().rstrip("=")])


def principal(authorization: str | None, *revoked: str) -> Principal:
    headers = {} if authorization is None else {"authorization": authorization}
    return Verifier(KEY, Revoked(*revoked), "us", "them").principal(Request("GET", "/", {}, {}, headers, b""))


def refusal(authorization: str | None, *revoked: str) -> Problem:
    with pytest.raises(Problem) as caught:
        principal(authorization, *revoked)
    return caught.value


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
def test_a_good_token_names_its_caller(scheme: str) -> None:
    body = claims(roles=["admin"], sid="f1")
    found = principal(f"{scheme} {signed(body)}")
    assert found == Principal("ada", ("admin",), "j1", body["exp"], "f1")
    assert found.is_admin


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer  ", "Basic YTpi", "abc"])
def test_without_a_token_the_challenge_names_the_scheme_alone(header: str | None) -> None:
    problem = refusal(header)
    assert (problem.status, problem.message) == (401, "Authentication required.")
    assert problem.headers["WWW-Authenticate"] == "Bearer"


PUBLIC_PEM = KEY.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
GARBAGE = ["x", "a.b.c", "..", "\ud800", "é.é.é", "\x00", "a" * LONGEST_TOKEN, "a" * (LONGEST_TOKEN + 1), "a.b.c d"]
FORGED = {
    "alg none": handmade({"alg": "none", "kid": KEY.kid}, claims()),
    "HS256 with the public key": handmade({"alg": "HS256", "kid": KEY.kid}, claims(), PUBLIC_PEM),
    "another's signature": signed(claims(), STRANGER),
    "unknown key id": signed(claims(), kid="unheard-of"),
    "no key id": jwt.encode(claims(), KEY.private, algorithm="ES256"),
    "key id of a wrong type": handmade({"alg": "ES256", "kid": {"a": 1}}, claims()),
    "deeply nested header": base64.urlsafe_b64encode(b"[" * 3000).decode() + ".e30.AA",
    "header that is no object": handmade([], claims()),  # type: ignore[arg-type]
    "altered claims": ".".join([*signed(claims()).split(".")[:1], *signed(claims(sub="eve")).split(".")[1:2], "AAAA"]),
    "foreign issuer": signed(claims(iss="them")),
    "foreign audience": signed(claims(aud="us")),
    "several audiences": signed(claims(aud=["them", "others"])),
    "expired": signed(claims(exp=int(time.time()) - 1)),
    "issued in the future": signed(claims(iat=int(time.time()) + 600)),
    "endless": signed(claims(exp=float("inf"))),
    "roles of a wrong type": signed(claims(roles="admin")),
    "a role of a wrong type": signed(claims(roles=[{"admin": True}])),
    "empty subject": signed(claims(sub="")),
    **{f"no {name}": signed(claims(**{name: ...})) for name in ("iss", "aud", "sub", "iat", "exp", "jti", "roles")},
}


@pytest.mark.parametrize("token", [*GARBAGE, *FORGED.values()], ids=[*map(ascii, range(len(GARBAGE))), *FORGED])
def test_a_bad_token_is_refused_and_says_nothing_about_why(token: str) -> None:
    problem = refusal(f"Bearer {token}")
    assert (problem.status, problem.message) == (401, "Invalid or expired token.")
    assert problem.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_revoked_token_is_refused_and_others_of_the_caller_are_not() -> None:
    assert refusal(f"Bearer {signed(claims())}", "j1").status == 401
    assert principal(f"Bearer {signed(claims(jti='j2'))}", "j1").jti == "j2"


class Auth:
    """The other end of a key fetch: what it publishes, whether it is up, how often it was asked."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0
        self.up = True
        self.published = [KEY.jwk]
        self.keys = RemoteKeys(self._fetch, lambda: self.now)

    def _fetch(self) -> Keys:
        self.asked += 1
        if not self.up:
            raise Unfetched("down")
        return jwks.parse({"keys": self.published})


def test_who_asks_while_the_keys_are_being_fetched_gets_them_too() -> None:
    asked, answered = threading.Event(), threading.Event()

    def slowly() -> Keys:
        asked.set()
        assert answered.wait(5)
        return jwks.parse({"keys": [KEY.jwk]})

    keys = RemoteKeys(slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(keys.find, KEY.kid)
        assert asked.wait(5)
        second = pool.submit(keys.find, KEY.kid)
        # A lazy reader doesn't wait for the fetch under way: then this one is done at once, with no key.
        wait([second], timeout=0.2)
        answered.set()
        assert first.result(5) is not None
        assert second.result(5) is not None


def test_keys_are_fetched_once_and_again_after_five_minutes() -> None:
    auth = Auth()
    for auth.now in (0.0, 1.0, 299.0):
        assert auth.keys.find(KEY.kid) is not None
    assert auth.asked == 1
    auth.now = 301.0
    auth.keys.find(KEY.kid)
    assert auth.asked == 2


def test_an_unknown_key_id_asks_again_but_not_for_each_request() -> None:
    auth = Auth()
    auth.keys.find(KEY.kid)
    auth.now = 9.0
    assert auth.keys.find(STRANGER.kid) is None
    assert auth.asked == 1
    auth.published = [KEY.jwk, STRANGER.jwk]
    auth.now = 11.0
    assert auth.keys.find(STRANGER.kid) is not None
    assert auth.asked == 2


def test_known_keys_outlive_an_outage_of_auth_for_an_hour() -> None:
    auth = Auth()
    auth.keys.find(KEY.kid)
    auth.up = False
    auth.now = 3599.0
    assert auth.keys.find(KEY.kid) is not None
    auth.now = 3601.0
    with pytest.raises(Problem) as caught:
        auth.keys.find(KEY.kid)
    assert caught.value.status == 503


def test_without_any_key_an_outage_is_503_and_recovery_is_noticed_within_a_second() -> None:
    auth = Auth()
    auth.up = False
    with pytest.raises(Problem) as caught:
        auth.keys.find(KEY.kid)
    assert caught.value.status == 503
    assert caught.value.headers["Retry-After"] == "1"
    auth.up = True
    auth.now = 1.0
    assert auth.keys.find(KEY.kid) is not None


@pytest.mark.parametrize(
    "document", [None, [], {}, {"keys": 1}, {"keys": [1]}, {"keys": []}, {"keys": [{"kty": "no"}]}]
)
def test_a_document_that_is_no_key_set_counts_as_an_outage(document: Any) -> None:
    with pytest.raises(Unfetched):
        jwks.parse(document)


def test_keys_of_other_kinds_are_ignored() -> None:
    foreign = {"kty": "oct", "k": "c2VjcmV0", "kid": KEY.kid, "alg": "HS256"}
    assert set(jwks.parse({"keys": [foreign, STRANGER.jwk]})) == {STRANGER.kid}


def presenting(token: str) -> Request:
    return Request("GET", "/", {}, {}, {"authorization": f"Bearer {token}"}, b"")


def test_a_token_is_verified_once_for_each_key(monkeypatch: pytest.MonkeyPatch) -> None:
    auth, verified = Auth(), []
    really = jwt.decode
    monkeypatch.setattr(jwt, "decode", lambda *how, **more: verified.append(1) or really(*how, **more))  # type: ignore[func-returns-value]
    verifier = Verifier(auth.keys, Revoked(), "us", "them")
    token = signed(claims())
    assert {verifier.principal(presenting(token)).username for _ in range(3)} == {"ada"}
    assert len(verified) == 1
    auth.now = 301.0  # the keys are fetched anew
    verifier.principal(presenting(token))
    assert len(verified) == 2


def test_a_token_that_was_good_is_refused_from_its_last_second_on(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = Verifier(Auth().keys, Revoked(), "us", "them")
    whole = claims()
    request = presenting(signed(whole))
    verifier.principal(request)
    monkeypatch.setattr(time, "time", lambda: whole["exp"] - 0.001)
    verifier.principal(request)
    monkeypatch.setattr(time, "time", lambda: float(whole["exp"]))
    with pytest.raises(Problem):
        verifier.principal(request)


def test_a_token_that_was_good_is_refused_once_it_is_revoked_or_its_key_is_gone() -> None:
    auth, gone = Auth(), Revoked()
    verifier = Verifier(auth.keys, gone, "us", "them")
    first, second = (presenting(signed(claims(jti=jti))) for jti in ("j1", "j2"))
    for request in (first, second):
        verifier.principal(request)
    gone._jtis = ("j1",)
    with pytest.raises(Problem):
        verifier.principal(first)
    assert verifier.principal(second).jti == "j2"
    auth.published, auth.now = [STRANGER.jwk], 301.0
    with pytest.raises(Problem):
        verifier.principal(second)


def test_no_more_tokens_are_known_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearer, "MOST_KNOWN", 2)
    verifier = Verifier(Auth().keys, Revoked(), "us", "them")
    for number in range(5):
        verifier.principal(presenting(signed(claims(jti=f"j{number}"))))
        with pytest.raises(Problem):
            verifier.principal(presenting(signed(claims(jti=f"x{number}"), STRANGER)))
    assert 0 < len(verifier._known) <= 2
