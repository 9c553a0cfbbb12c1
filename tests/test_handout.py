"""PDF handouts: read back with pypdf and pikepdf, and measured by the engine's own boxes."""

import gc
import hashlib
import io
import json
import logging
import os
import re
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from struct import pack
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pytest
from pypdf import PdfReader

from selfcheck_tools import fonts, render
from selfcheck_tools.exporters import Context, Omission
from selfcheck_tools.exporters.handout import _printable, _view, export
from selfcheck_tools.exporters.handout.papers import whole
from selfcheck_tools.exporters.handout.pictures import Pictures, judged
from selfcheck_tools.exporters.handout.polish import polished
from selfcheck_tools.files import Disk, Files, Memory
from selfcheck_tools.formulas import formula
from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.templates import loaded, shipped
from selfcheck_tools.text import Source
from tests.conftest import ROOT


class Handout(NamedTuple):
    """An exported handout and what it says."""

    path: str
    data: bytes
    omissions: list[Omission]
    source: Source

    @property
    def pages(self) -> list[str]:
        return [page.extract_text() for page in PdfReader(io.BytesIO(self.data)).pages]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.pages).split())

    def omitted(self, what: str) -> list[str]:
        return [found.message for found in self.omissions if found.what == what]

    def blamed(self, what: str) -> list[str]:
        text = self.source.text
        return [text[f.span.start : f.span.end] for f in self.omissions if f.what == what]


def context(files: Files, source: Source, omit: Callable[[Omission], None]) -> Context:
    return Context(
        files=files,
        source=lambda document: source,
        keys=lambda document: [f"k{at}" for at in range(len(document.questions))],
        changed=lambda name, digest: 0,
        omit=omit,
    )


def handout(markdown: str | bytes, files: Files | None = None, path: str = "a/b.md") -> Handout:
    data = markdown.encode() if isinstance(markdown, str) else markdown
    source = Source.from_bytes(path, data)
    omissions: list[Omission] = []
    made = context(files or Memory({}), source, omissions.append)
    (artifact,) = export([read(source)], made)
    return Handout(artifact.path, artifact.data, omissions, source)


def question(answer: str, prompt: str = "What is it?") -> str:
    return f"# Title\n\n## Self-check\n\n### 1. {prompt}\n\n{answer}\n"


def outline(data: bytes) -> list[Any]:
    def labels(items: list[Any]) -> list[Any]:
        return [labels(item) if isinstance(item, list) else item.title for item in items]

    return labels(PdfReader(io.BytesIO(data)).outline)


# ── pictures to test with ───────────────────────────────────────────────────────────────────────


def png(width: int, height: int, *, broken: bool = False) -> bytes:
    """A grey PNG; a broken one stops in the middle of its pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    row = b"\0" + (os.urandom(width) if width <= 400 else bytes(width))
    pixels = zlib.compress(row * min(height, 4_000_000 // width))
    header = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    whole = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return whole[: len(whole) // 2] if broken else whole


def jpeg(width: int, height: int) -> bytes:
    from PIL import Image

    data = io.BytesIO()
    Image.effect_noise((width, height), 50).save(data, "JPEG")
    return data.getvalue()


def svg(inside: str, attributes: str = "") -> str:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {names} width="100" height="50" {attributes}>{inside}</svg>'


# ── what it says ────────────────────────────────────────────────────────────────────────────────

LAMBDA = """\
---
title: Serverless
author: A. Teacher
description: For the second term
tags: [aws, cloud]
---

## Basics

### 1. What is a *function*?

Some **code**.

#### A heading in the answer

More.

### 2. What is `cold start`?

## Advanced

### 7. Which are right?

- [ ] the wrong one
- [x] the right one
- [x] another right one

Because I say so.
"""


@pytest.fixture(scope="module")
def serverless() -> Handout:
    return handout(LAMBDA)


def test_it_is_named_after_the_document(serverless: Handout) -> None:
    assert serverless.path == "a/b-handout.pdf"


def test_it_holds_title_sections_questions_and_answers(serverless: Handout) -> None:
    parts = (
        "Serverless", "For the second term", "A. Teacher", "Basics", "1. What is a function?",
        "Some code.", "A heading in the answer", "2. What is cold start?", "Advanced",
        "7. Which are right?",
    )  # fmt: skip
    at = [serverless.text.find(part) for part in parts]
    assert -1 not in at
    assert at == sorted(at)


def test_options_get_letters_and_the_answer_names_the_right_ones(serverless: Handout) -> None:
    text = serverless.text
    assert re.search(r"A\. the wrong one B\. the right one C\. another right one", text)
    assert text.index("another right one") < text.index("Answer: B, C") < text.index("Because I")


def test_written_letters_stay() -> None:
    exam = "# Exam\n\n1. Pick.\n    - A. one\n    - B. two\n\n    <details>Correct answer: B</details>\n"
    text = handout(exam).text
    assert "A. one" in text
    assert "Answer: B" in text


def test_the_outline_has_title_sections_and_questions_only(serverless: Handout) -> None:
    assert outline(serverless.data) == [
        "Serverless",
        [
            "Basics",
            ["1. What is a function?", "2. What is cold start?"],
            "Advanced",
            ["7. Which are right?"],
        ],
    ]


def test_a_lone_self_check_section_is_not_printed() -> None:
    made = handout(question("Yes."))
    assert "Self-check" not in made.text
    assert outline(made.data) == ["Title", ["1. What is it?"]]


def test_questions_without_numbers_get_their_place() -> None:
    made = handout("Q: First?\nA: one\n\nQ: Second?\nA: two\n", path="cards.md")
    assert "cards" in made.pages[0]
    assert outline(made.data) == ["cards", ["1. First?", "2. Second?"]]


def test_each_page_says_which_it_is_and_of_what() -> None:
    text = "".join(f"### {n}. What?\n\n{'word ' * 120}\n\n" for n in range(1, 13))
    pages = handout(f"# Long one\n\n## Self-check\n\n{text}").pages
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Long one" in page


def test_metadata(serverless: Handout) -> None:
    reader = PdfReader(io.BytesIO(serverless.data))
    assert reader.metadata is not None
    assert reader.metadata.title == "Serverless"
    assert reader.metadata.author == "A. Teacher"
    assert reader.metadata["/Keywords"] == "aws, cloud"
    assert "/CreationDate" not in reader.metadata
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_a_prompt_that_would_be_a_list_stays_a_line() -> None:
    assert "1. 2. Really?" in handout(question("Yes.", "2. Really?")).text


@pytest.mark.parametrize("prompt", ["Berlin is in [Germany].", "Berlin is in {{c1::Germany}}."])
def test_a_cloze_is_asked_with_blanks_and_answered_in_full(prompt: str) -> None:
    made = handout(f"C: {prompt}\n")
    assert re.search(r"1\. Berlin is in _{4,}\.", made.text)
    assert re.search(r"Answer: Berlin is in Germany\s?\.", made.text)
    assert "Germany" not in str(outline(made.data))


def test_a_cloze_shows_its_hint_and_keeps_its_blocks() -> None:
    made = handout("C: Fill in\n\n| a | b |\n|---|---|\n| 1 | {{c1::2::a number}} |\n")
    assert re.search(r"Fill in a b 1 _{4,} \(a number\) Answer: Fill in a b 1 2", made.text)


def test_a_question_stays_with_the_start_of_its_answer() -> None:
    text = "".join(
        f"### {n}. Question{n}?\n\nAnswer{n} {'word ' * (23 * n % 71)}\n\n" for n in range(1, 90)
    )
    pages = handout(f"# T\n\n## Self-check\n\n{text}").pages
    assert len(pages) > 8
    for number in range(1, 90):
        (asked,) = (page for page in pages if f"Question{number}?" in page)
        assert re.search(rf"Answer{number}\b", asked)


def test_options_stay_with_their_question() -> None:
    text = "".join(
        f"### {n}. Question{n}?\n\n- [x] first{n}\n- [ ] second{n}\n- [ ] last{n}\n\n"
        f"{'word ' * (17 * n % 53)}\n\n"
        for n in range(1, 50)
    )
    pages = handout(f"# T\n\n## Self-check\n\n{text}").pages
    for number in range(1, 50):
        (asked,) = (page for page in pages if f"Question{number}?" in page)
        assert re.search(rf"last{number}\b", asked)


# ── what is missing ─────────────────────────────────────────────────────────────────────────────


def test_missing_answers_are_marked_and_reported(serverless: Handout) -> None:
    assert "2. What is cold start? No answer yet" in serverless.text
    assert "Draft. No answer yet: 2." in serverless.pages[0]
    assert serverless.omitted("answer") == ["question 2 has no answer"]
    assert serverless.blamed("answer") == ["### 2. What is `cold start`?"]


def test_a_placeholder_is_no_answer() -> None:
    made = handout(question("TODO"))
    assert "No answer yet" in made.text
    assert "TODO" not in made.text
    assert made.omitted("answer") == ["question 1 has no answer"]


def test_a_complete_handout_is_no_draft() -> None:
    made = handout(question("Yes."))
    assert "Draft" not in made.text
    assert made.omissions == []


def test_pictures_that_cannot_be_shown_are_marked_and_reported() -> None:
    text = question(
        "![one](none.png) ![two](../../x.png) ![three](https://a.b/c.png) ![](/etc/passwd)\n\n"
        "![five](empty.png) ![six](text.png) ![one](none.png)"
    )
    made = handout(text, Memory({"a/empty.png": b"", "a/text.png": b"no picture at all"}))
    assert sorted(made.omitted("image")) == [
        "../../x.png is outside",
        "/etc/passwd is outside",
        "empty.png is unusable: it is empty",
        "https://a.b/c.png is remote",
        "none.png is missing",
        "none.png is missing",
        "text.png is unusable: it is no PNG, JPEG, GIF, WebP or SVG",
    ]
    for what in ("one", "two", "three", "/etc/passwd", "five", "six"):
        assert f"[missing picture: {what}]" in made.text
    assert made.blamed("image").count("![one](none.png)") == 2
    assert "Missing pictures: 1." in made.text


def test_a_missing_picture_does_not_cost_the_others() -> None:
    made = handout(question("![a](a.png) ![b](none.png)"), Memory({"a/a.png": png(4, 4)}))
    assert len(images(made)) == 1


def test_a_sign_that_no_font_has_is_reported_where_it_stands() -> None:
    made = handout(question("Here: 𓀀 and 𓀀 again, ⬮."))
    assert "no font has “𓀀” (U+13000)" in made.omitted("glyph")
    assert made.blamed("glyph")[0] == "𓀀"
    assert len(made.omitted("glyph")) == len(set(made.omitted("glyph")))


def test_a_sign_in_an_entity_is_reported_at_the_title() -> None:
    assert handout(question("&#x13000;")).blamed("glyph") == ["# Title"]


def test_the_engine_says_nothing_by_itself(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    handout(question("𓀀 ![x](x.svg)"), Memory({"a/x.svg": svg("<rect style='fill:what'/>")}))
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_undecodable_bytes_and_control_characters_do_no_harm() -> None:
    made = handout(
        b"# T \xff\n\n## Self-check\n\n### 1. Wh\x03at \xfe?\n\nok\x00 `\xff` \x1b \xe2\x80\xa8 x\n"
    )
    assert "What \ufffd?" in made.text
    assert made.omissions == []


# ── pictures ────────────────────────────────────────────────────────────────────────────────────


def images(made: Handout) -> list[tuple[int, int]]:
    """The sizes of the raster pictures in a PDF, each once."""
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        return sorted(
            (int(item["/Width"]), int(item["/Height"]))
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        )


def test_every_picture_is_embedded_once() -> None:
    files = {"a/one.png": png(30, 20), "a/two.jpg": jpeg(40, 10), "up.png": png(7, 5)}
    text = "![1](one.png) ![2](two.jpg) ![3](../up.png) ![4](@/a/one.png) ![5](one%2Epng)"
    made = handout(question(text), Memory(files))
    assert made.omissions == []
    assert images(made) == [(7, 5), (30, 20), (40, 10)]


def test_a_name_in_another_case_is_found() -> None:
    assert images(handout(question("![1](ONE.png)"), Memory({"a/one.png": png(3, 3)}))) == [(3, 3)]


def test_the_content_loses_none_of_its_pictures() -> None:
    for path in sorted((ROOT / "content").glob("*.md")):
        source = Source.from_bytes(path.name, path.read_bytes())
        document = read(source)
        made = handout(path.read_bytes(), Disk(str(path.parent)), path.name)
        assert made.omissions == []
        assert len(images(made)) == len({i.path for q in document.questions for i in q.images})
        assert len(PdfReader(io.BytesIO(made.data)).outline[1]) == len(document.questions)


def figures(made: Handout) -> list[str | None]:
    """What is said of each figure to those who do not see it."""
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        found = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        return [str(o["/Alt"]) if "/Alt" in o else None for o in found if o.get("/S") == "/Figure"]


def test_every_picture_says_what_it_shows() -> None:
    files = Memory({"a/x.png": png(5, 5)})
    text = '![A "line"](x.png) ![](x.png) <img src="x.png" alt=""> $x^2$'
    assert figures(handout(question(text), files)) == [
        'A "line"', "What is it?", "What is it?", "x^2",
    ]  # fmt: skip


def test_it_is_tagged_for_those_who_listen(serverless: Handout) -> None:
    with pikepdf.open(io.BytesIO(serverless.data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        kinds = [str(o.get("/S")) for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        assert kinds.count("/H1") == 1
        assert kinds.count("/H2") == 2
        assert kinds.count("/H3") == 3
        assert kinds.count("/H4") == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (png(300, 300, broken=True), "it is damaged"),
        (jpeg(300, 300)[:5_000], "it is damaged"),
        (b"\x89PNG\r\n\x1a\n", "it is"),
        (png(20_000, 20_000), "it has more than 100 megapixels"),
        (png(10_001, 10_000), "it has more than 100 megapixels"),
        (b"<svg", "it is no well-formed SVG"),
        (b"<html><body/></html>", "it is no SVG"),
        (svg('<image href="file:///etc/passwd"/>').encode(), "it loads file:///etc/passwd"),
        (svg('<image xlink:href="other.png"/>').encode(), "it loads other.png"),
        (svg('<image href=""/>').encode(), "it loads itself"),
        (svg('<use href="other.svg#a"/>').encode(), "it loads other.svg#a"),
        (svg("<style>@import url(http://a.b/c.css);</style>").encode(), "it loads @import"),
        (svg('<rect style="fill:url(http://a.b/c)"/>').encode(), "it loads url(http://a.b/c"),
        (svg('<rect fill="url( \'http://a.b/c\')"/>').encode(), "it loads url("),
        (svg('<image href="data:text/html,<p>x</p>"/>'.replace("<p>x</p>", "x")).encode(), "it is no"),
        (
            svg('<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>').encode(),
            "it loads /etc/passwd",
        ),
        (
            b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg("<text>&a;</text>").encode(),
            "it is no well-formed SVG",
        ),
        (
            b"<!DOCTYPE s ["
            + b"".join(
                b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 20 if n else b"ha" * 50)
                for n in range(9)
            )
            + b"]>"
            + svg("<text>&e8;</text>").encode(),
            "it is no well-formed SVG",
        ),
        (svg('<g id="a"><use href="#a"/></g>').encode(), "it draws too many shapes"),
        (
            svg(
                '<g id="g0"><rect width="1" height="1"/></g>'
                + "".join(
                    f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 9)
                )
            ).encode(),
            "it draws too many shapes",
        ),
        (("<g>" * 5_000 + "</g>" * 5_000).join(svg("|").split("|")).encode(), "it"),
    ],
)  # fmt: skip
def test_pictures_that_would_do_harm_are_not_shown(data: bytes, why: str) -> None:
    made = handout(question("Before. ![shown](x.png) After."), Memory({"a/x.png": data}))
    (message,) = made.omitted("image")
    assert message.startswith(f"x.png is unusable: {why}")
    assert "Before. [missing picture: shown] After." in made.text


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script><rect width='9' height='9'/>",
        "<a href='https://example.com/'><text y='20'>link</text></a>",
        "<defs><linearGradient id='g'/></defs><rect fill='url(#g)' width='9' height='9'/>",
        "<image width='9' height='9' href='data:image/png;base64,"
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='/>",
        "<switch><foreignObject/><text y='20'>instead</text></switch>",
        "<symbol id='s'><rect width='9' height='9'/></symbol><use href='#s'/><use xlink:href='#s'/>",
    ],
)
def test_harmless_vector_pictures_are_shown(inside: str) -> None:
    made = handout(question("![x](x.svg)"), Memory({"a/x.svg": svg(inside)}))
    assert made.omissions == []
    assert figures(made) == ["x"]


def test_html_in_a_vector_picture_is_missed_aloud() -> None:
    picture = svg("<foreignObject><p>label</p></foreignObject><rect width='9' height='9'/>")
    made = handout(question("![x](x.svg)"), Memory({"a/x.svg": picture}))
    assert made.omitted("image") == ["x.svg is incomplete: the HTML in it is not shown"]
    assert figures(made) == ["x"]


def test_judging_leaves_pillow_as_it_was() -> None:
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    with pytest.raises(ValueError, match="damaged"):
        judged(png(50, 50, broken=True))
    assert before == ImageFile.LOAD_TRUNCATED_IMAGES


# ── formulas and sounds ─────────────────────────────────────────────────────────────────────────


def test_formulas_are_drawn_not_photographed() -> None:
    made = handout(question("So $\\frac{a}{b}$ and\n\n$$\\sum_{i=1}^n i$$\n\nfine."))
    assert made.omissions == []
    assert figures(made) == [r"\frac{a}{b}", r"\sum_{i=1}^n i"]
    assert images(made) == []
    assert "frac" not in made.text


def test_formulas_stand_on_the_baseline() -> None:
    assert formula("x", display=False).depth < 0.05
    assert 0.1 < formula("y", display=False).depth < 0.4
    assert formula("x + y", display=False).width > formula("x", display=False).width > 0.3


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        (r"\euler", r"\euler is not known"),
        (r"\frac{a", "it is not understood"),
        (r"\text{国}", "its font has no “国” (U+56FD)"),
        ("x" * 5_000, "it is longer than 4000 characters"),
    ],
)
def test_formulas_that_cannot_be_set_are_shown_as_they_stand(tex: str, why: str) -> None:
    made = handout(question(f"Before ${tex}$ after."))
    (message,) = made.omitted("formula")
    assert message.endswith(why)
    assert made.blamed("formula") == [f"${tex}$"]
    assert tex[:60] in "".join(made.pages).replace("\n", "")


@pytest.mark.parametrize(
    "tex",
    [
        "a < b",
        r"P \land Q \implies R",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}^{-1}",
        r"\backslash",
        r"50\%",
    ],
)
def test_formulas_that_need_care_are_set(tex: str) -> None:
    assert formula(tex, display=True).svg.startswith(b"<svg")


def test_sounds_are_named() -> None:
    text = "Q: How does it sound?\nA: ![](@/sounds/a%20tone.mp3)\n"
    assert "[sound: a tone.mp3]" in handout(text).text


# ── nothing runs off the page ───────────────────────────────────────────────────────────────────


def laid_out(markdown: str, files: Files | None = None) -> Iterator[tuple[int, Any]]:
    """Every box with something to see on each page, as the engine lays a handout out."""
    from selfcheck_tools.exporters.handout import pdf

    source = Source.from_bytes("a.md", markdown.encode())
    document: Document = read(source)
    made = context(files or Memory({}), source, lambda omission: None)
    pictures = Pictures(made.files, document, made.omit)
    page = loaded(shipped, "handout/handout.html")
    html = _printable(page.render(_view(whole(document), made, pictures)))
    with fonts.only_shipped_fonts(), pdf._quiet():
        import weasyprint
        from weasyprint.formatting_structure import boxes

        fetcher = pdf._fetcher(pictures.fetch)
        css = weasyprint.CSS(string=shipped("handout/handout.css"), url_fetcher=fetcher)
        laid = weasyprint.HTML(string=html, url_fetcher=fetcher).render(stylesheets=[css])
        for number, one in enumerate(laid.pages):
            for box in one._page_box.descendants():
                if isinstance(box, boxes.TextBox | boxes.ReplacedBox | boxes.TableBox):
                    yield number, box


LONG_WORD = "Donaudampfschifffahrts" * 12
WIDE = "\n\n".join(
    (
        LONG_WORD,
        f"`{LONG_WORD}`",
        f"**{LONG_WORD}** <https://example.com/{LONG_WORD}>",
        f"```python\nx = {LONG_WORD!r}\n\tcall(a, b, {', '.join(f'argument_{n}' for n in range(30))})\n```",
        f"- {LONG_WORD}\n  - {LONG_WORD}\n    > {LONG_WORD}",
        f"| a | b |\n|---|---|\n| {LONG_WORD} | `{LONG_WORD}` |",
        "|" + "|".join(f"column {n}" for n in range(9)) + "|\n" + "|---" * 9 + "|\n"
        + "|" + "|".join(f"averyverylongword{n}" for n in range(9)) + "|",
        "|" + "|".join(f"c{n}" for n in range(60)) + "|\n" + "|---" * 60 + "|\n"
        + "|" + "|".join(f"value{n}" for n in range(60)) + "|",
        "<table><tr>" + "<td>cell</td>" * 12 + "<td colspan=2>wide</td></tr></table>",
        "![wide](wide.png) ![tall](tall.png) <img src=\"wide.png\" width=\"5000\" height=\"10\">",
        f"$${' + '.join(f'x_{{{n}}}' for n in range(60))}$$",
        f"<pre>{LONG_WORD}</pre>",
        "\n".join("  " * n + f"- level {n}" for n in range(25)),
        ">" * 20 + " deep",
        "> [!NOTE]\n> " + LONG_WORD,
    )
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_nothing_runs_off_the_page(language: str) -> None:
    files = Memory({"wide.png": png(3_000, 200), "tall.png": png(100, 3_000)})
    text = f"---\nlanguage: {language}\n---\n{question(WIDE, LONG_WORD)}"
    seen = 0
    left, right = (mm * 96 / 25.4 for mm in (30, 180))
    for page, box in laid_out(text, files):
        seen += 1
        where = f"page {page + 1}: {getattr(box, 'text', box)!r}"
        slack = 13 * 96 / 25.4 if box.element_tag == "span" else 4  # numbers hang in the margin
        assert box.position_x >= left - slack, where
        assert box.position_x + box.width <= right + slack, where
        assert box.position_y >= 0, where
        assert box.position_y + box.height <= 297 * 96 / 25.4, where
    assert seen > 300


def test_pictures_keep_their_proportions() -> None:
    text = '![w](w.png) ![t](t.png) <img src="w.png" width="50" height="999"> <img src="w.png" width="50%">'
    files = Memory({"w.png": png(2_000, 100), "t.png": png(100, 2_000)})
    shown = [b for _, b in laid_out(question(text), files) if hasattr(b, "replacement")]
    assert [round(box.width / box.height, 2) for box in shown] == [20, 0.05, 20, 20]
    assert shown[2].width == 50


def test_a_very_wide_table_goes_on_below_with_its_first_column() -> None:
    rows = "".join("|" + "|".join(f"{r}-{c}" for c in range(40)) + "|\n" for r in ("a", "b"))
    html = render.html(read(Source("a.md", "")), read(Source("a.md", question(
        "|" + "|".join(f"h{c}" for c in range(40)) + "|\n" + "|---" * 40 + "|\n" + rows
    ))).questions[0].answer)  # type: ignore[arg-type]  # fmt: skip
    made = polished(html, alt="", level=2)
    assert made.count("<table") == 3
    assert made.count(">h0<") == 3
    assert all(made.count(f">{row}-{column}<") == 1 for row in "ab" for column in range(1, 40))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>a</h1><h3>b</h3>", "<h4>a</h4><h6>b</h6>"),
        ("<p><img src=\"x\" alt=\"\"></p>", '<p class="figure"><img src="x" alt="A &amp; B"></p>'),
        ('<pre class="highlight"><code><span class="n">a</span> <span class="k">if</span>\n</code></pre>',
         '<pre class="highlight"><code>a <span class="k">if</span></code></pre>'),
        ('<p title="' + "x" * 500 + '">a</p>', '<p title="' + "x" * 500 + '">a</p>'),
        ("x" * 450, "x" * 100 + "<wbr>" + "x" * 100 + "<wbr>" + "x" * 100 + "<wbr>" + "x" * 100 + "<wbr>" + "x" * 50),
    ],
)  # fmt: skip
def test_polish(html: str, expected: str) -> None:
    assert polished(html, alt="A & B", level=3) == expected


# ── scripts and directions ──────────────────────────────────────────────────────────────────────

SCRIPTS = (
    "Русский Ελληνικά Tiếng_Việt עברית العربية हिन्दी ไทย ქართული Հայերեն አማርኛ → ∈ ★ ✓ ☑ 🚀 ⚠ ─ ①"
)


def test_the_shipped_fonts_have_what_many_scripts_need() -> None:
    assert handout(question(SCRIPTS)).omissions == []


def test_only_shipped_fonts_are_used() -> None:
    made = handout(question(f"{SCRIPTS} **bold** *italic* `code ─`"))
    ours = ("Source-", "Amiri", "Noto-", "STIX", "DejaVu-Sans,", "DejaVu-Sans")
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        names = {
            str(o["/BaseFont"]).split("+")[-1]
            for o in pdf.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"
        }
    assert len(names) > 8
    assert all(name.startswith(ours) for name in names)


def prompts(markdown: str) -> list[Any]:
    return [b for _, b in laid_out(markdown) if b.element_tag and b.element_tag.startswith("h")]


@pytest.mark.parametrize("front", ["", "---\nlanguage: ar\n---\n"])
def test_arabic_runs_from_the_right(front: str) -> None:
    text = f"{front}# العنوان\n\n## Self-check\n\n### 1. ما هو؟\n\nنص عربي.\n"
    title = next(box for box in prompts(text) if "العنوان" in box.text)
    assert title.position_x + title.width == pytest.approx(180 * 96 / 25.4, abs=4)


def test_a_hebrew_question_in_an_english_document_runs_from_the_right() -> None:
    text = question("An answer.", "מה זה?")
    (asked,) = (box for box in prompts(text) if "מה" in box.text)
    assert asked.position_x + asked.width == pytest.approx(180 * 96 / 25.4, abs=4)
    (answer,) = (box for _, box in laid_out(text) if getattr(box, "text", "") == "An answer.")
    assert answer.position_x == pytest.approx(30 * 96 / 25.4, abs=2)


def test_it_speaks_the_documents_language() -> None:
    made = handout("---\nlanguage: de-AT\n---\n" + question(""))
    assert "Noch keine Antwort" in made.text
    assert "Seite 1 von 1" in made.text
    assert PdfReader(io.BytesIO(made.data)).trailer["/Root"]["/Lang"] == "de-AT"


def test_the_words_are_complete() -> None:
    words = loaded(shipped, "handout/words.html").module.WORDS  # type: ignore[attr-defined]
    assert all(set(words[language]) == set(words["en"]) for language in words)


# ── one result everywhere, and nothing from outside ─────────────────────────────────────────────

RUN = """
import hashlib, json, sys
from tests.test_handout import handout, question, Memory, LAMBDA, SCRIPTS
from tests.test_handout import svg
made = handout(LAMBDA)
if sys.argv[1] == "after":
    handout(question("Something else: $x$ **b** `c` 𓀀"))
text = LAMBDA + f"\\n### 8. Which?\\n\\n{SCRIPTS} ![x](x.svg) $x^2$ 𓀀 `x`\\n\\n```python\\nif x: pass\\n```\\n"
made = handout(text, Memory({"a/x.svg": svg("<text y='20'>T</text>")}))
print(hashlib.sha256(made.data).hexdigest(), json.dumps([o.message for o in made.omissions]))
"""


def run(code: str, *arguments: str, cwd: Path = ROOT, **environment: str) -> str:
    inherited = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "HOME")}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_same_bytes_everywhere(tmp_path: Path) -> None:
    elsewhere = {
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Kolkata",
        "LC_ALL": "C",
        "LANGUAGE": "ja:ko",
        "LANG": "ar_EG.UTF-8",
        "SOURCE_DATE_EPOCH": "1700000000",
        "FONTCONFIG_FILE": "/nonexistent",
        "PYTHONUTF8": "1",
    }
    results = {
        run(RUN, "plain", PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8"),
        run(RUN, "after", cwd=tmp_path, **elsewhere),
        run(RUN, "plain", HOME=os.devnull, XDG_CACHE_HOME="/dev/null/x", TMPDIR=str(tmp_path)),
    }
    assert len(results) == 1
    assert list(tmp_path.iterdir()) == []


def test_two_runs_at_once_share_a_cache(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", RUN, "plain"],
            env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    results = {process.communicate(timeout=300) for process in running}
    assert len(results) == 1
    assert {error for _, error in results} == {""}
    assert [p.suffix for p in (tmp_path / "selfcheck/fonts").iterdir() if p.is_file()] == [".conf"]


WATCHED = """
import os, sys
opened, reached = [], []
def hook(event, arguments):
    if event == "open":
        opened.append(os.path.realpath(str(arguments[0])))
    if event.startswith("socket.") or event == "urllib.Request":
        reached.append(event)
from tests.test_handout import handout, Disk
made = handout("# warm up")
sys.addaudithook(hook)
root, port = sys.argv[1:]
made = handout(open(root + "/content/a.md").read(), Disk(root + "/content"), "a.md")
inside = [path for path in opened if path.startswith(os.path.realpath(root))]
print(sorted({os.path.basename(path) for path in inside}), reached, len(made.omitted("image")))
print("SECRET" in made.text, b"SECRET" in made.data)
"""


def test_nothing_is_fetched_from_outside(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        url = f"http://127.0.0.1:{port}/x.png"
        (tmp_path / "content").mkdir()
        (tmp_path / "secret.svg").write_text(svg("<text y='20'>SECRET</text>"))
        (tmp_path / "content/link.svg").symlink_to(tmp_path / "secret.svg")
        (tmp_path / "content/good.svg").write_text(svg(f"<a href='{url}'><text>ok</text></a>"))
        for at, inside in enumerate(
            (
                f"<image href='{url}'/>",
                f"<image href='file://{tmp_path}/secret.svg'/>",
                f"<style>@import '{url}'; @font-face {{font-family:x; src:url({url})}}</style>",
                f"<style>@font-face {{font-family:x; src:url({url})}}</style>",
                f"<use href='{url}#a'/>",
            )
        ):
            (tmp_path / f"content/bad{at}.svg").write_text(svg(inside))
        bad = " ".join(f"![bad](bad{at}.svg)" for at in range(5))
        (tmp_path / "content/a.md").write_text(
            question(
                f"![ok](good.svg) {bad} ![l](link.svg) ![s](../secret.svg) ![u]({url}) "
                f"![f](file://{tmp_path}/secret.svg) ![//](//127.0.0.1:{port}/y.png)\n\n"
                f"<img src='{url}'><link rel='stylesheet' href='{url}'><style>@import url({url});"
                f"body{{background:url({url})}}</style><iframe src='{url}'></iframe>"
                f"<object data='{url}'></object><link rel='attachment' href='file://{tmp_path}/secret.svg'>"
                f"<div style='background:url({url})'>x</div><base href='{url}'>\n"
            )
        )
        said = run(WATCHED, str(tmp_path), str(port)).splitlines()
        with pytest.raises(TimeoutError):
            server.accept()
    names = ["a.md", *(f"bad{at}.svg" for at in range(5)), "good.svg"]
    assert said == [f"{names} [] 11", "False False"]


# ── the engine's surroundings ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_as_it_was(enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        handout(question("Yes."))
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_the_environment_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "mine")
    monkeypatch.delenv("PANGO_LANGUAGE", raising=False)
    before = dict(os.environ)
    handout(question("Yes."))
    assert dict(os.environ) == before


def test_a_missing_font_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = fonts.Package("no_such_fonts", ".", "no-such-fonts")
    monkeypatch.setattr(fonts, "PACKAGES", (*fonts.PACKAGES, lacking))
    with pytest.raises(fonts.MissingFonts, match="package no-such-fonts, which is not installed"):
        handout(question("Yes."))


def test_a_failure_names_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(render, "html")
    with pytest.raises(NameError) as caught:
        handout(question("Yes."), path="which.md")
    assert caught.value.__notes__ == ["in which.md"]


def test_documents_come_one_by_one_with_progress() -> None:
    sources = [Source(f"{name}.md", question("Yes.")) for name in "ab"]
    done: list[str] = []
    made = context(Memory({}), sources[0], lambda omission: None)
    made = made._replace(done=lambda document: done.append(document.path))
    artifacts = export([read(source) for source in sources], made)
    assert (next(artifacts).path, done) == ("a-handout.pdf", [])
    assert (next(artifacts).path, done) == ("b-handout.pdf", ["a.md"])
    assert next(artifacts, None) is None
    assert done == ["a.md", "b.md"]


def test_equal_documents_give_equal_bytes_in_one_process() -> None:
    made = {hashlib.sha256(handout(LAMBDA).data).hexdigest() for _ in range(2)}
    assert len(made) == 1


def test_fonts_are_what_another_program_makes_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    from selfcheck_tools.exporters.handout import pdf

    quick = embedded(handout(LAMBDA).data)
    monkeypatch.setattr(pdf, "quick_fonts", nullcontext)
    slow = embedded(handout(LAMBDA).data)
    assert len(quick) == len(slow) > 2
    for ours, theirs in zip(quick, slow, strict=True):
        assert ours != theirs  # other tables, which do not show
        for (points, ends), (wanted, their_ends) in zip(glyphs(ours), glyphs(theirs), strict=True):
            assert ends == their_ends
            assert all(abs(one - other) <= 1 for one, other in zip(points, wanted, strict=True))


def embedded(data: bytes) -> list[bytes]:
    """The font files in a PDF."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        descriptors = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and "/FontFile2" in each
        ]
        return [descriptor.FontFile2.read_bytes() for descriptor in descriptors]


def glyphs(font: bytes) -> Iterator[tuple[list[int], list[int]]]:
    """The coordinates of each glyph's points, x and y in turn, and where its contours end."""
    from fontTools.ttLib import TTFont

    table = TTFont(io.BytesIO(font))["glyf"]
    for name in table.keys():  # noqa: SIM118
        points, ends, _ = table[name].getCoordinates(table)
        yield [number for point in points for number in point], list(ends)


# ── real collections ────────────────────────────────────────────────────────────────────────────


def test_the_seed_shows_all_its_questions_and_marks_what_is_missing(shared: Path) -> None:
    folder = shared / "seed"
    made = handout((folder / "aws-serverless.md").read_bytes(), Disk(str(folder)), "s.md")
    assert len(outline(made.data)[1]) == 15
    assert made.omitted("answer") == [f"question {n} has no answer" for n in (12, 13, 14, 15)]
    assert len(made.omitted("image")) == 3
    assert json.dumps(made.text).count("No answer yet") == 5  # four times, and at the top
    assert "No answer yet: 12, 13, 14, 15. Missing pictures: 7, 11." in made.text


@pytest.mark.parametrize(
    ("name", "questions"),
    [
        ("headings-and-details/arabic.md", 43),
        ("exams/practice-exam-15.md", 50),
        ("cards/Math.md", 6),
    ],
)
def test_real_collections_print_whole(shared: Path, name: str, questions: int) -> None:
    path = shared / "corpus" / name
    made = handout(path.read_bytes(), Disk(str(path.parent)), path.name)
    assert len(outline(made.data)[1]) == questions
    assert not made.omitted("glyph")
    assert not made.omitted("layout")
    assert not made.omitted("answer")


def test_a_question_that_fits_no_page_does_not_push_all_before_it_to_pages_of_their_own() -> None:
    code = "\n".join(f"line {n}" for n in range(30))
    asked = "".join(f"Of this:\n\n```\n{code}\n```\n\n" for _ in range(3))
    text = f"# T\n\n## One\n\n### 1. What?\n\n{asked}**Answer:** Yes.\n\n## Two\n\n### 2. Why?\n\nSo.\n"
    first = pypdfium2.PdfDocument(handout(text).data)[0].get_textpage()
    said = first.get_text_range()
    assert "1. What?" in said
    assert "Of this:" in said


def test_no_page_ends_with_what_leads_to_code() -> None:
    code = "```\n" + "line\n" * 20 + "```"
    for filler in range(15, 27, 3):  # code fits the page no more, what leads to it does
        above = "\n\n".join(["Text."] * filler)
        pdf = pypdfium2.PdfDocument(handout(question(f"{above}\n\nFor example:\n\n{code}")).data)
        (said,) = (
            text for page in pdf if "For example:" in (text := page.get_textpage().get_text_range())
        )
        assert "line" in said, filler


def test_a_solution_stays_with_its_explanation() -> None:
    asked = "- [ ] one\n- [x] two\n\n![A tall picture](tall.png)"
    text = question("\n\n".join(["A paragraph."] * 20)) + f"\n### 2. Which?\n\n{asked}\n"
    made = handout(text, Memory({"a/tall.png": png(600, 900)}))
    pages = pypdfium2.PdfDocument(made.data)
    (page,) = (page for page in pages if any(page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])))
    assert "Answer: B" in page.get_textpage().get_text_range()
