"""Answers put aside during the load are held against the contract, once nothing is measured any more."""

import time
from collections.abc import Callable

from fixtures.clients import Exchange, Redactor, Request, Response, curl_line
from load.contract import Contract
from load.sampling import Sampler
from load.tally import Checked, kept

AT_ONCE = 20  # answers between two breaths: what else this process has to do must not wait for all of them


def check(sampler: Sampler, contract: Contract, redactor: Redactor, breathe: Callable[[], None]) -> dict[str, Checked]:
    """Every answer kept, by operation; the sampler is empty afterwards."""
    found: dict[str, Checked] = {}
    for operation, number in sampler.left_out.items():
        found.setdefault(operation, Checked()).left_out += number
    sampler.left_out.clear()
    number = 0
    while sampler.kept:
        request, response = sampler.kept.popleft()
        _check_one(found.setdefault(request.operation_id, Checked()), contract, redactor, request, response)
        number += 1
        if number % AT_ONCE == 0:
            breathe()
    return found


def _check_one(found: Checked, contract: Contract, redactor: Redactor, request: Request, response: Response) -> None:
    problems = list(contract.problems(request.operation_id, response))
    found.count += 1
    for kind, observed in problems:
        found.wrong[kind] += 1
        told, answer = redactor.request(request), redactor.response(response)
        exchange = Exchange(request.operation_id, "", told, answer, told.headers.get("X-Request-Id", ""), time.time())
        example = {
            "kind": kind,
            "expected": "what the contract declares",
            "observed": redactor.text(observed),
            "curl": curl_line(exchange),
            "response": f"{answer.status} {answer.text[:500]}",
        }
        found.examples = kept([*found.examples, example])
