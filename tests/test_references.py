"""Page references: every number that is printed is that of the page where its link leads."""

import io
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from selfcheck_tools.exporters.handout import pieces
from selfcheck_tools.exporters.handout.about import About
from selfcheck_tools.exporters.handout.joined import joined
from selfcheck_tools.exporters.handout.joining import Joining, Setting
from selfcheck_tools.exporters.handout.part import taken_apart
from selfcheck_tools.exporters.handout.tags import Pages, collated, joint
from tests.test_book import exported, kept, texts, without_record, write
from tests.test_joined import feet, rendered

LONG = "word " * 500
DOCUMENTS = {
    "a.md": "---\ntags: [course]\n---\n# Alpha 0000\n\n"
    + "".join(
        f"### {n}. What is a{n}?\n<!-- selfcheck: tags={'odd' if n % 2 else 'even'},Éclair -->\n\n"
        f"A{n}. {LONG}\n\n"
        for n in range(1, 5)
    ),
    "b.md": "# Beta\n\n## One\n\n### 1. What is b1?\n<!-- selfcheck: tags=odd -->\n\n"
    f"{LONG}\n\n## Two\n\n### 2. What is b2?\n\nIt is b2.\n",
    "c.md": "---\nlanguage: ar\n---\n# العربية\n\n### 1. ما هو الخادم؟\n\nحاسوب.\n",
    "d.md": "---\nlanguage: ja\n---\n# 日本語\n\n### 1. サーバーとは？\n\nコンピューターです。\n",
}
END = '[handout]\nanswers = "end"\n'


def links(data: bytes) -> list[tuple[int, str, str, int]]:
    """Each link within a PDF: its page, what is written in it, what it says, where it leads."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
        numbers = {page.objgen: at for at, page in enumerate(pdf.pages, 1)}
        array = list(pdf.Root.Names.Dests.Names)
        places = {str(k): numbers[v[0].objgen] for k, v in zip(array[::2], array[1::2])}  # noqa: B905
        for at, page in enumerate(pdf.pages, 1):
            words = on_page(data, at)
            for link in page.get("/Annots", []):
                left, a, right, b = map(float, link.Rect)
                middles = sorted((a, b))
                written = [
                    word
                    for x, y, word in words
                    if left - 1 < x < right + 1
                    and middles[0] < float(page.MediaBox[3]) - y < middles[1]
                ]
                name = link.Dest if "/Dest" in link else link.A.D
                found.append((at, " ".join(written), str(link.Contents), places[str(name)]))
    return found


def on_page(data: bytes, page: int) -> list[tuple[float, float, str]]:
    """The words of a page, and where the middle of each is, from the left and from above."""
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), "-", "-"]
    told = subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()
    box = re.compile(
        r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', re.DOTALL
    )
    return [
        ((float(a) + float(c)) / 2, (float(b) + float(d)) / 2, word)
        for a, b, c, d, word in box.findall(told)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("ends") / "Course", DOCUMENTS)
    (folder / "selfcheck.toml").write_text(END)
    return folder


@pytest.fixture(scope="module")
def book(folder: Path) -> bytes:
    return exported(folder)[0]


@pytest.fixture(scope="module")
def found(book: bytes) -> list[tuple[int, str, str, int]]:
    if shutil.which("pdftotext") is None:
        if os.environ.get("CI"):
            pytest.fail("pdftotext is needed: install poppler-utils")
        pytest.skip("poppler's pdftotext is not here")
    return links(book)


@pytest.fixture
def own(folder: Path, book: bytes, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / folder.name))


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────


def test_every_number_is_that_of_the_page_where_its_link_leads(
    found: list[tuple[int, str, str, int]],
) -> None:
    told = [each for each in found if re.search(r"\d", each[2].removeprefix("Alpha 0000"))]
    assert len(told) == 6 + 2 * 8 + 4  # contents, questions and answers, tags
    for _, written, says, leads in told:
        assert str(leads) in re.findall(r"\d+", written), (written, leads)
        assert str(leads) in re.findall(r"\d+", says)


def test_questions_and_answers_lead_to_each_other(found: list[tuple[int, str, str, int]]) -> None:
    there = [(at, leads) for at, _, says, leads in found if re.match("Answer, ", says)]
    back = [(leads, at) for at, _, says, leads in found if re.match("Question, ", says)]
    assert there == back
    assert len(there) == 6
    assert all(at < leads for at, leads in there)
    assert len({leads for _, leads in there}) > 3


def test_they_say_so_in_the_language_of_the_document(book: bytes) -> None:
    text = "\n".join(texts(book))
    assert re.search(r"解答: \d+ページ", text)
    assert re.search(r"問題: \d+ページ", text)
    with pikepdf.open(io.BytesIO(book)) as pdf:
        said = [str(a.Contents) for page in pdf.pages for a in page.get("/Annots", [])]
    assert any(re.fullmatch(r"الإجابة, صفحة \d+", each) for each in said)


def test_a_title_keeps_zeros_of_its_own(found: list[tuple[int, str, str, int]]) -> None:
    assert found[0][1:3] == ("Alpha 0000", "Alpha 0000")
    assert found[1][1:] == ("3", "page 3", 3)


def test_numbers_of_the_contents_stand_flush_right(book: bytes) -> None:
    with pikepdf.open(io.BytesIO(book)) as pdf:
        numbers = list(pdf.pages[1].Annots)[1::2]
        rights = {round(float(link.Rect[2])) for link in numbers}
    middles = [
        x for x, _, word in on_page(book, 2) if word.isdigit() and word != "0000" and x > 400
    ]
    assert rights == {510}
    assert all(500 < middle < 510 for middle in middles[:6])


def test_the_answers_are_grouped_by_document(book: bytes) -> None:
    def labels(items: list[Any]) -> list[Any]:
        return [labels(item) if isinstance(item, list) else item.title for item in items]

    outline = labels(PdfReader(io.BytesIO(book)).outline)
    assert outline[2:4] == ["Alpha 0000", [f"{n}. What is a{n}?" for n in range(1, 5)]]
    (answers,) = [outline[at + 1] for at, entry in enumerate(outline) if entry == "Answers"]
    assert [entry for entry in answers if isinstance(entry, str)] == [
        "Alpha 0000", "Beta", "العربية", "日本語",
    ]  # fmt: skip
    assert outline[-1] == "Index of tags"


def test_a_number_may_stand_amid_text() -> None:
    body = '<p><a href="dest:x?page#x 0000">see 0000 (0000) there</a> <b id="x">end</b></p>'
    part = taken_apart(rendered(body))
    data = joined(
        [Joining(part), Joining(part)],
        About("x", "en", ""),
        Setting(feet("Page ", " of ", "en"), covers=9),
    )
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]
    assert pages == ["see 0000 (1) there end running"] * 2


def test_numbers_need_digits() -> None:
    part = taken_apart(rendered('<p id="x"><a href="dest:x?page">0000</a></p>'))
    with pytest.raises(ValueError, match="need the digits of a foot"):
        joined([Joining(part)], About("x", "en", ""))


def test_a_link_owns_its_number(book: bytes) -> None:
    with pikepdf.open(io.BytesIO(book)) as pdf:
        page = pdf.pages[2]
        whole = b"\n".join(piece.read_bytes() for piece in page.Contents)
        sections = re.findall(rb"/MCID (\d+)\s*>>\s*BDC(.*?)EMC", whole, re.DOTALL)
        marks = [int(mark) for mark, section in sections if b"/Foot" in section]
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        owners = list(numbers[2 * int(page.StructParents) + 1])

        def kinds(element: Any) -> list[str]:
            return [str(element.S), *(kinds(element.P) if "/S" in element.P else [])]

        assert len(marks) == 4
        assert all("/Link" in kinds(owners[mark]) for mark in marks)


# ── what is rendered again ──────────────────────────────────────────────────────────────────────


def test_an_answer_that_grows_costs_its_document_alone(own: Path, book: bytes) -> None:
    before = kept(own)
    path = own / "a.md"
    path.write_text(path.read_text().replace("A1.", f"A1. {LONG}{LONG}"))
    data, _ = exported(own)
    assert (
        len(kept(own).keys() - before.keys()) == 2
    )  # its answers and the book: no tag is on other pages
    assert data == without_record(own)
    assert len(texts(data)) > len(texts(book))


# ── a handout by itself ─────────────────────────────────────────────────────────────────────────


def test_a_handout_has_its_answers_at_the_end(folder: Path) -> None:
    data = exported(folder, "handout")[0]  # of a.md
    pages = texts(data)
    assert "A1." not in pages[0]
    found = links(data)
    there = [(at, leads) for at, written, _, leads in found if "Answer: " in written]
    back = [(leads, at) for at, written, _, leads in found if "Question: " in written]
    assert [pair[1] for pair in there] == [int(n) for n in re.findall(r"Answer: page (\d+)", " ".join(pages))]  # fmt: skip
    assert list(dict.fromkeys(there)) == list(dict.fromkeys(back))
    assert len(re.findall(r"Question: page 1", " ".join(pages))) == 4


# ── tags and the index ──────────────────────────────────────────────────────────────────────────


def test_pages_in_a_row_are_one_range() -> None:
    pages = [Pages(9, 9, "e"), Pages(5, 5, "b"), Pages(4, 4, "a"), Pages(5, 6, "c")]
    assert joint(pages) == [Pages(4, 6, "a"), Pages(9, 9, "e")]


def test_tags_are_in_order_without_their_accents() -> None:
    assert sorted(["Zoo", "éclair", "apple", "Eclipse", "язык"], key=collated) == [
        "apple", "éclair", "Eclipse", "Zoo", "язык",
    ]  # fmt: skip


def test_the_book_has_an_index_of_tags(book: bytes) -> None:
    last = texts(book)[-1]
    told = re.findall(r"(course|Éclair|even|odd) ([\d–, ]+?)(?= [a-zÉP])", last)
    assert [name for name, _ in told] == ["course", "Éclair", "even", "odd"]
    pages = dict(told)
    text = texts(book)
    where = [at for at, page in enumerate(text, 1) if "What is a1?" in page][0]  # noqa: RUF015
    assert pages["even"] == str(where)


def test_without_tags_there_is_no_index_of_them(tmp_path: Path) -> None:
    folder = write(tmp_path / "bare", {"a.md": "# A\n\n### 1. What?\n\nIt.\n"})
    data = exported(folder)[0]
    assert len(texts(data)) == 3
    assert not any("Index" in page for page in texts(data))


def test_an_index_tells_where_in_the_book_each_question_is(folder: Path, book: bytes) -> None:
    data = exported(folder, "index")[0]
    told = " ".join(texts(data))
    pages = texts(book)
    for name in ("a1", "a4", "b1", "b2"):
        (number,) = re.findall(rf"What is {name}\? (\d+)", told)
        assert f"What is {name}?" in pages[int(number) - 1]
        assert "Answer: page" in pages[int(number) - 1]
    assert "Index of questions" in told
    assert told.count("What is a1?") == 1
    assert "even" in told
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.docinfo.Title) == "Course – Index of questions"


# ── both sides ──────────────────────────────────────────────────────────────────────────────────


def test_for_both_sides_documents_begin_on_the_right(own: Path) -> None:
    (own / "selfcheck.toml").write_text(END + "duplex = true\n")
    data = exported(own)[0]
    pages = texts(data)
    for title in ("Alpha 0000", "Beta", "日本語"):
        (first,) = [at for at, page in enumerate(pages, 1) if page.startswith(title) and "–" not in page.split("1.")[0]]  # fmt: skip
        assert first % 2
    assert "" in pages
    with pikepdf.open(io.BytesIO(data)) as pdf:
        lefts = [float(page.MediaBox[0]) for page in pdf.pages]
        widths = {round(float(page.MediaBox[2]) - float(page.MediaBox[0])) for page in pdf.pages}
        labels = [page.label for page in pdf.pages]
    assert {round(left) for left in lefts[::2]} == {-14}  # 5 mm away from the binding
    assert {round(left) for left in lefts[1::2]} == {14}
    assert widths == {595}
    assert labels == [str(number) for number in range(1, len(labels) + 1)]


# ── long documents ──────────────────────────────────────────────────────────────────────────────


def test_answers_of_a_long_document_are_in_pieces_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "MOST", 3)
    text = "# Long\n\n" + "".join(f"### {n}. What is n{n}?\n\nIt is n{n}.\n\n" for n in range(1, 8))
    folder = write(tmp_path / "long", {"long.md": text})
    (folder / "selfcheck.toml").write_text(END)
    found = [link for link in links(exported(folder)[0]) if "Answer, " in link[2]]
    assert len(found) == 7
    assert all(str(leads) in written for _, written, _, leads in found)


def test_a_long_index_begins_below_its_title(tmp_path: Path) -> None:
    text = "# Long\n\n" + "".join(f"### {n}. What is n{n}?\n\nIt is.\n\n" for n in range(1, 81))
    folder = write(tmp_path / "long", {"long.md": text})
    first, *_ = texts(exported(folder, "index")[0])
    assert "Index of questions" in first
    assert "1. What is n1?" in first
