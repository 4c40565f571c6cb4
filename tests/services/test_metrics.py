"""Page views go to CloudWatch as what they are, and nothing else does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.services.monitor import handler, metrics
from fixtures.services.monitor.rules import MOST_VIEWS, PageViews, page_views
from fixtures.services.platform import aws
from fixtures.services.platform.invoked import RefusedError
from fixtures.services.platform.messages import Problem
from fixtures.stack.gateway import LambdaContext

WRONG: dict[str, Any] = {
    "no object": [],
    "nothing at all": None,
    "no views": {},
    "null": {"views": None},
    "zero": {"views": 0},
    "negative": {"views": -1},
    "too many": {"views": MOST_VIEWS + 1},
    "a fraction": {"views": 1.5},
    "text": {"views": "3"},
    "a flag": {"views": True},
    "an unknown field": {"views": 1, "vews": 2},
    "an empty page": {"views": 1, "page": ""},
    "a page of spaces": {"views": 1, "page": "a b"},
    "a page that begins with a colon": {"views": 1, "page": ":a"},
    "a page that is too long": {"views": 1, "page": "a" * 256},
    "a page beyond ASCII": {"views": 1, "page": "/ü"},
    "a page that is no text": {"views": 1, "page": 7},
}


def total(**dimensions: str) -> float:
    now = datetime.now(UTC)
    found = aws.client("cloudwatch").get_metric_statistics(
        Namespace="MyApp",
        MetricName="PageViews",
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
        Statistics=["Sum"],
        Unit="Count",
    )
    return sum(point["Sum"] for point in found["Datapoints"])


def test_views_are_counted_in_total_and_for_their_page(tables: None) -> None:
    metrics.record(PageViews(3, "/home"))
    metrics.record(PageViews(4, "/home"))
    assert total(Page="/home") == 7
    data = aws.client("cloudwatch").list_metrics(Namespace="MyApp")["Metrics"]
    assert {tuple(each["Value"] for each in series["Dimensions"]) for series in data} == {(), ("/home",)}


def test_the_function_says_what_it_recorded(tables: None) -> None:
    context = LambdaContext("RecordMetrics")
    answer = handler.record_metrics({"views": 2, "page": "/cart"}, context)
    assert answer == {"namespace": "MyApp", "metric": "PageViews", "recorded": 2}
    with pytest.raises(RefusedError, match="Unknown field: pages"):
        handler.record_metrics({"views": 2, "pages": "/cart"}, context)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_count_of_views_is_refused(wrong: str) -> None:
    with pytest.raises(Problem) as caught:
        page_views(WRONG[wrong])
    assert caught.value.status == 400


@pytest.mark.parametrize("views", [1, MOST_VIEWS, 2.0])
def test_what_is_one_is_taken(views: float) -> None:
    assert page_views({"views": views, "page": "a" * 255}) == PageViews(int(views), "a" * 255)
