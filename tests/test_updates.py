"""The whole program and the real Anki: an author edits, a learner imports again and loses nothing."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from selfcheck_tools.cli import main
from selfcheck_tools.errors import UsageError
from tests.anki_oracle import Anki, History, Note
from tests.conftest import ROOT
from tests.learners import START, Author, Learner, Taken, take

PNG = b"\x89PNG\r\n\x1a\n"

FUNCTIONS = """\
---
tags: [cloud]
---

# Functions

## Starting

### 1. What is a cold start?

The first call on a new instance, which has to be prepared.

### 2. What is a warm start?

A call on an instance that is kept for reuse. ![Two calls](../images/warm.png)

## Limits

### 3. How long may a function run?

At most fifteen minutes, then it is stopped.

### 4. How large may a request be?

Six megabytes when the caller waits for the result.
"""
QUEUES = """\
# Queues

## Self-check

### 1. Why may a message arrive twice?

Because its acknowledgement was lost on the way.

### 2. What is a dead-letter queue for?

It holds messages that nobody could process.
"""
ARTS = """\
# Hearing and seeing

Q: Which note is this? ![](../sounds/note.mp3)
A: The A above middle C, to which orchestras are tuned.

---

Q: Who painted this?

![A village at night](../images/night.png)

A: Vincent van Gogh, in Saint-Rémy.

---

C: The [violin] has [four] strings, which run over a bridge.
"""
CHOICES = """\
# Instruments

## Self-check

### 1. Which of these is a woodwind instrument?

- A. The harp
- B. The oboe
- C. The horn

Answer: B

It sounds through a double reed.

### 2. Which of these are played with a bow?

- A. The cello
- B. The lute
- C. The viola

Answer: A, C

The hair of the bow is rubbed with rosin.
"""
DOCUMENTS = {
    "aws/functions.md": FUNCTIONS,
    "aws/queues.md": QUEUES,
    "arts/senses.md": ARTS,
    "exam/instruments.md": CHOICES,
}
FILES = {
    "images/warm.png": PNG + b"warm",
    "images/night.png": PNG + b"night",
    "sounds/note.mp3": b"ID3 note",
}
# A word of each question that no edit touches: whose note it is.
OWN = ("prepared", "reuse", "minutes", "megabytes", "acknowledgement", "nobody", "tuned", "Vincent",
       "bridge", "woodwind", "rosin")  # fmt: skip
NOTES = len(OWN)


@dataclass
class Pair:
    """An author, and a learner who has taken the first package and lived with it."""

    author: Author
    learner: Learner

    def update(self, *, days: int = 1, split: str = "none") -> Taken:
        """The next package is made and taken."""
        owners = self.owners()
        taken = self.learner.take(self.author, self.author.export(days=days, split=split))
        after = self.owners()
        assert {guid: after[guid] for guid in owners} == owners, "histories changed places"
        return taken

    def owners(self) -> dict[str, str]:
        """Whose note each is."""
        found = {}
        for note in self.learner.anki.notes():
            text = "".join(note.fields.values())
            found[note.guid] = next((w for w in OWN if w in text), note.fields["Key"])
        return found

    def tags(self, owner: str) -> tuple[str, ...]:
        guid = self.guid(owner)
        return next(note.tags for note in self.learner.anki.notes() if note.guid == guid)

    def gaps(self, owner: str) -> list[str]:
        """What a cloze hides, in the order in which it stands there."""
        guid = self.guid(owner)
        note = next(note for note in self.learner.anki.notes() if note.guid == guid)
        return re.findall(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}", note.fields["Text"])

    def histories(self, owner: str) -> list[History]:
        """A note's histories by the numbers of its cards."""
        found = self.learner.anki.histories()
        return [found[card] for card in sorted(found) if card[0] == self.guid(owner)]

    def guid(self, word: str) -> str:
        return next(guid for guid, owner in self.owners().items() if owner == word)

    def shown(self, text: str) -> bool:
        """Whether a text is on the learner's cards."""
        shown = self.learner.anki.shown()
        return any(text in card.question + card.answer for card in shown)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, dict[str, Note]]:
    """A folder with the content after its first export and the collection of who took it, the time
    of that, and what the package said."""
    folder = tmp_path_factory.mktemp("lived")
    author = Author(folder / "content")
    for path, content in {**DOCUMENTS, **FILES}.items():
        author.write(path, content)
    with Anki() as anki:
        pair = Pair(author, Learner(anki))
        assert pair.update().imported == (NOTES, 0, 0, 0)
        live(pair)
        anki.col.close()
        shutil.copytree(anki.folder, folder / "anki")
        anki.col.reopen()
    return folder, author.now, pair.learner.held


def live(pair: Pair) -> None:
    """What a learner does between two imports; some notes stay new."""
    learner = pair.learner.anki
    for word, rating in (("prepared", 4), ("reuse", 3), ("acknowledgement", 1), ("tuned", 4)):
        learner.study(pair.guid(word), rating)
    learner.study(pair.guid("woodwind"), 4)
    learner.study(pair.guid("bridge"), 4)
    learner.flag(pair.guid("prepared"), 3)
    learner.flag(pair.guid("rosin"), 1)
    learner.suspend(pair.guid("minutes"))
    learner.bury(pair.guid("nobody"))
    learner.move(pair.guid("reuse"), "Mine::Hard")
    learner.move(pair.guid("Vincent"), "Mine")
    for word in OWN:
        learner.tag(pair.guid(word), "mine")


@pytest.fixture
def pair(lived: tuple[Path, int, dict[str, Note]], tmp_path: Path) -> Iterator[Pair]:
    folder, now, held = lived
    shutil.copytree(folder / "content", tmp_path / "content")
    with Anki(folder / "anki") as anki:
        yield Pair(Author(tmp_path / "content", now=now), Learner(anki, held))


# ── each kind of edit ───────────────────────────────────────────────────────────────────────────


class Step(NamedTuple):
    """An edit, and what Anki must report on the next import: notes that are new and updated."""

    edit: Callable[[Author], object]
    new: int = 0
    updated: int = 0
    shows: str = ""  # what is on a card then


def text(path: str, old: str, new: str) -> Callable[[Author], object]:
    return lambda author: author.replace(path, (old, new))


def whole(path: str, content: str | bytes) -> Callable[[Author], object]:
    return lambda author: author.write(path, content)


def config(*lines: str) -> Callable[[Author], object]:
    return lambda author: author.configure(*lines)


def front(path: str, line: str) -> Callable[[Author], object]:
    """A line more in the front matter."""

    def edit(author: Author) -> None:
        author.write(path, author.text(path).replace("---\n", f"---\n{line}\n", 1))

    return edit


def part(document: str, start: str, end: str = "") -> str:
    """The lines of a document from a text up to another one."""
    found = document[document.index(start) :]
    return found[: found.index(end)] if end else found


F, Q, A, C = DOCUMENTS
COLD, WARM = part(FUNCTIONS, "### 1.", "### 2."), part(FUNCTIONS, "### 2.", "## Limits")
LONG, LARGE = part(FUNCTIONS, "### 3.", "### 4."), part(FUNCTIONS, "### 4.")
STARTING, LIMITS = part(FUNCTIONS, "## Starting", "## Limits"), part(FUNCTIONS, "## Limits")
OBOE = part(CHOICES, "- A. The harp", "It sounds")


def moved(author: Author) -> None:
    author.replace(F, (LARGE, ""))
    author.write(Q, QUEUES + "\n" + LARGE.replace("4.", "3."))


def restored(path: str) -> Callable[[Author], object]:
    return lambda author: author.write(path, DOCUMENTS[path])


STYLE = ROOT / "templates/anki/style.css"

EDITS: dict[str, list[Step]] = {
    "nothing": [Step(lambda author: None)],
    # What is asked and answered.
    "a typo in the prompt": [Step(text(F, "What is a cold", "Whst is a cold"), 0, 1, "Whst")],
    "the prompt is reworded": [Step(text(F, "What is a cold start?", "How would you define cold starts?"), 0, 1, "define")],
    "white space in the prompt": [Step(text(F, "is a cold", "is  a  cold"), 0, 1)],
    "emphasis in the prompt": [Step(text(F, "a cold start", "a *cold* start"), 0, 1, "<em>cold</em>")],
    "the answer is edited": [Step(text(F, "a new instance", "an instance just made"), 0, 1, "just made")],
    "the answer is written anew": [Step(text(F, "The first call on a new instance, which has to be prepared.", "Waiting until all is prepared."), 0, 1, "Waiting")],
    "prompt and answer are edited a little": [Step(lambda author: author.replace(F, ("What is a cold start?", "What is a cold start of a function?"), ("a new instance", "any new instance")), 0, 1, "any new")],
    "a blank line in the answer": [Step(text(F, "### 2.", "\n\n### 2."), 0, 0)],
    "a comment in the answer": [Step(text(F, "prepared.", "prepared. <!-- TODO: numbers -->"), 0, 0)],
    # Pictures and sounds.
    "a picture is replaced under its name": [Step(whole("images/warm.png", PNG + b"warmer"), 0, 1)],
    "a picture in a prompt is replaced": [Step(whole("images/night.png", PNG + b"star"), 0, 1)],
    "a picture is renamed": [Step(lambda author: (author.rename("images/warm.png", "images/hot.png"), author.replace(F, ("warm.png", "hot.png"))), 0, 1, "hot-")],
    "a picture in a prompt is renamed": [Step(lambda author: (author.rename("images/night.png", "images/stars.png"), author.replace(A, ("night.png", "stars.png"))), 0, 1, "stars-")],
    "a picture is lost and found": [
        Step(lambda author: (author.folder / "images/warm.png").unlink(), 0, 1, "missing picture"),
        Step(whole("images/warm.png", FILES["images/warm.png"]), 0, 1, "<img"),
    ],
    "an alternative text": [Step(text(F, "Two calls", "Two calls in a row"), 0, 1, "in a row")],
    "a sound is replaced": [Step(whole("sounds/note.mp3", b"ID3 again"), 0, 1)],
    "a sound is renamed": [Step(lambda author: (author.rename("sounds/note.mp3", "sounds/a.mp3"), author.replace(A, ("note.mp3", "a.mp3"))), 0, 1)],
    # Choices.
    "the text of an option": [Step(text(C, "The harp", "The lyre"), 0, 1, "The lyre")],
    "an option more": [Step(text(C, "- C. The horn\n", "- C. The horn\n- D. The tuba\n"), 0, 1, "The tuba")],
    "the order of options": [Step(text(C, OBOE, "- A. The oboe\n- B. The harp\n- C. The horn\n\nAnswer: A\n\n"), 0, 1)],
    "the right option": [Step(text(C, "Answer: B", "Answer: C"), 0, 1)],
    "one more right option": [Step(text(C, "Answer: B", "Answer: B, C"), 0, 1, "checkbox")],
    "an explanation": [Step(text(C, "It sounds", "A tone comes"), 0, 1, "A tone comes")],
    "an explanation is removed": [Step(text(C, "It sounds through a double reed.\n\n", ""), 0, 1)],
    # Numbers and places.
    "numbers": [Step(lambda author: author.replace(F, *((f"### {n}.", f"### {n + 40}.") for n in (4, 3, 2, 1))))],
    "the style of numbers": [Step(lambda author: author.replace(F, *((f"### {n}.", f"### {n})") for n in (4, 3, 2, 1))))],
    "no numbers": [Step(lambda author: author.replace(F, *((f"### {n}. ", "### ") for n in (4, 3, 2, 1))))],
    "the order of questions": [Step(text(F, COLD + WARM, WARM + COLD))],
    "a question is inserted first": [Step(text(F, COLD, "### 1. What is a trigger?\n\nAn event that calls it.\n\n" + COLD), 1, 0, "An event")],
    "a question is deleted": [Step(text(F, COLD, ""))],
    "a question is deleted and put back": [Step(text(F, COLD, "")), Step(restored(F))],
    "a question is deleted and put back elsewhere": [Step(text(F, COLD, "")), Step(lambda author: author.replace(F, (LARGE, LARGE + "\n" + COLD)), 0, 1)],
    "a question goes and another one comes": [Step(text(F, COLD, "### 1. Which port does HTTPS use?\n\nNumber 443, unless told otherwise.\n\n"), 1, 0, "443")],
    "a section is renamed": [Step(text(F, "## Limits", "## Quotas"), 0, 2, "Quotas")],
    "a section is moved": [Step(text(F, STARTING + LIMITS, LIMITS + "\n" + STARTING))],
    "a question moves to another section": [Step(text(F, WARM + "## Limits\n\n", "## Limits\n\n" + WARM), 0, 1)],
    "a question moves to another document": [Step(moved, 0, 1)],
    "a document is renamed": [Step(lambda author: author.rename(F, "aws/lambda.md"))],
    "a document moves to another folder": [Step(lambda author: author.rename(F, "cloud/functions.md"))],
    "a folder is renamed": [Step(lambda author: author.rename("aws", "cloud"))],
    "a title is changed": [Step(text(F, "# Functions", "# Serverless functions"), 0, 4, "Serverless functions")],
    "a document is split in two": [Step(lambda author: (author.replace(F, (LIMITS, "")), author.write("aws/limits.md", f"# Limits\n\n{LIMITS}")), 0, 2)],
    # Front matter.
    "tags of a document": [Step(text(F, "[cloud]", "[cloud, aws]"), 0, 4)],
    "a tag is removed": [Step(text(F, "tags: [cloud]", "tags: []"), 0, 4)],
    "tags of a question": [Step(text(F, "### 2.", "<!-- selfcheck: tags=slow -->\n\n### 2."), 0, 1)],
    "points and room of a question": [Step(text(F, "### 2.", "<!-- selfcheck: points=2 room=4 -->\n\n### 2."))],
    "a key is written": [Step(lambda author: author.replace(F, ("### 2.", f"<!-- selfcheck: key={author.keys()[F][0]} -->\n\n### 2.")))],
    "a deck": [Step(front(F, "deck: Cloud::Functions"))],
    "a language": [Step(front(F, "language: en"), 0, 4, 'lang="en"')],
    "a description": [Step(front(F, "description: About functions"))],
    # Looks and options.
    "a template": [Step(lambda author: (author.configure('templates = "look"'), author.write("look/anki/question-back.html", "{{FrontSide}}<hr id=answer>{{Answer}} <i>mine</i>")), 0, 0, "<i>mine</i>")],
    "a style sheet": [Step(lambda author: (author.configure('templates = "look"'), author.write("look/anki/style.css", STYLE.read_text() + ".card { color: teal }")))],
    "where content can be read": [Step(config("[anki]", 'url = "https://example.org/notes"'), 0, NOTES, "https://example.org/notes/aws/functions.md")],
    "decks by section": [Step(config("[anki]", "sections = true")), Step(config("[anki]"))],
    "a deck for all": [Step(config("[anki]", 'deck = "Everything"'))],
    "reversed cards": [Step(config("[anki]", "reversed = true"), 0, 8), Step(config("[anki]"), 0, 8)],
    "shuffled options": [Step(config("[anki]", "shuffle = true"), 0, 2), Step(config("[anki]"), 0, 2)],
    # What comes and goes.
    "an answer is removed and written again": [
        Step(text(F, "The first call on a new instance, which has to be prepared.\n", "")),
        Step(restored(F)),
    ],
    "an answer is removed and another one written": [
        Step(text(F, "The first call on a new instance, which has to be prepared.\n", "")),
        Step(text(F, "### 1. What is a cold start?\n", "### 1. What is a cold start?\n\nAll must be prepared first.\n"), 0, 1, "must be prepared"),
    ],
    "a question becomes a choice and back": [
        Step(text(F, "The first call on a new instance, which has to be prepared.\n", "- A. The first call\n- B. The last call\n\nAnswer: A\n"), 1, 0, "The last call"),
        Step(restored(F), 0, 1, "has to be prepared"),
    ],
    "a choice becomes a question and back": [
        Step(text(C, OBOE, "The oboe. "), 1, 0, "The oboe."),
        Step(restored(C), 0, 1),
    ],
    # Clozes.
    "a cloze is edited": [Step(text(A, "run over a bridge", "are laid over a bridge"), 0, 1, "are laid")],
    "what a cloze hides is edited": [Step(text(A, "[four]", "[4]"), 0, 1)],
    "a cloze is added at the end": [Step(text(A, "over a bridge", "over a [bridge]"), 0, 1)],
    "a cloze gets a hint": [Step(text(A, "[violin]", "{{c1::violin::an instrument}}"), 0, 1, "an instrument")],
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_costs_a_learner_nothing(pair: Pair, name: str) -> None:
    for step in EDITS[name]:
        step.edit(pair.author)
        new, updated, *_ = pair.update().imported
        assert (new, updated) == (step.new, step.updated)
        assert pair.shown(step.shows)
    assert pair.update().imported[:2] == (0, 0), "the next package, of the same content"


def test_cards_stay_where_the_learner_has_them_and_a_beginner_gets_the_new_decks(
    pair: Pair,
) -> None:
    front(F, "deck: Cloud::Functions")(pair.author)
    pair.author.rename(Q, "aws/later/queues.md")
    here = ["Mine", "Mine::Hard", "arts::Hearing and seeing", "aws::Functions", "aws::Queues"]
    assert pair.update().decks == (
        *("Cloud::Functions", "arts::Hearing and seeing", "aws::later::Queues"),
        "exam::Instruments",
    )
    assert pair.learner.anki.decks() == [*here, "exam::Instruments"]


def test_packages_may_be_cut_in_another_way(pair: Pair) -> None:
    for split, packages in (("document", 4), ("none", 1), ("folder", 3)):
        assert len(pair.author.export(split=split)) == packages
        assert pair.update(split=split).imported == (0, 0, NOTES, 0)


def test_an_edit_comes_with_a_clock_that_goes_backwards(pair: Pair) -> None:
    text(F, "has to be prepared", "must be prepared")(pair.author)
    assert pair.update(days=-400).imported.updated == 1
    text(F, "must be prepared", "has to be prepared")(pair.author)
    assert pair.update(days=-400).imported.updated == 1
    text(F, COLD, "### 1. What is a trigger?\n\nAn event that calls it.\n\n" + COLD)(pair.author)
    assert pair.update(days=-400).imported[:2] == (1, 0)
    text(F, "An event that", "Any event that")(pair.author)
    assert pair.update(days=-400).imported[:2] == (0, 1)


def test_who_skips_packages_gets_all_at_once(pair: Pair) -> None:
    text(F, "What is a cold start?", "How would you define cold starts?")(pair.author)
    pair.author.export()
    text(F, "The first call on a new instance", "The first request to a new one")(pair.author)
    pair.author.export()
    moved(pair.author)
    assert pair.update().imported == (0, 2, NOTES - 2, 0)


def test_an_older_package_brings_nothing_back(pair: Pair) -> None:
    old = pair.author.export(split="none")
    text(F, "has to be prepared", "must be prepared")(pair.author)
    assert pair.update().imported.updated == 1
    held = pair.learner.anki.notes()
    assert take(pair.learner.anki, old) == (0, 0, NOTES, 0)
    assert pair.learner.anki.notes() == held


def test_reversed_cards_come_new_and_stay_until_anki_is_asked_to_clear_them(pair: Pair) -> None:
    anki = pair.learner.anki
    front(F, "reversed: yes")(pair.author)
    pair.update()
    cards = [card for card in anki.shown() if card.ord == 1 and "Functions" in card.question]
    assert {card.state for card in cards} == {(0, 0, 0, 0, 0, 0)}
    assert len(cards) == 4
    assert anki.empty_cards() == 0
    anki.study(cards[0].guid, 4)
    restored(F)(pair.author)
    pair.update()
    assert anki.empty_cards() == 4


def test_a_new_look_reaches_cards_without_touching_notes(pair: Pair) -> None:
    pair.author.configure('templates = "look"')
    pair.author.write("look/anki/style.css", ".card { color: teal }")
    assert pair.update().imported.updated == 0
    assert {card.css for card in pair.learner.anki.shown()} == {".card { color: teal }"}
    pair.author.write("look/anki/style.css", ".card { color: navy }")
    assert pair.update(days=-3).imported.updated == 0
    assert {card.css for card in pair.learner.anki.shown()} == {".card { color: navy }"}


# ── what Anki does not allow: limits that the manual states ─────────────────────────────────────


def test_an_edit_drops_the_tags_that_the_learner_gave_the_note(pair: Pair) -> None:
    text(F, "has to be prepared", "must be prepared")(pair.author)
    pair.update()
    tags = {owner: pair.tags(owner) for owner in ("prepared", "reuse")}
    assert tags == {"prepared": ("cloud", "Functions::Starting"), "reuse": ("cloud", "Functions::Starting", "mine")}  # fmt: skip


def test_a_note_that_the_learner_changed_later_keeps_the_learners_text(pair: Pair) -> None:
    anki = pair.learner.anki
    text(F, "has to be prepared", "must be prepared")(pair.author)
    package = pair.author.export(split="none")
    note = anki.col.get_note(anki.col.find_notes("prepared")[0])
    note["Extra"] = "my own words"
    anki.col.update_note(note)  # its time is today's, and so after the package's
    assert take(anki, package) == (0, 0, NOTES, 0)
    assert pair.shown("has to be prepared")

    pair.author.now = anki.col.get_note(note.id).mod
    text(F, "must be prepared", "is to be prepared")(pair.author)
    assert take(anki, pair.author.export(split="none")).updated == 1
    assert pair.shown("is to be prepared")
    assert not pair.shown("my own words")


def test_plain_brackets_are_counted_so_a_gap_before_others_moves_their_histories(
    pair: Pair,
) -> None:
    text(A, "C: The [violin]", "C: The Italian [violin]")(pair.author)
    pair.update()
    assert pair.gaps("bridge") == ["violin", "four"]
    text(A, "C: The Italian", "C: The [Italian]")(pair.author)
    pair.update()
    assert pair.gaps("bridge") == ["Italian", "violin", "four"]
    assert [history.repetitions for history in pair.histories("bridge")] == [1, 0, 0]


def test_numbered_gaps_keep_their_histories(pair: Pair) -> None:
    text(A, "[violin] has [four]", "{{c1::violin}} has {{c2::four}}")(pair.author)
    assert pair.update().imported.updated == 0, "the same gaps, written in another way"
    text(A, "C: The {{c1", "C: The {{c3::Italian}} {{c1")(pair.author)
    pair.update()
    assert pair.gaps("bridge") == ["Italian", "violin", "four"]
    assert [history.repetitions for history in pair.histories("bridge")] == [1, 0, 0]


def test_the_only_gap_of_a_sentence_makes_it_another_question(pair: Pair) -> None:
    """ "[Mars] is a planet" must not get the history of "[Venus] is a planet"."""
    pair.author.write(A, ARTS + "\n---\n\nC: [Venus] is a planet of the sun.\n")
    assert pair.update().imported[:2] == (1, 0)
    text(A, "[Venus]", "[Mars]")(pair.author)
    assert pair.update().imported[:2] == (1, 0)


# ── the same bytes ───────────────────────────────────────────────────────────────────────────────

PROGRAM = "import sys\nfrom selfcheck_tools.cli import main\nsys.exit(main(sys.argv[1:]))"
PLACES = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LANG": "tr_TR.UTF-8", "LC_ALL": "C.UTF-8"},
)


def built(
    folder: Path, files: Sequence[tuple[str, bytes]], place: dict[str, str]
) -> dict[str, bytes]:
    """The packages and the lock that the program makes, in a process of its own, of files that are
    written in this order."""
    author = Author(folder / "content")
    for path, content in files:
        author.write(path, content)
    environment = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    subprocess.run(
        [sys.executable, "-c", PROGRAM, "export", "content", "--to", "anki", "--output", "out"],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), **place},
        check=True,
        capture_output=True,
    )
    made = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.apkg")}
    return {name: made[name].read_bytes() for name in sorted(made)} | {"lock": author.lock.encode()}


def test_a_first_package_depends_on_content_and_time_alone(tmp_path: Path) -> None:
    files = [(p, c.encode() if isinstance(c, str) else c) for p, c in (DOCUMENTS | FILES).items()]
    time = {"SOURCE_DATE_EPOCH": str(START)}
    one = built(tmp_path / "one", files, PLACES[0] | time)
    assert len(one) == len(DOCUMENTS) + 1
    assert built(tmp_path / "two", files[::-1], PLACES[1] | time) == one


def test_a_later_package_depends_on_content_and_lock_alone(pair: Pair, tmp_path: Path) -> None:
    names = sorted(p for p in pair.author.folder.rglob("*") if p.is_file())
    files = [(p.relative_to(pair.author.folder).as_posix(), p.read_bytes()) for p in names]
    one = built(tmp_path / "one", files, PLACES[0])
    two = built(tmp_path / "two", files[::-1], PLACES[1] | {"SOURCE_DATE_EPOCH": "1900000000"})
    assert one == two
    assert one["lock"] == pair.author.lock.encode()


# ── the lock ────────────────────────────────────────────────────────────────────────────────────


def test_without_its_lock_a_collection_that_is_as_at_first_keeps_histories_but_not_tags(
    pair: Pair,
) -> None:
    (pair.author.folder / "selfcheck.lock").unlink()
    pair.learner.held.clear()
    taken = take(pair.learner.anki, pair.author.export(split="none"))
    assert taken == (0, NOTES, 0, 0)
    assert pair.tags("reuse") == ("cloud", "Functions::Starting")


def test_without_its_lock_an_edited_collection_is_another_one(pair: Pair) -> None:
    """The worst that can happen: all notes are there twice, the new ones without history."""
    text(F, "What is a cold start?", "What is a cold start, then? And why?")(pair.author)
    (pair.author.folder / "selfcheck.lock").unlink()
    assert take(pair.learner.anki, pair.author.export(split="none")) == (NOTES, 0, 0, 0)


def test_branches_are_merged_by_keeping_the_lines_of_both_locks(pair: Pair, tmp_path: Path) -> None:
    author = pair.author
    other = Author(tmp_path / "other", now=author.now + 10)
    shutil.copytree(author.folder, other.folder, dirs_exist_ok=True)
    with Anki() as anki:
        second = Pair(other, Learner(anki))
        assert second.update().imported.new == NOTES

        trigger = "### 1. What is a trigger?\n\nAn event that calls a function.\n\n"
        text(F, COLD, trigger + COLD)(author)
        text(
            F, "How long may a function run?", "What is the longest time that a function may run?"
        )(author)
        text(C, "The harp", "The lyre")(author)
        pair.update()
        text(Q, "was lost on the way", "never came back")(other)
        text(Q, "### 2.", "### 2. What is a queue?\n\nMessages that wait in line.\n\n### 3.")(other)
        text(C, "The harp", "The zither")(other)
        second.update(days=2)

        author.write(Q, other.text(Q))
        header, *lines = author.lock.splitlines(keepends=True)
        author.write(
            "selfcheck.lock",
            header + "".join(sorted({*lines, *other.lock.splitlines(keepends=True)})),
        )
        author.write(C, other.text(C))
        second.author = author
        assert pair.update().imported == (1, 2, NOTES - 1, 0)
        assert second.update().imported == (1, 1, NOTES, 0)
        assert pair.shown("The zither")


def test_frozen_makes_no_note_that_the_lock_does_not_know(pair: Pair) -> None:
    """It would get another time in each build, and take the learner's tags off each time."""
    author = pair.author
    author.write("images/warm.png", PNG + b"warmer")
    with pytest.raises(UsageError, match="does not know all notes as they are now"):
        author.export(split="none", frozen=True)
    main(["lock", str(author.folder)])
    lock = author.lock
    new = pair.learner.take(author, author.export(split="none", frozen=True))
    assert new.imported == (0, 1, NOTES - 1, 0)
    assert author.lock == lock
    assert take(pair.learner.anki, author.export(split="none", frozen=True)).updated == 0


def test_a_lock_that_does_not_know_a_note_is_stale(
    pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(pair.author.folder)
    assert main(["lock", "--check", folder]) == 0
    pair.author.write("images/warm.png", PNG + b"warmer")
    assert main(["lock", "--check", folder]) == 1
    assert capsys.readouterr().out.endswith("is stale: 1 note for Anki\n")
    assert main(["lock", folder]) == 0
    assert main(["lock", "--check", folder]) == 0


def test_decks_without_a_lock_are_others_and_cannot_be_corrected(pair: Pair) -> None:
    anki, author = pair.learner.anki, pair.author
    assert take(anki, author.export(split="none", use_lock=False)) == (NOTES, 0, 0, 0)
    text(F, "has to be prepared", "must be prepared")(author)
    assert take(anki, author.export(split="none", use_lock=False)) == (0, 0, NOTES, 0)
    assert not pair.shown("must be prepared")


def test_two_collections_that_ask_the_same_live_side_by_side(pair: Pair, tmp_path: Path) -> None:
    other = Author(tmp_path / "other")
    other.write("functions.md", FUNCTIONS.replace("../images/warm.png", "warm.png"))
    other.write("warm.png", FILES["images/warm.png"])
    other.write("more.md", QUEUES)
    anki = pair.learner.anki
    held = {note.guid: note for note in anki.notes()}
    assert take(anki, other.export()) == (6, 0, 0, 0)
    assert {note.guid: note for note in anki.notes() if note.guid in held} == held
    other.replace("functions.md", ("has to be prepared", "has to start"))
    assert take(anki, other.export()) == (0, 1, 5, 0)
    assert {note.guid: note for note in anki.notes() if note.guid in held} == held
