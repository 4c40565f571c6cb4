"""Steps about making and deleting short links."""

import re

from behave import given, then, when

from features.support.context import Context
from features.support.crowd import at_the_same_moment
from features.support.expect import Unmet, expect, expect_refusal, expect_status, expect_that, field
from features.support.links_notes import (
    ADDRESSES,
    PER_MINUTE,
    TOO_MANY,
    LinksNotes,
    key_of,
    no_good_key,
    shortened,
    unused_key,
)
from fixtures.builders import a_url

KINDS = {"digits": str.isdigit, "capitals": str.isupper, "small letters": str.islower}


@given('{who:Person} has shortened "{address}"')
def has_shortened(context: Context, who: str, address: str) -> None:
    shortened(context.world, who, address)


@given("{who:Person} has a key that shortened nothing in the last minute")
def has_an_unused_key(context: Context, who: str) -> None:
    context.world.notes(LinksNotes).keys[who] = unused_key(context.world, who)


@given("{who:Person} has shortened {count:d} addresses within the minute")
def has_shortened_many(context: Context, who: str, count: int) -> None:
    while len(context.world.notes(LinksNotes).codes) < count:
        shortened(context.world, who, a_url())


@given("{who:Person} has deleted the link")
def has_deleted(context: Context, who: str) -> None:
    world = context.world
    code = world.notes(LinksNotes).code
    expect_status(world.platform.links.delete_link(code, api_key=key_of(world, who)), 204)


@when('{who:Person} shortens "{address}"')
def shortens(context: Context, who: str, address: str) -> None:
    world = context.world
    world.notes(LinksNotes).address = address
    world.response = world.platform.links.shorten(address, api_key=key_of(world, who))


@when("{who:Person} shortens a web address that is {form}")
def shortens_form(context: Context, who: str, form: str) -> None:
    shortens(context, who, ADDRESSES[form])


@when("{who:Person} asks for a short link with the address {flaw}")
def asks_without_address(context: Context, who: str, flaw: str) -> None:
    world = context.world
    body = {"left out": {}, "empty": {"url": ""}, "null": {"url": None}}[flaw]
    world.response = world.platform.links.channel.perform("shorten", json=body, api_key=key_of(world, who))


@when('somebody with {key} shortens "{address}"')
def somebody_shortens(context: Context, key: str, address: str) -> None:
    world = context.world
    world.response = world.platform.links.shorten(address, api_key=no_good_key(world, key))


@when("{who:Person} shortens {count:d} addresses at the same moment")
def shortens_together(context: Context, who: str, count: int) -> None:
    world = context.world
    links, key = world.platform.links, key_of(world, who)
    calls = [lambda: links.shorten(a_url(), api_key=key) for _ in range(count)]
    world.notes(LinksNotes).answers = at_the_same_moment(calls)


@when("{who:Person} deletes the link")
def deletes(context: Context, who: str) -> None:
    world = context.world
    world.response = world.platform.links.delete_link(world.notes(LinksNotes).code, api_key=key_of(world, who))


@when("somebody with {key} deletes the link")
def somebody_deletes(context: Context, key: str) -> None:
    world = context.world
    world.response = world.platform.links.delete_link(world.notes(LinksNotes).code, api_key=no_good_key(world, key))


@then("{who:Person} gets a short link")
def gets_short_link(context: Context, who: str) -> None:
    answer = expect_status(context.world.response, 201)
    expect("fields of the answer", sorted(answer.json() or {}), ["short_code", "short_url"])


@then("the short link ends in its code")
def link_ends_in_code(context: Context) -> None:
    link, code = field(context.world.response, "short_url"), field(context.world.response, "short_code")
    expect_that("short link", re.fullmatch(r"https?://\S+/" + re.escape(code), link) is not None, f"…/{code}", link)


@then('following the short link leads to "{address}"')
def following_leads_to(context: Context, address: str) -> None:
    world = context.world
    notes = world.notes(LinksNotes)
    code = notes.codes[-1] if notes.codes else field(expect_status(world.response, 201), "short_code")
    answer = expect_status(world.platform.links.follow_link(code), 302)
    expect("Location", answer.headers.get("location"), address)


@then("following the short link leads to exactly that address")
def following_leads_to_that(context: Context) -> None:
    following_leads_to(context, context.world.notes(LinksNotes).address)


@then("{who:Person} is told that the address is required")
def told_required(context: Context, who: str) -> None:
    expect_refusal(context.world.response, 400, "Bad Request", "URL is required.")


@then("{who:Person} is told that the address is not valid")
def told_not_valid(context: Context, who: str) -> None:
    expect_refusal(context.world.response, 400, "Bad Request", "URL is not valid.")


@then("the code is 7 letters and digits")
def code_is_base62(context: Context) -> None:
    code = field(expect_status(context.world.response, 201), "short_code")
    expect_that("short code", re.fullmatch(r"[0-9A-Za-z]{7}", code) is not None, "7 of 0-9, A-Z, a-z", code)


@then("the two links have different codes")
def codes_differ(context: Context) -> None:
    notes = context.world.notes(LinksNotes)
    notes.codes.append(field(expect_status(context.world.response, 201), "short_code"))
    expect_that("codes", len(set(notes.codes)) == 2, "two different codes", notes.codes)


@then('both links lead to "{address}"')
def both_lead_to(context: Context, address: str) -> None:
    links, codes = context.world.platform.links, context.world.notes(LinksNotes).codes
    expect("links", len(codes), 2)
    for code in codes:
        expect(f"Location of {code}", links.follow_link(code).headers.get("location"), address)


@then("{who:Person} gets {count:d} different codes")
def gets_different_codes(context: Context, who: str, count: int) -> None:
    answers = context.world.notes(LinksNotes).answers
    codes = {field(expect_status(answer, 201), "short_code") for answer in answers}
    expect("different codes", len(codes), count)


@then("no two of the codes begin with the same {count:d} characters")
def codes_not_alike(context: Context, count: int) -> None:
    answers = context.world.notes(LinksNotes).answers
    beginnings = [field(expect_status(answer, 201), "short_code")[:count] for answer in answers]
    expect("different beginnings", len(set(beginnings)), len(answers))


@then("the answer holds no code")
def no_code(context: Context) -> None:
    expect("fields of the refusal", sorted(context.world.response.json() or {}), ["error", "message"])


@then("{who:Person} is told to wait")
def told_to_wait(context: Context, who: str) -> None:
    answer = context.world.response
    expect_refusal(answer, *TOO_MANY)
    expect("X-RateLimit-Limit", answer.headers.get("x-ratelimit-limit"), str(PER_MINUTE))
    expect("X-RateLimit-Remaining", answer.headers.get("x-ratelimit-remaining"), "0")
    expect_that("X-RateLimit-Reset", "x-ratelimit-reset" in answer.headers, "present", sorted(answer.headers))
    wait = answer.headers.get("retry-after", "")
    if not (wait.isdigit() and 1 <= int(wait) <= 60):
        raise Unmet("Retry-After", "1 to 60 seconds", wait)


@then("{who:Person} is told nothing but that it is done")
def told_done(context: Context, who: str) -> None:
    expect("body", expect_status(context.world.response, 204).body, b"")


@then("among their characters are digits, capitals and small letters")
def characters_of_all_kinds(context: Context) -> None:
    # 105 characters of 62: that none is a digit, the rarest kind, happens once in a hundred million runs.
    characters = "".join(field(answer, "short_code") for answer in context.world.notes(LinksNotes).answers)
    kinds = {kind for kind, of_it in KINDS.items() if any(of_it(character) for character in characters)}
    expect("kinds of characters", sorted(kinds), sorted(KINDS))
