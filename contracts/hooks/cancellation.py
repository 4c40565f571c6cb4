"""What takes the place of "use after free" for orders: a cancelled one stays readable, as cancelled."""

import json

import schemathesis
from schemathesis import Response
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure

from contracts.hooks.preparation import AnyCase, after
from contracts.hooks.setting import Setting

_cancelled: set[str] = set()


class CancelledOrderChanged(Failure):
    """A cancelled order is gone, or is something else."""

    kind_title = "Cancelled order is not readable as such"


@after("cancelOrder")
def note_the_cancelled(_: Setting, case: AnyCase, response: Response) -> None:
    """From now on it is cancelled."""
    if response.status_code == 200:
        _cancelled.add(str(case.path_parameters["order_id"]))


@schemathesis.check
def cancelled_order_stays_readable(_: CheckContext, response: Response, case: AnyCase) -> None:
    """Whoever may read a cancelled order reads that it is cancelled."""
    operation = case.operation
    reads = operation.definition.raw.get("operationId") == "getOrder"
    if not reads or str(case.path_parameters.get("order_id")) not in _cancelled or response.status_code in (401, 403):
        return
    try:
        status = json.loads(response.content)["status"] if response.status_code == 200 else response.status_code
    except (ValueError, KeyError, TypeError):
        return  # the schema's check says so
    if response.request.method == "GET" and status != "Cancelled":
        message = f"Cancelled before, now {status}"
        raise CancelledOrderChanged(operation=operation.label, message=message)
