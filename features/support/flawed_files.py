"""Knows files with a flaw of bytes, which no feature can hold in its own text."""

import gzip
from collections.abc import Callable, Mapping

from features.support.vocabulary import word

_HEADER = b"id,name,amount,date\n"
_ROW = b",desk,1.50,2026-01-31\n"
_ENORMOUS = 300_000

_BAD_LINES = b'["a list"]\nno JSON\n{"id": "x", "name": "desk", "id": "y"}\n'
_BAD_ID = b'{"id": true, "name": "desk", "amount": 1, "date": "2026-01-31"}\n'

Write = Callable[[bytes, bytes], bytes]
"""Makes the file out of the ids of a first good row and of a last one; the flaw stands between them on line 3."""

FLAWED_ROWS: Mapping[str, tuple[Write, str]] = {
    "bytes that are no UTF-8": (lambda a, b: _around(a, b, b"x,d\xe4sk,1.50,2026-01-31\n"), "not UTF-8"),
    "a NUL character": (lambda a, b: _around(a, b, b"x,de\x00sk,1.50,2026-01-31\n"), "a NUL character"),
    "an enormous line": (lambda a, b: _around(a, b, b"x," + b"y" * _ENORMOUS + b"\n"), "longer than 65536 bytes"),
}
"""By flaw: the file, and the reason its rejects give."""

GOOD_FILES: Mapping[str, Write] = {
    "a byte order mark": lambda a, b: b"\xef\xbb\xbf" + _HEADER + a + _ROW + b + _ROW,
    "carriage returns": lambda a, b: (_HEADER + a + _ROW + b + _ROW).replace(b"\n", b"\r\n"),
    "no last line end": lambda a, b: (_HEADER + a + _ROW + b + _ROW).removesuffix(b"\n"),
    "good and bad lines of JSON": lambda a, b: _json(a) + _BAD_LINES + _json(b) + _BAD_ID,
    "blank lines": lambda a, b: b"\n" + _HEADER + b"\n" + a + _ROW + b"  \n\n" + b + _ROW + b"\n",
}

HOPELESS_FILES: Mapping[str, tuple[str, bytes]] = {
    "a picture": ("picture.png", b"\x89PNG\r\n\x1a\n"),
    "a table that is compressed": ("sales.csv.gz", gzip.compress(_HEADER + b"x" + _ROW)),
    "half a compressed file named as a table": ("sales.csv", gzip.compress(_HEADER + b"x" + _ROW)[:-9]),
    "a table in UTF-16": ("sales.csv", (_HEADER + b"x" + _ROW).decode().encode("utf-16")),
    "an empty table": ("sales.csv", b""),
    "a table without amounts": ("sales.csv", b"id,name,date\nx,desk,2026-01-31\n"),
    "a table with two columns of amounts": ("sales.csv", b"id,name,amount,date,Amount\n"),
}
"""By what they are: the name under which they are dropped, and the bytes."""


def a_large_file(mark: bytes, megabytes: int) -> bytes:
    """A table of that size: 1000 good rows, and 1200 that are bad and as long as it takes."""
    good = b"".join(b"%s-%d,desk,1.50,2026-01-31\n" % (mark, number) for number in range(1000))
    length = (megabytes * 1024 * 1024 - len(good)) // 1200
    bad = b"".join(b"%d,%s\n" % (number, b"y" * (length - 8)) for number in range(1200))
    return _HEADER + good + bad


@word("FileKind", "|".join((*GOOD_FILES, *FLAWED_ROWS)))
def file_kind(text: str) -> Write:
    """How a file of that kind is written."""
    return GOOD_FILES[text] if text in GOOD_FILES else FLAWED_ROWS[text][0]


def _json(record_id: bytes) -> bytes:
    return b'{"id": "' + record_id + b'", "name": "desk", "amount": 1.5, "date": "2026-01-31"}\n'


def _around(first: bytes, last: bytes, flaw: bytes) -> bytes:
    return _HEADER + first + _ROW + flaw + last + _ROW
