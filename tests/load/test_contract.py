"""Answers are held against the contract: each way to break it is told, and nothing that wasn't checked is silent."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from fixtures.clients import Redactor, Request, Response
from fixtures.errors import TargetError
from fixtures.target import Service, Target
from load.checking import check
from load.contract import contract_of
from load.judge import Judgement
from load.judge_contract import judge_contract
from load.sampling import Sampler
from load.scenario import Scenario, Share, Stage
from load.tally import Checked, Tally
from reports.evidence import Status

DOCUMENT = """
openapi: 3.1.0
paths:
  /{short_code}:
    get:
      operationId: followLink
      responses:
        "302":
          headers:
            Location: {required: true, schema: {type: string, pattern: "^https?://"}}
            X-Left: {$ref: "#/components/headers/Left"}
        4XX: {$ref: "#/components/responses/Error"}
  /shorten:
    post:
      operationId: shorten
      responses:
        201: {content: {application/json: {schema: {$ref: "#/components/schemas/Made"}}}}
components:
  headers:
    Left: {schema: {$ref: "#/components/schemas/Number"}}
  responses:
    Error: {content: {application/json: {schema: {type: object, required: [message]}}}}
  schemas:
    Number: {type: integer, minimum: 0}
    Made: {type: object, required: [short_code], properties: {short_code: {type: string}}, additionalProperties: false}
"""
SCENARIO = Scenario("mine", "Mine", (Stage("only", 10, 4),), {"redirects": Share(1)}, (), ())
JSON = {"content-type": "application/json; charset=utf-8"}
AWAY = {"location": "https://example.com/"}


def target(tmp_path: Path, document: str = DOCUMENT) -> Target:
    file = tmp_path / "links.yaml"
    file.write_text(document)
    return Target("t", "deployed", tmp_path / "t.toml", {"links": Service("links", "http://x", file)}, {})


def problems(tmp_path: Path, operation: str, status: int, headers: dict[str, str], body: bytes = b"") -> list[str]:
    contract = contract_of(target(tmp_path), ["followLink", "shorten"])
    return [kind for kind, _ in contract.problems(operation, Response(status, headers, body, 0.1))]


@pytest.mark.parametrize(
    ("operation", "status", "headers", "body", "said"),
    [
        ("followLink", 302, AWAY, b"", []),
        ("followLink", 302, {}, b"", ["header Location"]),
        ("followLink", 302, {"location": "ftp://x"}, b"", ["header Location"]),
        ("followLink", 302, AWAY | {"x-left": "3"}, b"", []),
        ("followLink", 302, AWAY | {"x-left": "-1"}, b"", ["header X-Left"]),
        ("followLink", 302, AWAY | {"x-left": "many"}, b"", ["header X-Left"]),
        ("followLink", 302, AWAY, b"moved", ["body"]),
        ("followLink", 404, JSON, b'{"message": "gone"}', []),
        ("followLink", 404, JSON, b"{}", ["body"]),
        ("followLink", 500, JSON, b"{}", ["undeclared status 500"]),
        ("shorten", 201, JSON, b'{"short_code": "abc"}', []),
        ("shorten", 201, JSON, b'{"short_code": "abc", "more": 1}', ["body"]),
        ("shorten", 201, JSON, b"not json", ["body"]),
        ("shorten", 201, {"content-type": "text/html"}, b"<p>", ["content type"]),
        ("nobodyKnows", 599, {}, b"", []),
    ],
)
def test_an_answer_keeps_its_contract_or_is_told_by_what_it_breaks(
    tmp_path: Path, operation: str, status: int, headers: dict[str, str], body: bytes, said: list[str]
) -> None:
    assert problems(tmp_path, operation, status, headers, body) == said


@pytest.mark.parametrize("document", ["", "paths: [", "openapi: 3.1.0", "paths: {/: {$ref: 'other.yaml#/paths'}}"])
def test_a_document_that_can_not_be_read_is_one_line(tmp_path: Path, document: str) -> None:
    with pytest.raises(TargetError, match=r"links\.yaml: ") as caught:
        contract_of(target(tmp_path, document), ["followLink"])
    assert "\n" not in str(caught.value)


def answer(number: int, body: bytes = b"") -> tuple[Request, Response]:
    return Request("followLink", "GET", f"http://x/{number}"), Response(302, AWAY, body, 0.1)


def test_the_sample_is_a_share_and_the_same_for_the_same_seed() -> None:
    samplers = [Sampler(0.1, Random("7-0-checks"), most_kept=10_000) for _ in range(2)]
    for sampler in samplers:
        for number in range(10_000):
            sampler.see(*answer(number))
    assert len(samplers[0].kept) == pytest.approx(1000, rel=0.1)
    assert samplers[0].kept == samplers[1].kept


@pytest.mark.parametrize(("most_kept", "most_bytes"), [(3, 1000), (1000, 30)])
def test_what_does_not_fit_is_counted(tmp_path: Path, most_kept: int, most_bytes: int) -> None:
    sampler = Sampler(1.0, Random(1), most_kept, most_bytes)
    for number in range(8):
        sampler.see(*answer(number, b"0123456789"))
    found = check(sampler, contract_of(target(tmp_path), ["followLink"]), Redactor(), lambda: None)["followLink"]
    assert (found.count, found.left_out, found.wrong) == (3, 5, {"body": 3})
    assert not sampler.kept


def judged(tmp_path: Path, tally: Tally) -> dict[str, Judgement]:
    return {j.id: j for j in judge_contract(SCENARIO, tally, contract_of(target(tmp_path), ["followLink", "shorten"]))}


def tallied(statuses: dict[int, int], checked: Checked) -> Tally:
    tally = Tally(checked={"followLink": checked})
    tally.operation("followLink").statuses.update(statuses)
    return tally


def test_an_undeclared_status_fails_even_unsampled_and_a_declared_one_does_not(tmp_path: Path) -> None:
    found = judged(tmp_path, tallied({302: 99, 404: 1}, Checked()))["contract:followLink"]
    assert found.status is Status.PASSED
    found = judged(tmp_path, tallied({302: 97, 503: 2, 500: 1}, Checked()))["contract:followLink"]
    assert found.status is Status.FAILED
    assert "1 × undeclared status 500, 2 × undeclared status 503" in found.observed


def test_a_wrong_answer_of_the_sample_fails_and_what_was_left_out_is_told(tmp_path: Path) -> None:
    found = judged(tmp_path, tallied({302: 100}, Checked(10, Counter(body=1), left_out=4)))
    assert found["contract:followLink"].status is Status.FAILED
    assert found["run:checks"].observed == "10 answers checked, 4 more did not fit and were not"
