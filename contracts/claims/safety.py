"""Claims: reading changes nothing (RFC 9110, 9.2.1), and a PUT done twice is a PUT done once (9.2.2)."""

import requests
import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext

from contracts.claims.asking import AnyCase, Broken, again, is_excepted, is_first, json_in

READS = 4  # what others change in the meantime shows in one of them, not in all
CONDITIONAL = ("if-match", "if-none-match", "if-unmodified-since")


class ReadingChanged(Broken):
    """Each look shows something else."""

    kind_title = "Reading changes what is read"


class PutNotIdempotent(Broken):
    """The second PUT did something that the first had not done."""

    kind_title = "The same PUT again changes something"


@schemathesis.check
def reading_changes_nothing(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Reads four times in a row; wrong where every answer is different from the one before."""
    plain = response.request.method == "GET" and response.status_code == 200
    if not plain or is_excepted(case, "reading_changes_nothing") or not is_first(case, "reading_changes_nothing"):
        return
    seen = [_content(response)]
    for _look in range(READS - 1):
        answer = again(response)
        if answer is None or answer.status_code != 200 or (now := _content(answer)) in seen:
            return
        seen.append(now)
    raise ReadingChanged(
        operation=case.operation.label, message=f"{READS} reads in a row gave {READS} different answers."
    )


@schemathesis.check
def put_is_idempotent(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Does a PUT that went well once more, and looks at the thing before and after, where it can be read."""
    claim = "put_is_idempotent"
    went_well = response.request.method == "PUT" and 200 <= response.status_code < 300
    conditional = any(name.lower() in CONDITIONAL for name in response.request.headers)
    if not went_well or conditional or is_excepted(case, claim) or not is_first(case, claim):
        return
    before = _read(response)
    second = again(response)
    after = _read(response)
    if second is None:
        return
    if second.status_code >= 400 and second.status_code not in (409, 412, 429, 503):
        message = f"The first was answered {response.status_code}, the same again {second.status_code}."
        raise PutNotIdempotent(operation=case.operation.label, message=message)
    if before is not None and after is not None and before != after and _read(response) == after:
        raise PutNotIdempotent(
            operation=case.operation.label, message="The thing is another one after the same PUT was done again."
        )


def _read(response: Response) -> object:
    answer = again(response, method="GET")
    return _content(answer) if answer is not None and answer.status_code == 200 else None


def _content(answer: Response | requests.Response) -> object:
    value = json_in(answer.content)
    return bytes(answer.content) if value is None else repr(value)
