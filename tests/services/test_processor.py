"""The port does what Python 2.7 did. Every expected value here was written down from Python 2.7's own rules.

Sources: the library reference of Python 2.7 (`str.splitlines`, `unicode.splitlines`, `string.whitespace`) and
Unicode 5.2, the version its `unicodedata` has. Where a Python 2.7 is on this machine, the last test asks it.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fixtures.services.processor.handler import handle
from fixtures.services.processor.rules import process_bytes, process_text

# What ran on Python 2.7, with the ends of a pipe around it.
LEGACY = """
import json, sys
def process(data):
    lines = []
    for line in data.splitlines():
        lines.append(line.strip().upper())
    return "\\n".join(lines)
given = json.load(sys.stdin)
json.dump([
    [process(text) for text in given["texts"]],
    [process(one.decode("base64")).encode("base64") for one in given["bytes"]],
], sys.stdout)
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (b"", b""),
        (b"one\ntwo", b"ONE\nTWO"),
        (b"one\rtwo\r\nthree", b"ONE\nTWO\nTHREE"),
        (b"one\n\rtwo", b"ONE\n\nTWO"),  # LF CR are two ends of lines, CR LF is one
        (b"one\n", b"ONE"),  # an end of line at the very end opens no new line
        (b"one\n\n", b"ONE\n"),
        (b"\n", b""),
        (b"one\n\ntwo", b"ONE\n\nTWO"),
        (b"  one\t\n \v\ftwo ", b"ONE\nTWO"),
        (b"one\vtwo\fthree", b"ONE\vTWO\fTHREE"),  # no ends of lines among bytes
        (b"one\x1ctwo\x1dthree\x1efour\x85five", b"ONE\x1cTWO\x1dTHREE\x1eFOUR\x85FIVE"),
        (b"\x1cone\x1f", b"\x1cONE\x1f"),  # nor white space
        (b"\xa0one\xa0", b"\xa0ONE\xa0"),  # Latin-1's no-break space is a byte like any other
        (b"stra\xdfe \xe4\xf6\xfc", b"STRA\xdfE \xe4\xf6\xfc"),  # Latin-1: only a to z have capitals
        ("straße ä".encode(), b"STRA\xc3\x9fE \xc3\xa4"),  # UTF-8 likewise
        (b"\xff\xfe\x00a\x00", b"\xff\xfe\x00A\x00"),
        (b"\x00one\x00", b"\x00ONE\x00"),
        ("one\u2028two".encode(), b"ONE\xe2\x80\xa8TWO"),
    ],
)
def test_bytes_are_pythons_2_str(given: bytes, expected: bytes) -> None:
    assert process_bytes(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", ""),
        ("one\ntwo\rthree\r\nfour", "ONE\nTWO\nTHREE\nFOUR"),
        ("one\n", "ONE"),
        ("one\n\n", "ONE\n"),
        ("one\n\ntwo", "ONE\n\nTWO"),
        ("1\v2\f3\x1c4\x1d5\x1e6\x857\u20288\u20299", "1\n2\n3\n4\n5\n6\n7\n8\n9"),
        ("1\x1f2", "1\x1f2"),  # white space, but no end of line
        ("\x1fone\x1f", "ONE"),
        ("\xa0one\u3000", "ONE"),
        ("\u1680\u2000\u200a\u202f\u205fone", "ONE"),
        ("\u180eone\u180e", "ONE"),  # white space until Unicode 6.3
        ("\u200bone\ufeff", "\u200bONE\ufeff"),  # zero-width space and byte order mark never were
        ("straße", "STRAßE"),  # one letter for one: Python 3 writes STRASSE
        ("ﬁn ŉ ǰ ΐ և", "ﬁN ŉ ǰ ΐ և"),  # ligatures and the like stay
        ("ᾀ ᾳ ᾧ", "ᾈ ᾼ ᾯ"),  # Python 3 writes two letters for each
        ("ᾈ", "ᾈ"),
        ("äöü àéî çñ", "ÄÖÜ ÀÉÎ ÇÑ"),
        ("ÿ µ ı ſ", "Ÿ \u039c I S"),
        ("ǆ ǅ", "Ǆ Ǆ"),
        ("σς", "ΣΣ"),
        ("жё", "ЖЁ"),
        ("აბგ ჰ", "აბგ ჰ"),  # Georgian got its capitals with Unicode 11
        ("ɡ ɪ ꭰ ᏸ", "ɡ ɪ ꭰ ᏸ"),  # capitals of Unicode 7 to 9
        ("\U00010428", "\U00010400"),  # a wide build: one letter, not two surrogates
        ("日本 🙂 1", "日本 🙂 1"),
        ("e\u0301", "E\u0301"),
        ("a\x00b", "A\x00B"),
    ],
)
def test_text_is_pythons_2_unicode(given: str, expected: str) -> None:
    assert process_text(given) == expected


def test_the_answer_has_the_form_of_the_question() -> None:
    assert handle({"data": "straße\r\n ab"}, None) == {"data": "STRAßE\nAB"}
    in_base64 = {"base64": base64.b64encode(b"stra\xdfe\r\n ab").decode()}
    assert handle({"data": in_base64}, None) == {"data": {"base64": base64.b64encode(b"STRA\xdfE\nAB").decode()}}
    assert handle({"data": {"base64": ""}}, None) == {"data": {"base64": ""}}
    assert handle({"data": "a", "later": 1}, None) == {"data": "A"}  # members to come don't hurt


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({}, "data is required."),
        ([], "The event must be a JSON object."),
        ("text", "The event must be a JSON object."),
        (None, "The event must be a JSON object."),
        ({"data": None}, "data must be a string, or an object with base64 for bytes."),
        ({"data": 7}, "data must be a string, or an object with base64 for bytes."),
        ({"data": True}, "data must be a string, or an object with base64 for bytes."),
        ({"data": ["a"]}, "data must be a string, or an object with base64 for bytes."),
        ({"data": {}}, "data must be a string, or an object with base64 for bytes."),
        ({"data": {"base64": 7}}, "data must be a string, or an object with base64 for bytes."),
        ({"data": {"base64": "YQ==", "x": 1}}, "data must be a string, or an object with base64 for bytes."),
        ({"data": {"base64": "YQ"}}, "base64 is not valid Base64."),
        ({"data": {"base64": "Y Q = ="}}, "base64 is not valid Base64."),
        ({"data": {"base64": "ä"}}, "base64 is not valid Base64."),
        ({"data": "a\ud800"}, "data holds half a surrogate pair, which is no character."),
    ],
)
def test_what_is_no_data_is_refused_in_a_sentence(event: Any, message: str) -> None:
    assert handle(event, None) == {"error": "Bad Request", "message": message}


def python_2() -> str | None:
    pyenv = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/2.7*/bin/python2.7"))
    return str(pyenv[-1]) if pyenv else shutil.which("python2.7")


@pytest.mark.skipif(python_2() is None, reason="no Python 2.7 on this machine to ask")
def test_a_real_python_2_says_the_same_of_every_character() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    texts = ["".join(characters[start : start + 4096]) for start in range(0, len(characters), 4096)]
    texts += [f" {character}a{character} " for character in characters[:0x3100]]
    given = [bytes([code]) + b"a" + bytes([code]) + b" b" for code in range(256)] + [b"a\r\nb", b"a\n\rb", b""]
    question = {"texts": texts, "bytes": [base64.b64encode(one).decode() for one in given]}
    asked = subprocess.run(
        [str(python_2()), "-c", LEGACY], input=json.dumps(question).encode(), capture_output=True, check=True
    )
    said_of_texts, said_of_bytes = json.loads(asked.stdout)
    assert [process_text(text) for text in texts] == said_of_texts
    assert [process_bytes(one) for one in given] == [base64.b64decode(one) for one in said_of_bytes]
