"""A hostile collection exported to everything: nothing from outside gets in, nobody is asked.

Every address is tried in every place; a canary stands outside of the content, and one inside, so
that it is seen that the search finds what is there.
"""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest

from selfcheck_tools.exporters import EXPORTERS
from tests import hostile
from tests.hostile import Ear, Opened, canary, holders, selfcheck
from tests.hostile_content import KINDS, calls, drawings, spellings, tried

WHOLE = "SELFCHECK_WHOLE_HOSTILE" in os.environ  # all addresses in all places, not some in each
FORMATS = [
    name for name in EXPORTERS if WHOLE or name != "flashcards-fold"
]  # as flashcards are made
OUTSIDE, INSIDE = canary("outside"), canary("inside")
RUNS = (
    ("lint", "--select", "all", "--exit-zero"),
    ("lint", "--fix", "--unsafe-fixes", "--exit-zero", "--no-cache"),
    ("export", "--to", ",".join(FORMATS)),
    ("diff", "build"),
    ("list",),
    ("config",),
    ("lock", "--check"),
)
NAMES = ("..", "..\\..\\outside\\x", "%2e%2e%2fx", "C:x", "-x", "a b\"'<&>\n")


class Built(NamedTuple):
    """What was built of the hostile collection, and what happened meanwhile."""

    output: Path
    said: str
    was_opened: bool
    ear: Ear


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    base = tmp_path_factory.mktemp("hostile")
    outside, work = base / "outside", base / "work"
    OUTSIDE.files(outside)
    with hostile.ear() as ear:
        write(work, outside, ear.port)
        opened = Opened(outside)
        said = ""
        for run in RUNS:
            done = selfcheck(*run, cwd=work)
            assert done.returncode in (0, 1), done.stderr
            said += done.stdout + done.stderr
        yield Built(work / "build", said, opened.any(), ear)
        opened.close()


def write(work: Path, outside: Path, port: int) -> None:
    """The hostile collection."""
    deck = work / "deck"
    deck.mkdir(parents=True)
    (work / "selfcheck.toml").write_text('[anki]\ndeck = "../../outside/x"\n')
    for link in (deck / "linked", work / "linked"):
        link.symlink_to(outside)
    for name in ("canary.png", "canary.md"):
        (deck / name).symlink_to(outside / name)
    (deck / "in.png").write_bytes(INSIDE.png())
    addresses = {kind: [*spellings(outside, kind), *calls(port)] for kind in KINDS}
    shown = f"![i](in.png) {INSIDE.word}\n\n"
    asked = [f"{place}?\n\n{shown}{text}" for place, text in tried(addresses, 1 if WHOLE else 9)]
    wanted = (f"file://{outside}/canary.svg", f"http://127.0.0.1:{port}/")
    for at, drawing in enumerate(each for address in wanted for each in drawings(address)):
        (deck / f"{at}.svg").write_text(drawing)
        asked.append(f"Drawing {at}?\n\nThis: ![x]({at}.svg)")
    _write(deck / "all.md", *asked)
    for at, value in enumerate(("../../outside/x", "..\\..\\x")):
        keys = "".join(f"{key}: '{value}'\n" for key in ("title", "deck", "key", "author"))
        matter = f"---\n{keys}language: '{value}'\ntags: ['{value}']\n---\n"
        _write(deck / f"matter{at}.md", f"{value}\n\nYes.", before=matter)
    for name in NAMES:
        _write(deck / f"{name}.md", "What?\n\nThat.")


def _write(path: Path, *asked: str, before: str = "") -> None:
    questions = "".join(f"### {at}. {text}\n\n" for at, text in enumerate(asked, 1))
    path.write_text(f"{before}# Deck\n\n## Self-check\n\n{questions}")


def test_what_is_inside_is_found(built: Built) -> None:
    """That the search for the canary outside finds what there is."""
    found = holders(built.output, INSIDE)
    for end in ("-handout.pdf", "-book.pdf", "-flashcards.pdf", ".json", ".jsonl", ".txt", ".png"):
        assert any(name.endswith(end) for name in found), end
    assert any(".apkg/collection" in name for name in found)
    assert any(".pdf#" in name for name in found)  # the picture's pixels


def test_what_is_outside_is_neither_opened_nor_found(built: Built) -> None:
    assert not built.was_opened
    assert holders(built.output, OUTSIDE) == []
    assert OUTSIDE.word not in built.said


def test_that_somebody_opens_it_would_be_seen(tmp_path: Path) -> None:
    OUTSIDE.files(tmp_path / "outside")
    opened = Opened(tmp_path / "outside")
    os.stat(tmp_path / "outside/canary.txt")
    assert not opened.any()
    subprocess.run(["cat", tmp_path / "outside/canary.txt"], check=True, capture_output=True)
    assert opened.any()
    list((tmp_path / "outside").iterdir())
    assert opened.any()
    opened.close()


def test_nothing_is_written_beside_the_build(built: Built) -> None:
    base = built.output.parent.parent
    names = {path.name for path in base.iterdir()}
    assert names == {"outside", "work"}
    assert len(list((base / "outside").iterdir())) == 10  # as `Canary.files` made them
    own = {".selfcheck_cache", "build", "deck", "linked", "selfcheck.lock", "selfcheck.toml"}
    assert {path.name for path in built.output.parent.iterdir()} == own
    assert not any(path.is_symlink() for path in built.output.rglob("*"))


def test_nobody_is_asked(built: Built, tmp_path: Path) -> None:
    for pdf in built.output.rglob("*.pdf"):  # nor when a page is shown
        command = ["pdftoppm", "-r", "20", "-l", "3", pdf, tmp_path / "page"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert built.ear.heard == []


def test_that_somebody_asks_would_be_heard() -> None:
    with hostile.ear() as ear:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as caller:
                caller.connect(("127.0.0.1", ear.port))
                caller.send(b"hello")
        assert ear.waits_for(2) == [b"hello", b"hello"]


# What in a PDF acts, starts, sends or holds files.
_ACTS = (
    *("/JS", "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"),
    *("/RichMedia", "/EmbeddedFiles", "/EF", "/XFA", "/AA", "/Movie", "/Sound", "/Rendition"),
)


def test_no_pdf_acts(built: Built) -> None:
    for path in built.output.rglob("*.pdf"):
        with pikepdf.open(path) as pdf:
            for each in pdf.objects:
                if isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
                    assert not {*each.keys()} & {*_ACTS}, path
                    assert each.get("/S") not in _ACTS, path
                    if "/URI" in each:
                        assert str(each["/URI"]).startswith(("http://", "https://", "mailto:"))
