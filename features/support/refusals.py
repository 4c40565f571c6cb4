"""Knows what a refusal in the words of the features is on the wire: status, and the message where it is fixed."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import NewType

from features.support.expect import expect, expect_status, expect_that, field
from features.support.vocabulary import word
from fixtures.clients import Response


@dataclass(frozen=True, slots=True)
class Refusal:
    """`message` is exact; empty where the platform leaves it open. `headers` must be there, whatever they say."""

    status: int
    message: str = ""
    headers: tuple[str, ...] = ()


_NOT_ALLOWED = Refusal(403, "You are not allowed to do this.")
_PUT_OFF = Refusal(503, headers=("retry-after",))

Rejection = NewType("Rejection", str)
"""The `reason` of an outcome and of a rejected order."""

REFUSALS = {
    # everywhere
    "nobody is logged in": Refusal(401, "Authentication required.", ("www-authenticate",)),
    "only the shopkeeper may do this": _NOT_ALLOWED,
    "it is not hers to do": _NOT_ALLOWED,
    "it is not his to do": _NOT_ALLOWED,
    "the page size is out of range": Refusal(400),
    "it never gave out this cursor": Refusal(400),
    "the shop never gave out this cursor": Refusal(400),
    # the directory
    "username and e-mail are required": Refusal(400, "Username and email are required"),
    "the username is not valid": Refusal(400, "Username is not valid."),
    "the e-mail address is not valid": Refusal(400, "Email is not valid."),
    "the e-mail address is required": Refusal(400, "Email is required"),
    "the username is taken": Refusal(400, "User already exists"),
    "it does not know the user": Refusal(404, "User not found"),
    # the catalogue and the stockroom
    "the price is not valid": Refusal(400),
    "the product is not complete": Refusal(400),
    "the stock is not valid": Refusal(400),
    "it does not know the product": Refusal(404, "Product not found"),
    "it must know which state was seen": Refusal(428, "If-Match is required."),
    "the product has changed meanwhile": Refusal(412, "The product has changed; fetch it again."),
    # orders
    "there is too little stock": Refusal(409, "Product unavailable"),
    "the product is not known": Refusal(400, "Product not found"),
    "the user is not known": Refusal(400, "User does not exist"),
    "the quantity is not valid": Refusal(400),
    "the identifier is not valid": Refusal(400),
    "the order exists already": Refusal(409, "Order already exists"),
    "the order is not known": Refusal(404, "Order not found"),
    "the order is no longer pending": Refusal(409, "Order is no longer pending"),
    "the order cannot be cancelled": Refusal(409, "Order cannot be cancelled"),
    "the key is not valid": Refusal(400),
    "the key was used for something else": Refusal(422, "Idempotency-Key was used with a different request."),
    "the directory is not available": _PUT_OFF,
    "the catalogue is not available": _PUT_OFF,
    "the stockroom is not available": _PUT_OFF,
}

REJECTIONS = {"there is too little stock": "Insufficient stock", "the product is not known": "Product not found"}
"""Why the stockroom rejected an order it was sent."""


@word("Refusal", "|".join(REFUSALS))
def refusal(text: str) -> Refusal:
    """The refusal behind a reason; a reason without an entry leaves the step undefined."""
    return REFUSALS[text]


@word("Rejection", "|".join(REJECTIONS))
def rejection(text: str) -> Rejection:
    """The `reason` behind a reason."""
    return Rejection(REJECTIONS[text])


def expect_refused(answers: Iterable[Response], wanted: Refusal) -> None:
    """Every answer is that refusal."""
    for answer in answers:
        expect_status(answer, wanted.status)
        expect("reason phrase", field(answer, "error"), HTTPStatus(wanted.status).phrase)
        message = field(answer, "message")
        expect_that("message", message == wanted.message if wanted.message else bool(message), wanted.message, message)
        for header in wanted.headers:
            expect_that(f"header {header}", header in answer.headers, "present", sorted(answer.headers))
