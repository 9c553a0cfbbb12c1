"""Scripts in every form and in every part of a document, looked at in a browser: nothing runs."""

import json
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import hostile
from tests.anki_oracle import Anki
from tests.browser import dumped, needs_chromium
from tests.hostile import canary, selfcheck
from tests.hostile_content import filled
from tests.hostile_scripts import VECTORS

LEAST = 40  # of the vectors run in Chromium where nobody takes them out

DOCUMENT = """---
author: {quoted}
description: {quoted}
language: {quoted}
tags: [{quoted}]
---
# {line}

## {line}

### 1. {line}

{vector}

<img src="http://127.0.0.1:{port}/a.png"> ![x](http://127.0.0.1:{port}/b.png)

### 2. Which?

- A. {vector}
- B. x {line}

Answer: A

### 3. It is {{{{c1::{line}}}}} and {{{{c2::x::{line}}}}}.

{line}
"""
# As Anki puts sides into its page: as HTML, and then the scripts in it anew. What ran is noted, and
# every attribute that acts or asks somebody.
SHOW = """
const ran = (vector) => { (window.noted = window.noted || []).push(vector) };
const acts = /^(on.*|style|srcdoc|formaction|ping|srcset|background|poster)$/i;
const asks = /^(xlink:)?(href|src|action|data|cite)$/i;
function look() {
    const acting = [];
    for (const html of sides) {
        const side = document.createElement("div");
        side.innerHTML = html;
        for (const old of side.querySelectorAll("script")) {
            const script = document.createElement("script");
            script.textContent = old.textContent;
            old.replaceWith(script);
        }
        document.body.append(side);
        for (const element of side.querySelectorAll("*"))
            for (const { name, value } of element.attributes)
                if (acts.test(name) || (asks.test(name) && /^[^\\w]*\\w+\\s*:/.test(value) && !(
                    element.localName == "a" && /^(https?|mailto):/.test(value))))
                    acting.push([name, value, html.slice(0, 200)]);
    }
    setTimeout(() => {
        document.querySelector("output").textContent = JSON.stringify([window.noted || [], acting]);
    }, 1500);
}
addEventListener("load", look);
"""


class Seen(NamedTuple):
    """Which vectors ran, and which attributes act."""

    ran: list[int]
    acting: list[Any]


def seen(sides: Sequence[str], folder: Path) -> Seen:
    data = json.dumps(sides).replace("<", "\\u003c")
    page = f'<!doctype html><meta charset="utf-8"><output></output><script>const sides = {data};{SHOW}</script>'
    done = dumped(page, folder, "--virtual-time-budget=5000")
    ran, acting = json.loads(unescape(done.partition("<output>")[2].partition("</output>")[0]))
    return Seen(ran, acting)


class Built(NamedTuple):
    """The sides of all cards as Anki renders them, the HTML in JSON, and who was asked."""

    cards: list[str]
    json: list[str]
    ear: hostile.Ear


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    work = tmp_path_factory.mktemp("scripts")
    (work / "in.png").write_bytes(canary("inside").png())
    url = 'https://example.org/\\"onmouseover=\\"ran(0)'
    (work / "selfcheck.toml").write_text(
        f'[anki]\nsplit = "none"\nsections = true\nurl = "{url}"\n'
    )
    with hostile.ear() as ear:
        for at, vector in enumerate(VECTORS):
            text = filled(vector, f"ran({at})")
            line = " ".join(text.split())
            written = DOCUMENT.format(
                quoted=json.dumps(line), line=line, vector=text, port=ear.port
            )
            (work / f"{at:03}.md").write_text(written, errors="surrogatepass")
        done = selfcheck("export", "--to", "anki,json", cwd=work)
        assert done.returncode == 0, done.stderr
        with Anki() as anki:
            anki.take((work / "build/collection.apkg").read_bytes())
            cards = [side for card in anki.shown() for side in (card.question, card.answer)]
        files = (work / "build").glob("*.json")
        found = [html for file in files for html in _html(json.loads(file.read_text()))]
        yield Built(cards, found, ear)


def _html(value: Any) -> Iterator[str]:
    """All that JSON has under the name `html`."""
    if isinstance(value, dict):
        yield from (v for k, v in value.items() if k == "html" and isinstance(v, str))
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _html(each)


@needs_chromium
def test_nothing_runs_on_a_card(built: Built, tmp_path: Path) -> None:
    assert len(built.cards) > 6 * len(VECTORS)
    assert seen(built.cards, tmp_path) == ([], [])
    assert built.ear.heard == []


@needs_chromium
def test_nothing_runs_of_the_html_in_json(built: Built, tmp_path: Path) -> None:
    assert len(built.json) > 6 * len(VECTORS)
    found = seen(built.json, tmp_path)
    assert found.ran == []
    assert [each for each in found.acting if not each[1].startswith("http")] == []


@needs_chromium
def test_that_something_runs_and_asks_would_be_seen(tmp_path: Path) -> None:
    with hostile.ear() as ear:
        raw = [filled(vector, f"ran({at})") for at, vector in enumerate(VECTORS)]
        found = seen([*raw, f'<img src="http://127.0.0.1:{ear.port}/">'], tmp_path)
        assert len(set(found.ran)) >= LEAST
        assert len(found.acting) >= LEAST
        assert any(b"GET / " in heard for heard in ear.waits_for(1))
