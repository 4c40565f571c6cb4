"""Every way to get the catalogue wrong has its one line, and a text that isn't there exactly once is an error."""

from pathlib import Path

import pytest

from fixtures.errors import CallError
from fixtures.faults import catalogue
from fixtures.faults.plot import require_plantable

GOOD = """
[[fault]]
id = "X-F01"
service = "links"
class = "validation"
says = "Something is wrong."
file = "fixtures/services/links/rules.py"
find = "once"
replace = "twice"
"""


def read(tmp_path: Path, text: str) -> catalogue.Catalogue:
    file = tmp_path / "catalogue.toml"
    file.write_text(text, encoding="utf-8")
    return catalogue.read(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[fault", "is not TOML"),
        ("floor = 2\n" + GOOD, "floor: found 2, must be from 0 to 1"),
        ("flor = 1\n" + GOOD, "flor: unknown key; allowed: fault, floor. Did you mean 'floor'?"),
        ("floor = 1", "has no [[fault]]"),
        ("fault = [1]", "fault 1: must be a table"),
        (GOOD.replace("says =", "say ="), "X-F01: say: unknown key"),
        (GOOD.replace('find = "once"', ""), "X-F01: find: found None, must be a text"),
        (GOOD.replace('"once"', '" "'), "X-F01: find: found ' ', must be a text"),
        (
            GOOD.replace("fixtures/services/links/rules.py", "/etc/passwd"),
            "file: found '/etc/passwd', must be a file in",
        ),
        (GOOD.replace("links/rules.py", "../../x.py"), "must be a file in fixtures/services/"),
        (
            GOOD + 'suites = ["feature"]',
            "suites: found ['feature'], must be some of features, contracts, messages",
        ),
        (GOOD + "suites = []", "suites: found []"),
        (GOOD + 'by = "the third"', "by: found 'the third', must be the id of a scenario"),
        (GOOD + GOOD, "X-F01: the id is given twice"),
    ],
)
def test_a_wrong_catalogue_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CallError) as refused:
        read(tmp_path, text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_catalogue_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="can't be read: No such file"):
        catalogue.read(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("service", "suites"),
    [
        ("links", ("features", "contracts")),
        ("http", ("features", "contracts")),
        ("media", ("features", "messages")),
        ("logging", ("features",)),
    ],
)
def test_a_fault_is_shown_to_the_suites_that_can_see_its_service(
    tmp_path: Path, service: str, suites: tuple[str, ...]
) -> None:
    assert read(tmp_path, GOOD.replace('"links"', f'"{service}"')).faults[0].suites == suites


def test_faults_are_chosen_by_id_class_or_service(tmp_path: Path) -> None:
    more = GOOD.replace("X-F01", "Y-F01").replace("links", "users").replace('"validation"', '"race"')
    found = read(tmp_path, GOOD + more)
    assert [fault.id for fault in catalogue.choose(found, "")] == ["X-F01", "Y-F01"]
    assert [fault.id for fault in catalogue.choose(found, "race")] == ["Y-F01"]
    assert [fault.id for fault in catalogue.choose(found, "links, Y-F01")] == ["X-F01", "Y-F01"]
    with pytest.raises(CallError, match=r"FAULTS=linsk: no fault of that id, class or service\. Did you mean 'links'"):
        catalogue.choose(found, "linsk")


@pytest.mark.parametrize("text", ["", "twice once once"])
def test_a_text_that_does_not_stand_there_once_cannot_be_planted(tmp_path: Path, text: str) -> None:
    fault = read(tmp_path, GOOD).faults[0]
    file = tmp_path / fault.file
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CallError, match=rf"X-F01: its text is found {text.count('once')} times"):
        require_plantable((fault,), tmp_path)


def test_a_fault_is_planted_in_its_place(tmp_path: Path) -> None:
    assert catalogue.planted(read(tmp_path, GOOD).faults[0], "say it once, please") == "say it twice, please"


def test_every_fault_of_the_catalogue_can_be_planted_as_python() -> None:
    found = catalogue.read()
    require_plantable(found.faults)
    root = Path(__file__).resolve().parents[2]
    for fault in found.faults:
        if fault.file.endswith(".py"):
            source = catalogue.planted(fault, (root / fault.file).read_text(encoding="utf-8"))
            compile(source, fault.id, "exec")  # a SyntaxError would make a fault that every suite catches
