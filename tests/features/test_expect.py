"""What an unmet expectation says, and what it must not say."""

import pytest

from features.support.expect import Unmet, expect, expect_refusal, expect_status, field
from fixtures.clients.fake_transport import answered

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
TOKENS = {"access_token": JWT, "refresh_token": "canary-5f2d8c", "expires_in": 900}


def test_an_unmet_expectation_is_data() -> None:
    with pytest.raises(Unmet) as caught:
        expect("stock", 2, 3)
    assert (caught.value.what, caught.value.expected, caught.value.observed) == ("stock", 3, 2)
    assert str(caught.value) == "stock: expected 3, observed 2"


def test_tokens_of_an_answer_are_not_told() -> None:
    answer = answered(200, TOKENS)
    for claim in (
        lambda: expect_status(answer, 401),
        lambda: field(answer, "no such field"),
        lambda: expect("body", answer.json(), {}),
        lambda: expect("pair", (200, answer.json()), (401, {})),
        lambda: expect("text", answer.text, ""),
        lambda: expect("token", JWT, ""),
    ):
        with pytest.raises(Unmet) as caught:
            claim()
        said = f"{caught.value} {caught.value.expected!r} {caught.value.observed!r}"
        assert JWT not in said
        assert "canary" not in said


@pytest.mark.parametrize(
    "answer",
    [
        answered(409, {"error": "Conflict", "message": "Too late."}),
        answered(404, {"error": "Not Found", "message": "too late."}),
        answered(404, {"error": "Conflict", "message": "Too late."}),
        answered(404, {"error": "Not Found", "message": "Too late.", "trace": "x"}),
        answered(404, {"error": "Not Found", "message": "Too late."}, {"content-type": "text/html"}),
        answered(404),
    ],
)
def test_another_refusal_is_not_that_refusal(answer: object) -> None:
    with pytest.raises(Unmet):
        expect_refusal(answer, 404, "Not Found", "Too late.")  # type: ignore[arg-type]


def test_that_refusal_is_met() -> None:
    expect_refusal(answered(404, {"error": "Not Found", "message": "Too late."}), 404, "Not Found", "Too late.")
