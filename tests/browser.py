"""Cards in Chromium without a driver: pages in frames of any size, one start for many of them."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from html import escape, unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest

needs_chromium = pytest.mark.skipif(
    not shutil.which("chromium") and not os.environ.get("CI"),
    reason="there is no chromium to look at a card with",
)

_COMMAND = (
    "chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()


# What a learner does: `show` puts a side into the page as Anki on a desktop does.
REVIEW = """
function show(window, html) {
    const qa = window.document.querySelector("#qa");
    qa.innerHTML = html;
    for (const old of qa.querySelectorAll("script")) {
        const script = window.document.createElement("script");
        script.textContent = old.textContent;
        old.replaceWith(script);
    }
}
const options = (window) => [...window.document.querySelectorAll(".option")];
function tap(window, values) {
    for (const option of options(window)) {
        const input = option.querySelector("input");
        if (values.includes(input.value)) input.parentNode.click();
    }
}
"""


class Frame(NamedTuple):
    """A page as it stands in a window of this size, in CSS pixels."""

    html: str
    width: int = 390
    height: int = 844


def measured(frames: Sequence[Frame], script: str, folder: Path) -> list[Any]:
    """What a script's function `measure(window)` gives for each frame, as JSON has it."""
    collect = """
        onload = () => {
            const found = [...document.querySelectorAll("iframe")].map((frame) => {
                try { return measure(frame.contentWindow) } catch (e) { return String(e.stack) }
            });
            document.querySelector("output").textContent = JSON.stringify(found);
            document.querySelectorAll("iframe").forEach((frame) => frame.remove());
        };"""
    page = f"{sheet(frames)}<output></output><script>{script}{collect}</script>"
    done = _run(["--dump-dom"], page, folder)
    found = done.partition("<output>")[2].partition("</output>")[0]
    assert found, done[:2000]
    values: list[Any] = json.loads(unescape(found))
    return values


def shot(frames: Sequence[Frame], picture: Path, *, scale: float = 1) -> None:
    """A picture of frames side by side."""
    size = f"{sum(f.width for f in frames)},{max(f.height for f in frames)}"
    options = [f"--window-size={size}", f"--force-device-scale-factor={scale}"]
    _run([*options, f"--screenshot={picture}"], sheet(frames), picture.parent)


def sheet(frames: Sequence[Frame]) -> str:
    """A page with frames side by side."""
    inner = "".join(
        f'<iframe style="width:{frame.width}px;height:{frame.height}px"'
        f' srcdoc="{escape(frame.html)}"></iframe>'
        for frame in frames
    )
    style = "body{margin:0;display:flex;align-items:start}iframe{border:0;flex:none}"
    return f'<!doctype html><meta charset="utf-8"><style>{style}</style>{inner}'


def dumped(page: str, folder: Path, *options: str) -> str:
    """What a page has become once it is loaded, and what runs in it is done."""
    return _run(["--dump-dom", *options], page, folder)


def _run(options: Sequence[str], page: str, folder: Path) -> str:
    path = folder / "sheet.html"
    path.write_text(page, encoding="utf-8", errors="replace")
    profile = f"--user-data-dir={folder / 'profile'}"
    done = subprocess.run(
        [*_COMMAND, profile, *options, path.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout
