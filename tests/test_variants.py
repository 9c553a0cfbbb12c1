"""Worksheets and other variants of paper: read back from the PDF, and measured by the engine."""

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from selfcheck_tools import fonts
from selfcheck_tools.cli import main
from selfcheck_tools.exporters import LINES, PaperOptions, load
from selfcheck_tools.exporters.handout import (
    ANSWER_KEY,
    EXAM,
    FLASHCARDS,
    HANDOUT,
    WORKSHEET,
    Variant,
    _cards,
    _sheet,
    _sides,
)
from selfcheck_tools.exporters.handout.cards import SIZES
from selfcheck_tools.exporters.handout.papers import whole
from selfcheck_tools.exporters.handout.room import Room, blank, room
from selfcheck_tools.files import Files, Memory
from selfcheck_tools.read import read
from selfcheck_tools.templates import Templates, loaded, shipped
from selfcheck_tools.text import Source
from tests.test_handout import LONG_WORD, WIDE, Handout, context, figures, outline, png, question

MM = 96 / 25.4  # the engine's pixels


def paper(name: str, markdown: str, files: Files | None = None, lines: str = "ruled") -> Handout:
    """A document in a variant."""
    source = Source.from_bytes("a/b.md", markdown.encode())
    omissions: list[Any] = []
    made = context(files or Memory({}), source, omissions.append)._replace(
        paper=PaperOptions(lines)
    )
    (artifact,) = load(name)([read(source)], made)
    return Handout(artifact.path, artifact.data, omissions, source)


def boxes(variant: Variant, markdown: str, files: Files | None = None) -> Iterator[tuple[int, Any]]:
    """The boxes of each page, as the engine lays a variant out."""
    from selfcheck_tools.exporters.handout import pdf

    source = Source.from_bytes("a.md", markdown.encode())
    document = read(source)
    made = context(files or Memory({}), source, lambda omission: None)
    page = loaded(shipped, f"handout/{variant.name}.html")
    style = "\n".join(shipped(f"handout/{name}.css") for name in variant.sheets)
    if variant.cards:
        sheet = _cards(whole(document), variant, page, style, {}, made)
        html = sheet.draw({"sides": _sides(len(document.questions), sheet)})
    else:
        sheet = _sheet(whole(document), variant, page, style, made)
        html = sheet.html
    with fonts.only_shipped_fonts(), pdf._quiet():
        import weasyprint

        fetcher = pdf._fetcher(sheet.fetch)
        css = weasyprint.CSS(string=style, url_fetcher=fetcher)
        laid = weasyprint.HTML(string=html, url_fetcher=fetcher).render(stylesheets=[css])
    for number, one in enumerate(laid.pages):
        yield from ((number, box) for box in one._page_box.descendants(placeholders=True))


PAINTING = set("S s f F f* B B* b b* sh Do Tj TJ ' \"".split())


def faults(data: bytes) -> list[str]:
    """What those who listen to a PDF would stumble over (PDF/UA-1, ISO 14289-1, 7.1 to 7.5)."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        if not (root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle and root.Lang):
            found.append("not marked, without language or without title")
        for number, page in enumerate(pdf.pages, 1):
            depth = 0
            for _, operator in pikepdf.parse_content_stream(page):
                depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(str(operator), 0)
                if str(operator) in PAINTING and depth == 0:
                    found.append(f"page {number}: {operator} is neither tagged nor an artifact")
        nodes = list(_nodes(root.StructTreeRoot.K[0]))
        level = 0
        for kind, node in nodes:
            if re.fullmatch("/H[1-6]", kind):
                if int(kind[2]) > level + 1:
                    found.append(f"{kind} after a heading of level {level}")
                level = int(kind[2])
            if kind == "/Figure" and not str(node.get("/Alt", "")):
                found.append("a picture says nothing")
            if kind == "/Table" and "/TH" not in [inner for inner, _ in _nodes(node)]:
                found.append("a table without headers")
    return found


def _nodes(node: Any) -> Iterator[tuple[str, Any]]:
    yield str(node.S), node
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _nodes(kid)


def test_the_checker_finds_what_is_wrong() -> None:
    assert faults(paper("handout", question("![x](x.png)"), FILES).data) == []
    plain = paper("handout", question("| a |\n|---|\n| b |")).data
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        for _, node in _nodes(pdf.Root.StructTreeRoot.K[0]):
            if node.S == "/TH":
                node.S = pikepdf.Name("/TD")
        page = pdf.pages[0]
        page.contents_add(b"0 0 9 9 re f")
        changed = io.BytesIO()
        pdf.save(changed)
    assert faults(changed.getvalue()) == [
        "page 1: f is neither tagged nor an artifact", "a table without headers",
    ]  # fmt: skip


# ── what is printed ─────────────────────────────────────────────────────────────────────────────

FILES = Memory({"a/x.png": png(40, 20), "a/secret.png": png(30, 10)})
TEXT = """\
---
title: Queues
author: A. Teacher
---

## Basics

### 1. What is a *queue*?
<!-- selfcheck: points=2 -->

A zebra line. ![zebra](secret.png) ![zebra](https://example.com/zebra.png)

### 2. What is a topic?

### 3. What is a zoo?

TODO

## Choices

### 4. Which are right?
<!-- selfcheck: points=1.5 -->

- [ ] the wrong one
- [x] the right one
- [x] another right one

Because of the zebra.

### 5. What is missing here: ![gone](none.png)

A zebra.

### 6. What does this show? ![a shape](x.png)

```text
zebra 𓀀
```
"""
CLOZES = "C: The zoo has a [zebra] and an [okapi, said to be shy].\n\nC: Fill in {{c1::zebra::an animal}}.\n"


# ── worksheets ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def worksheet() -> Handout:
    return paper("worksheet", TEXT, FILES)


def test_a_worksheet_asks_and_gives_nothing_away(worksheet: Handout) -> None:
    assert worksheet.path == "a/b-worksheet.pdf"
    for part in ("Name Class Date", "Queues", "Basics", "1. What is a queue?", "A. the wrong one",
                 "C. another right one", "Page 1 of"):  # fmt: skip
        assert part in worksheet.text
    assert not re.search("zebra|answer|todo", worksheet.text, re.IGNORECASE)
    assert outline(worksheet.data)[1][1][0] == "1. What is a queue?"


def test_nothing_is_missing_on_a_worksheet_but_pictures(worksheet: Handout) -> None:
    assert [o.message for o in worksheet.omissions] == ["none.png is missing"]
    assert "Draft. Missing pictures: 5." in worksheet.text
    assert "[missing picture: gone]" in worksheet.text
    assert figures(worksheet) == ["a shape"]


def test_a_worksheet_is_tagged(worksheet: Handout) -> None:
    assert faults(worksheet.data) == []


def test_blanks_are_long_enough_and_alike() -> None:
    text = paper("worksheet", CLOZES).text
    assert "zebra" not in text
    first, second = re.findall("_+", text.split("2. Fill")[0])
    assert len(first) == len(second) >= 1.4 * len("okapi, said to be shy")
    assert re.search(r"Fill in _{12} \(an animal\)", text)


def _class(box: Any) -> str:
    return "" if box.element is None else box.element.get("class") or ""


def lines_below(markdown: str) -> list[tuple[int, list[int]]]:
    """The page of each question of a worksheet, and of each line to write on."""
    found: list[tuple[int, list[int]]] = []
    for page, box in boxes(WORKSHEET, markdown):
        if box.element_tag == "h2" and type(box).__name__ == "BlockBox":
            found.append((page, []))
        elif type(box).__name__ == "LineBox" and "room" in _class(box):
            found[-1][1].append(page)
    return found


def test_a_question_is_not_torn_from_its_first_lines_and_short_ones_are_whole() -> None:
    rooms = [n * 7 % 19 + 2 for n in range(30)]
    text = "".join(
        f"### {n}. Question?\n<!-- selfcheck: room={lines} -->\n\nAnswer.\n\n"
        for n, lines in enumerate(rooms, 1)
    )
    found = lines_below(f"# T\n\n## Self-check\n\n{text}")
    assert [len(lines) for _, lines in found] == rooms
    for page, lines in found:
        assert set(lines[:3]) == {page}
        assert len(set(lines[-3:])) == 1
        if len(lines) <= 8:
            assert set(lines) == {page}
    assert max(page for page, _ in found) <= sum(rooms) * 8.5 / 245 * 1.6
    assert any(len(set(lines)) > 1 for _, lines in found)


def test_very_much_room_goes_on_over_pages() -> None:
    asked = "### 1. What?\n<!-- selfcheck: room=70 -->\n\nThat.\n"
    assert lines_below(f"# T\n\n## Self-check\n\n{asked}")[0][1][-1] == 2


def painted(data: bytes) -> int:
    """How many rules and rectangles a PDF shows."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return sum(
            str(operator) in ("f", "f*", "S", "s", "Do")
            for page in pdf.pages
            for _, operator in pikepdf.parse_content_stream(page)
        )


def test_lines_may_be_ruled_in_a_box_or_blank() -> None:
    text = "# T\n\n## Self-check\n\n### 1. What?\n<!-- selfcheck: room=5 -->\n\nThat.\n"
    counts = [painted(paper("worksheet", text, lines=each).data) for each in LINES]
    assert counts[0] == counts[2] + 1  # one background
    assert counts[2] < counts[1] <= counts[2] + 4


def test_every_option_has_a_box_to_tick_and_an_arabic_one_on_the_right() -> None:
    choices = "\n\n- [ ] {}\n- [x] {}\n\nWhy.\n"
    text = "# {}\n\n## Self-check\n\n### 1. {}?" + choices
    for words, left in (("abc", True), ("ابج", False)):
        items = [
            box
            for _, box in boxes(WORKSHEET, text.format(*[words] * 4))
            if box.element_tag == "li" and getattr(box, "background", None)
        ]
        assert len(items) == 2
        for item in items:
            x = item.background.layers[0].position[0]
            assert (x < 1) is left


# ── answer keys ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def key() -> Handout:
    return paper("answer-key", TEXT + "\n### 7. Which? ![a](x.png)\n\n- [ ] no\n- [ ] yes\n", FILES)


def test_a_key_has_answers_alone(key: Handout) -> None:
    assert key.path == "a/b-answer-key.pdf"
    parts = ("Queues – Answer key", "1. What is a queue? A zebra line.", "4. Which are right? B, C",
             "5. What is missing here: gone A zebra.", "6. What does this show? a shape")  # fmt: skip
    at = [key.text.find(part) for part in parts]
    assert -1 not in at
    assert at == sorted(at)
    assert "the wrong one" not in key.text
    assert "Because" not in key.text
    assert PdfReader(io.BytesIO(key.data)).metadata.title == "Queues – Answer key"  # type: ignore[union-attr]


def test_a_key_marks_and_reports_what_answers_lack(key: Handout) -> None:
    assert key.text.count("No answer yet") == 4
    assert "Draft. No answer yet: 2, 3, 7. Missing pictures: 1." in key.text
    assert key.omitted("answer") == [f"question {n} has no answer" for n in (2, 3, 7)]
    assert key.omitted("image") == ["https://example.com/zebra.png is remote"]
    assert key.omitted("glyph") == ["no font has “𓀀” (U+13000)"]
    assert figures(key) == ["zebra"]


def test_a_key_is_tagged(key: Handout) -> None:
    assert faults(key.data) == []


def test_many_choices_stand_in_rows_below_their_numbers() -> None:
    asked = "".join(
        f"### {n}. Which?\n\n" + "".join(f"- [{'x' if o == n % 4 and n != 9 else ' '}] o{o}\n" for o in range(4))
        + "\n"
        for n in range(1, 13)
    )  # fmt: skip
    made = paper("answer-key", f"# T\n\n## Self-check\n\n{asked}### 13. Why?\n\nSo.\n")
    assert "1 2 3 4 5 6 7 8 9 10 B C D A B C D A ? C 11 12 D A 13. Why? So." in made.text
    assert made.omitted("answer") == ["question 9 has no answer"]
    assert faults(made.data) == []


def test_a_key_says_what_fills_the_blanks() -> None:
    text = paper("answer-key", CLOZES).text
    assert re.search(r"1\. The zoo has a _+ and an _+\. zebra; okapi, said to be shy", text)
    assert re.search(r"2\. Fill in _+ \(an animal\)\. zebra", text)
    table = paper("answer-key", "C: Fill in\n\n| a | b |\n|---|---|\n| 1 | {{c1::zebra}} |\n").text
    assert "1. Fill in zebra" in table


def test_a_prompt_in_a_key_is_one_line() -> None:
    asked = question("Yes.", "Is it so " + "long " * 80 + "or not?")
    assert "long long… Yes." in paper("answer-key", asked).text
    lines = [box for _, box in boxes(ANSWER_KEY, asked) if type(box).__name__ == "LineBox"]
    assert len([line for line in lines if line.element_tag == "h2"]) == 1


# ── exams ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def exam() -> Handout:
    return paper("exam", TEXT, FILES)


def test_an_exam_says_what_each_question_is_worth_and_all_together(exam: Handout) -> None:
    assert exam.path == "a/b-exam.pdf"
    assert re.search(r"^Name Class Date Score / 3\.5\s?Queues", exam.text)
    assert re.search(r"1\. What is a queue\? Points / 2 2\.", exam.text)
    assert "C. another right one Points / 1.5 5." in exam.text
    assert exam.text.count("Points") == 2
    count = len(exam.pages)
    assert [f"Page {n} of {count}" in page for n, page in enumerate(exam.pages, 1)] == [
        True
    ] * count


def test_an_exam_without_points_has_a_score_without_total() -> None:
    text = paper("exam", "---\nlanguage: de\n---\n" + question("Ja.", "Was?")).text
    assert re.search(r"^Name Klasse Datum Punkte\s?Title 1\. Was\?", text)


def test_points_are_written_as_the_language_does() -> None:
    asked = question("<!-- selfcheck: points=1.5 -->\nJa.", "Was?")
    assert "Punkte / 1,5" in paper("exam", f"---\nlanguage: de\n---\n{asked}").text


def test_an_exam_gives_nothing_away(exam: Handout) -> None:
    with pikepdf.open(io.BytesIO(exam.data)) as pdf:
        everything = exam.text + str(outline(exam.data)) + str(pdf.docinfo) + str(figures(exam))
    assert not re.search("zebra|because|todo|no answer", everything, re.IGNORECASE)
    assert [o.message for o in exam.omissions] == ["none.png is missing"]
    assert faults(exam.data) == []


def test_the_same_bytes_again(exam: Handout) -> None:
    assert paper("exam", TEXT, FILES).data == exam.data
    assert paper("flashcards", CLOZES).data == paper("flashcards", CLOZES).data


def test_the_points_stay_with_their_question() -> None:
    asked = "".join(
        f"### {n}. Question{n}?\n<!-- selfcheck: room={n * 5 % 14} points={n}000 -->\n\nYes.\n\n"
        for n in range(1, 15)
    )
    made = paper("exam", f"# T\n\n## Self-check\n\n{asked}")
    for n in range(1, 15):
        (shown,) = (page for page in made.pages if f"Question{n}?" in page)
        assert f"/ {n}000" in shown or n * 5 % 14 > 8


# ── flashcards ──────────────────────────────────────────────────────────────────────────────────


def cards(count: int) -> tuple[str, Memory]:
    """Cards with a picture of its own size on each side: as wide as the card's number on both, and
    higher on the back."""
    files = {
        f"a/{face}{n}.png": png(20 + n, high)
        for n in range(1, count + 1)
        for face, high in (("front", 20), ("back", 30))
    }
    asked = "".join(
        f"### {n}. ![Front](front{n}.png)\n\nBack{n}\n\n![b](back{n}.png)\n\n"
        for n in range(1, count + 1)
    )
    return f"# T\n\n## Self-check\n\n{asked}", Memory(files)


def drawn(data: bytes) -> list[list[tuple[int, int, float, float]]]:
    """Of each page the pictures: pixels across and down, and where the centre is, in millimetres
    from the left and the top of the page."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            matrix, stack, pictures = pikepdf.Matrix(), [], []
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "q":
                    stack.append(matrix)
                elif str(operator) == "Q":
                    matrix = stack.pop()
                elif str(operator) == "cm":
                    matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
                elif str(operator) == "Do":
                    item = page.Resources.XObject[operands[0]]
                    if item.Subtype == "/Image":
                        x, y = matrix.transform((0.5, 0.5))
                        height = float(page.mediabox[3])
                        pictures.append(
                            (
                                int(item.Width),
                                int(item.Height),
                                x * 25.4 / 72,
                                (height - y) * 25.4 / 72,
                            )
                        )
            found.append(pictures)
    return found  # fmt: skip


def test_each_back_lies_behind_its_front() -> None:
    """Printed on both sides and turned along the long edge, what is at x on the back of a page is
    at 210 mm - x seen from its front."""
    text, files = cards(11)
    made = paper("flashcards", text, files)
    pages = drawn(made.data)
    assert [len(page) for page in pages] == [8, 8, 3, 3]
    for fronts, backs in (pages[:2], pages[2:]):
        behind = {wide: (210 - x, y) for wide, _, x, y in backs}
        for wide, high, x, y in fronts:
            assert high == 20
            assert behind[wide][0] == pytest.approx(x, abs=0.01)
            assert int(behind[wide][1] // 74.25) == int(y // 74.25)
    assert [page.count("Back") for page in made.pages] == [0, 8, 0, 3]
    for page in made.pages[:2]:
        assert re.findall(r"(\d+) · T", page) == [str(n) for n in range(1, 9)]
    assert faults(made.data) == []
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        size = [float(value) * 25.4 / 72 for value in pdf.pages[0].mediabox]
    assert size == pytest.approx([0, 0, 210, 297], abs=0.1)


def test_a_card_to_fold_has_its_back_beside_its_front() -> None:
    text, files = cards(5)
    made = paper("flashcards-fold", text, files)
    assert made.path == "a/b-flashcards-fold.pdf"
    pages = drawn(made.data)
    assert [len(page) for page in pages] == [8, 2]
    for page in pages:
        places = {(wide, high): (x, y) for wide, high, x, y in page}
        for (wide, high), (x, y) in places.items():
            if high == 20:
                back, row = places[wide, 30]
                assert x == pytest.approx(210 - back, abs=0.01)
                assert x < 105
                assert int(row // 74.25) == int(y // 74.25)
    assert faults(made.data) == []


def test_a_card_asks_on_its_front_and_answers_on_its_back() -> None:
    made = paper("flashcards", f"{TEXT}\n{question('', 'x').split('check')[1]}", FILES)
    front, back = made.pages
    assert "What is a queue? 1 · Draft · Queues" in " ".join(front.split())
    assert re.search(r"A\.\s+the wrong one\s+B\.\s+the right one", front)
    assert not re.search("zebra|No answer", front)
    assert "A zebra line." in back
    assert re.search(r"B\.\s+the right one\s+C\.\s+another right one\s+Because", back)
    assert "the wrong one" not in back
    assert back.count("No answer yet") == 3
    assert made.omitted("answer") == [f"question {n} has no answer" for n in (2, 3, 1)]
    assert len(made.omitted("image")) == 2
    assert outline(made.data)[0] == "1. What is a queue?"


def test_a_cloze_is_a_card() -> None:
    front, back = paper("flashcards", "C: Berlin is in [Germany].\n").pages
    assert "Germany" not in front
    assert re.search(r"Berlin is in Germany\s?\.", back)


def sizes(markdown: str, files: Files | None = None) -> dict[str, float]:
    """The size of the type of each side."""
    source = Source("a/b.md", markdown)
    made = context(files or Memory({}), source, lambda omission: None)
    document = read(source)
    page = loaded(shipped, "handout/flashcards.html")
    css = "\n".join(shipped(f"handout/{name}.css") for name in FLASHCARDS.sheets)
    sheet = _cards(whole(document), FLASHCARDS, page, css, {}, made)
    return {name: side.size for name, side in _sides(len(document.questions), sheet).items()}


def test_cards_are_recalled_until_something_that_shows_in_them_changes() -> None:
    kept: dict[str, bytes] = {}
    source = Source("a/b.md", question("word " * 700))
    omissions: list[Any] = []

    def keep(name: str, data: bytes) -> bool:
        kept[name] = data
        return True

    def cards(template: Templates) -> bytes:
        made = context(Memory({}), source, omissions.append)._replace(
            recall=kept.get, keep=keep, template=template
        )
        (artifact,) = load("flashcards")([read(source)], made)
        return artifact.data

    def rendered() -> int:
        return sum(not name.startswith("seen") for name in kept)

    first = cards(shipped)
    assert cards(shipped) == first
    assert rendered() == 1
    assert [omission.what for omission in omissions] == ["text", "text"]
    # Only in cards that are cut, which nobody knows before they are laid out.
    assert cards(lambda name: shipped(name).replace("' […]'", "' […!]'")) != first
    assert rendered() == 2


def test_long_text_is_set_smaller_and_then_cut_with_a_mark() -> None:
    answers = ("word " * 20, "word " * 110, "word " * 160, "- word\n" * 90, "last " * 700)
    text = "# T\n\n## Self-check\n\n" + "".join(
        f"### {n}. Q{n}?\n\n{answer}\n\n" for n, answer in enumerate(answers, 1)
    )
    found = sizes(text)
    assert [found[f"front-{n}"] for n in range(5)] == [SIZES[0]] * 5
    backs = [found[f"back-{n}"] for n in range(5)]
    assert backs[0] == SIZES[0] > backs[1] > backs[2] >= SIZES[-1] == backs[3] == backs[4]
    made = paper("flashcards", text)
    assert made.omitted("text") == [
        f"the back of question {n} is cut to fit its card" for n in (4, 5)
    ]
    assert made.blamed("text")[1].startswith("last last")
    assert made.pages[1].count("[…]") == 4  # at the cut, and at the foot of the card
    assert len(made.pages) == 2


def test_nothing_leaves_its_card() -> None:
    files = Memory({"wide.png": png(3_000, 200), "tall.png": png(100, 3_000)})
    parts = [part for part in WIDE.split("\n\n") if not part.startswith(("|c0", "<table"))]
    text = "# T\n\n## Self-check\n\n" + "".join(
        f"### {n}. {LONG_WORD}\n\n{part}\n\n" for n, part in enumerate(parts, 1)
    )
    card, seen = None, 0
    for _, box in boxes(FLASHCARDS, text, files):
        classes = box.element.get("class", "") if box.element is not None else ""
        if classes.startswith("card"):
            card = box
        elif card and type(box).__name__ in ("TextBox", "InlineReplacedBox", "TableBox"):
            seen += 1
            where = f"{getattr(box, 'text', box)!r}"
            assert card.position_x + 6.9 * MM <= box.position_x, where
            assert box.position_x + box.width <= card.position_x + 98.1 * MM, where
            assert card.position_y + 6 * MM <= box.position_y, where
            assert box.position_y + box.height <= card.position_y + 70.5 * MM, where
    assert seen > 60


# ── every variant ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("variant", [WORKSHEET, EXAM, ANSWER_KEY])
def test_nothing_runs_off_the_page(variant: Variant) -> None:
    text = question(WIDE, LONG_WORD) if variant is ANSWER_KEY else question("Yes.", LONG_WORD)
    options = f"\n- [x] {LONG_WORD}\n- [ ] `{LONG_WORD}`\n"
    text += f"\n### 2. {LONG_WORD}\n<!-- selfcheck: points=2 room=3 -->\n\n{WIDE}\n{options}"
    files = Memory({"wide.png": png(3_000, 200), "tall.png": png(100, 3_000)})
    seen = 0
    for page, box in boxes(variant, text, files):
        if type(box).__name__ in ("TextBox", "InlineReplacedBox", "BlockReplacedBox", "TableBox"):
            seen += 1
            where = f"page {page + 1}: {getattr(box, 'text', box)!r}"
            assert 15 * MM <= box.position_x <= box.position_x + box.width <= 192 * MM, where
            assert 0 <= box.position_y <= box.position_y + box.height <= 297 * MM, where
    assert seen > 40


@pytest.mark.parametrize("name", ["worksheet", "answer-key", "exam", "flashcards-fold"])
def test_what_is_written_from_the_right_is_tagged_too(name: str) -> None:
    made = paper(name, f"---\nlanguage: ar\n---\n{TEXT}", FILES)
    assert faults(made.data) == []
    assert PdfReader(io.BytesIO(made.data)).trailer["/Root"]["/Lang"] == "ar"


@pytest.mark.parametrize(("name", "status"), [("worksheet", 0), ("exam", 0), ("answer-key", 1)])
def test_strict_refuses_a_key_with_a_hole_but_no_worksheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text(question(""))
    Path("selfcheck.toml").write_text("[handout]\nlines = 'box'\n")
    assert main(["export", "--to", name, "--strict"]) == status
    written = painted(Path(f"build/a-{name}.pdf").read_bytes())
    assert name == "answer-key" or written < 12  # a box, not six rules


# ── room ────────────────────────────────────────────────────────────────────────────────────────

ANSWERS: Sequence[tuple[str, Room]] = (
    ("Short.", Room(2)),
    ("word " * 55, Room(5)),
    ("word " * 900, Room(20)),
    ("国" * 165, Room(6)),
    ("- a\n- b\n- c\n- d", Room(4)),
    ("```python\na = 1\n\nb = 2\nc = 3\n```", Room(3)),
    ("![a long text that says what it shows](x.png)", Room(10, drawn=True)),
    ("See ![x](x.png)", Room(2)),
    ("", Room(6)),
    ("TODO", Room(6)),
    ("<!-- selfcheck: room=0 -->\nLong.", Room(0)),
    ("- [ ] a\n- [x] b", Room(0)),
    ("<!-- selfcheck: room=3 -->\n\n- [ ] a\n- [x] b", Room(3)),
)


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_room_is_as_the_author_says_or_as_long_as_the_answer(answer: str, expected: Room) -> None:
    document = read(Source("a.md", question(answer)))
    assert room(document, document.questions[0]) == expected


def test_a_blank_has_a_least_length() -> None:
    assert blank(read(Source("a.md", "C: It is [a].\n")).questions[0]) == 12


def test_worksheets_speak_many_languages() -> None:
    text = paper("worksheet", "---\nlanguage: ru\n---\n" + question("Да.", "Что это?")).text
    assert "Фамилия, имя Класс Дата" in text


def test_a_handout_has_no_room() -> None:
    assert not [
        box
        for _, box in boxes(HANDOUT, TEXT, FILES)
        if box.element is not None and "room" in (box.element.get("class") or "")
    ]
