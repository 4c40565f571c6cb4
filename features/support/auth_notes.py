"""What the steps about accounts remember, and how they ask services who somebody is."""

from dataclasses import dataclass, field

from features.support.expect import expect_status
from features.support.expect import field as field_of
from features.support.people import Person
from features.support.world import World
from fixtures.clients import Response

INVALID_CREDENTIALS = (401, "Unauthorized", "Invalid credentials.")
INVALID_REFRESH = (401, "Unauthorized", "Invalid refresh token.")
INVALID_TOKEN = (401, "Unauthorized", "Invalid or expired token.")
NO_TOKEN = (401, "Unauthorized", "Authentication required.")
REQUIRED = (400, "Bad Request", "Username and password required.")
TAKEN = (400, "Bad Request", "User already exists.")
BAD_PASSWORD = (400, "Bad Request", "Password must be 8 to 128 characters and differ from the username.")
BAD_USERNAME = (400, "Bad Request", "Username is not valid.")
BAD_EMAIL = (400, "Bad Request", "Email is not valid.")
TOO_MANY = (429, "Too Many Requests", "You have exceeded your request rate limit. Please try again later.")


@dataclass(frozen=True, slots=True)
class Tokens:
    """One pair of tokens."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


@dataclass(slots=True)
class AuthNotes:
    """Every pair somebody got, oldest first, by person or place; answers to compare; stored accounts."""

    pairs: dict[str, list[Tokens]] = field(default_factory=dict)
    answers: list[Response] = field(default_factory=list)
    others: list[Response] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    usernames: list[str] = field(default_factory=list)

    def keep(self, owner: str, answer: Response) -> Tokens:
        """Remembers the tokens of an answer that must be 200."""
        expect_status(answer, 200)
        pair = Tokens(field_of(answer, "access_token"), field_of(answer, "refresh_token"))
        self.pairs.setdefault(owner, []).append(pair)
        return pair

    def newest(self, owner: str) -> Tokens:
        """The tokens somebody holds now."""
        return self.pairs[owner][-1]


def log_in(world: World, who: str, owner: str = "") -> Tokens:
    """Registers where needed, and logs in; the tokens are kept for `owner` (the person, or a place of theirs)."""
    person = world.person(who)
    person.register()
    answer = world.platform.auth.login(person.account.username, person.account.password)
    return world.notes(AuthNotes).keep(owner or who, answer)


def register(world: World, person: Person, **changed: object) -> Response:
    """A registration with the person's details; what is in `changed` replaces them, `...` leaves them out."""
    account = person.account
    body: dict[str, object] = {"username": account.username, "email": account.email, "password": account.password}
    body = {name: value for name, value in (body | changed).items() if value is not ...}
    return world.platform.auth.channel.perform("register", json=body)


def lacking(how: str) -> object:
    """What stands for a detail that is missing: by the words of the feature."""
    return {"left out": ..., "empty": "", "null": None}[how]


def show_token(world: World, service: str, token: str | None) -> Response:
    """Calls something of the service that asks for a token."""
    platform = world.platform
    if service == "auth":
        return platform.auth.me(token)
    if service == "orders":
        return platform.orders.list_orders(token=token)
    if service == "products":
        return platform.products.create_product(world.name("desk"), 100, "EUR", token=token)
    return platform.inventory.set_stock(world.name("desk"), 1, token=token)
