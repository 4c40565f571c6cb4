"""Steps about following short links and seeing who follows them."""

from datetime import UTC, datetime, timedelta

from behave import given, then, when

from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import expect, expect_refusal, expect_status, expect_that, field
from features.support.links_notes import NO_LINK, NOT_ALLOWED, LinksNotes, key_of, no_good_key
from features.support.world import World
from fixtures.clients import Response


def look(world: World, part: str, code: str, api_key: str | None) -> Response:
    links = world.platform.links
    call = {"link": links.get_link, "clicks": links.get_link_clicks}[part]
    return call(code, api_key=api_key)


def follow(world: World, times: int, referrer: str | None = None) -> None:
    for _ in range(times):
        expect_status(world.platform.links.follow_link(world.notes(LinksNotes).code, referrer=referrer), 302)


@given("the link was followed {times:Count}")
def was_followed(context: Context, times: int) -> None:
    follow(context.world, times)


@given('the link was followed {times:Count} from "{page}"')
def was_followed_from(context: Context, times: int, page: str) -> None:
    follow(context.world, times, page)


@given("the link was followed from {count:d} sites")
def was_followed_from_sites(context: Context, count: int) -> None:
    for number in range(count):
        follow(context.world, 1, f"https://site-{number}.example/")


@given("{count:d} readers followed the link at the same moment")
def crowd_followed(context: Context, count: int) -> None:
    crowd_followed_from(context, count, None)


@given('{count:d} readers followed the link at the same moment from "{page}"')
def crowd_followed_from(context: Context, count: int, page: str | None) -> None:
    world = context.world
    links, code = world.platform.links, world.notes(LinksNotes).code
    for answer in at_the_same_moment([lambda: links.follow_link(code, referrer=page)] * count):
        expect_status(answer, 302)


@when("{count:d} readers follow the link at the same moment")
def crowd_follows(context: Context, count: int) -> None:
    world = context.world
    links, code = world.platform.links, world.notes(LinksNotes).code
    world.notes(LinksNotes).answers = at_the_same_moment([lambda: links.follow_link(code)] * count)


@given("{who:Person} has looked at the link and its clicks")
def has_looked(context: Context, who: str) -> None:
    world = context.world
    for part in ("link", "clicks"):
        expect_status(look(world, part, world.notes(LinksNotes).code, key_of(world, who)), 200)


@given("somebody has followed the link in vain")
def followed_in_vain(context: Context) -> None:
    world = context.world
    expect_status(world.platform.links.follow_link(world.notes(LinksNotes).code), 404)


@when("somebody follows the link")
@when("somebody without a key follows the link")
def follows(context: Context) -> None:
    world = context.world
    world.response = world.platform.links.follow_link(world.notes(LinksNotes).code)


@when("somebody follows the link with its capitals and small letters swapped")
def follows_swapped(context: Context) -> None:
    follows_code(context, context.world.notes(LinksNotes).code.swapcase())


@when('somebody follows the code "{code}"')
def follows_code(context: Context, code: str) -> None:
    context.world.response = context.world.platform.links.follow_link(code)


@when("{who:Person} looks at the {part:LinkPart}")
def looks(context: Context, who: str, part: str) -> None:
    world = context.world
    world.response = look(world, part, world.notes(LinksNotes).code, key_of(world, who))


@when('{who:Person} looks at the {part:LinkPart} of the code "{code}"')
def looks_at_code(context: Context, who: str, part: str, code: str) -> None:
    context.world.response = look(context.world, part, code, key_of(context.world, who))


@when("somebody with {key} looks at the {part:LinkPart}")
def somebody_looks(context: Context, key: str, part: str) -> None:
    world = context.world
    world.response = look(world, part, world.notes(LinksNotes).code, no_good_key(world, key))


@then('somebody is led to exactly "{address}"')
def led_to(context: Context, address: str) -> None:
    expect("Location", expect_status(context.world.response, 302).headers.get("location"), address)


@then("somebody is told that there is no such link")
def somebody_told_no_link(context: Context) -> None:
    expect_refusal(context.world.response, *NO_LINK)


@then("every reader is told that there is no such link")
def readers_told_no_link(context: Context) -> None:
    answers = context.world.notes(LinksNotes).answers
    expect_that("readers", bool(answers), "at least one", len(answers))
    for answer in answers:
        expect_refusal(answer, *NO_LINK)


@then("{who:Person} is told that there is no such link")
def told_no_link(context: Context, who: str) -> None:
    expect_refusal(context.world.response, *NO_LINK)


@then("{who:Person} is not allowed to")
def not_allowed(context: Context, who: str) -> None:
    expect_refusal(context.world.response, *NOT_ALLOWED)


@then("somebody is refused because of the key")
def refused_for_key(context: Context) -> None:
    answer = context.world.response
    expect_refusal(answer, 401, "Unauthorized", "Invalid API key.")
    expect("WWW-Authenticate", answer.headers.get("www-authenticate"), "ApiKey")


@then("the link has {count:d} clicks")
@then("the link has {count:d} click")
def link_has_clicks(context: Context, count: int) -> None:
    expect("click_count", field(expect_status(context.world.response, 200), "click_count"), count)


@then("{who:Person} sees the link")
def sees_link(context: Context, who: str) -> None:
    notes = context.world.notes(LinksNotes)
    body = expect_status(context.world.response, 200).json()
    expect("fields", sorted(body), ["click_count", "created_at", "original_url", "short_code"])
    expect("short_code and original_url", (body["short_code"], body["original_url"]), (notes.code, notes.address))


@then("the link says when it was made")
def says_when_made(context: Context) -> None:
    made = datetime.fromisoformat(field(context.world.response, "created_at"))
    now = datetime.now(UTC)
    expect_that("created_at", made.tzinfo is not None, "a time with its zone", made.isoformat())
    expect_that("created_at", abs(now - made) < timedelta(minutes=5), f"about {now.isoformat()}", made.isoformat())


@then('{count:d} clicks came from "{referrer}"')
@then('{count:d} click came from "{referrer}"')
def clicks_came_from(context: Context, count: int, referrer: str) -> None:
    rows = field(expect_status(context.world.response, 200), "by_referrer")
    expect(f"clicks from {referrer}", [row for row in rows if row["referrer"] == referrer], [_row(referrer, count)])


@then("there are {count:d} clicks in total")
def clicks_in_total(context: Context, count: int) -> None:
    expect("total", field(expect_status(context.world.response, 200), "total"), count)


@then("all {count:d} clicks happened today")
def all_today(context: Context, count: int) -> None:
    days = field(expect_status(context.world.response, 200), "by_day")
    # The day may have turned between the click and this line.
    today = [(datetime.now(UTC) - timedelta(minutes=back)).date().isoformat() for back in (0, 5)]
    expect_that("days", [row["date"] for row in days] in ([today[0]], [today[1]]), today[0], days)
    expect("clicks today", days[0]["count"], count)


@then("the days and the referrers add up to {count:d} clicks each")
def parts_add_up(context: Context, count: int) -> None:
    for part in ("by_day", "by_referrer"):
        rows = field(context.world.response, part)
        expect(f"sum of {part}", sum(row["count"] for row in rows), count)


@then("there is no day and no referrer")
def nothing_counted(context: Context) -> None:
    body = expect_status(context.world.response, 200).json()
    expect("by_day and by_referrer", (body["by_day"], body["by_referrer"]), ([], []))


def _row(referrer: str, count: int) -> dict[str, object]:
    return {"referrer": referrer, "count": count}
