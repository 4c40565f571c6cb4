"""What Schemathesis loads (`hooks` in `schemathesis.toml`): the givens that a generated case can't bring along.

A document can't say "a product that exists" or "the ETag of now". These hooks put such values into cases that are
otherwise left as they were drawn, so that no check has to be weakened; cases that mean to be wrong stay wrong.
"""

from typing import Any

import schemathesis
from schemathesis import HookContext, Response
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import EnsureResourceAvailability
from schemathesis.schemas import BaseSchema

from contracts import claims  # noqa: F401  (each registers its own)
from contracts.books import write_down
from contracts.claims.tokens import look_for_tokens
from contracts.hooks import accounts, addresses, belongings, cancellation, link_keys, pages, shop, todo_lists  # noqa: F401  (each registers its own)
from contracts.hooks.preparation import AnyCase, note, operation_id_of, prepare
from contracts.hooks.roles import assign
from contracts.hooks.setting import current, prepare_by_hand

_led_elsewhere: set[str] = set()


@schemathesis.hook
def after_load_schema(_: HookContext, schema: BaseSchema) -> None:
    """Gives each operation a caller who is entitled to it."""
    setting = current()
    if setting is not None:
        assign(setting, schema)


@schemathesis.hook
def before_call(_: HookContext, case: AnyCase, kwargs: dict[str, Any]) -> None:  # noqa: ARG001
    """Puts into the case what it takes for granted."""
    setting = current()
    if setting is None or not setting.knows_the_platform:
        return
    drawn = dict(case.path_parameters)
    prepare(setting, case)
    if case.path_parameters != drawn:
        _led_elsewhere.add(case.id)


@schemathesis.hook
def filter_failure(_: HookContext, failure: Failure, case: AnyCase, response: Response) -> bool:  # noqa: ARG001
    """Drops "what was created is not there" where another thing was asked for: Schemathesis takes every value that
    isn't the drawn one for one that a link brought from the answer that created it."""
    return not (isinstance(failure, EnsureResourceAvailability) and case.id in _led_elsewhere)


@schemathesis.hook
def after_call(_: HookContext, case: AnyCase, response: Response) -> None:
    """Notes what later cases take for granted."""
    setting = current()
    if setting is None:
        return
    write_down(setting.target, operation_id_of(case), response)
    look_for_tokens(case, response)
    if setting.knows_the_platform:
        note(setting, case, response)


prepare_by_hand()
