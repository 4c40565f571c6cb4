"""What scenarios of the features make while they are load: told with the tally, to be held against facts."""

from dataclasses import dataclass, field
from hashlib import sha256

from fixtures.target import Target
from load.given import Buyer, Given, Link, Ware
from load.tally import Tally

MOST_LINKS = 200  # watched by each process; those beyond are counted only
MOST_PRODUCTS = 2_000


@dataclass(slots=True)
class Footprints:
    """What one process watches: short codes, products whose stock was counted, and shoppers."""

    links: set[str] = field(default_factory=set)
    products: set[str] = field(default_factory=set)
    buyers: set[str] = field(default_factory=set)


def mark_of(api_key: str) -> str:
    """Tells keys apart without telling them: no secret of the target travels from process to process."""
    return sha256(api_key.encode()).hexdigest()[:16]


def with_footprints(given: Given, tally: Tally, target: Target) -> Given:
    """The data of a run together with what its scenarios made of their own; links that were deleted, and products whose
    stock was counted a second time, are left out."""
    keys = {mark_of(key): key for identity in target.identities.values() for key in identity.api_keys}
    return Given(
        links=(*given.links, *(Link(code, "", keys[mark]) for code, mark in tally.links.items() if mark in keys)),
        products=(
            *given.products,
            *(Ware(name, "", 0, "", stock) for name, stock in tally.stock.items() if stock is not None),
        ),
        buyers=(*given.buyers, *(Buyer(name, password) for name, password in tally.buyers.items())),
    )
