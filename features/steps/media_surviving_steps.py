"""Steps about a gallery that rests, dies, or is refused what it needs."""

from behave import given, then, when

from features.support.context import Context
from features.support.expect import expect
from features.support.files import FILES, File, Kind, picture
from features.support.gallery import PART, Gallery, key_of, upload
from features.support.gallery_messages import QUEUE
from features.support.interruption import die_and_return, expect_caught, hold, let_go, refuse_and_hold_next, rest, work
from features.support.vocabulary import word
from features.support.world import World
from fixtures.clients.objects import THUMBNAILS, UPLOADS

DOINGS = {
    "reading the picture": ("GetObject", UPLOADS),
    "writing the description": ("PutItem", ""),
    "storing the thumbnail": ("PutObject", THUMBNAILS),
    "looking at the picture again": ("HeadObject", UPLOADS),
    "closing the description": ("UpdateItem", ""),
    "putting aside": ("SendMessage", ""),
}
"""What the gallery calls, and on which bucket; a call about a table or a queue has the key in its body."""

TRIES = 3
"""How often the gallery itself makes a call that is refused."""


@word("Handling", "|".join(DOINGS))
def doing(text: str) -> str:
    """Something the gallery does with an upload."""
    return text


@given('the gallery is caught {doing:Handling} of the {kind:Kind} "{name:Quoted}"')
def is_caught(context: Context, doing: str, kind: Kind, name: str) -> None:
    _catch(context.world, doing, name, picture(kind))


@given('the gallery is caught putting aside the text "{name:Quoted}"')
def is_caught_putting_aside(context: Context, name: str) -> None:
    _catch(context.world, "putting aside", name, FILES["a text"]())


@when("the gallery dies before it is done and is started again")
def dies(context: Context) -> None:
    die_and_return(context.world, PART, "drop")


@when("the gallery dies, it is done nevertheless, and the gallery is started again")
def dies_after(context: Context) -> None:
    die_and_return(context.world, PART, "proceed")


@given('Ada has uploaded the {kind:Kind} "{name:Quoted}" while the gallery rests')
def uploaded_while_resting(context: Context, kind: Kind, name: str) -> None:
    rest(context.world, PART)
    upload(context.world, name, picture(kind))


@given('Ada has deleted "{name:Quoted}"')
def has_deleted(context: Context, name: str) -> None:
    context.world.platform.objects.delete(UPLOADS, key_of(context.world, name))


@when("the gallery works again")
def works_again(context: Context) -> None:
    work(context.world, PART)


@then("the gallery soon has nothing left to do")
def has_nothing_left(context: Context) -> None:
    context.world.eventually(lambda: expect("uploads waiting", context.world.platform.messages.waiting(QUEUE), 0))


@given('the gallery is refused {doing:Handling} of the {kind:Kind} "{name:Quoted}", and asks for the last time')
def is_refused(context: Context, doing: str, kind: Kind, name: str) -> None:
    world = context.world
    _catch(world, doing, name, picture(kind))
    for _ in range(TRIES - 1):
        refuse_and_hold_next(world, *_call(world, doing, name))


@when("it is refused once more")
def is_refused_once_more(context: Context) -> None:
    let_go(context.world, "drop")


def _catch(world: World, doing: str, name: str, file: File) -> None:
    rest(world, PART)
    upload(world, name, file)
    hold(world, *_call(world, doing, name))
    work(world, PART)
    expect_caught(world)


def _call(world: World, doing: str, name: str) -> tuple[str, str]:
    action, bucket = DOINGS[doing]
    return action, f"{bucket}/{_folder(bucket)}{key_of(world, name)}" if bucket else world.notes(Gallery).album


def _folder(bucket: str) -> str:
    return "thumbnails/" if bucket == THUMBNAILS else ""
