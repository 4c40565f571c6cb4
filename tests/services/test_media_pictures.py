"""Thumbnails are small, upright, whole JPEGs of any usual picture, and hold nothing but pixels."""

import io
import subprocess
import sys

import pytest
from PIL import Image

from fixtures.builders import pictures
from fixtures.services.media.pictures import thumbnail
from fixtures.services.media.rules import MOST_PIXELS, Refusal, RefusedError

Colour = tuple[int, int, int]


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    image.load()
    return image


def quarters(image: Image.Image) -> list[Colour]:
    points = [(x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]
    found = [image.getpixel((int(image.width * x), int(image.height * y))) for x, y in points]
    return [pixel for pixel in found if isinstance(pixel, tuple) and len(pixel) == 3]


def alike(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= 24 for a, b in zip(one, other, strict=True))


def refusal(data: bytes) -> Refusal:
    with pytest.raises(RefusedError) as caught:
        thumbnail(data)
    return caught.value.reason


COLOURS = [pictures.RED, pictures.GREEN, pictures.BLUE, pictures.YELLOW]


@pytest.mark.parametrize("kind", sorted(set(pictures.KINDS) - {"16-bit grey PNG"}))
def test_every_kind_of_picture_keeps_its_colours_and_its_shape(kind: str) -> None:
    image = opened(thumbnail(pictures.a_picture(kind)))
    expected = [*COLOURS[:3], pictures.WHITE] if kind == "PNG with alpha" else COLOURS
    assert image.size == (128, 64)
    assert [alike(*pair) for pair in zip(quarters(image), expected, strict=True)] == [True] * 4, quarters(image)


def test_sixteen_bits_keep_their_lightness() -> None:
    image = opened(thumbnail(pictures.a_picture("16-bit grey PNG")))
    expected = [Image.new("RGB", (1, 1), colour).convert("L").getpixel((0, 0)) for colour in COLOURS]
    assert [red for red, _, _ in quarters(image)] == pytest.approx(expected, abs=6)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_held_upright(orientation: int) -> None:
    image = opened(thumbnail(pictures.a_turned_photo(orientation)))
    assert image.size == (128, 64)
    assert [alike(*pair) for pair in zip(quarters(image), COLOURS, strict=True)] == [True] * 4, quarters(image)


def test_nothing_of_where_and_how_it_was_taken_is_left() -> None:
    photo = pictures.a_turned_photo(6)
    assert pictures.PLACE.encode() in photo
    found = thumbnail(photo)
    assert pictures.PLACE.encode() not in found
    assert b"Exif" not in found
    assert len(opened(found).getexif()) == 0


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(1, 1, (1, 1)), (40, 30, (40, 30)), (128, 128, (128, 128)), (129, 129, (128, 128)), (3000, 20, (128, 1))],
)
def test_it_keeps_the_shape_and_is_never_enlarged(width: int, height: int, size: tuple[int, int]) -> None:
    assert opened(thumbnail(pictures.a_picture("PNG", width, height))).size == size


def test_what_is_no_image_is_refused_as_such() -> None:
    assert refusal(b"just some words, whatever the name says") is Refusal.NOT_AN_IMAGE
    assert refusal(b"") is Refusal.NOT_AN_IMAGE
    assert refusal(b"%PDF-1.7\n") is Refusal.NOT_AN_IMAGE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "animated GIF", "WebP", "BMP", "TIFF"])
def test_half_a_picture_is_refused(kind: str) -> None:
    whole = pictures.a_picture(kind)
    assert refusal(whole[: len(whole) // 2]) in (Refusal.BROKEN, Refusal.NOT_AN_IMAGE)


def test_a_broken_exif_costs_neither_the_picture_nor_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    photo = pictures.a_turned_photo(1)
    at = photo.index(b"Exif\0\0") + 6
    broken = photo[: at + 8] + b"\xff" * 60 + photo[at + 68 :]
    assert opened(thumbnail(broken)).size == (128, 64)
    assert [str(warning.message) for warning in recwarn] == []


def test_more_pixels_than_the_limit_are_refused_unseen() -> None:
    assert refusal(pictures.a_bomb(40)) is Refusal.TOO_MANY_PIXELS


def test_a_bomb_costs_no_memory() -> None:
    script = """
import resource, sys
from fixtures.services.media.pictures import thumbnail
from fixtures.services.media.rules import RefusedError
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    thumbnail(data)
except RefusedError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    run = subprocess.run([sys.executable, "-c", script], input=pictures.a_bomb(40), capture_output=True, check=True)
    assert int(run.stdout) < 20_000, "KiB"


def test_the_limit_of_pixels_itself_is_taken() -> None:
    side = int(MOST_PIXELS**0.5)
    out = io.BytesIO()
    Image.new("L", (side, side), 90).save(out, "JPEG")
    assert side * side == MOST_PIXELS
    assert opened(thumbnail(out.getvalue())).size == (128, 128)
