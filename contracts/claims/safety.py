"""Claims: reading changes nothing (RFC 9110, 9.2.1), and a PUT done twice is a PUT done once (9.2.2)."""

import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext

from contracts.claims.asking import AnyCase, Broken, is_excepted, is_first, json_in
from contracts.claims.probe import Probe, again, shown

READS = 4  # what others change in the meantime shows in one of them, not in all
SETTLED = (404, 409, 410, 412, 429, 503)  # somebody else was there in the meantime, or it is too late
CONDITIONAL = ("if-match", "if-none-match", "if-unmodified-since")


class ReadingChanged(Broken):
    """Each look shows something else."""

    kind_title = "Reading changes what is read"


class PutNotIdempotent(Broken):
    """The second PUT did something that the first had not done."""

    kind_title = "The same PUT again changes something"


@schemathesis.check
def reading_changes_nothing(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Reads four times in a row; wrong where every answer is different, and none has come or gone from a list: that
    others do, whose runs go on at the same time."""
    plain = response.request.method == "GET" and response.status_code == 200
    if not plain or is_excepted(case, "reading_changes_nothing") or not is_first(case, "reading_changes_nothing"):
        return
    seen, lengths = [_content(response)], _lengths(json_in(response.content))
    for _look in range(READS - 1):
        answer = again(case, response)
        if answer is None or answer.status_code != 200 or (now := _content(answer)) in seen:
            return
        if _lengths(json_in(answer.content)) != lengths:
            return
        seen.append(now)
    message = f"{READS} reads in a row gave {READS} different answers."
    raise ReadingChanged(operation=case.operation.label, message=shown(message, answer))


@schemathesis.check
def put_is_idempotent(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Does a PUT that went well again and again, and looks at the thing after each, where it can be read. What changes
    by itself, as an order that is decided, changes once or twice, and not each time."""
    claim = "put_is_idempotent"
    went_well = response.request.method == "PUT" and 200 <= response.status_code < 300
    conditional = any(name.lower() in CONDITIONAL for name in response.request.headers)
    if not went_well or conditional or is_excepted(case, claim) or not is_first(case, claim):
        return
    seen = [_content(_read(case, response))]
    if _content(_read(case, response)) != seen[0]:
        return  # it changes by itself: what a PUT did can't be told
    for _turn in range(READS - 1):
        repeated = again(case, response)
        if repeated is None or repeated.status_code in SETTLED:
            return
        if repeated.status_code >= 400:
            message = f"The first was answered {response.status_code}, the same again {repeated.status_code}."
            raise PutNotIdempotent(operation=case.operation.label, message=shown(message, repeated))
        read = _read(case, response)
        now = _content(read)
        if now is None or now in seen:
            return
        seen.append(now)
    message = f"The same PUT {READS} times over made {READS} different things of it."
    raise PutNotIdempotent(operation=case.operation.label, message=shown(message, repeated, read))


def _read(case: AnyCase, response: Response) -> Probe | None:
    answer = again(case, response, method="GET")
    return answer if answer is not None and answer.status_code == 200 else None


def _lengths(value: object) -> list[int]:
    """Of every list in a JSON value, the outer before the inner."""
    if isinstance(value, list):
        return [len(value), *(length for inner in value for length in _lengths(inner))]
    return [length for inner in value.values() for length in _lengths(inner)] if isinstance(value, dict) else []


def _content(answer: Response | Probe | None) -> object:
    if answer is None:
        return None
    value = json_in(answer.content)
    return bytes(answer.content) if value is None else repr(value)
