"""Results as a JUnit file, for suites whose engine writes none."""

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from reports._model import Failure, Result, Status


def write_junit(path: Path, suite: str, results: Iterable[Result]) -> None:
    """The results as one JUnit file: what was broken is an `error`, what failed a `failure`."""
    results = list(results)
    root = ElementTree.Element("testsuite", name=suite, tests=str(len(results)))
    for name, status in (("failures", Status.FAILED), ("errors", Status.BROKEN), ("skipped", Status.SKIPPED)):
        root.set(name, str(sum(result.status is status for result in results)))
    for result in results:
        _add_case(root, suite, result)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _add_case(root: ElementTree.Element, suite: str, result: Result) -> None:
    classname = f"{suite}.{result.service or 'all'}"
    case = ElementTree.SubElement(root, "testcase", name=_printable(result.title), classname=classname)
    case.set("time", f"{result.seconds:.3f}")
    if result.status is Status.SKIPPED:
        ElementTree.SubElement(case, "skipped")
    if result.status >= Status.FAILED:
        word = "error" if result.status is Status.BROKEN else "failure"
        for failure in result.failures or (Failure(result.title, "", "", "", ""),):
            told = ElementTree.SubElement(case, word, message=_printable(failure.title))
            told.text = _printable(
                f"expected {failure.expected}\nobserved {failure.observed}\nreplay {failure.replay}\n{failure.response}"
            )


def _printable(text: str) -> str:
    """XML takes no control characters, UTF-8 no half of a surrogate pair."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(each if each >= " " or each in "\t\n\r" else "\ufffd" for each in clean)
