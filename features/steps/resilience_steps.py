"""Steps about parts of the shop that rest, die, or are down, and what survives it."""

from concurrent.futures import ThreadPoolExecutor

from behave import given, then, when

from features.support.callers import username_of
from features.support.context import Context
from features.support.expect import expect, expect_status, expect_that
from features.support.interruption import (
    MAILING,
    NEIGHBOURS,
    ORDER_DESK,
    RETURNS,
    STOCKROOM,
    die_and_return,
    expect_caught,
    hold,
    let_go,
    rest,
    start,
    stop,
    work,
)
from features.support.refusals import REFUSALS, expect_refused
from features.support.shop import (
    ask,
    ask_at_once,
    body,
    cancel,
    count,
    order,
    order_of,
    product_id,
    reserve_order_id,
    until_status,
)
from fixtures.errors import UnreachableError

TRIES_UNTIL_SILENCE = 6
RECOVERY = 3
"""Times the usual deadline until a neighbour that is back is asked again."""


@given('{who:Caller} has ordered {quantity:d} "{goods:Quoted}" while the stockroom rests')
def ordered_while_resting(context: Context, who: str, quantity: int, goods: str) -> None:
    rest(context.world, STOCKROOM)
    order(context.world, who, goods, quantity)


@given('{who:Caller} has ordered {first:d} and then {second:d} "{goods:Quoted}" while the stockroom rests')
def ordered_twice_while_resting(context: Context, who: str, first: int, second: int, goods: str) -> None:
    rest(context.world, STOCKROOM)
    for quantity in (first, second):
        order(context.world, who, goods, quantity)


@given('{who:Caller}\'s order of {quantity:d} "{goods:Quoted}" was rejected because they were sold meanwhile')
def rejected_meanwhile(context: Context, who: str, quantity: int, goods: str) -> None:
    ordered_while_resting(context, who, quantity, goods)
    count(context.world, goods, 0)
    work(context.world, STOCKROOM)
    until_status(context.world, order_of(context.world, who).order_id, "Rejected")


@when("the stockroom works again")
def works_again(context: Context) -> None:
    work(context.world, STOCKROOM)


@given("the stockroom is caught writing the booking of {who:Caller}'s order")
def caught_booking(context: Context, who: str) -> None:
    hold(context.world, "TransactWriteItems", order_of(context.world, who).order_id)
    work(context.world, STOCKROOM)
    expect_caught(context.world)


@given("the stockroom is caught announcing the outcome of {who:Caller}'s order")
def caught_announcing(context: Context, who: str) -> None:
    hold(context.world, "Publish", order_of(context.world, who).order_id)
    work(context.world, STOCKROOM)
    expect_caught(context.world)


@given("the stockroom is caught booking the last two of {count:d} orders at once, {quantity:d} together")
def caught_booking_both(context: Context, count: int, quantity: int) -> None:
    world = context.world

    def all_wait() -> None:
        waiting = world.platform.messages.waiting("OrderQueue")
        expect_that("the orders that wait", waiting == count, str(count), str(waiting))

    # The first one is in the stockroom's hands already: it fell asleep while it was waiting for one.
    world.eventually(all_wait, world.platform.target.deadlines["eventually"])
    # As much as both take is taken by no write but one for both.
    hold(world, "TransactWriteItems", f'":taken": {{"N": "{quantity}"}}')
    work(world, STOCKROOM)
    expect_caught(world)


@given("the stockroom is caught taking {who:Caller}'s cancelled order back")
def caught_releasing(context: Context, who: str) -> None:
    order_id = order_of(context.world, who).order_id
    rest(context.world, RETURNS)
    expect_status(cancel(context.world, who, order_id), 200)
    hold(context.world, "TransactWriteItems", order_id)
    work(context.world, RETURNS)
    expect_caught(context.world)


@when("the stockroom dies before it is written and is started again")
@when("the stockroom dies before it is announced and is started again")
def stockroom_dies(context: Context) -> None:
    die_and_return(context.world, STOCKROOM, "drop")


@when("the stockroom dies, the booking is written nevertheless, and it is started again")
def stockroom_dies_after(context: Context) -> None:
    die_and_return(context.world, STOCKROOM, "proceed")


@when("the stockroom dies, the return is written nevertheless, and it is started again")
def returns_die_after(context: Context) -> None:
    die_and_return(context.world, RETURNS, "proceed")


@given('the order desk is caught passing on {who:Caller}\'s order of {quantity:d} "{goods:Quoted}"')
def caught_passing_on(context: Context, who: str, quantity: int, goods: str) -> None:
    hold(context.world, "SendMessageBatch", reserve_order_id(context.world))
    order(context.world, who, goods, quantity)
    expect_caught(context.world)


@when("the order desk dies and is started again")
def desk_dies(context: Context) -> None:
    die_and_return(context.world, ORDER_DESK, "drop")


@when("the queue does not take it")
def queue_does_not_take(context: Context) -> None:
    let_go(context.world, "withhold")


@when("the order desk dies, the order is passed on nevertheless, and it is started again")
def desk_dies_after(context: Context) -> None:
    die_and_return(context.world, ORDER_DESK, "proceed")


@given(
    'the order desk died while accepting {who:Caller}\'s order of {quantity:d} "{goods:Quoted}" '
    'under the key "{key:Quoted}"'
)
def desk_died_accepting(context: Context, who: str, quantity: int, goods: str, key: str) -> None:
    world = context.world
    wanted, headers = body(world, who, goods, quantity), {"Idempotency-Key": world.name(key)}
    hold(world, "TransactWriteItems", product_id(world, goods))
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(ask, world, who, wanted, headers)
        expect_caught(world)
        die_and_return(world, ORDER_DESK, "proceed")
    expect_that("the answer", isinstance(answer.exception(), UnreachableError), "none", answer)


@given('the mailing part is caught mailing about {who:Caller}\'s order of {quantity:d} "{goods:Quoted}"')
def caught_mailing(context: Context, who: str, quantity: int, goods: str) -> None:
    hold(context.world, "Publish", "EmailTopic")
    order(context.world, who, goods, quantity)
    expect_caught(context.world)


@when("the mailing part dies before the mail is sent and is started again")
def mailing_dies(context: Context) -> None:
    die_and_return(context.world, MAILING, "drop")


@given("the {neighbour} is down")
def is_down(context: Context, neighbour: str) -> None:
    # Ada was known to the shop before.
    username_of(context.world, "Ada")
    stop(context.world, NEIGHBOURS[neighbour])


@given("the directory was down until the order desk stopped asking it")
def down_until_silence(context: Context) -> None:
    world = context.world
    wanted = body(world, "Ada", "walnut desks", 1)
    stop(world, NEIGHBOURS["directory"])
    answers = ask_at_once(world, "Ada", wanted, TRIES_UNTIL_SILENCE)
    expect_refused(answers, REFUSALS["the directory is not available"])


@given("the directory was silent until the order desk stopped asking it")
def silent_until_silence(context: Context) -> None:
    world = context.world
    wanted = body(world, "Ada", "walnut desks", 1)
    rest(world, NEIGHBOURS["directory"])
    answers = ask_at_once(world, "Ada", wanted, TRIES_UNTIL_SILENCE)
    expect_refused(answers, REFUSALS["the directory is not available"])


@given("the directory answers again")
def answers_again(context: Context) -> None:
    # Going on takes no time, unlike a start: the order desk's pause is far from over.
    work(context.world, NEIGHBOURS["directory"])


@given("the directory is up again")
def is_up_again(context: Context) -> None:
    start(context.world, NEIGHBOURS["directory"])


@when('{who:Caller} keeps trying to order {quantity:d} "{goods:Quoted}"')
def keeps_trying(context: Context, who: str, quantity: int, goods: str) -> None:
    world = context.world
    wanted = body(world, who, goods, quantity)
    patience = RECOVERY * world.platform.target.deadlines["eventually"]
    world.eventually(lambda: expect_status(ask(world, who, wanted), 201), patience)


@then("{who:Caller}'s order is in time accepted")
def in_time_accepted(context: Context, who: str) -> None:
    expect_status(context.world.response, 201)


@then("the directory has not heard of {who:Caller}'s request")
def has_not_heard(context: Context, who: str) -> None:
    world = context.world

    def claim() -> None:
        lines = world.platform.control.logs(world.name("number"))
        expect("parts that logged the number", {line["part"] for line in lines}, {ORDER_DESK})

    world.eventually(claim)  # a line comes a moment after the answer


@then("the stockroom soon hears of {who:Caller}'s order a second time")
def hears_again(context: Context, who: str) -> None:
    world = context.world
    number = order_of(world, who).answer.headers["x-request-id"]

    def claim() -> None:
        lines = [line for line in world.platform.control.logs(number) if line["part"] == STOCKROOM]
        expect("messages of the order in the stockroom's log", len(lines), 2)

    world.eventually(claim)
