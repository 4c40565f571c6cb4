"""Knows what this fuzzing process made, so that cases change and delete nothing else.

Names are also learnt from listings: Schemathesis draws from every answer. Behind those may be somebody's account, or
what another service's run, going on at the same time, made a moment ago and is about to look for.
"""

import json

from schemathesis import Response

from contracts.hooks.names import unheard_of
from contracts.hooks.preparation import AnyCase, after, before, path_is_meant
from contracts.hooks.setting import Setting

_PARAMETERS = ("username", "product_id")
_made: set[str] = set()


@after("createUser", "createProduct")
def note_what_was_made(_: Setting, case: AnyCase, response: Response) -> None:  # noqa: ARG001
    """From now on it may be changed."""
    if response.status_code != 201:
        return
    try:
        body = json.loads(response.content)
    except ValueError:
        return  # the schema's check says so
    if isinstance(body, dict):
        _made.update(str(body[name]) for name in _PARAMETERS if name in body)


@before("updateUser", "deleteUser", "replaceProduct", "deleteProduct")
def with_nothing_of_anybody_elses(_: Setting, case: AnyCase) -> None:
    """A name that was not made here becomes one of the same length that nobody has."""
    if not path_is_meant(case):
        return
    for name in _PARAMETERS:
        given = case.path_parameters.get(name)
        if given is not None and str(given) not in _made:
            case.path_parameters[name] = unheard_of(str(given), name)
