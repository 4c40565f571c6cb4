"""Knows what is shown of a step that failed: the exchange as a curl line, the answer, the log lines behind it."""

from dataclasses import dataclass

from behave.model import Step

from features.support.expect import Unmet
from features.support.world import World
from fixtures.clients import Exchange, Redactor, curl_line
from fixtures.errors import PlumblineError
from reports.evidence import Failure

_LONGEST_BODY = 2000
_MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """One exchange as people read it."""

    curl: str
    response: str
    logs: tuple[str, ...]

    def text(self) -> str:
        """For the terminal and the attachment."""
        logs = self.logs or ("(no service logged this request id)",)
        return "\n".join([self.curl, "", self.response, "", "logs:", *(f"  {line}" for line in logs)])


def shown(world: World, exchange: Exchange) -> Shown:
    """The exchange with the log lines of every part that carry its request id."""
    return Shown(curl_line(exchange), _answer(exchange), _logs(world, exchange))


def telling(world: World, made_before: int) -> list[Exchange]:
    """The exchanges that explain a failed step: its own last one, and the last that changed something before it."""
    if not world.exchanges:
        return []
    last = world.exchanges[-1]
    changes = [e for e in world.exchanges[:-1] if e.request.method != "GET"]
    own = len(world.exchanges) > made_before
    return [last] if not changes or (own and last.request.method != "GET") else [last, changes[-1]]


def finding(step: Step, error: BaseException, exchanges: list[Shown], operation_id: str, replay: str) -> Failure:
    """The failure as data."""
    unmet = isinstance(error, Unmet)
    first = exchanges[0] if exchanges else Shown("", "", ())
    return Failure(
        title=f"{step.keyword} {step.name}",
        operation_id=operation_id,
        expected=f"{error.what}: {error.expected!r}" if isinstance(error, Unmet) else step.name,
        observed=repr(error.observed) if isinstance(error, Unmet) else f"{type(error).__name__}: {error}",
        replay=replay,
        curl=first.curl,
        response=first.response if unmet or exchanges else "",
        logs=first.logs,
    )


def _answer(exchange: Exchange) -> str:
    response = exchange.response
    if response is None:
        return f"no answer: {exchange.error}"
    lines = [
        f"{response.status} in {response.seconds * 1000:.0f} ms",
        *(f"{n}: {v}" for n, v in response.headers.items()),
    ]
    body = response.text
    cut = f"… ({len(body)} characters)" if len(body) > _LONGEST_BODY else ""
    return "\n".join([*lines, "", body[:_LONGEST_BODY] + cut])


def _logs(world: World, exchange: Exchange) -> tuple[str, ...]:
    if not world.platform.target.control_url:
        return ()
    try:
        lines = world.platform.control.logs(exchange.request_id, exchange.started_at - 1)
    except PlumblineError as error:
        return (f"(no logs: {error})",)
    redactor: Redactor = world.platform.redactor
    return tuple(f"{line['part']}: {redactor.text(line['line'])}" for line in lines[:_MOST_LINES])
