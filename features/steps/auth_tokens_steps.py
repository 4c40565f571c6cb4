"""Steps about showing access tokens."""

from datetime import UTC, datetime, timedelta

from behave import given, then, when

from features.support.auth_notes import INVALID_TOKEN, AuthNotes, log_in, show_token
from features.support.context import Context
from features.support.expect import expect, expect_refusal, expect_status, expect_that, field
from features.support.forgery import claims, forged, header, proved_by, well_signed

ACCEPTED = {"auth": 200, "orders": 200, "products": 403, "inventory": 403}
"""What a customer with a good token gets: the last two are for admins."""


@given("the admin has logged in")
def admin_has_logged_in(context: Context) -> None:
    context.world.admin_token()


@given("the {service:Guarded} service has accepted Ada's token")
def has_accepted(context: Context, service: str) -> None:
    token = context.world.notes(AuthNotes).newest("Ada").access
    expect_status(show_token(context.world, service, token), ACCEPTED[service])


@when("Ada asks who she is")
def asks_who(context: Context) -> None:
    world = context.world
    if "Ada" not in world.notes(AuthNotes).pairs:
        log_in(world, "Ada")
    world.response = world.platform.auth.me(world.notes(AuthNotes).newest("Ada").access)


@when("Ada asks who she is from her desk")
def asks_from_desk(context: Context) -> None:
    world = context.world
    world.response = world.platform.auth.me(world.notes(AuthNotes).newest("desk").access)


@when("the admin asks who they are")
def admin_asks(context: Context) -> None:
    world = context.world
    world.response = world.platform.auth.me(world.admin_token())


@when("somebody without a token asks who they are")
def somebody_asks(context: Context) -> None:
    context.world.response = context.world.platform.auth.me(None)


@when("Ada shows her token to the {service:Guarded} service")
def shows_token(context: Context, service: str) -> None:
    world = context.world
    world.response = show_token(world, service, world.notes(AuthNotes).newest("Ada").access)


@when("Ada shows a token that {flaw} to the {service:Guarded} service")
def shows_forged(context: Context, flaw: str, service: str) -> None:
    world = context.world
    keys = field(world.platform.auth.get_jwks(), "keys")
    token = forged(world.notes(AuthNotes).newest("Ada").access, flaw, keys)
    world.response = show_token(world, service, token)


@when("Ada shows a well-signed token that {flaw} to the {service:Guarded} service")
def shows_well_signed(context: Context, flaw: str, service: str) -> None:
    world = context.world
    token = well_signed(world.platform, world.notes(AuthNotes).newest("Ada").access, flaw)
    world.response = show_token(world, service, token)


@when("somebody without a token calls the {service:Guarded} service")
def somebody_calls(context: Context, service: str) -> None:
    context.world.response = show_token(context.world, service, None)


@when("the published keys are fetched")
def keys_fetched(context: Context) -> None:
    context.world.response = context.world.platform.auth.get_jwks()


@then("Ada is told who she is")
def told_who(context: Context) -> None:
    answer = expect_status(context.world.response, 200)
    account = context.world.person("Ada").account
    expect("fields", sorted(answer.json()), ["created_at", "email", "roles", "username"])
    expect("username and email", (field(answer, "username"), field(answer, "email")), (account.username, account.email))
    made = datetime.fromisoformat(field(answer, "created_at"))
    away = abs(datetime.now(UTC) - made)
    expect_that("created_at", away < timedelta(minutes=5), "within the last minutes", made.isoformat())


@then('Ada\'s only role is "{role}"')
def only_role(context: Context, role: str) -> None:
    expect("roles", field(expect_status(context.world.response, 200), "roles"), [role])


@then('one of the admin\'s roles is "{role}"')
def one_role(context: Context, role: str) -> None:
    roles = field(expect_status(context.world.response, 200), "roles")
    expect_that("roles", role in roles, role, roles)


@then("Ada is told that her token is invalid or expired")
def told_token_invalid(context: Context) -> None:
    answer = context.world.response
    expect_refusal(answer, *INVALID_TOKEN)
    said = answer.headers.get("www-authenticate", "")
    expect_that(
        "WWW-Authenticate", said.startswith("Bearer") and "invalid_token" in said, "Bearer, invalid_token", said
    )


@then("Ada is not refused because of her token")
def not_refused(context: Context) -> None:
    expect_that("status", context.world.response.status in (200, 403), "200 or 403", context.world.response.status)


@then("the access token carries issuer, audience, subject, times, id and roles")
def carries_claims(context: Context) -> None:
    carried = claims(field(expect_status(context.world.response, 200), "access_token"))
    missing = sorted({"iss", "aud", "sub", "iat", "exp", "jti", "roles"} - set(carried))
    expect("missing claims", missing, [])
    expect("lifetime", carried["exp"] - carried["iat"], 900)


@then('it names Ada and the role "{role}"')
def names_ada(context: Context, role: str) -> None:
    carried = claims(field(context.world.response, "access_token"))
    expect("sub and roles", (carried["sub"], carried["roles"]), (context.world.person("Ada").username, [role]))


@then("the access token is signed with an asymmetric algorithm")
def asymmetric(context: Context) -> None:
    algorithm = header(field(context.world.response, "access_token"))["alg"]
    expect_that("alg", algorithm[:2] in ("ES", "RS", "PS", "Ed"), "an asymmetric algorithm", algorithm)


@then("one of them proves Ada's access token")
def key_proves(context: Context) -> None:
    keys = field(expect_status(context.world.response, 200), "keys")
    proved = proved_by(context.world.notes(AuthNotes).newest("Ada").access, keys)
    expect_that("signature", proved, "proved by the published key it names", [key.get("kid") for key in keys])


@then("none of them holds a private part")
def no_private_part(context: Context) -> None:
    keys = field(expect_status(context.world.response, 200), "keys")
    expect_that("published keys", len(keys) > 0, "at least one", keys)
    # RFC 7518, 6.2.2 and 6.3.2: the members of a private key; `k` is a symmetric one.
    private = sorted({name for key in keys for name in key} & {"d", "p", "q", "dp", "dq", "qi", "k"})
    expect("private members", private, [])
