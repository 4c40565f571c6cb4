"""Knows how a Then says what it expected and what it saw instead."""

from typing import Any

from fixtures.clients import Redactor, Response

_REDACTOR = Redactor()


class Unmet(AssertionError):
    """An expectation that was not met, as data: what it was about, expected, observed.

    Tokens and passwords in either value are replaced here, before behave, JUnit, Allure or the evidence get to see it.
    """

    def __init__(self, what: str, expected: Any, observed: Any) -> None:
        self.what = what
        self.expected = _safe(expected)
        self.observed = _safe(observed)
        super().__init__(f"{what}: expected {self.expected!r}, observed {self.observed!r}")


def expect(what: str, observed: Any, expected: Any) -> None:
    """The observed value is the expected one, of the same type (True is not 1)."""
    if observed != expected or isinstance(observed, bool) is not isinstance(expected, bool):
        raise Unmet(what, expected, observed)


def expect_that(what: str, holds: bool, expected: Any, observed: Any) -> None:
    """A claim that isn't an equality; `expected` says in words what must hold."""
    if not holds:
        raise Unmet(what, expected, observed)


def expect_status(response: Response, status: int) -> Response:
    """The answer has that status; where not, its body is shown too."""
    if response.status != status:
        raise Unmet("status", status, f"{response.status} {response.text[:500]}")
    return response


def expect_refusal(response: Response, status: int, reason: str, message: str) -> None:
    """The answer is that refusal, whole: status, reason phrase, message, and nothing beside."""
    expect_status(response, status)
    expect("error body", response.json(), {"error": reason, "message": message})
    kind = response.headers.get("content-type", "")
    expect_that("content type", kind.split(";")[0].strip() == "application/json", "application/json", kind)


def field(response: Response, *path: str | int) -> Any:
    """One value inside the answer's JSON body; an unmet expectation where it isn't there."""
    value = response.json()
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            where = ".".join(str(part) for part in path)
            raise Unmet(f"field {where}", "present", f"{response.status} {response.text[:500]}") from None
    return value


def _safe(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_safe(inner) for inner in value)
    return _REDACTOR.value(value)
