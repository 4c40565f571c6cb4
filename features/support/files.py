"""Knows the files that features upload, by their words, and how a thumbnail of one is judged."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

from features.support.expect import expect, expect_that
from features.support.vocabulary import word
from fixtures.builders import pictures

if TYPE_CHECKING:
    from PIL import Image

Kind = NewType("Kind", str)
Colour = tuple[int, ...]

MOST_SIDE = 128
NEAR = 32
"""How far a colour may be off after JPEG and CMYK have had their way with it, of 255."""

TYPES = {
    "animated GIF": "image/gif",
    "WebP": "image/webp",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    **dict.fromkeys(("PNG", "PNG with alpha", "PNG with a palette"), "image/png"),
}
"""The content type of a kind of picture; of any other, JPEG's."""

QUARTERS = {
    "upper left": (0.25, 0.25, pictures.RED),
    "upper right": (0.75, 0.25, pictures.GREEN),
    "lower left": (0.25, 0.75, pictures.BLUE),
    "lower right": (0.75, 0.75, pictures.YELLOW),
}


@dataclass(frozen=True, slots=True)
class File:
    """What is uploaded."""

    body: bytes
    content_type: str = "image/jpeg"


def _text() -> File:
    return File(b"What I did on my holidays, by Ada.\n")


FILES: Mapping[str, Callable[[], File]] = {
    "a text": _text,
    "a JPEG": lambda: File(pictures.a_picture()),
    "an empty file": lambda: File(b""),
    "half a photo": lambda: File((whole := pictures.a_turned_photo(1, 800, 600))[: len(whole) // 2]),
    "a photo of 40 megapixels": lambda: File(pictures.a_bomb(40), "image/png"),
    "a file of 26 mebibytes": lambda: File(pictures.a_picture() + bytes(26 * 1024 * 1024)),
}


@word("Kind", "|".join(sorted(pictures.KINDS, key=len, reverse=True)))
def kind(text: str) -> Kind:
    """A kind of picture."""
    return Kind(text)


@word("File", "|".join(FILES))
def file(text: str) -> File:
    """A file that is no proper picture, or a plain one."""
    return FILES[text]()


def picture(of_kind: str, width: int = 400, height: int = 200) -> File:
    """A picture of that kind."""
    return File(pictures.a_picture(of_kind, width, height), TYPES.get(of_kind, "image/jpeg"))


def opened(thumbnail: bytes) -> "Image.Image":
    """The thumbnail, decoded to its last pixel."""
    from PIL import Image  # noqa: PLC0415 - most scenarios have no pictures

    image = Image.open(io.BytesIO(thumbnail))
    image.load()
    expect("format", image.format, "JPEG")
    return image


def expect_colour(image: "Image.Image", quarter: str, wanted: Colour | None = None) -> None:
    """The middle of a quarter has that colour; None: the one that pictures have there."""
    across, down, usual = QUARTERS[quarter]
    found = image.convert("RGB").getpixel((int(image.width * across), int(image.height * down)))
    assert isinstance(found, tuple)
    off = max(abs(one - other) for one, other in zip(found, wanted or usual, strict=True))
    expect_that(f"the colour of the {quarter} quarter", off <= NEAR, f"about {wanted or usual}", found)
