"""Anki's text format, judged by the real Anki: the same notes as a package brings."""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import genanki
import pytest

from selfcheck_tools.exporters import AnkiOptions
from selfcheck_tools.exporters.anki.notetypes import QUESTION
from selfcheck_tools.files import Disk
from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.anki_oracle import Anki
from tests.conftest import COLLECTIONS
from tests.test_anki import CHOICE, PNG, Times, made, made_of

# ── harness ─────────────────────────────────────────────────────────────────────────────────────


def documents(*texts: str) -> list[Document]:
    """Documents called 0.md, 1.md…"""
    return [read(Source.from_bytes(f"{at}.md", text.encode())) for at, text in enumerate(texts)]


def files_of(
    *texts: str, files: Mapping[str, bytes] | None = None, options: AnkiOptions | None = None
) -> dict[str, bytes]:
    """The text and the media of documents, all in one."""
    whole = (options or AnkiOptions())._replace(split="none")
    return made_of(documents(*texts), files, options=whole, form="anki-text").packages


def text_of(*texts: str, options: AnkiOptions | None = None) -> bytes:
    return files_of(*texts, options=options)["collection.txt"]


def knowing(anki: Anki) -> Anki:
    """An Anki that has met the three notetypes, and holds no note."""
    cloze = "C: [Berlin] is in Germany.\n"
    anki.take(made_of(documents(ASKED, CHOICE.format("A"), cloze), options=ALL).data)
    anki.col.remove_notes(anki.col.find_notes(""))
    return anki


def held(anki: Anki) -> tuple[object, ...]:
    """All that two collections should have alike."""
    notes = {n.guid: (n.notetype, n.fields, n.tags) for n in anki.notes()}
    cards = sorted((card.guid, card.ord, card.deck) for card in anki.shown())
    return notes, cards


ALL = AnkiOptions(split="none")
ASKED = (
    "# Lambda\n\n## Self-check\n\n### 1. What is it?\n\nA service.\n\n### 2. Why?\n\nFor peace.\n"
)
HOSTILE = """\
---
deck: '#Deck; "quoted"'
tags: ['#tag', 'العربية', a"b]
---

## Self-check

### 1. # What, "really"; {{c1::x}}?

#separator:comma

```
a\tb;c,d "e" \\n
#guid column:2

tags: x
```

### 2. ما هي؟ 🎉

"جواب" \x00 <b>bold</b> &lt;

### 3. tags:x

'single' "double"

Reserved \u2028 \x85 end.
"""

# ── what Anki gets ──────────────────────────────────────────────────────────────────────────────


def test_a_text_is_one_note_a_record_under_anki_s_headers() -> None:
    lines = text_of(ASKED).decode().split("\n")
    assert lines[:7] == [
        "#separator:tab",
        "#html:true",
        "#if matches:update current",
        "#guid column:1",
        "#notetype column:2",
        "#deck column:3",
        "#tags column:4",
    ]
    assert [line.split("\t")[1:6] for line in lines[7:9]] == [
        ["Self-check: question", "Lambda", "Lambda", "What is it?", "<p>A service.</p>"],
        ["Self-check: question", "Lambda", "Lambda", "Why?", "<p>For peace.</p>"],
    ]
    assert lines[9:] == [""]


@pytest.mark.parametrize(
    "texts",
    [
        (ASKED,),
        (CHOICE.format("A, C"),),
        ("C: [Berlin] is the capital of [Germany].\n",),
        (ASKED, "C: [Berlin] is in [Germany].\n", CHOICE.format("A")),
        ("C: [Berlin] is in [Germany].\n", CHOICE.format("A"), ASKED),
        (f"---\nreversed: yes\n---\n\n{ASKED}",),
        (f"---\nshuffle: yes\n---\n\n{CHOICE.format('A')}",),
        (HOSTILE,),
        (f"---\ndeck: Out::In\n---\n{ASKED}", "---\ndeck: Out\n---\nQ: Who?\nA: You.\n"),
        ("---\ndeck: Cafe\u0301\n---\n" + ASKED,),
    ],
    ids=["open", "choice", "cloze", "three", "turned", "both-ways", "shuffled", "hostile", "nested", "nfd"],
)  # fmt: skip
def test_a_text_brings_what_a_package_brings(texts: Sequence[str]) -> None:
    with Anki() as anki, Anki() as other:
        package = made_of(documents(*texts), options=ALL)
        anki.take(package.data)
        count = len(anki.notes())
        assert knowing(other).take_text(text_of(*texts)) == {"new": count}
        assert held(other) == held(anki)
        assert other.problems() == []
        # To who has them from the package, it brings nothing.
        assert anki.take_text(text_of(*texts)) == {"duplicate": count}


@pytest.mark.parametrize("number", ["1", "2024", "-7", "007"])
def test_a_deck_that_is_called_a_number_is_not_taken_for_an_id(number: str) -> None:
    with Anki() as anki:
        knowing(anki).take_text(text_of(ASKED.replace("Lambda", number)))
        assert anki.decks() == [f"Self-check::{number}"]


def test_a_guid_that_begins_with_a_hash_is_no_comment() -> None:
    names = map("key{}".format, count())
    key = next(key for key in names if genanki.guid_for(QUESTION.id, key).startswith("#"))
    text = text_of(f"## Self-check\n\n### 1. What?\n<!-- selfcheck: key={key} -->\n\nThat.\n")
    with Anki() as anki:
        assert knowing(anki).take_text(text) == {"new": 1}
        assert [note.guid[0] for note in anki.notes()] == ["#"]


def test_cards_come_in_order() -> None:
    with Anki() as anki:
        knowing(anki).take_text(text_of(ASKED))
        assert anki.queue("Lambda") == ["What is it?", "Why?"]


# ── importing again ─────────────────────────────────────────────────────────────────────────────


def test_an_edit_arrives_and_histories_stay() -> None:
    with Anki() as anki:
        anki.take(made(ASKED, path="0.md").data)
        for note in anki.notes():
            anki.study(note.guid)
        studied = {card.guid: card.state for card in anki.shown()}
        edited = ASKED.replace("service", "tool") + "\n### 3. Who?\n\nYou.\n"
        assert anki.take_text(text_of(edited)) == {"new": 1, "updated": 1, "duplicate": 1}
        answers = {note.fields["Answer"] for note in anki.notes()}
        assert answers == {"<p>A tool.</p>", "<p>For peace.</p>", "<p>You.</p>"}
        states = {card.guid: card.state for card in anki.shown()}
        assert studied.items() <= states.items()
        assert anki.decks() == ["Lambda"]
        assert anki.reviews() == 2


def test_times_play_no_role() -> None:
    """Unlike a package, a text wins over what the learner wrote since."""
    with Anki() as anki:
        anki.take(made(ASKED, path="0.md").data)
        note = anki.col.get_note(anki.notes()[0].id)
        note.fields[1] = "mine"
        anki.col.update_note(note)
        assert anki.take(made(ASKED, path="0.md").data).updated == 0
        assert anki.take_text(text_of(ASKED)) == {"updated": 1, "duplicate": 1}
        assert anki.notes()[0].fields["Answer"] == "<p>A service.</p>"


def test_cards_stay_in_the_deck_where_they_are() -> None:
    with Anki() as anki:
        anki.take(made(ASKED, path="0.md").data)
        moved = f"---\ndeck: Elsewhere\n---\n{ASKED}"
        anki.take_text(text_of(moved))
        assert anki.decks() == ["Lambda"]


def test_the_learner_s_tags_go_from_all_notes() -> None:
    """What Anki does with a text: said in the manual, for a package does so to changed notes only."""
    with Anki() as anki:
        anki.take(made(ASKED, path="0.md").data)
        for note in anki.notes():
            anki.tag(note.guid, "mine")
        assert anki.take_text(text_of(ASKED)) == {"updated": 2}
        assert {note.tags for note in anki.notes()} == {("Lambda",)}


def test_without_a_package_before_it_nothing_comes() -> None:
    with Anki() as anki:
        assert anki.take_text(text_of(ASKED)) == {"missing_notetype": 2}
        assert anki.notes() == []


# ── the files ───────────────────────────────────────────────────────────────────────────────────


def test_media_are_beside_the_text_under_their_names_in_the_fields() -> None:
    text = ASKED.replace("A service.", "![A picture](a.png)")
    made_files = files_of(text, files={"a.png": PNG})
    (name,) = re.findall(r'src=""(.*?)""', made_files["collection.txt"].decode())
    assert made_files[f"collection.media/{name}"] == PNG
    assert len(made_files) == 2


def test_only_what_changed_changes() -> None:
    before = text_of(ASKED).splitlines()
    choice = CHOICE.format("A").partition("### 1.")[2]
    after = text_of(ASKED.replace("### 2. ", f"### 2. {choice}\n### 3. ")).splitlines()
    assert [line for line in after if line in before] == before
    assert len(after) > len(before)


def test_the_same_content_gives_the_same_bytes() -> None:
    assert text_of(HOSTILE, ASKED) == text_of(HOSTILE, ASKED)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_real_collections_make_the_notes_of_their_packages(shared: Path, collection: str) -> None:
    for path in sorted((shared / "corpus" / collection).glob("*.md")):
        document = read(Source.from_bytes(path.name, path.read_bytes()))
        disk, times = Disk(str(path.parent)), Times()
        package = made_of([document], disk, times)
        if not package.packages:
            continue
        (text, *_) = made_of([document], disk, times, form="anki-text").packages.values()
        with Anki() as anki:
            new = anki.take(package.data).new
            assert anki.take_text(text) == {"duplicate": new}, path.name
