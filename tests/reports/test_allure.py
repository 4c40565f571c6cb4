"""The Allure report: made where Node is there, and said where it isn't; never a reason to fail."""

from pathlib import Path

import pytest

from reports import allure

RENDERS = """#!/bin/sh
mkdir -p "$4" && echo "<html>" > "$4/index.html"
"""


@pytest.fixture
def results(tmp_path: Path) -> Path:
    (tmp_path / "allure-results").mkdir()
    (tmp_path / "allure-results" / "a-result.json").write_text("{}")
    return tmp_path


def program(folder: Path, body: str) -> Path:
    path = folder / "bin" / "allure"
    path.parent.mkdir()
    path.write_text(body)
    path.chmod(0o755)
    return path.parent


def test_without_node_it_says_so(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(results))
    assert "Node is not installed" in allure.render(results)


def test_with_allure_it_names_the_report(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{program(results, RENDERS)}:/usr/bin:/bin")
    assert allure.render(results).endswith("allure-report/index.html")
    assert (results / "allure-report" / "index.html").is_file()


def test_a_failing_allure_is_told_in_its_own_words(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "PATH", f"{program(results, '#!/bin/sh' + chr(10) + 'echo no network >&2; exit 1')}:/usr/bin:/bin"
    )
    assert allure.render(results) == "allure   not rendered: no network"


def test_a_run_without_results_says_so(tmp_path: Path) -> None:
    assert allure.render(tmp_path) == "allure   no results in this run"
