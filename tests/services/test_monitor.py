"""High CPU is announced once per breach, whatever dies or comes back in between."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.services.monitor import breaches, fleet, rules
from fixtures.services.monitor.fleet import UnreadableError
from fixtures.services.monitor.watch import watch
from fixtures.services.platform import aws
from fixtures.services.platform.messages import Problem

NOW = datetime(2026, 3, 1, 12, 5, 42, tzinfo=UTC)
CLAIM_MS = 60_000


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Account:
    """Instances with their CPU as CloudWatch tells it, and everything that was announced."""

    cpu: dict[str, float | Exception | None] = field(default_factory=dict)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    before_publish: Callable[[dict[str, Any]], None] = lambda _message: None
    after_publish: Callable[[dict[str, Any]], None] = lambda _message: None

    def publish(self, **given: Any) -> None:
        message = json.loads(given["Message"])
        self.before_publish(message)
        self.alerts.append(message)
        self.after_publish(message)

    def announced(self) -> list[str]:
        return [alert["instance_id"] for alert in self.alerts]


@pytest.fixture
def account(tables: None, monkeypatch: pytest.MonkeyPatch) -> Account:
    found = Account()
    aws.client("dynamodb").create_table(
        TableName=breaches.TABLE,
        KeySchema=[{"AttributeName": "instance_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "instance_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    really = aws.client
    monkeypatch.setattr(aws, "client", lambda name: found if name == "sns" else really(name))
    monkeypatch.setattr(fleet, "running", lambda: list(found.cpu))
    monkeypatch.setattr(fleet, "average_cpu", lambda ids, _now: {each: found.cpu[each] for each in ids})
    return found


def later(monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> None:
    moment = breaches.now_ms() + milliseconds
    monkeypatch.setattr(breaches, "now_ms", lambda: moment)


def test_an_alert_says_which_instance_how_high_and_when(account: Account) -> None:
    account.cpu = {"i-1": 92.5}
    assert watch(NOW) == {"watched": 1, "alerts": 1, "recovered": 0, "without_data": 0}
    assert account.alerts == [
        {"instance_id": "i-1", "average_cpu": 92.5, "threshold": 80, "at": "2026-03-01T12:05:00Z"}
    ]


def test_a_breach_is_announced_once_and_a_new_one_after_recovery_again(account: Account) -> None:
    for cpu, announced in ((90.0, 1), (95.0, 1), (80.0, 1), (80.01, 2), (99.0, 2)):
        account.cpu = {"i-1": cpu}
        watch(NOW)
        assert len(account.alerts) == announced, cpu


@pytest.mark.parametrize(
    ("average", "breach"), [(80, False), (80.000001, True), (79.9, False), (100, True), (0, False)]
)
def test_exactly_at_the_threshold_is_not_above(average: float, breach: bool) -> None:
    assert rules.is_breach(average) is breach


def test_no_data_is_no_breach_and_ends_none(account: Account) -> None:
    for cpu in (None, 90.0, None, 90.0):
        account.cpu = {"i-1": cpu}
        tally = watch(NOW)
        assert tally["without_data"] == (cpu is None)
    assert account.announced() == ["i-1"]


def test_an_instance_that_is_gone_leaves_nothing_behind(account: Account) -> None:
    account.cpu = {"i-1": 90.0}
    watch(NOW)
    account.cpu = {}
    assert watch(NOW)["recovered"] == 1
    assert breaches.standing() == {}


def test_two_runs_at_once_announce_once(account: Account) -> None:
    account.cpu = {"i-1": 90.0}
    account.before_publish = lambda _message: check_second_run()

    def check_second_run() -> None:
        assert watch(NOW)["alerts"] == 0

    watch(NOW)
    assert account.announced() == ["i-1"]


def test_two_runs_that_note_at_once_announce_once(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.cpu = {"i-1": 90.0}
    monkeypatch.setattr(breaches, "standing", dict)
    watch(NOW)
    watch(NOW)
    assert account.announced() == ["i-1"]


def test_a_run_killed_before_it_announced_loses_no_alert(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_message: dict[str, Any]) -> None:
        raise Killed

    account.cpu, account.before_publish = {"i-1": 90.0}, die
    with pytest.raises(Killed):
        watch(NOW)
    account.before_publish = lambda _message: None
    watch(NOW)
    assert account.alerts == []  # whoever claimed it may still be at it
    later(monkeypatch, CLAIM_MS + 1)
    watch(NOW)
    watch(NOW)
    assert account.announced() == ["i-1"]
    assert account.alerts[0]["average_cpu"] == 90.0


def test_a_run_killed_after_it_announced_announces_at_most_once_more(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_message: dict[str, Any]) -> None:
        raise Killed

    account.cpu, account.after_publish = {"i-1": 90.0}, die
    with pytest.raises(Killed):
        watch(NOW)
    account.after_publish = lambda _message: None
    later(monkeypatch, CLAIM_MS + 1)
    for _ in range(3):
        watch(NOW)
    assert account.announced() == ["i-1", "i-1"]


@pytest.mark.parametrize("now", [{"i-1": 10.0}, {}, {"i-1": None}])
def test_an_alert_that_was_left_behind_is_sent_though_the_breach_is_over(
    account: Account, monkeypatch: pytest.MonkeyPatch, now: Mapping[str, float | None]
) -> None:
    account.cpu = {"i-1": 90.0}
    account.before_publish = lambda _message: (_ for _ in ()).throw(Killed())
    with pytest.raises(Killed):
        watch(NOW)
    account.before_publish = lambda _message: None
    later(monkeypatch, CLAIM_MS + 1)
    account.cpu = dict(now)
    watch(NOW)
    assert account.announced() == ["i-1"]
    assert len(breaches.standing()) == (now == {"i-1": None})


def test_one_bad_instance_does_not_stop_the_others_and_is_tried_again(account: Account) -> None:
    def refuse(message: dict[str, Any]) -> None:
        if message["instance_id"] == "i-1":
            raise ConnectionError("SNS is away")

    account.cpu, account.before_publish = {"i-1": 90.0, "i-2": UnreadableError("no"), "i-3": 90.0}, refuse
    with pytest.raises(Problem, match="2 instances could not be judged") as caught:
        watch(NOW)
    assert caught.value.status == 503
    assert account.announced() == ["i-3"]
    account.before_publish = lambda _message: None
    account.cpu["i-2"] = 1.0
    watch(NOW)
    assert account.announced() == ["i-3", "i-1"]


def test_a_note_whose_answer_was_lost_is_ones_own(account: Account) -> None:
    breach = rules.Breach("i-1", "b-1", 90.0, "2026-03-01T12:05:00Z", alert_due=True, claimed_until=1)
    other = rules.Breach("i-1", "b-2", 90.0, "2026-03-01T12:05:00Z", alert_due=True, claimed_until=1)
    assert [breaches.note(breach), breaches.note(breach), breaches.note(other)] == [True, True, False]


def test_only_the_breach_that_was_read_is_changed(account: Account) -> None:
    old = rules.Breach("i-1", "b-1", 90.0, "2026-03-01T12:05:00Z", alert_due=True, claimed_until=1)
    new = rules.Breach("i-1", "b-2", 90.0, "2026-03-01T12:05:00Z", alert_due=True, claimed_until=1)
    breaches.note(new)
    assert not breaches.take_over(old, 5)
    assert not breaches.forget(old)
    breaches.announced(old)
    assert breaches.standing()["i-1"] == new
    assert not breaches.forget(new)  # its alert is due
    assert [breaches.take_over(new, 5), breaches.take_over(new, 6)] == [True, False]
    breaches.announced(new)
    assert breaches.forget(new)


def test_the_window_is_the_last_five_whole_minutes() -> None:
    start, end = rules.window(NOW)
    assert (start, end) == (datetime(2026, 3, 1, 12, 0, tzinfo=UTC), datetime(2026, 3, 1, 12, 5, tzinfo=UTC))


def test_the_average_is_over_samples_not_over_minutes() -> None:
    assert rules.average([100.0, 40.0], [1.0, 3.0]) == 35.0
    assert rules.average([80.1, 79.9, 80.2, 79.8], [1.0] * 4) == 80.0
    assert rules.average([], []) is None


@dataclass
class Pages:
    """A client whose every operation answers with prepared pages."""

    pages: list[dict[str, Any]]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_paginator(self, _operation: str) -> "Pages":
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.asked.append(asked)
        return self.pages


def figures(name: str, values: list[float], minute: int = 0, status: str = "Complete") -> dict[str, Any]:
    start = rules.window(NOW)[0] + timedelta(minutes=minute)
    stamps = [start + timedelta(minutes=number) for number in range(len(values))]
    return {"Id": name, "Values": values, "Timestamps": stamps, "StatusCode": status}


def test_every_page_of_instances_is_read_and_only_running_ones_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [{"Reservations": [{"Instances": [{"InstanceId": f"i-{n}"}, {"InstanceId": f"j-{n}"}]}]} for n in (1, 2)]
    client = Pages(pages)
    monkeypatch.setattr(aws, "client", lambda _name: client)
    assert fleet.running() == ["i-1", "j-1", "i-2", "j-2"]
    assert client.asked[0]["Filters"] == [{"Name": "instance-state-name", "Values": ["running"]}]


def test_figures_of_several_pages_are_one_average(monkeypatch: pytest.MonkeyPatch) -> None:
    partial = [figures("s0", [90.0, 70.0], status="PartialData"), figures("c0", [1.0, 1.0], status="PartialData")]
    rest = [figures("s0", [50.0], minute=2), figures("c0", [1.0], minute=2)]
    monkeypatch.setattr(
        aws, "client", lambda _name: Pages([{"MetricDataResults": partial}, {"MetricDataResults": rest}])
    )
    assert fleet.average_cpu(["i-1"], NOW) == {"i-1": 70.0}


def test_what_lies_outside_the_window_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    results = [figures("s0", [10.0, 90.0], minute=4), figures("c0", [1.0, 1.0], minute=4)]
    monkeypatch.setattr(aws, "client", lambda _name: Pages([{"MetricDataResults": results}]))
    assert fleet.average_cpu(["i-1"], NOW) == {"i-1": 10.0}


@pytest.mark.parametrize("status", ["Forbidden", "InternalError"])
def test_figures_that_are_refused_are_not_the_same_as_none(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    results = [figures("s0", [], status=status), figures("c0", [1.0]), figures("s1", [5.0]), figures("c1", [1.0])]
    monkeypatch.setattr(aws, "client", lambda _name: Pages([{"MetricDataResults": results}]))
    found = fleet.average_cpu(["i-1", "i-2", "i-3"], NOW)
    assert isinstance(found["i-1"], UnreadableError)
    assert (found["i-2"], found["i-3"]) == (5.0, None)


def test_no_call_asks_for_more_than_cloudwatch_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Pages([{"MetricDataResults": []}])
    monkeypatch.setattr(aws, "client", lambda _name: client)
    assert len(fleet.average_cpu([f"i-{n}" for n in range(501)], NOW)) == 501
    assert [len(asked["MetricDataQueries"]) for asked in client.asked] == [500, 500, 2]
