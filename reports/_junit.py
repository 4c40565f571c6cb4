"""Knows how results that Schemathesis doesn't report become a JUnit file."""

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from reports.evidence import Result, Status


def write_junit(path: Path, suite: str, results: Iterable[Result]) -> None:
    """The results as one JUnit file."""
    root = ElementTree.Element("testsuite", name=suite)
    for result in results:
        case = ElementTree.SubElement(
            root, "testcase", name=result.title, classname=f"{suite}.{result.service or 'all'}"
        )
        case.set("time", f"{result.seconds:.3f}")
        if result.status is Status.SKIPPED:
            ElementTree.SubElement(case, "skipped")
        for failure in result.failures:
            told = ElementTree.SubElement(case, "failure", message=_printable(failure.title))
            told.text = _printable(f"{failure.observed}\n{failure.response}")
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _printable(text: str) -> str:
    """XML takes no control characters."""
    return "".join(each if each >= " " or each in "\t\n\r" else "\ufffd" for each in text)
