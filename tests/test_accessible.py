"""PDFs for those who listen and for archives: judged by an independent checker, and by their tags.

The checker is `page-validation` (PDF/UA-1 and PDF/A-1 to 3). What of a file's wording no checker
can judge, the tests of the structure tree do: they read it back with pikepdf.
"""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import page
import pikepdf
import pypdfium2
import pytest

from selfcheck_tools.cli import main
from selfcheck_tools.exporters import PaperOptions, load
from selfcheck_tools.exporters.handout.pdf import to_pdf
from selfcheck_tools.files import Memory
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.conftest import ROOT, whole
from tests.test_handout import context, jpeg, png

PICTURE = png(40, 20)  # of noise: another each time it is made
VARIANTS = (
    "handout", "worksheet", "exam", "answer-key", "flashcards", "flashcards-fold", "book", "index",
)  # fmt: skip
EVERYTHING = """\
---
title: Everything at once
author: A. Teacher
description: A document that has all there is
tags: [one, two]
---

## Basics

### 1. What is a *queue*, and what is `pop()`?
<!-- selfcheck: points=2 -->

A **queue** keeps things in order[^1]. See [a page](https://example.com/a/long/way) and <https://example.com>.

- one
  - two
    1. three

       with a second paragraph

    2. four
- five

  ```text
  code in a list
  ```

#### A heading inside

| name | size |
|:-----|-----:|
| a    | 1    |

| | left | right |
|-|------|-------|
| hot | a | b |
| cold | c | d |

##### A deeper heading

> A quote, with ~~struck~~ words.
>
> > And a deeper one.

```python
def pop(queue: list[int]) -> int:
    return queue.pop(0)  # the first that came
```

![A shape](x.png) [![A link](x.png)](https://example.com)

Inline math $x^2 + y^2$ and

$$\\int_0^1 x\\,dx = \\frac12$$

[^1]: First in, first out.

### 2. Which are right?
<!-- selfcheck: points=1.5 -->

- [ ] the wrong one
- [x] the right one
- [x] another *right* one with `code`

Because of it.

### 3. What is missing?

### 4. What else is there?

Term
: its definition

> [!NOTE]
> Take note.

<details><summary>More</summary>

Hidden words. <span lang="de">Die Warteschlange</span>

</details>

<table><tr><th>h</th><td>a</td></tr><tr><th>i</th></tr></table>

---

## Scripts

### 5. ما هي قائمة الانتظار؟

قائمة الانتظار هي **بنية** بيانات. 🙂

### 6. 什么是队列？

Очередь — это структура данных. हिन्दी ไทย

### 7. A picture without words?

![](x.png) ![gone](none.png)
"""


def made(
    name: str, text: str = EVERYTHING, *, archival: bool = False, picture: bytes = b""
) -> bytes:
    """A document in a variant; `x.png` in it is a picture."""
    source = Source.from_bytes("a/b.md", text.encode())
    files = Memory({"a/x.png": picture or PICTURE})
    options = context(files, source, lambda omission: None)._replace(
        paper=PaperOptions(pdf_a=archival), collection="A collection"
    )
    (artifact,) = load(name)([read(source)], options)
    return whole(artifact)


def judged(data: bytes, profile: str = "ua1") -> list[str]:
    """What the checker finds."""
    report = page.validate_pdf_bytes(data, profile=profile)
    # It takes the carriage return that ends some compressed streams for an end of line.
    return [
        f"{found.rule_id}: {found.message}"
        for found in report.failures
        if not ("STREAM-LENGTH" in found.rule_id and b"\r\nendstream" in data)
    ]


def tree(element: Any) -> Iterator[Any]:
    """The elements of a structure tree, in their order."""
    yield element
    for kid in kids(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from tree(kid)


def kids(element: Any) -> list[Any]:
    inside = element.get("/K", [])
    return list(inside) if isinstance(inside, pikepdf.Array) else [inside]


# ── the checker ─────────────────────────────────────────────────────────────────────────────────


def _untitled(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Metadata


def _speechless(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang


def _without(kind: str, key: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        for element in tree(pdf.Root.StructTreeRoot.K[0]):
            if str(element.S) == kind and key in element:
                del element[key]

    return change


def _renamed(kind: str, new: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        for element in tree(pdf.Root.StructTreeRoot.K[0]):
            if str(element.S) == kind:
                element.S = pikepdf.Name(new)

    return change


def _headless(pdf: pikepdf.Pdf) -> None:
    _without("/TH", "/A")(pdf)
    _without("/TD", "/A")(pdf)


def _untagged(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 9 9 re f")


def _silent_links(pdf: pikepdf.Pdf) -> None:
    for sheet in pdf.pages:
        for link in sheet.get("/Annots", []):
            del link.Contents


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (_untitled, "METADATA"),
        (_speechless, "LANGUAGE"),
        (_without("/Figure", "/Alt"), "FIGURE-ALTERNATIVE-TEXT"),
        (_headless, "TABLE-HEADERS"),
        (_renamed("/H2", "/H4"), "HEADING-NESTING"),
        (_renamed("/LBody", "/P"), "LI-KIDS"),
        (_renamed("/Link", "/Span"), "LINK-TAG"),
        (_untagged, "CONTENT-TAGGING"),
        (_silent_links, "LINK-CONTENTS"),
    ],
)  # fmt: skip
def test_the_checker_finds_faults(
    handout: bytes, fault: Callable[[pikepdf.Pdf], None], rule: str
) -> None:
    with pikepdf.open(io.BytesIO(handout)) as pdf:
        fault(pdf)
        broken = io.BytesIO()
        pdf.save(broken)
    assert any(rule in found for found in judged(broken.getvalue()))


@pytest.fixture(scope="module")
def handout() -> bytes:
    return made("handout")


@pytest.mark.parametrize("name", VARIANTS)
def test_everything_is_accessible(name: str) -> None:
    assert judged(made(name)) == []


@pytest.mark.parametrize("language", ["ar", "de", "zh"])
def test_other_languages_are_accessible(language: str) -> None:
    assert (
        judged(made("handout", EVERYTHING.replace("---\n", f"---\nlanguage: {language}\n", 1)))
        == []
    )


def test_our_content_is_accessible(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content", ignore=lambda *_: [".selfcheck_cache"])
    out = tmp_path / "out"
    assert (
        main(
            ["export", str(tmp_path / "content"), "--to", ",".join(VARIANTS), "--output", str(out)]
        )
        == 0
    )
    papers = sorted(out.rglob("*.pdf"))
    assert len(papers) == 4 * (len(VARIANTS) - 2) + 2
    assert {paper.name: judged(paper.read_bytes()) for paper in papers} == {
        paper.name: [] for paper in papers
    }


# ── PDF/A ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", VARIANTS)
def test_an_archival_paper_keeps_to_both_standards(name: str) -> None:
    data = made(name, archival=True)
    assert judged(data, "2a") == []
    assert judged(data) == []
    assert data == made(name, archival=True)


def test_other_papers_do_not_claim_to_be_archival(handout: bytes) -> None:
    assert judged(handout, "2a") != []


def _picture(mode: str, kind: str) -> bytes:
    from PIL import Image

    data = io.BytesIO()
    Image.effect_noise((30, 20), 50).convert(mode).save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize(
    "picture",
    [
        jpeg(30, 20), _picture("CMYK", "JPEG"), _picture("RGBA", "PNG"), _picture("LA", "PNG"),
        _picture("P", "PNG"), _picture("1", "PNG"), _picture("RGB", "GIF"), _picture("RGB", "WEBP"),
    ],
    ids=["jpeg", "cmyk", "alpha", "grey", "palette", "bits", "gif", "webp"],
)  # fmt: skip
def test_pictures_of_all_kinds_are_archived(picture: bytes) -> None:
    text = "# T\n\n## Self-check\n\n### 1. What?\n\n![A picture](x.png)\n"
    assert judged(made("handout", text, archival=True, picture=picture), "2a") == []


# ── what is said ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def pdf(handout: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(handout)) as opened:
        yield opened


@pytest.fixture(scope="module")
def elements(pdf: pikepdf.Pdf) -> list[Any]:
    return list(tree(pdf.Root.StructTreeRoot.K[0]))


def test_title_language_and_order_of_tabs(pdf: pikepdf.Pdf) -> None:
    assert pdf.Root.Lang == "en"
    assert pdf.docinfo["/Title"] == "Everything at once"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert {str(sheet.Tabs) for sheet in pdf.pages} == {"/S"}


def test_headers_say_what_they_head(elements: list[Any]) -> None:
    scopes = [str(element.A.Scope) for element in elements if element.S == "/TH"]
    assert scopes == ["/Column"] * 5 + ["/Row"] * 4
    corner = [element for element in elements if element.S == "/TD" and len(element.A.Headers) == 2]
    assert len(corner) == 4


def test_lists_have_labels_and_bodies(elements: list[Any]) -> None:
    for element in elements:
        inside = {
            str(kid.S)
            for kid in kids(element)
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid
        }
        if element.S == "/L":
            assert inside <= {"/LI", "/L"}
        if element.S == "/LI":
            assert "/LBody" in inside <= {"/Lbl", "/LBody"}


def test_links_say_where_they_lead(pdf: pikepdf.Pdf, elements: list[Any]) -> None:
    linked = {
        kid.Obj.objgen
        for element in elements
        if element.S == "/Link"
        for kid in kids(element)
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"
    }
    links = [link for sheet in pdf.pages for link in sheet.get("/Annots", [])]
    assert len(links) >= 3
    assert {link.objgen for link in links} == linked
    assert all(str(link.Contents).startswith("https://example.com") for link in links)
    assert {int(link.F) for link in links} == {4}


def test_all_that_is_drawn_is_told_or_an_artifact(pdf: pikepdf.Pdf, elements: list[Any]) -> None:
    told: dict[tuple[int, int], set[int]] = {}
    for element in elements:
        numbers = {int(kid) for kid in kids(element) if not isinstance(kid, pikepdf.Object)}
        if numbers:
            told.setdefault(element.Pg.objgen, set()).update(numbers)
    for sheet in pdf.pages:
        marked = re.findall(rb"/MCID (\d+)", sheet.Contents.read_bytes())
        assert {int(number) for number in marked} == told[sheet.objgen]


def test_what_is_heard_comes_in_the_order_of_what_is_seen(
    handout: bytes, elements: list[Any]
) -> None:
    """A question, its options, its answer, then the next question: from the top of a page down."""
    tops: dict[tuple[int, int], float] = {}
    document = pypdfium2.PdfDocument(handout)
    for number, sheet in enumerate(document):
        for drawn in sheet.get_objects(max_depth=1):
            mark = pypdfium2.raw.FPDFPageObj_GetMarkedContentID(drawn)
            if mark >= 0 and (number, mark) not in tops:
                tops[number, mark] = drawn.get_bounds()[3]
    heard = []
    sheets = {
        sheet.objgen: number for number, sheet in enumerate(pikepdf.open(io.BytesIO(handout)).pages)
    }
    for element in elements:
        if re.fullmatch("/(H[1-6]|P|LBody|Figure|Table)", str(element.S)):
            for part in tree(element):
                for kid in kids(part):
                    if not isinstance(kid, pikepdf.Object) and "/Pg" in part:
                        place = sheets[part.Pg.objgen], int(kid)
                        if place in tops:
                            heard.append((place[0], -tops[place]))
                            break
                else:
                    continue
                break
    assert len(heard) > 30
    last = heard[0]
    for place in heard:
        assert place[0] > last[0] or place[1] >= last[1] - 20, "something below is read before"
        last = place


def test_other_languages_are_marked_and_joined_letters_said(elements: list[Any]) -> None:
    assert "de" in [str(element.get("/Lang", "")) for element in elements]
    said = " ".join(str(element.get("/ActualText", "")) for element in elements)
    assert "ما هي قائمة الانتظار؟" in said
    assert "हिन्दी" in said


def test_arabic_is_copied_as_it_was_written() -> None:
    data = made("handout", EVERYTHING.replace("---\n", "---\nlanguage: ar\n", 1))
    text = " ".join(
        sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(data)
    )
    assert "قائمة الانتظار" in text


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li><p>a</p><ol><li>b</li></ol></li><li>c<pre>d</pre></li></ul>",
        '<p><a href="https://a.b/"><img src="x" alt="A picture"></a></p>',
        '<p><a href="https://a.b/">a <span></span><img src="x" alt="A picture"></a></p>',
        "<dl><dt>a</dt><dd>b</dd></dl>",
        f"<ul><li>{'<p>word</p>' * 200}</li></ul>",
    ],
)
def test_what_the_engine_tags_amiss_is_mended(html: str) -> None:
    from selfcheck_tools.exporters.handout.pictures import Picture

    whole = f"<html lang=en><title>T</title><h1>T</h1>{html}</html>"
    assert judged(to_pdf(whole, "", lambda url: Picture(png(9, 9), "image/png")).data) == []
