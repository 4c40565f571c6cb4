"""Knows how each kind of caller comes by credentials on a target, and says why where one can't."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from secrets import choice, token_hex

from contracts.authorization import tokens
from contracts.authorization.documented import WHY_NOT, wrong
from contracts.authorization.promises import Promise
from contracts.identities import peers_of
from contracts.proofs import Proofs
from contracts.schemes import schemes_of
from fixtures.builders import an_account
from fixtures.clients import Platform, Sessions
from fixtures.errors import PlumblineError, StackError
from fixtures.target import Identity, Service

SIGNED = ("expired", "wrong-audience", "wrong-issuer")


class UnavailableError(Exception):
    """This kind of caller can't be had on this target; the text says why."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with an account: what the services call them, and what they prove it with: credentials, or (where the
    document says how) a header's value for each scheme."""

    name: str
    username: str
    credentials: str = field(default="", repr=False)
    proofs: Mapping[str, str] = field(default_factory=dict, repr=False)


class Callers:
    """Credentials for one run. `signing_key` gives the issuer's private key, or says that there is none."""

    def __init__(self, platform: Platform, signing_key: Callable[[], str] | None = None) -> None:
        self._platform = platform
        self._sessions = Sessions(platform)
        self._proofs = Proofs(platform)
        self._signing_key = signing_key or self._key_of_the_stack
        self._lock = threading.RLock()
        self._kept: dict[tuple[str, str, str], Caller | str] = {}

    def owner(self, service: Service, promise: Promise) -> Caller:
        """Who may: the first identity, or the one with the role that is asked for."""
        return self._genuine(service, self._entitled(promise))

    def admin(self, service: Service) -> Caller:
        """Who may set up what others need."""
        return self._genuine(service, self._with_role("admin"))

    def renewed(self, service: Service, promise: Promise) -> Caller:
        """The owner with a session of their own, to be spent."""
        caller = self.owner(service, promise)
        if service.auth == "document":
            return self._documented(service, self._platform.target.identities[caller.name], anew=True)
        return replace(caller, credentials=self._new_session(service, caller))

    def get(self, identity: str, service: Service, promise: Promise) -> Caller | None:
        """That kind of caller, None for nobody; raises `UnavailableError`."""
        if identity == "nobody":
            return None
        if identity == "other":
            return self._genuine(service, peers_of(self._platform.target)[1])
        if identity == "admin":
            return self.admin(service)
        owner = self.owner(service, promise)
        if service.auth == "document":
            return self._flawed(identity, promise, owner)
        with self._lock:
            key = (service.name, identity, owner.name)
            if key not in self._kept:
                try:
                    self._kept[key] = replace(owner, credentials=self._wrong(identity, service, owner))
                except UnavailableError as error:
                    self._kept[key] = str(error)
            found = self._kept[key]
        if isinstance(found, str):
            raise UnavailableError(found)
        return found

    def headers(self, promise: Promise, caller: Caller | None) -> Mapping[str, str]:
        """What the caller's requests carry."""
        if caller is None:
            return {}
        if caller.proofs and promise.scheme is not None:
            return {promise.scheme.header: caller.proofs[promise.scheme.name]}
        if promise.key_header:
            return {promise.key_header: caller.credentials}
        return {"Authorization": f"Bearer {caller.credentials}"}

    def _wrong(self, identity: str, service: Service, owner: Caller) -> str:
        if identity == "unknown-key":
            return token_hex(20)
        if identity == "revoked":
            return self._revoked(service, owner)
        if identity == "foreign-token":
            return self._foreign(service)
        if identity == "tampered":
            return tokens.tampered(owner.credentials)
        made = tokens.unsigned(owner.credentials) if identity == "alg-none" else self._signed(identity, service, owner)
        if made is None:
            raise UnavailableError("its tokens are no JWTs")
        return made

    def _signed(self, flaw: str, service: Service, owner: Caller) -> str | None:
        if service.auth != "bearer":
            raise UnavailableError("no key to sign such a token with")
        return tokens.signed(owner.credentials, flaw, self._signing_key())

    def _key_of_the_stack(self) -> str:
        target = self._platform.target
        if target.kind != "local" or target.aws is None or not target.aws.endpoint_url:
            raise UnavailableError("no key to sign such a token with")
        return self._platform.vault.secret("AuthSigningKey")

    def _revoked(self, service: Service, owner: Caller) -> str:
        if service.auth != "bearer":
            raise UnavailableError("nobody can log out there")
        token = self._new_session(service, owner)
        try:
            answer = self._platform.auth.logout(token=token)
        except PlumblineError as error:
            raise UnavailableError(f"nobody can log out: {error}") from None
        if not 200 <= answer.status < 300:
            raise UnavailableError(f"logging out answers {answer.status}")
        return token

    def _foreign(self, service: Service) -> str:
        for other in self._platform.target.services.values():
            if {service.auth, other.auth} == {"bearer", "own"}:
                return self._genuine(other, peers_of(self._platform.target)[0]).credentials
        raise UnavailableError("no other service of the target has tokens of its own")

    def _genuine(self, service: Service, identity: Identity) -> Caller:
        if service.auth == "bearer":
            return Caller(identity.name, identity.username, self._sessions.token(identity.name))
        if service.auth == "api-key":
            # The first key is the fuzzing's, the second half belongs to scenarios about limits.
            held = identity.api_keys[1 : (len(identity.api_keys) + 1) // 2] or identity.api_keys
            if not held:
                raise UnavailableError(f"{identity.name} has no API key: set what api_keys_env names")
            return Caller(identity.name, identity.username, choice(held))
        if service.auth == "document":
            return self._documented(service, identity)
        return self._account(service, identity.name)

    def _documented(self, service: Service, identity: Identity, *, anew: bool = False) -> Caller:
        get = self._proofs.anew if anew else self._proofs.value
        schemes = schemes_of(service.contract)
        return Caller(
            identity.name,
            identity.username,
            proofs={name: get(service, scheme, identity) for name, scheme in schemes.items()},
        )

    def _flawed(self, kind: str, promise: Promise, owner: Caller) -> Caller:
        if kind in WHY_NOT or promise.scheme is None:
            raise UnavailableError(WHY_NOT.get(kind, "the document doesn't say how callers prove themselves"))
        made = wrong(kind, promise.scheme, owner.proofs[promise.scheme.name], owner.username)
        if made is None:
            raise UnavailableError("its tokens are no JWTs")
        return replace(owner, proofs={promise.scheme.name: made})

    def _account(self, service: Service, name: str) -> Caller:
        """An account of its own where a service has its own accounts."""
        with self._lock:
            key = (service.name, "account", name)
            if key not in self._kept:
                account = an_account(name)
                self._platform.todos.register_todo_user(account.username, account.password)
                answer = self._platform.todos.login_todo_user(account.username, account.password)
                body = answer.json()
                if answer.status != 200 or not isinstance(body, dict):
                    raise StackError(f"no account at {service.name}: {answer.status} {answer.text[:200]}")
                self._kept[key] = Caller(name, account.username, str(body["access_token"]))
            found = self._kept[key]
        assert isinstance(found, Caller)
        return found

    def _new_session(self, service: Service, caller: Caller) -> str:
        if service.auth != "bearer":
            return caller.credentials
        identity = self._platform.target.identities[caller.name]
        body = self._platform.auth.login(identity.username, identity.password).json()
        if not isinstance(body, dict) or "access_token" not in body:
            raise UnavailableError(f"{identity.name} can't log in again")
        return str(body["access_token"])

    def _entitled(self, promise: Promise) -> Identity:
        return self._with_role(promise.role) if promise.role else peers_of(self._platform.target)[0]

    def _with_role(self, role: str) -> Identity:
        for identity in self._platform.target.identities.values():
            if role in identity.roles:
                return identity
        raise UnavailableError(f"no identity of the target has the role {role}")
