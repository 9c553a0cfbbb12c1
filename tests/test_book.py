"""Books: put together from parts, of which only those that changed are rendered."""

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from selfcheck_tools.asking import Asking, Left
from selfcheck_tools.building import export
from selfcheck_tools.exporters.handout import pieces
from tests.conftest import ROOT
from tests.test_handout import png

LONG = "word " * 700
DOCUMENTS = {
    "a-first.md": "# First things\n\n## Basics\n\n### 1. What is one?\n\nOne.\n\n## More\n\n"
    "### 2. What is two?\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "b-second.md": f"# Second things\n\n## Self-check\n\n### 1. What is long?\n\n{LONG}\n",
    "part/c.md": "---\nlanguage: de\n---\n# Dritte Sachen\n\n## Self-check\n\n### 1. Was ist drei?\n\n"
    "![x](x.png) Drei \U00013000.\n\n### 2. Und vier?\n",
}


def write(folder: Path, documents: dict[str, str]) -> Path:
    for path, text in documents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def exported(folder: Path, formats: str = "book") -> tuple[bytes, list[Left]]:
    """The first file that is written, and what is left out."""
    output = folder.parent / f"out-{folder.name}"
    made = export(Asking((str(folder),), tuple(formats.split()), str(output), use_lock=False))
    assert made.remarks == ()
    return Path(made.made[0]).read_bytes(), list(made.left)


def texts(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def kept(folder: Path) -> dict[str, int]:
    """What was rendered and is in the record, and when it was made."""
    made = (folder / ".selfcheck_cache/made").glob("[0-9a-f]*")
    return {path.name: path.stat().st_ino for path in made}


def without_record(folder: Path) -> bytes:
    """The book of the same content when nothing is known of it."""
    copy = folder.parent / "afresh" / folder.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".selfcheck_cache"))
    return exported(copy)[0]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of which a book has been made; not to be changed."""
    folder = write(tmp_path_factory.mktemp("book") / "My Course", DOCUMENTS)
    (folder / "part/x.png").write_bytes(png(20, 10))
    exported(folder)
    return folder


@pytest.fixture(scope="module")
def book(course: Path) -> bytes:
    return exported(course)[0]


@pytest.fixture
def own(course: Path, tmp_path: Path) -> Path:
    """A copy of the collection with its record, to be changed."""
    return Path(shutil.copytree(course, tmp_path / course.name))


# ── what it says ────────────────────────────────────────────────────────────────────────────────


def test_it_is_called_after_the_collection(course: Path, book: bytes) -> None:
    assert (course.parent / "out-My Course/My-Course-book.pdf").is_file()
    assert texts(book)[0] == "My Course Questions: 5"


def test_the_contents_tell_where_each_document_begins(book: bytes) -> None:
    pages = texts(book)
    entries = re.findall(r"(First things|Second things|Dritte Sachen) (\d+)", pages[1])
    assert [title for title, _ in entries] == ["First things", "Second things", "Dritte Sachen"]
    for title, number in entries:
        assert pages[int(number) - 1].startswith(title)


def test_the_entries_of_the_contents_are_links(book: bytes) -> None:
    with pikepdf.open(io.BytesIO(book)) as pdf:
        numbers = {page.objgen: at for at, page in enumerate(pdf.pages, 1)}
        array = list(pdf.Root.Names.Dests.Names)
        places = dict(zip(map(str, array[::2]), array[1::2], strict=True))
        told = re.findall(r"(\d+)(?= [A-Z]| Page)", texts(book)[1])
        links = list(pdf.pages[1].Annots)
        leads = [numbers[places[str(link.A.D)][0].objgen] for link in links]
        assert [str(number) for number in leads[::2]] == told[:3]
        assert leads[1::2] == leads[::2]  # a link each for the title and the number
        assert [str(link.Contents) for link in links[::2]] == [
            "First things", "Second things", "Dritte Sachen",
        ]  # fmt: skip
        assert [str(link.Contents) for link in links[1::2]] == ["page 3", "page 4", "page 6"]


def test_pages_are_numbered_throughout(book: bytes) -> None:
    pages = texts(book)
    assert len(pages) == 6
    assert "Page" not in pages[0]
    assert all(page.endswith(f"Page {at} of 6") for at, page in enumerate(pages, 1) if at > 1)


def test_the_outline_leads_to_documents_and_questions(book: bytes) -> None:
    def labels(items: list[Any]) -> list[Any]:
        return [labels(item) if isinstance(item, list) else item.title for item in items]

    assert labels(PdfReader(io.BytesIO(book)).outline) == [
        "My Course", ["Contents"],
        "First things", ["Basics", ["1. What is one?"], "More", ["2. What is two?"]],
        "Second things", ["1. What is long?"],
        "Dritte Sachen", ["1. Was ist drei?", "2. Und vier?"],
    ]  # fmt: skip


def test_readers_find_no_fault(book: bytes) -> None:
    with pikepdf.open(io.BytesIO(book)) as pdf:
        assert pdf.check_pdf_syntax() == []
        (document,) = pdf.Root.StructTreeRoot.K
        assert [str(part.get("/Lang", "en")) for part in document.K] == ["en", "en", "en", "de"]
        assert str(pdf.docinfo.Title) == "My Course"


# ── what is rendered again ──────────────────────────────────────────────────────────────────────

AGAIN = """
import sys
from selfcheck_tools.cli import main
status = main(["export", sys.argv[1], "--to", "book,handout", "--output", sys.argv[2], "--no-lock"])
print("rendered" if "weasyprint" in sys.modules else "recalled")
"""


def run(folder: Path, output: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", AGAIN, str(folder), str(output)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_nothing_is_rendered_twice_and_all_is_said_again(own: Path, tmp_path: Path) -> None:
    first = run(own, tmp_path / "one")
    second = run(own, tmp_path / "two")
    assert first.splitlines()[-1] == "rendered"  # the handouts
    assert second.splitlines()[-1] == "recalled"
    said = [line for line in second.splitlines() if "question 2 has no answer" in line]
    assert len(said) == 1
    assert "no font has “\U00013000” (U+13000)" in second
    assert [line for line in first.splitlines() if ": " in line and "/" not in line[:9]] == [
        line for line in second.splitlines() if ": " in line and "/" not in line[:9]
    ]
    for path in (tmp_path / "one").rglob("*.pdf"):
        assert (
            path.read_bytes()
            == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()
        )
    assert len(list((tmp_path / "two").rglob("*.pdf"))) == 4


def test_a_change_costs_one_part(own: Path, book: bytes) -> None:
    before = kept(own)
    path = own / "a-first.md"
    path.write_text(path.read_text().replace("One.", "Only one."))
    data, _ = exported(own)
    new = kept(own).keys() - before.keys()
    assert len(new) == 2  # the document's part, and the book
    assert "Only one." in texts(data)[2]
    assert texts(data)[3:] == texts(book)[3:]
    assert data == without_record(own)


def test_when_a_document_grows_by_a_page_the_later_ones_are_not_rendered(own: Path) -> None:
    before = kept(own)
    path = own / "a-first.md"
    path.write_text(path.read_text().replace("One.", LONG))
    data, _ = exported(own)
    assert len(kept(own).keys() - before.keys()) == 2  # the part, and the book
    pages = texts(data)
    assert len(pages) == 7
    assert all(page.endswith(f"Page {at} of 7") for at, page in enumerate(pages, 1) if at > 1)
    (number,) = re.findall(r"Dritte Sachen (\d+)", pages[1])
    assert pages[int(number) - 1].startswith("Dritte Sachen")


def test_a_new_picture_is_shown(own: Path, book: bytes) -> None:
    (own / "part/x.png").write_bytes(png(33, 22))
    data, _ = exported(own)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        sizes = [
            int(o.Width) for o in pdf.objects if isinstance(o, pikepdf.Stream) and "/Width" in o
        ]
    assert sizes == [33]


def test_a_damaged_record_does_no_harm(own: Path, book: bytes) -> None:
    for path in (own / ".selfcheck_cache/made").iterdir():
        path.write_bytes(path.read_bytes()[:-3] + b"bad")
    assert exported(own)[0] == book


def test_the_record_can_be_done_without(course: Path, book: bytes, tmp_path: Path) -> None:
    folder = Path(
        shutil.copytree(
            course, tmp_path / course.name, ignore=shutil.ignore_patterns(".selfcheck_cache")
        )
    )
    (folder / ".selfcheck_cache").write_text("in the way")
    assert exported(folder)[0] == book


def test_a_new_style_is_seen(own: Path, book: bytes) -> None:
    (own / "selfcheck.toml").write_text('templates = "look"\n')
    style = (ROOT / "templates/handout/handout.css").read_text()
    write(own, {"look/handout/handout.css": style.replace("size: A4", "size: A5")})
    data, _ = exported(own)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert {round(float(page.MediaBox[2])) for page in pdf.pages} == {420}


# ── long documents ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MOST", 3)


@pytest.mark.usefixtures("small_pieces")
def test_a_long_document_is_rendered_in_pieces(tmp_path: Path) -> None:
    def asked(numbers: range) -> str:
        return "".join(f"### {n}. What is n{n}?\n\nIt is {n}.\n\n" for n in numbers)

    text = f'# Long "one"\n\n## Early\n\n{asked(range(1, 5))}## Late\n\n{asked(range(5, 8))}'
    folder = write(tmp_path / "long", {"long.md": text})
    data, _ = exported(folder)
    pages = texts(data)[2:]
    assert len(pages) == 3
    whole = " ".join(pages)
    assert re.findall(r"What is n(\d)", whole) == list("1234567")
    assert (whole.count("Early"), whole.count("Late")) == (1, 1)
    assert all(page.count("Long “one”") + page.count("Long one") + page.count('Long "one"') == 1
               for page in pages)  # fmt: skip
    reader = PdfReader(io.BytesIO(data))
    (contents,) = [item for item in reader.outline[3:] if isinstance(item, list)]
    assert str(contents).count("What is n") == 7
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.Root.StructTreeRoot.K[0].K) == 2  # front and document


def test_it_is_the_same_whoever_renders(course: Path, book: bytes, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "5",
        "TZ": "Asia/Kolkata",
        "PYTHONPATH": str(ROOT),
    }
    folder = Path(
        shutil.copytree(
            course, tmp_path / course.name, ignore=shutil.ignore_patterns(".selfcheck_cache")
        )
    )
    code = AGAIN.replace("import sys\n", "import os, sys\ndel os.fork\n").replace(",handout", "")
    subprocess.run(
        [sys.executable, "-c", code, str(folder), "out"],
        cwd=tmp_path, env=environment, capture_output=True, check=True,
    )  # fmt: skip
    assert (tmp_path / "out/My-Course-book.pdf").read_bytes() == book


# ── what need not be looked at again ────────────────────────────────────────────────────────────


def test_what_was_left_out_is_said_again(own: Path) -> None:
    (own / "part/x.png").unlink()
    first, omitted = exported(own)
    again, said = exported(own)
    assert again == first
    assert said == omitted
    assert {"image", "answer"} <= {omission.what for omission in said}


def test_a_picture_that_was_there_before_and_is_another_now_is_seen(own: Path) -> None:
    before, _ = exported(own)
    (own / "part/x.png").write_bytes(png(30, 10))
    after, _ = exported(own)
    assert after != before
    assert after == without_record(own)


def test_options_are_seen(own: Path) -> None:
    before, _ = exported(own)
    (own / "selfcheck.toml").write_text('placeholders = ["One."]\n', encoding="utf-8")
    after, _ = exported(own)
    assert after != before
    assert after == without_record(own)


def test_a_template_of_ones_own_is_seen_and_what_it_includes(own: Path) -> None:
    shipped = (ROOT / "templates/handout/parts.html").read_text(encoding="utf-8")
    included = own / "mine/handout/more.html"
    write(own, {"mine/handout/parts.html": '{% include "handout/more.html" %}' + shipped})
    (own / "selfcheck.toml").write_text('templates = "mine"\n', encoding="utf-8")
    books = []
    for text in ("{% macro more() %}1{% endmacro %}", "{% macro more() %}2{% endmacro %}"):
        included.write_text(text, encoding="utf-8")
        books.append(exported(own)[0])
        assert books[-1] == without_record(own)
