"""What the steps about links remember, and the addresses and keys behind their words."""

from dataclasses import dataclass, field

from features.support.expect import expect_status
from features.support.expect import field as field_of
from features.support.world import World
from fixtures.builders import a_url
from fixtures.clients import Response

NO_LINK = (404, "Not Found", "Short URL not found.")
NOT_ALLOWED = (403, "Forbidden", "You are not allowed to do this.")
TOO_MANY = (429, "Too Many Requests", "You have exceeded your request rate limit. Please try again later.")
PER_MINUTE = 60

_LONG = "https://example.com/"
ADDRESSES = {
    "plain http": "http://example.com/",
    "with a port": "https://example.com:8443/a",
    "with a query and a fragment": "https://example.com/a?b=c&d=%20e#f/g?h",
    "with escaped characters": "https://example.com/%E2%82%AC/%2f?q=%26",
    "in capitals where it matters": "https://EXAMPLE.com/CamelCase?Key=Value",
    "exactly 2,048 characters": _LONG + "a" * (2048 - len(_LONG)),
    "an IPv6 address": "http://[2001:db8::1]:8080/x",
    "relative": "/catalogue",
    "without a scheme": "//example.com/catalogue",
    "a script": "javascript:alert(1)",
    "a file": "file:///etc/passwd",
    "an ftp address": "ftp://example.com/a",
    "without a host": "https:///catalogue",
    "2,049 characters": _LONG + "a" * (2049 - len(_LONG)),
    "broken by a space": "https://example.com/a b",
    "broken by a line break": "https://example.com/a\r\nSet-Cookie: x=y",
    "just a word": "desks",
}
"""Web addresses by the words of the features, good and bad."""


@dataclass(slots=True)
class LinksNotes:
    """Codes in the order they were made, the keys personas hold, the answers a crowd got."""

    codes: list[str] = field(default_factory=list)
    address: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    answers: list[Response] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The code of the link the scenario speaks of: the last one made."""
        return self.codes[-1]


def key_of(world: World, who: str) -> str:
    """The key a persona uses in this scenario."""
    return world.notes(LinksNotes).keys.setdefault(who, world.api_key(who))


def no_good_key(world: World, words: str) -> str | None:
    """What stands where a key should: by the words of the feature."""
    return {
        "no key": None,
        "an empty key": "",
        "an unknown key": "plumbline-unknown-" + world.name("key"),
        "the beginning of a key": key_of(world, "Ada")[:-1],
    }[words]


def shortened(world: World, who: str, address: str) -> str:
    """Makes a link that must succeed, and remembers its code."""
    answer = expect_status(world.platform.links.shorten(address, api_key=key_of(world, who)), 201)
    code: str = field_of(answer, "short_code")
    world.notes(LinksNotes).codes.append(code)
    world.notes(LinksNotes).address = address
    return code


def unused_key(world: World, who: str) -> str:
    """A key with its whole minute before it, but for the one request that finds that out.

    An earlier run may have used any key within the last minute, so keys are tried until one says that
    nothing was taken from its limit before, whatever that is.
    """
    keys = world.platform.target.identities[who.lower()].api_keys
    keys = keys[len(keys) // 2 :]
    first = int(world.name("key").rpartition("-")[2], 16) % len(keys)
    for key in keys[first:] + keys[:first]:
        answer = world.platform.links.shorten(a_url("probe"), api_key=key)
        left, limit = (answer.headers.get(f"x-ratelimit-{name}", "") for name in ("remaining", "limit"))
        if answer.status == 201 and limit.isdigit() and left == str(int(limit) - 1):
            world.notes(LinksNotes).codes.append(field_of(answer, "short_code"))
            return key
    raise LookupError(f"every API key of {who} was used within the last minute; give the target more keys, or wait")
