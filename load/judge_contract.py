"""Whether answers under load kept the contract: every status declared, and every answer of the sample right."""

from load.contract import Contract
from load.judge import Judgement
from load.scenario import Scenario
from load.tally import Checked, Tally
from reports.evidence import Status


def judge_contract(scenario: Scenario, tally: Tally, contract: Contract) -> list[Judgement]:
    """One judgement for each operation that answered, and one about the sample as a whole."""
    judgements = [
        _judge_operation(name, tally, contract)
        for name in sorted(tally.operations)
        if tally.operations[name].statuses and name in contract.promises
    ]
    return [*judgements, _judge_sample(scenario, tally)]


def undeclared(tally: Tally, contract: Contract, name: str) -> dict[int, int]:
    """How often each status came that the contract of the operation doesn't have."""
    statuses = sorted(tally.operations[name].statuses.items())
    return {status: count for status, count in statuses if not contract.declares(name, status)}


def _judge_operation(name: str, tally: Tally, contract: Contract) -> Judgement:
    checked = tally.checked.get(name, Checked())
    answers = tally.operations[name].statuses.total()
    strange = [f"{count} × undeclared status {status}" for status, count in undeclared(tally, contract, name).items()]
    wrong = [f"{count} × wrong {kind}" for kind, count in sorted(checked.wrong.items()) if not _is_status(kind)]
    observed = f"{answers} answers, {checked.count} of them checked: {', '.join(strange + wrong) or 'all right'}"
    return Judgement(
        id=f"contract:{name}",
        title=f"{name}: answers under load kept the contract",
        status=Status.FAILED if strange or wrong else Status.PASSED,
        expected="declared statuses only; headers and body of each answer of the sample as declared",
        observed=observed,
        kind="contract",
        operations=(name,),
        examples=tuple(checked.examples),
    )


def _judge_sample(scenario: Scenario, tally: Tally) -> Judgement:
    number = sum(checked.count for checked in tally.checked.values())
    left_out = sum(checked.left_out for checked in tally.checked.values())
    observed = f"{number} answers checked" + (f", {left_out} more did not fit and were not" if left_out else "")
    expected = f"{scenario.sample:g} of all answers"
    return Judgement("run:checks", "Answers were held against the contract", Status.PASSED, expected, observed, "run")


def _is_status(kind: str) -> bool:
    return kind.startswith("undeclared status")
