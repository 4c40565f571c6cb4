"""The page can be read: by poor eyes, and on narrow screens."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from reports.page import TEMPLATES
from reports.render import render
from tests.reports import example

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
    "--virtual-time-budget=2000",
    "--dump-dom",
]


def colours(scheme: str) -> dict[str, str]:
    light, dark = (TEMPLATES / "page.css").read_text().split("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([\w-]+): (#\w{6})", light))
    return found | dict(re.findall(r"--([\w-]+): (#\w{6})", dark)) if scheme == "dark" else found


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_by_poor_eyes(scheme: str) -> None:
    c = colours(scheme)
    pairs = [(text, ground) for text in ("ink", "soft", "link") for ground in ("paper", "card", "code", "none-bg")]
    tones = ("passed", "failed", "broken", "waived", "none")
    pairs += [(tone, ground) for tone in tones for ground in (f"{tone}-bg", "card", "paper")]
    pairs += [(text, f"{tone}-bg") for tone in tones for text in ("ink", "soft")]
    poor = {
        pair: round(contrast(c[pair[0]], c[pair[1]]), 2) for pair in pairs if contrast(c[pair[0]], c[pair[1]]) < 4.5
    }
    assert poor == {}
    lines = {name: contrast(c[name], c["card"]) for name in ("s50", "s95", "s99")}
    assert min(lines.values()) >= 3, lines


def browser() -> str | None:
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@pytest.mark.skipif(browser() is None, reason="no Chromium here; the page's layout was not looked at")
@pytest.mark.parametrize("width", [360, 1400])
def test_nothing_runs_over_the_edge_of_the_page(tmp_path: Path, width: int) -> None:
    render(example.failed_run(tmp_path))
    # The page itself has no script; this one says by how much the page is wider than a frame of the given width.
    probe = (
        f'<body><iframe id="f" style="width:{width}px;height:900px;border:0" src="index.html"></iframe><script>'
        'f.onload=()=>{const d=f.contentDocument.documentElement;document.title="over="+(d.scrollWidth-d.clientWidth)}'
        "</script>"
    )
    (tmp_path / "probe.html").write_text(probe)
    command = [str(browser()), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", (tmp_path / "probe.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert re.findall("<title>(.*?)</title>", done.stdout) == ["over=0"], done.stderr[-500:]
