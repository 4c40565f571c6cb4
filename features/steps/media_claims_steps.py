"""Steps about what must have become of an upload: its description, its thumbnail, or why it was put aside."""

from behave import then

from features.support.context import Context
from features.support.expect import expect, expect_that
from features.support.files import QUARTERS, expect_colour, opened
from features.support.gallery import (
    PART,
    REASONS,
    Gallery,
    Reason,
    description,
    expect_not_put_aside,
    key_of,
    settle,
    thumbnail,
    until_described,
    until_put_aside,
    until_shown,
)
from features.support.gallery_messages import ATTEMPTS, attempts, mark_of
from features.support.world import World
from fixtures.builders import pictures
from fixtures.clients.objects import UPLOADS, StoredObject

FACTS = "described: name, bucket, size, type, fingerprint and time of the upload"


@then(f'"{{name:Quoted}}" is soon {FACTS}')
def is_described(context: Context, name: str) -> None:
    until_described(context.world, name)


@then(f"it is soon {FACTS}")
def last_is_described(context: Context) -> None:
    until_described(context.world, context.world.notes(Gallery).last)


@then('the thumbnail of "{name:Quoted}" is soon a JPEG of {width:d} by {height:d} pixels')
def is_shown(context: Context, name: str, width: int, height: int) -> None:
    until_shown(context.world, name, (width, height))


@then('the thumbnail of "{name:Quoted}" is soon there under the same name')
def is_there(context: Context, name: str) -> None:
    until_shown(context.world, name, (128, 64))


@then('the thumbnails of "{one:Quoted}" and "{two:Quoted}" are there')
def both_are_there(context: Context, one: str, two: str) -> None:
    for name in (one, two):
        until_shown(context.world, name, (128, 64))


@then('it shows the four quarters of "{name:Quoted}"')
def shows_quarters(context: Context, name: str) -> None:
    image = opened(_shown(context.world).body)
    for quarter in QUARTERS:
        expect_colour(image, quarter)


@then("its lower right quarter is white")
def shows_white(context: Context) -> None:
    image = opened(_shown(context.world).body)
    for quarter in ("upper left", "upper right", "lower left"):
        expect_colour(image, quarter)
    expect_colour(image, "lower right", pictures.WHITE)


@then("it holds nothing of where and how it was taken")
def tells_no_place(context: Context) -> None:
    body = _shown(context.world).body
    expect("Exif entries", dict(opened(body).getexif()), {})
    expect_that("the place", pictures.PLACE.encode() not in body, "not in it", "in it")


@then('it carries the request id and the trace of "{name:Quoted}"')
def carries_id(context: Context, name: str) -> None:
    made = context.world.notes(Gallery).uploads[name]
    carried = {"x-request-id": made.request_id, "traceparent": made.traceparent}
    expect("metadata", dict(_shown(context.world).metadata), carried)


@then('the gallery\'s log lines about "{name:Quoted}" carry its request id')
def logged_with_id(context: Context, name: str) -> None:
    world = context.world
    request_id = world.notes(Gallery).uploads[name].request_id

    def claim() -> None:
        lines = [each["line"] for each in world.platform.control.logs(request_id) if each["part"] == PART]
        expect_that("log lines", len(lines) >= 2, "one about the upload, one about its message", lines)

    world.eventually(claim)


@then('"{name:Quoted}" is soon put aside because {reason:Reason}')
def is_put_aside(context: Context, name: str, reason: Reason) -> None:
    _expect_letter(context.world, name, REASONS[reason])


@then("it is soon put aside because {reason:Reason}")
def last_is_put_aside(context: Context, reason: Reason) -> None:
    _expect_letter(context.world, context.world.notes(Gallery).last, REASONS[reason])


@then("it was tried once")
def tried_once(context: Context) -> None:
    notes = context.world.notes(Gallery)
    request_id = notes.uploads[notes.last].request_id
    context.world.eventually(lambda: expect("attempts", len(attempts(context.world, request_id)), 1))


@then('"{name:Quoted}" is still what Ada uploaded')
def is_untouched(context: Context, name: str) -> None:
    made = context.world.notes(Gallery).uploads[name]
    found = context.world.platform.objects.get(UPLOADS, made.key)
    expect_that("the upload", found is not None and found.body == made.file.body, "untouched", "gone or changed")


@then('"{name:Quoted}" has no thumbnail')
def has_no_thumbnail(context: Context, name: str) -> None:
    expect("thumbnail", thumbnail(context.world, name), None)


@then("nothing is put aside")
@then("nothing is put aside in the end")
def nothing_put_aside(context: Context) -> None:
    settle(context.world)
    expect_not_put_aside(context.world, context.world.notes(Gallery).album)


@then('only "{one:Quoted}" and "{two:Quoted}" are put aside')
def only_these_put_aside(context: Context, one: str, two: str) -> None:
    for name in (one, two):
        until_put_aside(context.world, key_of(context.world, name))
    nothing_put_aside(context)


@then('"{name:Quoted}" was put aside no more often than before')
@then('"{name:Quoted}" is put aside once in the end')
def no_more_put_aside(context: Context, name: str) -> None:
    nothing_put_aside(context)


@then('"{name:Quoted}" leaves no trace')
def leaves_no_trace(context: Context, name: str) -> None:
    nothing_put_aside(context)
    expect("description", description(context.world, name), {})
    expect("thumbnail", thumbnail(context.world, name), None)


@then("each of these messages is soon put aside, untouched and without a reason")
def unreadable_put_aside(context: Context) -> None:
    for message in context.world.notes(Gallery).messages:
        letter = until_put_aside(context.world, mark_of(message), within=ATTEMPTS)
        expect("the message", letter.body, message)
        expect_that("a reason", "reason" not in letter.attributes, "none", letter.attributes)


def _expect_letter(world: World, name: str, reason: str) -> None:
    made = world.notes(Gallery).uploads[name]
    letter = until_put_aside(world, world.notes(Gallery).album)
    expect("the reason", letter.attributes.get("reason"), reason)
    expect("the request id", letter.attributes.get("X-Request-Id"), made.request_id)
    expect("the fingerprint", letter.json()["Records"][0]["s3"]["object"]["eTag"], made.etag)


def _shown(world: World) -> StoredObject:
    shown = world.notes(Gallery).shown
    if shown is None:
        raise LookupError("no step has waited for a thumbnail yet")
    return shown
