"""How cards look and behave: rendered by the real Anki, shown and tapped in Chromium."""

import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image

from selfcheck_tools.exporters import AnkiOptions
from selfcheck_tools.templates import shipped, template_folder
from tests.anki_oracle import Anki, Imported, Shown, page
from tests.browser import REVIEW, Frame, measured, needs_chromium
from tests.conftest import ROOT
from tests.test_anki import Times, made

PHONE, SMALL, DESKTOP = (390, 844), (320, 568), (1280, 800)
CSS = shipped("anki/style.css")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4"><path d="M0 0L9 4"/></svg>'


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return file.getvalue()


FILES = {
    "wide.png": png(1600, 400),
    "small.png": png(40, 30),
    "tall.png": png(120, 1500),
    "drawing.svg": SVG,
    "s.mp3": b"ID3 sound",
}


# ── layout ──────────────────────────────────────────────────────────────────────────────────────

MEASURE = """
const name = (e) => `${e.localName}.${e.className} "${e.textContent.trim().slice(0, 30)}"`;
function parts(color) {
    const [r, g, b, a = 1] = color.match(/[0-9.]+/g).map(Number);
    return [r, g, b, a];
}
function over([r, g, b, a], below) {
    return [r, g, b].map((part, at) => part * a + below[at] * (1 - a)).concat(1);
}
function luminance([r, g, b]) {
    const [x, y, z] = [r, g, b].map((part) => {
        part /= 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}
function contrast(text, ground) {
    const [a, b] = [luminance(text), luminance(ground)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
}
function ground(window, element) {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
        layers.push(parts(window.getComputedStyle(e).backgroundColor));
        const frame = e.matches("label.tappable") && e.querySelector("input");
        if (frame) layers.push(parts(window.getComputedStyle(frame).backgroundColor));
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
}
function measure(window) {
    const document = window.document, wide = [], pale = [], low = [], colors = new Set();
    document.querySelectorAll("details").forEach((details) => { details.open = true });
    const look = (element, style, text) => {
        const color = parts(style.color);
        colors.add(color.slice(0, 3).join());
        const found = contrast(color, ground(window, element));
        if (found < 4.5) pale.push(`${found.toFixed(2)} ${text}`);
    };
    for (const element of document.querySelectorAll("#qa *:not(style, script)")) {
        const box = element.getBoundingClientRect(), style = window.getComputedStyle(element);
        if (!box.width || !box.height) continue;
        let scrolls = false;
        for (let e = element.parentElement; e; e = e.parentElement)
            scrolls = scrolls || /auto|scroll/.test(window.getComputedStyle(e).overflowX);
        if (!scrolls && (box.left < -0.5 || box.right > window.innerWidth + 0.5))
            wide.push(name(element));
        if (element.matches("summary, .source a, label") && box.height < 44)
            low.push(`${box.height} ${name(element)}`);
        if ([...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
            look(element, style, name(element));
        const mark = window.getComputedStyle(element, "::before");
        if (!["none", "normal"].includes(mark.content)) look(element, mark, `${name(element)} mark`);
    }
    if (document.documentElement.scrollWidth > window.innerWidth) wide.push("the page");
    return { wide, pale, low, colors: [...colors] };
}
"""


# What WebViews before Chrome 69 do not know, and so skip.
_NEW = (
    r"(?m)^ *(?:(?:margin|padding|border)-(?:inline|block)|gap|inset|text-decoration-\w)[\w-]*:.*\n",
    r"(?m)^.*(?:clamp\(|rgb\(\d+ \d+).*\n",
    r"(?m)^[^{}@/]*(?::is\(|:where\(|:has\(|:focus-visible|::marker)[^{}]*\{[^{}]*\}\n",
)
_TAPPED = "<script>document.querySelectorAll('input').forEach((i) => { i.checked = true })</script>"


class Looks(NamedTuple):
    """What MEASURE found, by day, by night, and in an old WebView."""

    day: list[Any]
    night: list[Any]
    old: list[Any]


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> Looks:
    """All sides of cards that are hard to lay out, measured with one start of the browser."""
    old = re.sub(r"(?s)/\*.*?\*/", "", CSS)
    for new in _NEW:
        assert re.search(new, old), new
        old = re.sub(new, "", old)
    with Anki() as anki:
        for name in ("hostile", "cloze"):
            text = (ROOT / f"tests/cards/{name}.md").read_text()
            options = AnkiOptions(url="https://example.com/questions")
            anki.take(made(text, FILES, options=options, path=f"{name}.md").data)
        sides = [side for card in anki.shown() for side in (card.question, card.answer)]
        sides += [side + _TAPPED for side in sides if "<input" in side]
        folder = anki.col.media.dir()
        plain = [page(side, CSS, folder) for side in sides]
        day = [Frame(html, *size) for html in plain for size in (SMALL, DESKTOP)]
        night = [Frame(page(side, CSS, folder, night=True), *PHONE) for side in sides]
        aged = [Frame(page(side, old, folder), *SMALL) for side in sides]
        folder = tmp_path_factory.mktemp("looks")
        found = measured([*day, *night, *aged], MEASURE, folder)
    last = len(day) + len(night)
    return Looks(found[: len(day)], found[len(day) : last], found[last:])


def _faults(found: Sequence[Any], kind: str) -> list[str]:
    return list(dict.fromkeys(fault for each in found for fault in each[kind]))


@needs_chromium
@pytest.mark.parametrize("when", Looks._fields)
def test_nothing_is_wider_than_the_window(looks: Looks, when: str) -> None:
    assert _faults(getattr(looks, when), "wide") == []


@needs_chromium
@pytest.mark.parametrize("when", ["day", "old"])
def test_fingers_meet_what_can_be_tapped(looks: Looks, when: str) -> None:
    assert _faults(getattr(looks, when), "low") == []


@needs_chromium
@pytest.mark.parametrize("when", Looks._fields)
def test_all_text_stands_out_from_its_ground(looks: Looks, when: str) -> None:
    """At least 4.5 to 1, as WCAG 2 (success criterion 1.4.3) has it, on every ground there is."""
    found = getattr(looks, when)
    assert _faults(found, "pale") == []
    if when != "old":
        assert _colors(when == "night") <= set(_faults(found, "colors"))


def _colors(night: bool) -> set[str]:
    """The text colours among the style's names, as "r,g,b"."""
    blocks = re.findall(r"\{([^}]*--paper[^}]*)\}", CSS)
    names = dict(re.findall(r"--([\w-]+): #(\w{6});", blocks[night]))
    texts = [name for name in names if not re.search("paper|raised|sunk|line|tint|^code$", name)]
    return {",".join(str(part) for part in bytes.fromhex(names[name])) for name in texts}


def test_nothing_moves_by_itself() -> None:
    """So that nobody must ask for less motion."""
    assert not re.search("transition|animation|scroll-behavior", CSS)


@pytest.mark.parametrize("path", sorted((template_folder() / "anki").glob("*.html")), ids=str)
def test_scripts_are_such_that_old_phones_run_them(path: Path) -> None:
    scripts = "".join(re.findall(r"<script>(.*?)</script>", path.read_text(), re.DOTALL))
    new = r"=>|`|\b(?:let|const|class|async|await)\b|\.{3}|\?\.|\?\?|\.(?:includes|closest|append|replaceWith)\("
    assert not re.search(new, re.sub(r"//.*", "", scripts))
    assert not re.search(r"\beval\b|Function\(|fetch|XMLHttp|https?:", scripts)


# ── choices ─────────────────────────────────────────────────────────────────────────────────────

CHOICE = """\
---
shuffle: {}
---

## Self-check

### 1. Which are primes?

- A. 2
- B. 4
- C. 5
- D. 6
- E. None of the above

Answer: {}

B is 2 times 2.
"""

ORDER = """
const order = (window) => options(window).map((o) => o.querySelector("input").value).join("");
const letters = (window) => options(window).map((o) => o.querySelector(".letter").textContent);
const marks = (window) => options(window)
    .sort((a, b) => a.querySelector("input").value - b.querySelector("input").value)
    .map((option) => {
        const input = option.querySelector("input");
        const mark = window.getComputedStyle(option.querySelector(".mark"), "::before").content;
        const border = window.getComputedStyle(input).borderTopStyle;
        return `${input.checked ? "tapped" : ""} ${mark} ${border}`.trim();
    });
"""


def reviewed(texts: Sequence[str], script: str, folder: Path) -> list[Any]:
    """What the body of a function of `window`, `front` and `back` gives, for each text's card."""
    sides = []
    for text in texts:
        with Anki() as anki:
            anki.take(made(text).data)
            (card,) = anki.shown()
        sides.append([_style(card, card.question), _style(card, card.answer)])
    data = json.dumps(sides).replace("</", "<\\/")  # the page itself is HTML
    code = f"""{REVIEW} {ORDER} const sides = {data};
        function measure(window) {{
            const [front, back] = sides.shift();
            {script}
        }}"""
    return measured([Frame(page("", "", str(folder)))] * len(texts), code, folder)


def _style(card: Shown, side: str) -> str:
    return f"<style>{card.css}</style>{side}"


REVIEWS = """
    const found = [];
    for (let at = 0; at < 60; at++) {
        show(window, front);
        const shown = order(window), hidden = letters(window).join("");
        if (at % 2) delete window.selfcheckPicked;
        show(window, back);
        found.push([shown, order(window), hidden, letters(window).join("")]);
    }
    return found;
"""


@needs_chromium
def test_options_come_in_another_order_that_the_back_keeps(tmp_path: Path) -> None:
    shuffled, written = reviewed(
        [CHOICE.format("yes", "A, C"), CHOICE.format("no", "A")], REVIEWS, tmp_path
    )
    assert len({front for front, *_ in shuffled}) > 10
    for front, back, hidden, letters in shuffled:
        assert back == front
        assert hidden == "", "letters out of their order would only confuse"
        assert letters == "".join("ABCDE"[int(place)] for place in back)
        assert front[4] == "4", "None of the above stays below them"
    assert written == [["01234", "01234", "ABCDE", "ABCDE"]] * 60


@needs_chromium
def test_a_back_without_its_front_shows_the_written_order(tmp_path: Path) -> None:
    script = """
        show(window, front);
        tap(window, ["1"]);
        const other = back.replace(/data-key="[^"]*"/, 'data-key="another"');
        const states = [];
        for (const forget of [() => {}, () => { window.sessionStorage.clear(); }]) {
            forget();
            show(window, other);
            states.push([order(window), marks(window).join("|")]);
            delete window.selfcheckPicked;
        }
        return states;
    """
    plain = '"✓" solid|none solid|"✓" solid|none solid|none solid'
    found = reviewed([CHOICE.format("yes", "A, C")], script, tmp_path)
    assert found == [[["01234", plain]] * 2]


TAPPED = {
    "A, C": {
        "02": ['tapped "✓" solid', "none solid", 'tapped "✓" solid', "none solid"],
        "01": ['tapped "✓" solid', 'tapped "✗" solid', '"✓" dashed', "none solid"],
        "": ['"✓" solid', "none solid", '"✓" solid', "none solid"],
    },
    "A": {
        "0": ['tapped "✓" solid', "none solid", "none solid", "none solid"],
        "3": ['"✓" dashed', "none solid", "none solid", 'tapped "✗" solid'],
        "": ['"✓" solid', "none solid", "none solid", "none solid"],
    },
}


@needs_chromium
def test_the_back_marks_what_was_right_wrong_and_missed(tmp_path: Path) -> None:
    script = """
        const states = {};
        for (const way of ["desktop", "phone", "no storage"]) {
            if (way === "no storage")
                Object.defineProperty(window, "sessionStorage", { get() { throw new Error() } });
            for (const values of ["", "0", "3", "01", "02"]) {
                show(window, front);
                tap(window, values);
                if (way === "phone") delete window.selfcheckPicked;
                show(window, back);
                states[`${way}: ${values}`] = marks(window).slice(0, 4);
            }
        }
        return states;
    """
    cases = [(solution, shuffle) for solution in TAPPED for shuffle in ("yes", "no")]
    texts = [CHOICE.format(shuffle, solution) for solution, shuffle in cases]
    for (solution, _), states in zip(cases, reviewed(texts, script, tmp_path), strict=True):
        for taps, expected in TAPPED[solution].items():
            for way in ("desktop", "phone", "no storage"):
                assert states[f"{way}: {taps}"] == expected, (solution, way, taps)


def test_without_a_script_options_stand_in_their_order_with_letters() -> None:
    with Anki() as anki:
        anki.take(made(CHOICE.format("yes", "A, C")).data)
        (card,) = anki.shown()
    for side in (card.question, card.answer):
        assert re.findall(r'<bdi class="letter">(.)</bdi>', side) == list("ABCDE")
        assert re.findall(r'value="(\d)"', side) == list("01234")


@pytest.mark.parametrize(
    ("last", "settings", "pinned"),
    [("6", "shuffle", 0), ("All of these", "shuffle", 1), ("Both A and C", "", 0)],
)
def test_options_that_speak_of_others_stay(last: str, settings: str, pinned: int) -> None:
    text = CHOICE.format("yes", "A").replace("None of the above", last)
    with Anki() as anki:
        anki.take(made(text).data)
        (note,) = anki.notes()
    assert note.fields["Settings"] == settings
    assert note.fields["Options"].count("pinned") == pinned


def test_options_of_a_task_list_have_no_letters() -> None:
    with Anki() as anki:
        anki.take(made("## Self-check\n\n### 1. Which?\n\n- [x] this\n- [ ] that\n").data)
        (note,) = anki.notes()
    assert note.fields["Options"].count('<bdi class="letter"></bdi>') == 2


# ── reversed cards ──────────────────────────────────────────────────────────────────────────────

REVERSED = """\
---
reversed: {}
---

# Capitals

## Self-check

### 1. What is the capital of France?

Paris ![map](small.png)

### 2. What is the capital of Norway?

Oslo
"""


def test_the_reversed_card_asks_for_the_question() -> None:
    with Anki() as anki:
        anki.take(made(REVERSED.format("yes"), FILES).data)
        first, second, *_ = anki.shown()
        assert (first.ord, second.ord, first.guid) == (0, 1, second.guid)
        assert "France" not in second.question
        assert 'class="prompt sought"><span class="gap">?</span>' in second.question
        assert 'src="small' in second.question
        assert "What is the capital of France?" in second.answer
        assert anki.problems() == []


def test_reversed_cards_may_be_turned_on_and_off_later() -> None:
    times = Times()
    with Anki() as anki:
        anki.take(made(REVERSED.format("no"), FILES, times).data)
        assert [card.ord for card in anki.shown()] == [0, 0]
        for card in anki.shown():
            anki.study(card.guid, rating=4)
        studied = {card.id: card.state for card in anki.shown()}

        times.now += 1000
        on = made(REVERSED.format("yes"), FILES, times).data
        assert anki.take(on) == Imported(0, 2, 0, 0)
        assert sorted(card.ord for card in anki.shown()) == [0, 0, 1, 1]
        assert {c.id: c.state for c in anki.shown() if c.id in studied} == studied

        times.now += 1000
        off = made(REVERSED.format("no"), FILES, times).data
        assert anki.take(off) == Imported(0, 2, 0, 0)
        assert {c.id: c.state for c in anki.shown() if c.id in studied} == studied
        assert sorted(card.ord for card in anki.shown()) == [0, 0, 1, 1], (
            "a package deletes nothing"
        )
        assert anki.reviews() == 2
        empty = {number for note in anki.col.get_empty_cards().notes for number in note.card_ids}
        assert empty == {card.id for card in anki.shown() if card.ord == 1}

        times.now += 1000
        assert anki.take(made(REVERSED.format("yes"), FILES, times).data) == Imported(0, 2, 0, 0)
        assert sorted(card.ord for card in anki.shown()) == [0, 0, 1, 1]
        assert anki.problems() == []


# ── where it comes from ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("url", ["", "https://example.com/questions"])
def test_a_card_says_where_it_is_from(url: str) -> None:
    text = "# Law & order\n\n## Courts\n\n### What is a writ?\n\nAn order.\n\n## Police\n\n### What?\n\nThat.\n"
    with Anki() as anki:
        anki.take(made(text, options=AnkiOptions(url=url), path="a/b c.md").data)
        card = anki.shown()[0]
    link = f'<a href="{url}/a/b%20c.md">Law &amp; order › Courts</a>'
    source = link if url else "Law &amp; order › Courts"
    for side in (card.question, card.answer):
        assert f'<div class="source" dir="auto">{source}</div>' in side
