"""Parts joined into one PDF, read back with pypdf, pikepdf and poppler."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from selfcheck_tools.exporters.handout.about import About
from selfcheck_tools.exporters.handout.feet import Foot, foot, line, specimen
from selfcheck_tools.exporters.handout.joined import joined
from selfcheck_tools.exporters.handout.joining import Joining, Setting
from selfcheck_tools.exporters.handout.part import taken_apart
from selfcheck_tools.exporters.handout.pdf import to_pdf
from selfcheck_tools.exporters.handout.pictures import judged
from selfcheck_tools.templates import shipped
from tests.test_handout import png

CSS = """
@page { size: A5; margin: 20mm; @bottom-center { content: none } @top-left { content: "running" } }
h1 { bookmark-level: 1 } h2 { bookmark-level: 2 }
"""
PICTURE = judged(png(30, 20))
ROWS = "".join(f"<tr><td>{n}<td>row" for n in range(50))
FIRST = f"""<h1>First</h1><h2 id="same">One (with signs)</h2>
<p><a href="#same">here</a> <a href="dest:far#Far%20away">there</a> <a href="dest:b.md">whole</a>
<a href="https://example.com/(1)">outside</a></p>
<table><thead><tr><th>a<th>b</thead>{ROWS}</table><img alt="grey (1)" src="selfcheck:/0">"""
SECOND = """<h1>Zweiter</h1><div style="break-before: page"></div><h2 id="same">Eins</h2>
<p><a href="#same">hier</a> <a href="dest:same#First's">dort</a></p>
<table><tr><th>a<tr><td>1</table><img alt="grau" src="selfcheck:/0">"""
THIRD = """<h2 id="far">Drei — 三</h2><p>Ende</p>"""


def rendered(body: str, language: str = "en") -> bytes:
    html = f'<!DOCTYPE html><html lang="{language}"><title>x</title><body>{body}'
    made = to_pdf(html, CSS, lambda address: PICTURE)
    assert made.missing == made.complaints == ()
    return made.data


@pytest.fixture(scope="module")
def pieces() -> list[bytes]:
    return [rendered(FIRST), rendered(SECOND, "de"), rendered(THIRD, "de")]


def bound(pieces: list[bytes], foot: Foot | None = None, covers: int = 0) -> bytes:
    parts = [taken_apart(data) for data in pieces]
    ways = [
        Joining(parts[0], "a.md"),
        Joining(parts[1], "b.md", title="Übersicht"),
        Joining(parts[2], continues=True),
    ]
    return joined(ways, About("A book – (all)", "en", "us"), Setting(foot, covers))


@pytest.fixture(scope="module")
def book(pieces: list[bytes]) -> bytes:
    return bound(pieces)


@pytest.fixture
def pdf(book: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(book)) as pdf:
        yield pdf


def page_numbers(pdf: pikepdf.Pdf) -> dict[Any, int]:
    return {page.objgen: number for number, page in enumerate(pdf.pages)}


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


def test_the_text_is_that_of_the_parts_in_their_order(pieces: list[bytes], book: bytes) -> None:
    def texts(data: bytes) -> list[str]:
        return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]

    assert texts(book) == [text for piece in pieces for text in texts(piece)]
    assert len(texts(book)) == 6


def test_readers_find_no_fault(book: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(book)) as pdf:
        assert pdf.check_pdf_syntax() == []
    if shutil.which("pdfinfo") is None:
        pytest.skip("poppler's pdfinfo is not here")
    (tmp_path / "book.pdf").write_bytes(book)
    done = subprocess.run(
        ["pdfinfo", "-struct", "-dests", tmp_path / "book.pdf"], capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.count("\n  Part") == 2


def test_two_joinings_give_the_same_bytes(pieces: list[bytes], book: bytes) -> None:
    assert bound(pieces) == book


def test_equal_pictures_are_there_once(pdf: pikepdf.Pdf) -> None:
    images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and "/Width" in o]
    assert len(images) == 1


def test_it_says_what_it_is(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.docinfo.Title) == "A book – (all)"
    assert str(pdf.Root.Lang) == "en"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as packet:
        assert packet["pdfuaid:part"] == "1"
        assert packet["dc:title"] == "A book – (all)"
    assert [page.label for page in pdf.pages] == ["1", "2", "3", "4", "5", "6"]


# ── places ──────────────────────────────────────────────────────────────────────────────────────


def links(pdf: pikepdf.Pdf) -> list[tuple[int, Any, str]]:
    """Each link: its page, where it leads (a page and a height, or an address), what it says."""
    numbers = page_numbers(pdf)
    array = list(pdf.Root.Names.Dests.Names) if "/Names" in pdf.Root else []
    names = {str(name): place for name, place in zip(array[::2], array[1::2], strict=True)}
    found: list[tuple[int, Any, str]] = []
    for number, page in enumerate(pdf.pages):
        for link in page.get("/Annots", []):
            action = link.get("/A")
            if action is not None and action.S == "/URI":
                found.append((number, str(action.URI), str(link.Contents)))
                continue
            place = link.Dest if action is None else action.D
            if isinstance(place, pikepdf.String):
                place = names[str(place)]
            height = float(place[3]) if place[1] == "/XYZ" else None
            found.append((number, (numbers[place[0].objgen], height), str(link.Contents)))
    return found


def test_every_link_leads_where_it_should(pieces: list[bytes], pdf: pikepdf.Pdf) -> None:
    inner = []
    for piece in pieces[:2]:
        with pikepdf.open(io.BytesIO(piece)) as part:
            inner.append(links(part)[0][1])
    with pikepdf.open(io.BytesIO(pieces[2])) as part:
        far = float(part.Root.Names.Dests.Names[1][3])
    first = 3  # pages
    assert links(pdf) == [
        (0, inner[0], "same"),
        (0, (first + 2, far), "Far away"),
        (0, (first, None), "b.md"),
        (0, "https://example.com/(1)", "https://example.com/(1)"),
        (first + 1, (first + inner[1][0], inner[1][1]), "same"),
        (first + 1, inner[0], "First's"),
    ]


def test_names_are_different(pdf: pikepdf.Pdf) -> None:
    names = [str(name) for name in list(pdf.Root.Names.Dests.Names)[::2]]
    assert names == sorted(set(names))
    assert set(names) == {"same", "same.2", "far", "a.md", "b.md"}


def test_a_link_that_leads_nowhere_is_a_fault() -> None:
    part = taken_apart(rendered('<p><a href="dest:gone">x</a></p>'))
    with pytest.raises(ValueError, match="nothing is called 'gone'"):
        joined([Joining(part)], About("x", "en", ""))


def test_the_outline_is_below_the_titles(book: bytes) -> None:
    reader = PdfReader(io.BytesIO(book))

    def labels(items: list[Any]) -> list[Any]:
        return [
            labels(item)
            if isinstance(item, list)
            else (item.title, reader.get_destination_page_number(item))
            for item in items
        ]

    assert labels(reader.outline) == [
        ("First", 0),
        [("One (with signs)", 0)],
        ("Übersicht", 3),
        [("Zweiter", 3), [("Eins", 4), ("Drei — 三", 5)]],
    ]


# ── tags ────────────────────────────────────────────────────────────────────────────────────────


def tree(element: Any, numbers: dict[Any, int], first: int = 0) -> Any:
    """A structure element as it is told: kind, alternative text, page, and what is in it."""
    kids = element.get("/K", [])
    inner = []
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            inner.append(kid)
        elif kid.Type == "/OBJR":
            inner.append("link")
        else:
            assert kid.P.objgen == element.objgen
            inner.append(tree(kid, numbers, first))
    page = numbers[element.Pg.objgen] - first if "/Pg" in element else None
    return str(element.S), str(element.get("/Alt", "")), page, inner


def told(pdf: pikepdf.Pdf, element: Any, first: int = 0) -> list[Any]:
    return list(tree(element, page_numbers(pdf), first)[3])


def test_the_structure_is_that_of_the_parts(pieces: list[bytes], pdf: pikepdf.Pdf) -> None:
    (document,) = pdf.Root.StructTreeRoot.K
    assert document.S == "/Document"
    parts = []
    for piece in pieces:
        with pikepdf.open(io.BytesIO(piece)) as part:
            parts.append(told(part, part.Root.StructTreeRoot.K[0]))
    first, second = document.K
    assert told(pdf, first) == parts[0]
    assert told(pdf, second, 3)[: len(parts[1])] == parts[1]
    assert told(pdf, second, 5)[len(parts[1]) :] == parts[2]
    assert "/Lang" not in first
    assert second.Lang == "de"


def owners(pdf: pikepdf.Pdf) -> dict[int, Any]:
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))


def test_all_that_is_drawn_is_owned_or_an_artifact(pdf: pikepdf.Pdf) -> None:
    owned = owners(pdf)
    keys = [int(page.StructParents) for page in pdf.pages]
    for page, key in zip(pdf.pages, [*keys], strict=True):
        marks = [int(found) for found in re.findall(rb"/MCID (\d+)", page.Contents.read_bytes())]
        assert marks
        for mark in marks:
            element = owned[key][mark]
            assert mark in list(element.K)
            assert element.Pg.objgen == page.objgen
        for link in page.get("/Annots", []):
            keys.append(int(link.StructParent))
            kids = [kid for kid in owned[keys[-1]].K if not isinstance(kid, int)]
            assert link.objgen in [kid.Obj.objgen for kid in kids]
        assert b"/Pagination" in page.Contents.read_bytes()  # the running head
    assert sorted(keys) == list(range(len(keys))) == list(owned)
    assert pdf.Root.StructTreeRoot.ParentTreeNextKey == len(keys)


def test_table_cells_have_names_of_their_own(pdf: pikepdf.Pdf) -> None:
    elements = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
    heads = {bytes(o.ID): o for o in elements if o.get("/S") == "/TH"}
    assert len(heads) == len([o for o in elements if o.get("/S") == "/TH"]) == 2 * 3 + 1
    array = list(pdf.Root.StructTreeRoot.IDTree.Names)
    names = [bytes(name) for name in array[::2]]
    assert names == sorted(heads)
    assert all(heads[n].objgen == o.objgen for n, o in zip(names, array[1::2], strict=True))

    def table(element: Any) -> Any:
        return element.objgen if element.S == "/Table" else table(element.P)

    cells = [o for o in elements if o.get("/S") == "/TD"]
    assert len(cells) == 101
    for cell in cells:
        (head,) = cell.A.Headers
        assert table(heads[bytes(head)]) == table(cell)


# ── feet ────────────────────────────────────────────────────────────────────────────────────────


def feet(page: str, of: str, language: str) -> Foot:
    html, css = specimen(page, of, language=language, css=shipped("handout/handout.css"))
    return foot(to_pdf(html, css).data, page + of)


def at_the_foot(data: bytes, page: int) -> list[tuple[float, float, str]]:
    """The pieces of text at the foot of a page: from the left, from below, and what they say."""
    found: list[tuple[float, float, str]] = []

    def visit(text: str, ctm: list[float], tm: list[float], font: Any, size: float) -> None:
        x = tm[4] * ctm[0] + tm[5] * ctm[2] + ctm[4]
        y = tm[4] * ctm[1] + tm[5] * ctm[3] + ctm[5]
        if text.strip() and y < 60:
            found.append((round(x, 1), round(y, 1), text.strip()))

    PdfReader(io.BytesIO(data)).pages[page].extract_text(visitor_text=visit)
    return found


def test_a_foot_stands_where_the_engine_would_have_set_it() -> None:
    words = {"page": "Page ", "of": " of "}
    body = f'<body data-page="{words["page"]}" data-of="{words["of"]}">'
    html = f'<!DOCTYPE html><html lang="en"><title>x</title>{body}' + "<p>a</p>" * 700
    css = shipped("handout/handout.css")
    own = to_pdf(html, css)
    part = taken_apart(to_pdf(html, f"{css} @page {{ @bottom-center {{ content: none }} }}").data)
    count = len(part.pages)
    assert count > 10
    made = joined([Joining(part)], About("x", "en", ""), Setting(feet("Page ", " of ", "en")))
    for page in (0, 9, count - 1):
        (expected,) = at_the_foot(own.data, page)
        (found,) = at_the_foot(made, page)
        assert expected[2] == found[2] == f"Page {page + 1} of {count}"
        assert found == pytest.approx(expected, abs=0.2) or found[:2] == pytest.approx(
            expected[:2], abs=0.2
        )


def test_a_foot_is_an_artifact_in_an_embedded_font(pieces: list[bytes]) -> None:
    data = bound(pieces, feet("Seite ", " von ", "de"), covers=1)
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    assert ["Seite" in text for text in texts] == [False, True, True, True, True, True]
    assert "Seite 6 von 6" in texts[5]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
        stamp = pdf.pages[5].Contents[-1].read_bytes()
        assert stamp.startswith(b"Q\n/Artifact <</Type /Pagination/Subtype /Footer>> BDC")
        name = re.search(rb"/(Foot\d+) 9 Tf", stamp)
        assert name is not None
        font = pdf.pages[5].Resources.Font[f"/{name[1].decode()}"]
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def test_from_right_to_left_the_last_page_stands_first() -> None:
    made = feet("صفحة ", " من ", "ar")
    assert made.reverse
    space = made.of[-1].glyphs[-6:]
    # One is between the word and the number, which stands to its left, and two around what is between.
    assert made.page[0].glyphs.startswith(space)
    assert made.of[0].glyphs.startswith(space)
    drawn = line(made, 3, 41)
    digits = [re.escape(made.digits[digit].glyphs) for digit in (4, 1, 3)]
    assert re.search(rb"%s%s.*%s" % tuple(digits), drawn, re.DOTALL)


def test_a_language_may_need_no_word_before_the_number() -> None:
    made = feet("", " / ", "ja")
    assert made.page == []
    assert len(made.digits) == 10
