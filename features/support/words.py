"""Knows how words of a step become values: personas, counts."""

from behave import register_type

PERSONAS = ("Ada", "Ben")


def register_words() -> None:
    """Makes the types known to behave: `{who:Person}`, `{count:Count}`."""
    register_type(Person=_person, Count=_count)


def _person(word: str) -> str:
    return word


_person.pattern = "|".join(PERSONAS)  # type: ignore[attr-defined]


def _count(word: str) -> int:
    return {"once": 1, "twice": 2}.get(word) or int(word.replace(",", "").removesuffix(" times"))


_count.pattern = r"once|twice|[\d,]+ times|[\d,]+"  # type: ignore[attr-defined]
