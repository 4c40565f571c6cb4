"""Knows how words of a step become values: personas, counts."""

from collections.abc import Callable

from behave import register_type

PERSONAS = ("Ada", "Ben")
LINK_PARTS = ("link", "clicks")
DETAILS = ("the username", "the password")
ABSENCES = ("left out", "empty", "null")
GUARDED = ("auth", "orders", "products", "inventory")
SERVICES = ("users", "users-lambda", "auth", "products", "inventory", "orders", "links", "todos")
AWKWARD = (
    "bytes that are no UTF-8",
    "a NUL character",
    "half a surrogate pair",
    "100,000 opening brackets",
    "a number of 5,000 digits",
    "a number that is infinite",
)


def register_words() -> None:
    """Makes the types known to behave: `{who:Person}`, `{count:Count}`."""
    register_type(Person=_word(PERSONAS), LinkPart=_word(LINK_PARTS), Count=_count)
    register_type(AccountDetail=_word(DETAILS), Absence=_word(ABSENCES), Guarded=_word(GUARDED))
    register_type(Service=_word(SERVICES), Awkward=_word(AWKWARD))


def _word(allowed: tuple[str, ...]) -> Callable[[str], str]:
    """A type that takes one of these words and leaves it as it is."""

    def word(text: str) -> str:
        return text

    word.pattern = "|".join(allowed)  # type: ignore[attr-defined]
    return word


def _count(word: str) -> int:
    return {"once": 1, "twice": 2}.get(word) or int(word.replace(",", "").removesuffix(" times"))


_count.pattern = r"once|twice|[\d,]+ times|[\d,]+"  # type: ignore[attr-defined]
