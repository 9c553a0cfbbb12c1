"""Real collections and hostile ones as decks, looked at as a learner sees them."""

from pathlib import Path

import pytest

from selfcheck_tools.files import Disk
from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.anki_oracle import Anki
from tests.conftest import ROOT
from tests.raw_markdown import is_empty, raw_markdown
from tests.test_anki import made

# Sides that hold nothing but what is asked, and what the back adds to that.
BARE = (
    ("Self-check: question", "{{Question}}", "{{Answer}}"),
    ("Self-check: choice", "{{Question}}{{Options}}", "{{Options}}{{Explanation}}"),
    ("Self-check: cloze", "{{cloze:Text}}", "{{cloze:Text}}"),
)


def looked_at(document: Document, folder: Path) -> tuple[int, list[str]]:
    """How many notes a document makes, all of which ask and answer something; and the kinds of
    unrendered Markdown on their cards."""
    deck = made(document, Disk(str(folder)))
    if not deck.packages:
        return 0, []
    with Anki() as anki:
        taken = anki.take(deck.data)
        cards = anki.shown()
        assert taken == (len({card.guid for card in cards}), 0, 0, 0)
        assert anki.missing_media() == []
        assert anki.problems() == []
        for sides in BARE:
            anki.lay_out(*sides)
        for card in anki.shown():
            assert not is_empty(card.question), card
            assert not is_empty(card.answer), card
            assert card.question != card.answer, card
    assert [card.due for card in cards] == sorted(card.due for card in cards)
    return taken.new, sorted(kind for card in cards for kind, _ in raw_markdown(card.answer))


def opened(path: Path) -> Document:
    return read(Source.from_bytes(path.name, path.read_bytes()))


@pytest.mark.parametrize("path", sorted(p.name for p in (ROOT / "content").glob("*.md")))
def test_our_own_content_is_complete(path: str) -> None:
    document = opened(ROOT / "content" / path)
    assert looked_at(document, ROOT / "content") == (len(document.questions), [])
    deck = made(document, Disk(str(ROOT / "content")))
    with Anki() as anki:
        anki.take(deck.data)
        assert len(anki.media()) == len({i.path for q in document.questions for i in q.images})


# What the README of the collections counts: all questions without those that nobody answered.
COUNTED = {
    "seed/aws-serverless.md": 15 - 4,
    "corpus/details/README.md": 271 - 48,
    "corpus/list-headings/README.md": 416 - 1,
    "corpus/headings-and-details/README.md": 155,
    "corpus/headings-and-details/arabic.md": 43,
    "corpus/headings-and-details/vietnamese.md": 155,
    **{f"corpus/exams/practice-exam-{number}.md": 50 for number in (1, 13, 15, 17, 20)},
}
# What looks like Markdown on their cards and is what the author wrote, as the author's own page
# shows it too. Each was looked at.
WRITTEN = {
    # Three asterisks after seven prompts are a mark of its own; and a process is named `<…>`.
    "corpus/details/README.md": ["bold"] * 7 + ["tag"],
    # Backticks that have no partner.
    "corpus/headings-and-details/arabic.md": ["tick"] * 3,
    # The same once; and two backticks that are spoken of.
    "corpus/headings-and-details/vietnamese.md": ["tick"] * 2,
    # Three texts that start right below a `<p>` with no blank line, which makes them HTML (lint
    # says so); and names of elements and components in angle brackets.
    "corpus/list-headings/README.md": ["emphasis", "fence", *["tag"] * 10, *["tick"] * 6],
}


@pytest.mark.parametrize("path", COUNTED)
def test_real_collections_make_notes_of_all_that_is_answered(shared: Path, path: str) -> None:
    file = shared / path
    assert looked_at(opened(file), file.parent) == (COUNTED[path], WRITTEN.get(path, []))


def test_cards_make_notes_of_all_but_the_one_whose_sound_is_missing(shared: Path) -> None:
    files = sorted((shared / "corpus/cards").glob("*.md"))
    found = {file.name: looked_at(opened(file), file.parent) for file in files}
    assert sum(notes for notes, _ in found.values()) == 9 + 5 - 1
    assert found["Audio.md"] == (0, [])
    assert not any(signs for _, signs in found.values())
