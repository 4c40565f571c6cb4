"""JUnit of suites whose engine writes none: every status has its element, and any text may come."""

from pathlib import Path
from xml.etree import ElementTree

from reports.evidence import Failure, Result, Status, write_junit

WRONG = Failure("wrong \x00 \ud800", "op", "200", "500", "make load")


def test_every_status_has_its_element(tmp_path: Path) -> None:
    results = [
        Result("load", "a", "fine", Status.PASSED, 1.5, "orders"),
        Result("load", "b", "left out", Status.SKIPPED),
        Result("load", "c", "wrong", Status.FAILED, failures=(WRONG,)),
        Result("load", "d", "not judged", Status.BROKEN),
    ]
    write_junit(tmp_path / "junit" / "load.xml", "load", results)
    root = ElementTree.parse(tmp_path / "junit" / "load.xml").getroot()  # our own file
    assert [root.get(name) for name in ("name", "tests", "failures", "errors", "skipped")] == [
        "load",
        "4",
        "1",
        "1",
        "1",
    ]
    assert [[child.tag for child in case] for case in root] == [[], ["skipped"], ["failure"], ["error"]]
    assert [case.get("classname") for case in root] == ["load.orders", "load.all", "load.all", "load.all"]
    assert root[0].get("time") == "1.500"
    failure = root[2][0]
    assert failure.get("message") == "wrong \ufffd ?"
    assert failure.text == "expected 200\nobserved 500\nreplay make load\n"
