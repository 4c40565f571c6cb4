"""Steps about the line processor."""

import base64
import re
from typing import Any

from behave import then, when

from features.support.context import Context
from features.support.expect import expect, expect_status
from fixtures.clients.functions import failed

FUNCTION = "ProcessData"
NO_DATA: dict[str, Any] = {
    "nothing at all": {},
    "a number": {"data": 7},
    "a list": {"data": ["one", "two"]},
    "no object": ["data"],
    "bytes that are broken": {"data": {"base64": "YQ"}},
    "bytes with a stray !": {"data": {"base64": "YW!Jj"}},
    "half a character": {"data": "a\ud800"},
}

_ESCAPES = {"s": " ", "e": "", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f"}
_ESCAPED = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([senrtvf]))")


def _meant(text: str) -> str:
    r"""The text with its escapes read: \n, \r, \t, \v, \f, \xNN, \uNNNN, \s for a space and \e for nothing."""
    return _ESCAPED.sub(lambda found: _ESCAPES[found[3]] if found[3] else chr(int(found[1] or found[2], 16)), text)


def _in_base64(text: str) -> dict[str, str]:
    return {"base64": base64.b64encode(_meant(text).encode("latin-1")).decode()}


def _process(context: Context, event: Any) -> None:
    context.world.response = context.world.platform.functions.invoke(FUNCTION, event)


@when('Ada has the text "{text:Quoted}" processed')
def text_processed(context: Context, text: str) -> None:
    _process(context, {"data": _meant(text)})


@when('Ada has the bytes "{text:Quoted}" processed')
def bytes_processed(context: Context, text: str) -> None:
    _process(context, {"data": _in_base64(text)})


@when("Ada has {what} processed")
def no_data_processed(context: Context, what: str) -> None:
    _process(context, NO_DATA[what])


@then('she gets the text "{text:Quoted}"')
def gets_text(context: Context, text: str) -> None:
    _expect_answer(context, {"data": _meant(text)})


@then('she gets the bytes "{text:Quoted}"')
def gets_bytes(context: Context, text: str) -> None:
    _expect_answer(context, {"data": _in_base64(text)})


@then('she is told "{message:Quoted}"')
def is_told(context: Context, message: str) -> None:
    _expect_answer(context, {"error": "Bad Request", "message": message})


def _expect_answer(context: Context, wanted: Any) -> None:
    answer = expect_status(context.world.response, 200)
    expect("a failure of the function", failed(answer), False)
    expect("answer", answer.json(), wanted)
