"""Steps about uploading files, and about what the gallery is told of them."""

from functools import partial

from behave import given, then, when

from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import expect, expect_that
from features.support.files import FILES, File, Kind, picture
from features.support.gallery import (
    LONGEST_NAME,
    Gallery,
    description,
    key_of,
    settle,
    thumbnail,
    until_put_aside,
    until_shown,
    upload,
)
from features.support.gallery_messages import EARLY, attempts, tell, tell_of, told, unreadable, until_dealt_with
from features.support.world import World
from fixtures.builders import marked, pictures
from fixtures.clients.objects import THUMBNAILS


@when('Ada uploads the {kind:Kind} "{name:Quoted}"')
def uploads_picture(context: Context, kind: Kind, name: str) -> None:
    upload(context.world, name, picture(kind))


@when('Ada uploads the {kind:Kind} "{name:Quoted}" of {width:d} by {height:d} pixels')
def uploads_sized_picture(context: Context, kind: Kind, name: str, width: int, height: int) -> None:
    upload(context.world, name, picture(kind, width, height))


@when('Ada uploads a photo "{name:Quoted}" of {width:d} by {height:d} pixels, stored with orientation {turn:d}')
def uploads_turned_photo(context: Context, name: str, width: int, height: int, turn: int) -> None:
    upload(context.world, name, File(pictures.a_turned_photo(turn, width, height)))


@when('Ada uploads {file:File} as "{name:Quoted}"')
def uploads_file(context: Context, file: File, name: str) -> None:
    upload(context.world, name, file)


@when("Ada uploads a JPEG under a name of 1,024 bytes")
def uploads_long_name(context: Context) -> None:
    folder = key_of(context.world, "")
    upload(context.world, "it", picture("JPEG"), key=folder + "é" * ((LONGEST_NAME - len(folder)) // 2) + "x")


@when("Ada uploads at the same moment")
def uploads_together(context: Context) -> None:
    world = context.world
    at_the_same_moment([partial(upload, world, row["name"], FILES[row["file"]]()) for row in context.table])


@given('Ada has uploaded the {kind:Kind} "{name:Quoted}" and it was processed')
def was_processed(context: Context, kind: Kind, name: str) -> None:
    upload(context.world, name, picture(kind))
    until_shown(context.world, name, (128, 64))


@given('Ada has uploaded the {kind:Kind} "{name:Quoted}" of {width:d} by {height:d} pixels and it was processed')
def sized_was_processed(context: Context, kind: Kind, name: str, width: int, height: int) -> None:
    upload(context.world, name, picture(kind, width, height))
    until_shown(context.world, name, (width, height))
    _remember(context.world, name)


@given('Ada has uploaded the {kind:Kind} "{name:Quoted}" and the gallery was told of it')
def was_told_of_picture(context: Context, kind: Kind, name: str) -> None:
    upload(context.world, name, picture(kind), traced=False)
    tell_of(context.world, name)
    until_shown(context.world, name)
    _remember(context.world, name)


@given('Ada has uploaded {file:File} as "{name:Quoted}" and the gallery was told of it')
def was_told_of_file(context: Context, file: File, name: str) -> None:
    made = upload(context.world, name, file)
    tell_of(context.world, name)
    for _ in range(2):  # S3 itself has told of it, too
        until_put_aside(context.world, made.key)
    _remember(context.world, name)


@given("the thumbnails were lost")
def were_lost(context: Context) -> None:
    settle(context.world)
    for name in context.world.notes(Gallery).uploads:
        context.world.platform.objects.delete(THUMBNAILS, f"thumbnails/{key_of(context.world, name)}")


@when('the gallery is told of "{name:Quoted}" once more in the same words')
def told_again(context: Context, name: str) -> None:
    tell_of(context.world, name)


@when('the gallery is told of the earlier "{name:Quoted}" at last')
def told_late(context: Context, name: str) -> None:
    tell_of(context.world, name, sequencer=EARLY, of=context.world.notes(Gallery).earlier)


@when('the gallery is told of "{one:Quoted}", "{two:Quoted}" and "{three:Quoted}" in one message')
def told_of_three(context: Context, one: str, two: str, three: str) -> None:
    context.world.notes(Gallery).last = marked("plumb")
    tell(context.world, told(context.world, one, two, three), context.world.notes(Gallery).last)


@when('the gallery is told of these, and then Ada uploads the {kind:Kind} "{name:Quoted}"')
def told_nonsense(context: Context, kind: Kind, name: str) -> None:
    for row in context.table:
        tell(context.world, unreadable(row["message"]))
    upload(context.world, name, picture(kind))


@when("the gallery is told that this is a test")
def told_a_test(context: Context) -> None:
    context.world.notes(Gallery).last = marked("plumb")
    test = '{"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-01-01T00:00:00.000Z", "Bucket": "%s"}'
    tell(context.world, test % key_of(context.world, "bucket"), context.world.notes(Gallery).last)


@then("the gallery soon has dealt with that message")
def has_dealt_with(context: Context) -> None:
    world = context.world

    def claim() -> None:
        lines = attempts(world, world.notes(Gallery).last)
        expect("attempts at it", len(lines), 1)
        expect_that("the attempt", '"handled"' in lines[0], "handled", lines[0])

    world.eventually(claim)


@then('in the end description and thumbnail of "{name:Quoted}" are what they were')
def is_unchanged(context: Context, name: str) -> None:
    until_dealt_with(context.world, name)
    before = context.world.notes(Gallery).before
    expect("description", description(context.world, name), before["description"])
    expect("thumbnail", thumbnail(context.world, name), before["thumbnail"])


def _remember(world: World, name: str) -> None:
    until_dealt_with(world, name)
    world.notes(Gallery).before = {"description": description(world, name), "thumbnail": thumbnail(world, name)}
