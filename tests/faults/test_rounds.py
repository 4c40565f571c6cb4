"""Who ought to notice is asked first, nobody whose control is red is believed, what is broken off leaves nothing."""

from pathlib import Path

import pytest

from fixtures.errors import StackError
from fixtures.faults import rounds, scorecard
from fixtures.faults.asking import Ask, shortly, whole
from fixtures.faults.catalogue import Catalogue, Fault
from fixtures.faults.halting import Halt, Halted
from fixtures.faults.plot import Plot
from fixtures.faults.rounds import Field, try_all
from fixtures.faults.scorecard import Scorecard
from fixtures.faults.trial import KILLED, SURVIVED, Outcome, Trial

SHORT = Fault("A", "links", "race", "Wrong.", "f", "a", "b", by="LNK-001")
LONG = Fault("B", "links", "race", "Wrong.", "f", "a", "b")
LOAD = Fault("C", "links", "race", "Wrong.", "f", "a", "b", suites=("load",), scenario="faults", by="LNK-001")


class Suites:
    """What the suites say: `red` on the sound services by ask, `noticing` of a faulty one by ask."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.red: dict[Ask, list[str]] = {}
        self.noticing: set[Ask] = set()

    def control(self, _plot: Plot, ask: Ask, _folder: Path) -> list[str]:
        self.said.append(f"sound {ask.tags or ask.service or ask.scenario} {ask.suite}")
        return self.red.get(ask, [])

    def try_fault(self, _plot: Plot, fault: Fault, asks: list[Ask], _folder: Path, *, every: bool = False) -> Trial:
        self.said.append(f"{fault.id} {asks[0].tags or asks[0].service or asks[0].scenario} {asks[0].suite}")
        outcomes = {ask.suite: Outcome(KILLED if ask in self.noticing else SURVIVED, 1.0, "why") for ask in asks}
        return Trial(fault.id, outcomes, seconds=2.0)


@pytest.fixture
def suites(monkeypatch: pytest.MonkeyPatch) -> Suites:
    found = Suites()
    monkeypatch.setattr(scorecard, "digest", lambda _: "sources")
    monkeypatch.setattr(rounds, "control", found.control)
    monkeypatch.setattr(rounds, "try_fault", found.try_fault)
    monkeypatch.setattr(Plot, "fall", lambda _: found.said.append("down"))
    return found


def tried(tmp_path: Path, *faults: Fault, every: bool = False) -> Scorecard:
    score = Scorecard(Catalogue(tmp_path, faults), faults, tmp_path)
    field = Field([Plot(tmp_path, 0, Halt())], tmp_path)
    with field.tended():
        try_all(score, field, every=every)
    return score


def test_who_ought_to_notice_is_asked_first_and_then_nobody(tmp_path: Path, suites: Suites) -> None:
    suites.noticing = {shortly([SHORT])}
    score = tried(tmp_path, SHORT)
    assert suites.said == ["sound @LNK-001 features", "A @LNK-001 features", "down"]
    assert score.trials["A"].killer == "features"


def test_where_who_ought_to_did_not_notice_everybody_is_asked(tmp_path: Path, suites: Suites) -> None:
    suites.noticing = {whole("contracts", SHORT)}
    score = tried(tmp_path, SHORT, LONG)
    everybody = ["sound links features", "sound links contracts", "A links features", "B links features", "down"]
    assert suites.said == ["sound @LNK-001 features", "A @LNK-001 features", *everybody]
    assert score.trials["A"].killer == "contracts"
    assert score.seconds == 6.0


def test_load_is_not_spoken_for_by_a_scenario(tmp_path: Path, suites: Suites) -> None:
    tried(tmp_path, LOAD)
    assert suites.said == ["sound faults load", "C faults load", "down"]


def test_every_suite_is_asked_where_that_is_wanted(tmp_path: Path, suites: Suites) -> None:
    tried(tmp_path, SHORT, every=True)
    assert suites.said == ["sound links features", "sound links contracts", "A links features", "down"]


def test_a_red_control_is_no_kill(tmp_path: Path, suites: Suites) -> None:
    suites.red = {whole("contracts", LONG): ["links: a false alarm"]}
    suites.noticing = {whole("contracts", LONG)}
    score = tried(tmp_path, LONG)
    assert score.invalid == [LONG]
    assert score.trials["B"].invalid == "the sound services fail as well: contracts: links: a false alarm"


def test_a_scenario_that_is_red_on_sound_services_speaks_for_nobody(tmp_path: Path, suites: Suites) -> None:
    other = Fault("D", "links", "race", "Wrong.", "f", "a", "b", by="LNK-002")
    suites.red = {shortly([SHORT, other]): ["LNK-001#1.2: a false alarm"]}
    suites.noticing = {shortly([SHORT]), shortly([other])}
    score = tried(tmp_path, SHORT, other)
    assert (score.invalid, score.trials["D"].killer) == ([SHORT], "features")


def test_a_control_that_could_not_be_run_lets_nobody_speak(
    tmp_path: Path, suites: Suites, monkeypatch: pytest.MonkeyPatch
) -> None:
    def falls(*_: object) -> list[str]:
        raise StackError("the emulator died")

    monkeypatch.setattr(rounds, "control", falls)
    assert tried(tmp_path, SHORT, LONG).invalid == [SHORT, LONG]


def test_a_run_that_is_broken_off_takes_its_stacks_down(
    tmp_path: Path, suites: Suites, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> Trial:
        raise KeyboardInterrupt

    monkeypatch.setattr(rounds, "try_fault", interrupted)
    halt = Halt()
    field = Field([Plot(tmp_path, 0, halt)], tmp_path)
    with pytest.raises(KeyboardInterrupt), field.tended():
        try_all(Scorecard(Catalogue(tmp_path, (SHORT,)), (SHORT,), tmp_path), field, every=False)
    assert suites.said[-1] == "down"
    with pytest.raises(Halted):
        halt.check()


@pytest.mark.parametrize(
    ("service", "suite", "expected"),
    [
        ("links", "features", Ask("features", service="links")),
        ("media", "messages", Ask("messages", service="media")),
        ("http", "features", Ask("features", tags="@http")),
        ("http", "contracts", Ask("contracts", service="users")),
        ("links", "load", Ask("load", scenario="smoke")),
    ],
)
def test_what_all_services_share_is_shown_by_tag_and_on_one_of_them(service: str, suite: str, expected: Ask) -> None:
    assert whole(suite, Fault("X-F01", service, "race", "Wrong.", "f", "a", "b")) == expected


def test_what_a_suite_is_told() -> None:
    assert shortly([SHORT, LOAD]).variables == {"TAGS": "@LNK-001", "SERVICE": "", "SCENARIO": "smoke"}
