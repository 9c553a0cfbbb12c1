"""Sizes of paper, columns, binding, themes and type: read back from the PDF, or asked of the engine."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from selfcheck_tools import fonts
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import Context, PaperOptions, load
from selfcheck_tools.exporters.handout import (
    ANSWER_KEY,
    EXAM,
    FLASHCARDS,
    FLASHCARDS_FOLD,
    HANDOUT,
    WORKSHEET,
    Variant,
    _cards,
    _sheet,
    _sides,
)
from selfcheck_tools.exporters.handout.papers import whole
from selfcheck_tools.exporters.handout.polish import polished, unnoted
from selfcheck_tools.exporters.handout.style import gutter, page, style
from selfcheck_tools.exporters.handout.theme import contrast
from selfcheck_tools.files import Disk, Files, Memory
from selfcheck_tools.read import read
from selfcheck_tools.templates import loaded, shipped, template_folder
from selfcheck_tools.text import Source
from tests.test_handout import Handout, context, figures, png, question, svg
from tests.test_variants import faults

MM = 96 / 25.4  # the engine's pixels
VARIANTS = (HANDOUT, WORKSHEET, EXAM, ANSWER_KEY, FLASHCARDS, FLASHCARDS_FOLD)
SIZES = {"A4": (210, 297), "Letter": (215.9, 279.4), "A5": (148, 210)}
TEXT = """\
# Queues and their consumers

## Self-check

### 1. What is a queue, and [who](https://example.com/who) reads it?

Consumers read `a_rather_long_name(of_a_function, called_with="many", arguments=["in", "it"])`.

| message | queue | consumer | attempt | state |
|---|---|---|---|---|
| first | orders | billing | 1 | delivered |

```python
result = service.call("a string", timeout=30, retries=5).items["the first of many"].value.unwrap()
```

### 2. Which are right?

- [ ] the wrong one
- [x] the right one

### 3. What does it look like?

![a long line](x.png)
"""
FILES = {"x.png": png(900, 300), "a/x.png": png(900, 300)}


def made(name: str, text: str = TEXT, files: Files | None = None, **options: Any) -> Handout:
    """A document in a variant, on paper with these options."""
    source = Source.from_bytes("a/b.md", text.encode())
    omissions: list[Any] = []
    given = _context(source, files, omissions, options)
    (artifact,) = load(name)([read(source)], given)
    return Handout(artifact.path, artifact.data, omissions, source)


def _context(
    source: Source, files: Files | None, omissions: list[Any], options: dict[str, Any]
) -> Context:
    found = context(files or Memory(FILES), source, omissions.append)
    return found._replace(paper=PaperOptions(**options))


def boxes(variant: Variant, text: str = TEXT, **options: Any) -> Iterator[tuple[Any, Any]]:
    """The page and each box on it, as the engine lays a variant out."""
    from selfcheck_tools.exporters.handout import pdf

    source = Source.from_bytes("a/b.md", text.encode())
    paper, given = whole(read(source)), _context(source, None, [], options)
    template = loaded(shipped, f"handout/{variant.name}.html")
    css = style(given, variant.sheets)
    if variant.cards:
        sheet = _cards(paper, variant, template, css, {}, given)
        sides = _sides(len(paper.entries), sheet, page(given.paper).sizes)
        html = sheet.draw({"sides": sides})
    else:
        sheet = _sheet(paper, variant, template, css, given)
        html = sheet.html
    with fonts.only_shipped_fonts(), pdf._quiet():
        import weasyprint

        fetcher = pdf._fetcher(sheet.fetch)
        sheets = [weasyprint.CSS(string=css, url_fetcher=fetcher)]
        laid = weasyprint.HTML(string=html, url_fetcher=fetcher).render(stylesheets=sheets)
    for one in laid.pages:
        yield from ((one._page_box, box) for box in one._page_box.descendants(placeholders=True))


SEEN = ("TextBox", "InlineReplacedBox", "BlockReplacedBox", "TableBox")


@pytest.mark.parametrize("options", [{}, {"columns": 2}, {"large_print": True}, {"dyslexia": True}])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_pages_have_their_size_and_hold_all(
    variant: Variant, size: str, options: dict[str, Any]
) -> None:
    wide, high = SIZES[size]
    seen = 0
    for paper, box in boxes(variant, size=size, **options):
        assert paper.margin_width() / MM == pytest.approx(wide, abs=0.1)
        assert paper.margin_height() / MM == pytest.approx(high, abs=0.1)
        if type(box).__name__ in SEEN and " · " not in getattr(box, "text", ""):  # feet are clipped
            seen += 1
            where = f"{getattr(box, 'text', box)!r}"
            assert box.position_x >= 3 * MM, where
            assert box.position_x + box.width <= (wide - 3) * MM, where
            assert box.position_y >= 3 * MM, where
            assert box.position_y + box.height <= (high - 3) * MM, where
    assert seen > 12


def columns(markdown: str, variant: Variant = HANDOUT, **options: Any) -> list[tuple[float, float]]:
    """Where each line of text begins and ends, in millimetres, of the pieces below the title."""
    return [
        (box.position_x / MM, (box.position_x + box.width) / MM)
        for _, box in boxes(variant, markdown, **options)
        if type(box).__name__ == "TextBox" and box.element_tag in ("p", "h2", "h3")
    ]


@pytest.mark.parametrize("variant", [HANDOUT, ANSWER_KEY], ids=lambda variant: variant.name)
def test_two_columns_stand_side_by_side_and_do_not_touch(variant: Variant) -> None:
    text = "# T\n\n## Self-check\n\n" + "".join(
        f"### {n}. What is it?\n\n{'word ' * 60}\n\n" for n in range(1, 5)
    )
    lines = columns(text, variant, columns=2)
    assert {start < 105 for start, _ in lines} == {True, False}
    assert all(end <= 105 for start, end in lines if start < 105)


ROOM = "<!-- selfcheck: room=90 -->\nYes."


def margins(variant: Variant, text: str = TEXT, **options: Any) -> list[tuple[float, float]]:
    """The left and the right margin of each page, in millimetres."""
    papers = {id(paper): paper for paper, _ in boxes(variant, text, **options)}
    return [(paper.margin_left / MM, paper.margin_right / MM) for paper in papers.values()]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("variant", [HANDOUT, WORKSHEET, ANSWER_KEY], ids=lambda each: each.name)
def test_margins_are_wider_where_sheets_are_bound(variant: Variant, size: str) -> None:
    text = question("- word\n" * 300) if variant is not WORKSHEET else question(ROOM)
    plain = margins(variant, text, size=size)
    right, left, *_ = margins(variant, text, size=size, duplex=True)
    moved = gutter(PaperOptions(size=size, duplex=True))
    side = plain[0][0]
    assert right == pytest.approx((side + moved, side - moved))
    assert left == pytest.approx((side - moved, side + moved))
    assert gutter(PaperOptions(size=size)) == 0


def test_what_is_written_from_the_right_is_bound_there() -> None:
    text = f"---\nlanguage: ar\n---\n{question('- word' * 3)}"
    assert margins(HANDOUT, text, duplex=True)[0] == pytest.approx((25, 35))


def test_a_part_of_a_book_is_not_mirrored() -> None:
    source = Source("a.md", TEXT)
    given = _context(source, None, [], {"duplex": True, "size": "A5"})
    assert ":left" in style(given, ("handout",))
    assert ":left" not in style(given, ("handout",), mirrored=False)


def cards(language: str, variant: Variant, **options: Any) -> list[tuple[str, float, float]]:
    """What the foot of each card says, and where the card is, in millimetres."""
    text = f"---\nlanguage: {language}\n---\n# T\n\n## Self-check\n\n" + "".join(
        f"### {n}. What?\n\nThat.\n\n" for n in range(1, 4)
    )
    return [
        (box.element.findtext("p[@class='foot']") or "", box.position_x / MM, box.position_y / MM)
        for _, box in boxes(variant, text, **options)
        if box.element is not None and (box.element.get("class") or "").startswith("card ")
    ]


@pytest.mark.parametrize(("language", "first"), [("en", True), ("ar", False)])
def test_cards_begin_where_writing_does_and_backs_lie_behind_fronts(
    language: str, first: bool
) -> None:
    found = cards(language, FLASHCARDS)
    fronts, backs = found[:3], found[3:]
    assert [x < 100 for _, x, _ in fronts] == [first, not first, first]
    for (name, x, y), (behind, x_behind, y_behind) in zip(fronts, backs, strict=True):
        assert name == behind
        assert (x + x_behind, y) == (pytest.approx(105), pytest.approx(y_behind))
    folded = cards(language, FLASHCARDS_FOLD)
    assert [x < 100 for _, x, _ in folded] == [first, not first] * 3


@pytest.mark.parametrize(
    ("options", "at"),
    [
        ({}, (105, 74.25)),
        ({"size": "Letter"}, (107.95, 69.85)),
        ({"size": "A5"}, (74, 105)),
        ({"large_print": True}, (105, 148.5)),
        ({"dyslexia": True, "size": "Letter", "duplex": True}, (107.95, 139.7)),
    ],
)
def test_cards_fill_the_page(options: dict[str, Any], at: tuple[float, float]) -> None:
    places = [(x, y) for _, x, y in cards("en", FLASHCARDS, **options)]
    assert places[:3] == [
        pytest.approx((0, 0)),
        pytest.approx((at[0], 0)),
        pytest.approx((0, at[1])),
    ]


# ── type ────────────────────────────────────────────────────────────────────────────────────────


def smallest(variant: Variant, text: str = TEXT, **options: Any) -> tuple[float, set[str]]:
    """The smallest type on a page, in points, and the families of all."""
    found = [
        (box.style["font_size"] * 0.75, box.style["font_family"][0])
        for _, box in boxes(variant, text, **options)
        if type(box).__name__ == "TextBox" and box.text.strip()
    ]
    return min(size for size, _ in found), {family for _, family in found}


@pytest.mark.parametrize("size", ["A4", "A5"])
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_large_print_has_no_type_below_16_points(variant: Variant, size: str) -> None:
    least, families = smallest(variant, large_print=True, size=size)
    assert least >= 15.99
    assert families <= {"Atkinson Hyperlegible", "Source Code Pro"}
    assert smallest(variant, large_print=True, dyslexia=True, size=size)[0] >= 15.99


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_type_for_readers_with_dyslexia_is_plain_and_wide(variant: Variant) -> None:
    text = question("It *is* so, and _very_ much.\n\nAnd so on.", "What *is* it?")
    spaced, slopes = [], set()
    for _, box in boxes(variant, text, dyslexia=True):
        if type(box).__name__ == "TextBox" and box.element_tag not in ("html", "code"):
            spaced.append(box.style["letter_spacing"])
            slopes.add(box.style["font_style"])
    assert slopes == {"normal"}
    assert max(spaced) > 0.3
    assert smallest(variant, text, dyslexia=True)[1] == {"Atkinson Hyperlegible"}


def test_every_colour_of_text_survives_a_black_and_white_printer() -> None:
    seen = set()
    for path in sorted((template_folder() / "handout").glob("*.css")):
        for colour in re.findall(r"(?<![-\w])color:\s*(#[0-9a-f]{3,6})\b", path.read_text()):
            full = colour if len(colour) == 7 else "#" + "".join(sign * 2 for sign in colour[1:])
            seen.add(full)
            assert contrast(full) / contrast("#e9e9e9") >= 4.5, f"{path.name}: {colour}"
    assert len(seen) > 8


def test_short_questions_are_whole() -> None:
    text = "# T\n\n## Self-check\n\n" + "".join(
        f"### {n}. Question {n}?\n\n{'word ' * 40}\n\n{'end ' * 20}\n\n" for n in range(1, 25)
    )
    found: dict[str, set[int]] = {}
    for paper, box in boxes(HANDOUT, text):
        classes = (box.element.get("class") or "") if box.element is not None else ""
        if classes == "question short":
            found.setdefault(str(id(box.element)), set()).add(id(paper))
    assert len(found) == 24
    assert all(len(pages) == 1 for pages in found.values())


def test_a_long_line_of_code_has_a_mark_where_it_goes_on() -> None:
    code = '<pre class="highlight"><code>short\n{}\n</code></pre>'
    word = "a" * 30 + '.<span class="s2">"b"</span>' * 12
    html = polished(code.format(word), alt="", level=2)
    assert '<span class="line">short\n' in html
    assert f'<span class="line wrapped">{"a" * 30}' in html
    assert "s2" not in html  # the engine would not break it
    assert made("handout").text.count("↪") == 0


def test_the_head_of_a_page_has_no_hidden_text() -> None:
    text = f"# {'A very long title of a document ' * 8}\n\n## Self-check\n\n### 1. What?\n\n{'word ' * 900}\n"
    shown = made("handout", text)
    assert "…" in shown.pages[1]
    with pikepdf.open(io.BytesIO(shown.data)) as pdf:
        assert b"ActualText" not in b"".join(each.Contents.read_bytes() for each in pdf.pages)


# ── links ───────────────────────────────────────────────────────────────────────────────────────

LINKS = """\
See [the manual](https://example.com/manual/long?a=1&b=2), [again](https://example.com/manual/long?a=1&b=2),
<https://example.com/itself>, [example.com](https://example.com/), [a person](mailto:a@example.com)
and [above](#what).
"""


@pytest.mark.parametrize("name", ["handout", "answer-key"])
def test_a_link_has_its_address_below(name: str) -> None:
    shown = made(name, question(LINKS))
    assert shown.text.count("https://example.com/manual/long?a=1&b=2") == 1
    assert shown.text.count("https://example.com/itself") == 1
    assert "mailto" not in shown.text
    assert re.search(r"the manual\s?1", shown.text)
    assert not re.search(r"https://example\.com/(?:$|\s)", shown.text)
    assert faults(shown.data) == []


def test_links_of_a_prompt_are_noted_on_worksheets_and_not_on_cards() -> None:
    assert "https://example.com/who" in made("worksheet").text
    assert "https://example.com/who" not in made("flashcards").text
    assert "https://example.com/who" not in made("answer-key").text


def test_notes_can_be_taken_off() -> None:
    link = '<a href="https://example.com/x">x &amp; y</a>'
    html = polished(f"<p>{link}</p>", alt="", level=2)
    assert html == f'<p>{link}<span class="note">https://example.com/x</span></p>'
    assert unnoted(html) == f"<p>{link}</p>"


# ── themes ──────────────────────────────────────────────────────────────────────────────────────

THEME = """\
school = "Riverside <School>"
course = "Computing"
term = "Spring 2027"
licence = "CC BY 4.0"

[colors]
accent = "#0b4f6c"
"""


def themed(theme: str, **files: bytes | str) -> Handout:
    given = {name.replace("_", "."): data for name, data in files.items()}
    return made("handout", question("Yes."), Memory({"t.toml": theme, **given}), theme="t.toml")


@pytest.mark.parametrize("name", ["handout", "worksheet", "exam", "answer-key"])
def test_a_theme_is_shown(name: str) -> None:
    shown = made(name, question("Yes."), Memory({"t.toml": THEME}), theme="t.toml", duplex=True)
    for words in ("Riverside <School>", "Computing · Spring 2027", "CC BY 4.0"):
        assert shown.text.count(words) == 1
    assert faults(shown.data) == []
    with pikepdf.open(io.BytesIO(shown.data)) as pdf:
        drawing = pdf.pages[0].Contents.read_bytes()
    assert re.search(rb"0?\.0431\d* 0?\.3098\d* 0?\.4235\d* ", drawing)


@pytest.mark.parametrize("logo", ["logo.svg", "logo.png"])
def test_a_logo_stands_for_the_name_and_says_it(logo: str) -> None:
    data = svg('<rect width="9" height="9"/>') if logo.endswith("svg") else png(40, 20)
    theme = f'school = "Riverside"\nlogo = "{logo}"\n'
    shown = themed(theme, **{logo.replace(".", "_"): data})
    assert figures(shown) == ["Riverside"]
    assert "Riverside" not in shown.text
    assert faults(shown.data) == []


def test_a_changed_logo_is_another_page() -> None:
    theme = 'school = "Riverside"\nlogo = "l.png"\n'
    kept: dict[str, bytes] = {}

    def export(logo: bytes) -> None:
        source = Source("a.md", question("Yes."))
        files = Memory({"t.toml": theme, "l.png": logo})
        given = _context(source, files, [], {"theme": "t.toml"})
        given = given._replace(
            recall=kept.get, keep=lambda name, data: not kept.update({name: data})
        )
        assert len(list(load("handout")([read(source)], given))) == 1

    for logo in (png(40, 20), png(50, 20)):
        export(logo)
    assert sum(not name.startswith("seen") for name in kept) == 2


@pytest.mark.parametrize(
    ("theme", "words"),
    [
        ("school = 3", "t.toml:1: `school` must be a text"),
        ("\nscool = 'x'", "t.toml:2: unknown key `scool`; did you mean `school`?"),
        ("colors = 'x'", "t.toml:1: `colors` must be a table"),
        ("[colors]\naccent = 'red'", "t.toml:2: `accent` must be a colour such as #0b4f6c"),
        ("[colors]\naccent = '#000000; } x { a: b'", "t.toml:2: `accent` must be a colour"),
        ("[colors]\naccents = '#000000'", "t.toml:2: no colour `accents`; did you mean `accent`?"),
        ("[colors]\naccent = '#ffcc00'", "t.toml:2: #ffcc00 is too pale for text"),
        ("school = ", "theme t.toml: "),
        ("logo = 'x.png'", "a logo needs a `school`"),
        ("school = 'a'\nlogo = 'none.png'", "the logo none.png is missing"),
        ("school = 'a'\nlogo = '../x.png'", "the logo ../x.png is not within the content folder"),
        ("school = 'a'\nlogo = 'https://example.com/x.png'", "is not within the content folder"),
        ("school = 'a'\nlogo = 't.toml'", "the logo t.toml is unusable"),
    ],
)
def test_a_theme_that_is_wrong_is_refused(theme: str, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        themed(theme)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("none.toml", "theme none.toml is missing"),
        ("../t.toml", "theme ../t.toml is not within the content folder"),
        ("/etc/passwd", "theme /etc/passwd is not within the content folder"),
        ("link.toml", "theme link.toml is not within the content folder"),
    ],
)
def test_a_theme_from_elsewhere_is_refused(tmp_path: Path, path: str, words: str) -> None:
    (tmp_path / "t.toml").write_text(THEME)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link.toml").symlink_to(tmp_path / "t.toml")
    with pytest.raises(UsageError, match=re.escape(words)):
        made("handout", question("Yes."), Disk(str(tmp_path / "in")), theme=path)


def test_a_logo_from_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "l.png").write_bytes(png(9, 9))
    (tmp_path / "in").mkdir()
    (tmp_path / "in/l.png").symlink_to(tmp_path / "l.png")
    (tmp_path / "in/t.toml").write_text("school = 'a'\nlogo = 'l.png'\n")
    with pytest.raises(UsageError, match=r"the logo l\.png is not within"):
        made("handout", question("Yes."), Disk(str(tmp_path / "in")), theme="t.toml")


# ── rules to write on ───────────────────────────────────────────────────────────────────────────


def test_rules_are_one_element_of_the_structure() -> None:
    shown = made("worksheet", question("<!-- selfcheck: room=12 -->\nYes."))
    with pikepdf.open(io.BytesIO(shown.data)) as pdf:
        kinds = [
            str(each.get("/S", "")) for each in pdf.objects if isinstance(each, pikepdf.Dictionary)
        ]
    assert kinds.count("/NonStruct") <= 2
    assert len(PdfReader(io.BytesIO(shown.data)).pages) == 1
