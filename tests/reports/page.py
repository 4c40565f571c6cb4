"""The page of a run, taken apart."""

from html.parser import HTMLParser
from pathlib import Path

from reports.render import render
from tests.reports import example

RUNS = {"passed": example.passed_run, "failed": example.failed_run, "broken": example.broken_run}
VOID = {"meta", "link", "img", "br", "path", "rect", "circle", "input", "hr"}


class Page(HTMLParser):
    """Elements, attributes and the text of a page; knows whether every element was closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def rendered(run_dir: Path) -> Page:
    render(run_dir)
    page = Page((run_dir / "index.html").read_text(encoding="utf-8"))
    assert page.open == [], "every element is closed"
    return page


def page_of(folder: Path) -> str:
    """The page's HTML."""
    render(folder)
    return (folder / "index.html").read_text(encoding="utf-8")
