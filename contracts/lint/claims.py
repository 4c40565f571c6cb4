"""The rule for operations that are exceptions from a claim: of a claim that there is, and with a reason."""

from collections.abc import Iterator

from contracts.lint.reading import Entry
from fixtures.target import nearest
from fixtures.target.checks import KNOWN

EXCEPTIONS = "x-claim-exceptions"


def claim_exceptions_told(entry: Entry) -> Iterator[str]:
    """What is misspelt, unfounded or in another place would silently except nothing."""
    if EXCEPTIONS in entry.item or EXCEPTIONS in entry.document.root:
        yield f"move {EXCEPTIONS} into the operations that it is about"
    given = entry.raw.get(EXCEPTIONS, {})
    if not isinstance(given, dict):
        yield f"make {EXCEPTIONS} a table of claims with their reasons"
        return
    for claim, reason in given.items():
        if claim not in KNOWN:
            there_are = f" There are {', '.join(KNOWN)}."
            yield f"{EXCEPTIONS}: no claim {claim}.{nearest(str(claim), KNOWN) or there_are}"
        if not isinstance(reason, str) or len(reason.split()) < 2:
            yield f"{EXCEPTIONS}: say why {claim} is not for it"
