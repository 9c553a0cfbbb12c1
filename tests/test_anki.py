"""Anki packages, judged by the real Anki: what it imports, updates, shows and keeps."""

import io
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from html import unescape
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcheck_tools import render
from selfcheck_tools.exporters import AnkiOptions, Context, Omission, load
from selfcheck_tools.exporters.anki import apkg
from selfcheck_tools.exporters.anki.notetypes import NOTETYPES, Notetype
from selfcheck_tools.files import Disk, Memory
from selfcheck_tools.model import Document, Fragment, Question
from selfcheck_tools.read import read
from selfcheck_tools.templates import Templates, overridden, shipped
from selfcheck_tools.text import Source, Span
from tests.anki_oracle import Anki, Imported, Note
from tests.conftest import ROOT, whole

PNG = b"\x89PNG\r\n\x1a\n picture"
START = 1_700_000_000

# ── harness ─────────────────────────────────────────────────────────────────────────────────────


class Times:
    """What selfcheck.lock does: an unchanged digest keeps its time, a new one gets a later one."""

    def __init__(self) -> None:
        self.now = START
        self.known: dict[str, tuple[str, int]] = {}

    def changed(self, name: str, digest: str) -> int:
        before, at = self.known.get(name, ("", 0))
        if before != digest:
            self.known[name] = digest, max(self.now, at + 1)
        return self.known[name][1]


class Made(NamedTuple):
    """What an export gave."""

    packages: dict[str, bytes]
    omitted: list[Omission]

    @property
    def data(self) -> bytes:
        (data,) = self.packages.values()
        return data

    @property
    def messages(self) -> list[str]:
        return [omission.message for omission in self.omitted]


def keys(document: Document) -> list[str]:
    """A key by what is asked, and its occurrence; the author's own where one is written."""
    found: list[str] = []
    for question in document.questions:
        prompt = question.prompt.markdown.encode("utf-8", "replace")
        digests = (sha256(prompt + b"%d" % at).hexdigest()[:16] for at in count())
        found.append(question.key or next(digest for digest in digests if digest not in found))
    return found


def made(
    text: str | bytes | Document,
    files: Mapping[str, bytes | str] | Disk | Memory | None = None,
    times: Times | None = None,
    *,
    path: str = "deck.md",
    options: AnkiOptions | None = None,
    template: Templates = shipped,
) -> Made:
    """The packages of one document."""
    if not isinstance(text, Document):
        data = text.encode() if isinstance(text, str) else text
        text = read(Source.from_bytes(path, data))
    return made_of([text], files, times, options=options, template=template)


def made_of(
    documents: Sequence[Document],
    files: Mapping[str, bytes | str] | Disk | Memory | None = None,
    times: Times | None = None,
    *,
    options: AnkiOptions | None = None,
    template: Templates = shipped,
    form: str = "anki",
    processes: int = 1,
) -> Made:
    """The packages of documents, or their files in another form."""
    omitted: list[Omission] = []
    context = Context(
        files=files if isinstance(files, (Disk, Memory)) else Memory(files or {}),
        source=lambda document: Source(document.path, ""),
        keys=keys,
        changed=(times or Times()).changed,
        omit=omitted.append,
        anki=options or AnkiOptions(),
        template=template,
        processes=lambda documents: processes,
    )
    return Made(
        {artifact.path: whole(artifact) for artifact in load(form)(documents, context)}, omitted
    )


@pytest.fixture
def anki() -> Iterator[Anki]:
    with Anki() as collection:
        yield collection


def taken(anki: Anki, text: str, files: Mapping[str, bytes | str] | None = None) -> list[Note]:
    """The notes of a document after its import."""
    anki.take(made(text, files).data)
    return anki.notes()


def seen(html: str) -> str:
    """What a learner reads of a card."""
    html = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def contents(notes: Sequence[Note]) -> dict[str, tuple[str, ...]]:
    return {note.guid: (*note.fields.values(), *note.tags, str(note.mod)) for note in notes}


DECK = """\
# Lambda

## Self-check

### 1. What is Lambda?

Functions as a service.

### 2. What is a layer?

A shared archive. ![Layers](images/layers.png)

### 3. What is a trigger?

### 4. What is a version?

A frozen copy of code.
"""
FILES = {"images/layers.png": PNG}


# ── what Anki gets ──────────────────────────────────────────────────────────────────────────────


def test_notes_come_in_order_into_a_deck_with_their_pictures(anki: Anki) -> None:
    deck = made(DECK, FILES)
    assert deck.packages.keys() == {"deck.apkg"}
    assert anki.take(deck.data) == Imported(new=3, updated=0, duplicate=0, conflicting=0)
    assert anki.decks() == ["Lambda"]
    assert anki.notetypes() == ["Self-check: question"]
    prompts = ["What is Lambda?", "What is a layer?", "What is a version?"]
    assert [note.fields["Question"] for note in anki.notes()] == prompts
    assert [card.due for card in anki.shown()] == sorted({card.due for card in anki.shown()})
    assert list(anki.media().values()) == [PNG]
    assert anki.missing_media() == []
    assert anki.problems() == []


def test_a_card_shows_question_answer_and_where_it_is_from(anki: Anki) -> None:
    anki.take(made(DECK, FILES).data)
    first = anki.shown()[0]
    assert seen(first.question) == "What is Lambda? Lambda"
    assert "Functions as a service." in seen(first.answer)
    assert first.css.startswith("/* The look of all cards.")


def test_a_question_without_an_answer_is_left_out_and_named() -> None:
    omitted = made(DECK, FILES).omitted
    assert [(o.path, o.what, o.message) for o in omitted] == [
        ("deck.md", "answer", "question 3 has no answer")
    ]
    assert DECK[omitted[0].span.start :].startswith("### 3. What is a trigger?")


def test_a_document_without_answers_makes_no_package() -> None:
    assert made("# T\n\n## Self-check\n\n### 1. What?\n").packages == {}


@pytest.mark.parametrize(
    ("front", "heading", "deck"),
    [
        ("", "# Plain", "Plain"),
        ("", "# C++ std::vector", "C++ std\u2237vector"),
        ("deck: A::B", "# Plain", "A::B"),
        ("", "", "deck"),
    ],
)
def test_the_deck_is_named_after_the_document(
    anki: Anki, front: str, heading: str, deck: str
) -> None:
    head = f"---\n{front}\n---\n\n" if front else ""
    anki.take(made(f"{head}{heading}\n\n## Self-check\n\n### 1. What?\n\nThat.\n").data)
    assert anki.decks() == [deck]


def test_tags_come_from_the_front_matter(anki: Anki) -> None:
    head = "---\ntags: [aws, cloud computing, aws]\n---\n\n"
    (note,) = taken(anki, f"{head}## Self-check\n\n### 1. What?\n\nThat.\n")
    assert note.tags == ("aws", "cloud_computing", "deck")


# ── what must never change ──────────────────────────────────────────────────────────────────────


def test_notetypes_are_frozen() -> None:
    """Never edit this table: Anki would refuse every note that a learner already has."""
    common = (
        *("Extra", "Source", "Link", "Key", "Language", "Settings"),
        *("Reserved1", "Reserved2", "Reserved3"),
    )
    assert [(n.id, n.fields, n.is_cloze, [name for name, _ in n.templates]) for n in NOTETYPES] == [
        (
            1763856000101,
            ("Question", "Answer", "Reversed", *common),
            False,
            ["Question", "Reversed"],
        ),
        (
            1763856000102,
            ("Question", "Options", "Solution", "Explanation", *common),
            False,
            ["Choice"],
        ),
        (1763856000103, ("Text", "Explanation", *common), True, ["Cloze"]),
    ]


def test_guids_are_frozen(anki: Anki) -> None:
    """A learner's history hangs on them."""
    text = "## Self-check\n\n### 1. What?\n<!-- selfcheck: key=abc -->\n\nThat.\n"
    assert [note.guid for note in taken(anki, text)] == ["k`62>6Mfkx"]


@pytest.mark.parametrize("notetype", NOTETYPES, ids=lambda notetype: notetype.name)
def test_templates_name_only_fields_of_their_notetype(notetype: Notetype) -> None:
    for _, stem in notetype.templates:
        for side in ("front", "back"):
            template = shipped(f"anki/{stem}-{side}.html")
            names = {re.sub(r"^[#^/]|^cloze:", "", n) for n in re.findall(r"{{(.*?)}}", template)}
            assert names <= {*notetype.fields, "FrontSide"}
            assert not re.search(r"https?:|//\w+\.", template), "cards need no network"


# ── importing again ─────────────────────────────────────────────────────────────────────────────


def test_an_unchanged_package_changes_nothing(anki: Anki) -> None:
    times = Times()
    anki.take(made(DECK, FILES, times).data)
    times.now += 1000
    assert anki.take(made(DECK, FILES, times).data) == Imported(0, 0, 3, 0)


def test_an_edited_answer_arrives_and_histories_and_tags_stay(anki: Anki) -> None:
    times = Times()
    anki.take(made(DECK, FILES, times).data)
    for note in anki.notes():
        anki.study(note.guid, rating=4)
        anki.tag(note.guid, "mine")
    studied = {card.guid: card.state for card in anki.shown()}
    assert all(state[3] == 1 for state in studied.values()), "each was reviewed once"

    times.now += 1000
    edited = DECK.replace("as a service.", "as a *managed* service.")
    assert anki.take(made(edited, FILES, times).data) == Imported(0, 1, 2, 0)
    after = {note.fields["Question"]: note for note in anki.notes()}
    assert "<em>managed</em>" in after["What is Lambda?"].fields["Answer"]
    assert {card.guid: card.state for card in anki.shown()} == studied
    assert anki.reviews() == 3
    assert [prompt for prompt, note in after.items() if "mine" in note.tags] == [
        "What is a layer?",
        "What is a version?",
    ]


def test_an_edit_under_the_old_time_would_be_refused(anki: Anki) -> None:
    """Why notes carry times: Anki keeps the old text in silence. Not ours to wish otherwise."""
    anki.take(made(DECK, FILES).data)
    assert anki.take(made(DECK.replace("Functions", "Code"), FILES).data) == Imported(0, 0, 3, 0)
    assert "Functions" in anki.notes()[0].fields["Answer"]


def test_an_edited_prompt_keeps_its_note_by_its_key(anki: Anki) -> None:
    times = Times()
    text = "## Self-check\n\n### 1. What is it?\n<!-- selfcheck: key=it -->\n\nThat.\n"
    anki.take(made(text, {}, times).data)
    edited = text.replace("What is it?", "What is it, exactly?")
    assert anki.take(made(edited, {}, times).data) == Imported(0, 1, 0, 0)


def test_renumbering_and_reordering_touch_no_note(anki: Anki) -> None:
    times = Times()
    anki.take(made(DECK, FILES, times).data)
    before = contents(anki.notes())
    first, *rest = re.split(r"(?m)^(?=### )", DECK)
    moved = (
        "".join((first, *reversed(rest))).replace("### 4.", "### 40)").replace("### 1.", "### 7.")
    )
    times.now += 1000
    assert anki.take(made(moved, FILES, times).data) == Imported(0, 0, 3, 0)
    with Anki() as fresh:
        fresh.take(made(moved, FILES, times).data)
        assert contents(fresh.notes()) == before


def test_a_new_look_arrives_when_it_is_newer(anki: Anki) -> None:
    times = Times()
    anki.take(made(DECK, FILES, times).data)
    own = overridden(Memory({"look/anki/style.css": ".card { color: teal }"}), "look")

    stale = made(DECK, FILES, template=own)
    assert anki.take(stale.data) == Imported(0, 0, 3, 0)
    assert "teal" not in anki.css("Self-check: question")
    newer = made(DECK, FILES, times, template=own)
    assert anki.take(newer.data) == Imported(0, 0, 3, 0), "no note is touched by a new look"
    assert anki.css("Self-check: question") == ".card { color: teal }"


def test_a_replaced_picture_arrives(anki: Anki) -> None:
    times = Times()
    anki.take(made(DECK, FILES, times).data)
    newer = {"images/layers.png": PNG + b" redrawn"}
    assert anki.take(made(DECK, newer, times).data) == Imported(0, 1, 2, 0)
    (name,) = re.findall(r'src="(.*?)"', anki.notes()[1].fields["Answer"])
    assert anki.media()[name] == newer["images/layers.png"]


def test_a_question_that_becomes_a_choice_is_a_new_note(anki: Anki) -> None:
    """Anki would refuse the known note with another notetype, now and at each later import."""
    times = Times()
    text = "## Self-check\n\n### 1. Which?\n<!-- selfcheck: key=which -->\n\n"
    anki.take(made(text + "The first.\n", {}, times).data)
    choice = text + "- A. One\n- B. Two\n\nAnswer: A\n"
    assert anki.take(made(choice, {}, times).data) == Imported(1, 0, 0, 0)


# ── choices ─────────────────────────────────────────────────────────────────────────────────────

CHOICE = """\
## Self-check

### 1. Which are primes?

- A. 2
- B. 4
- C. 5

Answer: {}

Because they have **two** divisors.
"""


@pytest.mark.parametrize(
    ("solution", "control", "right"), [("A", "radio", [0]), ("A, C", "checkbox", [0, 2])]
)
def test_options_can_be_tapped_and_the_back_marks_them(
    anki: Anki, solution: str, control: str, right: list[int]
) -> None:
    anki.take(made(CHOICE.format(solution)).data)
    (card,) = anki.shown()
    for side in (card.question, card.answer):
        assert re.findall(r'<input type="(\w+)"', side) == [control] * 3
        options = re.findall(r'<li class="option( right)?">', side)
        assert [at for at, mark in enumerate(options) if mark] == right
    assert "solved" not in card.question
    assert "Because they have two divisors." in seen(card.answer)
    assert "divisors" not in card.question
    assert anki.notes()[0].fields["Solution"] == solution


def test_options_of_a_task_list_need_no_letters(anki: Anki) -> None:
    (note,) = taken(anki, "## Self-check\n\n### 1. Which?\n\n- [ ] One\n- [x] Two\n")
    assert note.fields["Options"].startswith('<ul class="options" dir="auto">')
    assert note.fields["Solution"] == "2"


def test_arabic_options_run_from_the_right(anki: Anki) -> None:
    text = CHOICE.format("أ").replace("A. 2", "أ: `undefined` و").replace("B. 4", "ب: `x`")
    (note,) = taken(anki, text.replace("- C. 5\n", ""))
    assert note.fields["Options"].startswith('<ul class="options" dir="rtl">')


# ── clozes ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prompt", "field", "fronts"),
    [
        (
            "[Berlin] is the capital of [Germany].",
            "{{c1::Berlin}} is the capital of {{c2::Germany}}.",
            ["[...] is the capital of Germany.", "Berlin is the capital of [...]."],
        ),
        (
            "{{c2::a}} and {{c1::b::a letter}} and {{c2::c}}",
            "{{c2::a}} and {{c1::b::a letter}} and {{c2::c}}",
            ["a and [a letter] and c", "[...] and b and [...]"],
        ),
        ("It is [$\\frac{{a}}{b}$].", None, ["It is [...]."]),
        ("It is [`a::b`] { }} {{.", None, ["It is [...] { }} {{."]),
        ("A **[bold]** *[_nested_]*", None, ["A [...] nested", "A bold [...]"]),
        ("Is ![x [y] z](p.png) [it]?", None, ["Is [...]?"]),
        ("Ends in a colon [a:] and {{[b]}}", None, ["Ends in a colon [...] and {{b}}", None]),
    ],
)
def test_deletions_become_cards(
    anki: Anki, prompt: str, field: str | None, fronts: list[str | None]
) -> None:
    (note,) = taken(anki, f"C: {prompt}\n", {"p.png": PNG})
    assert note.notetype == "Self-check: cloze"
    assert field is None or note.fields["Text"] == field
    cards = anki.shown()
    assert len(cards) == len(fronts)
    for card, front in zip(cards, fronts, strict=True):
        assert front is None or seen(card.question) == f"{front} deck"
        assert "[...]" not in seen(card.answer)
    assert anki.problems() == []


def test_a_cloze_in_a_table_stays_in_its_cell(anki: Anki) -> None:
    table = "| A | B |\n| --- | --- |\n| F | [T] |\n"
    (note,) = taken(anki, f"C: A table:\n\n{table}")
    assert "<td>{{c1::T}}</td>" in note.fields["Text"]


# ── pictures and sounds ─────────────────────────────────────────────────────────────────────────


def pictured(*targets: str) -> str:
    pictures = "\n\n".join(f"Text ![alt]({target})" for target in targets)
    return f"## Self-check\n\n### 1. What?\n\n{pictures}\n"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("a.png", "a.png"),
        ("./images/../images/a.png", "images/a.png"),
        ("my%20picture%281%29.png", "my picture(1).png"),
        ("<my picture.png>", "my picture.png"),
        ("100%25.jpeg", "100%.jpeg"),
        ("Übung/Ähre.webp", "Übung/Ähre.webp"),
        ("%D0%B0.gif", "а.gif"),
        ("A.PNG", "a.png"),
        ("a.png?raw=true", "a.png"),
        ("@/deep/a.avif", "deep/a.avif"),
        ("a%00b.png", None),
        ("a%2Fb.png", "a/b.png"),
        ("'quoted'&.png", "'quoted'&.png"),
    ],
)
def test_pictures_are_found_and_packed(anki: Anki, target: str, path: str | None) -> None:
    deck = made(pictured(target), {path: PNG} if path else {})
    anki.take(deck.data)
    assert anki.missing_media() == []
    assert list(anki.media().values()) == ([PNG] if path else [])
    assert ("missing picture" in anki.notes()[0].fields["Answer"]) == (path is None)
    assert all(re.fullmatch(r"[A-Za-z0-9-]+-[0-9a-f]{12}\.[a-z]+", name) for name in anki.media())


def test_an_html_picture_keeps_its_size(anki: Anki) -> None:
    text = '## Self-check\n\n### 1. What?\n\n<img src="my picture.png" width="80" alt="a">\n'
    (note,) = taken(anki, text, {"my picture.png": PNG})
    (name,) = anki.media()
    assert note.fields["Answer"] == f'<img src="{name}" width="80" alt="a">'


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    ("target", "data", "message"),
    [
        ("a.png", None, "a.png is missing"),
        ("../a.png", None, "../a.png is outside"),
        (
            "https://example.org/a.png",
            None,
            "https://example.org/a.png is remote",
        ),
        ("a.png", b"", "a.png is empty"),
        ("a.tiff", PNG, "a.tiff is no avif, gif, jpeg, jpg, png, svg or webp file"),
        ("a.svg", SVG.format("<script>1</script>"), "a.svg holds a script"),
        ("a.svg", SVG.format('<g onload="x()"/>'), "a.svg holds a script"),
        ("a.svg", SVG.format('<image x:href="b.png"/>'), "a.svg refers to other files"),
        ("a.svg", SVG.format("<style>@import 'x'</style>"), "a.svg refers to other files"),
        ("a.svg", SVG.format('<g fill="url(b.svg#c)"/>'), "a.svg refers to other files"),
        ("b.mp3", None, "b.mp3 is missing"),
        ("b.mp3", b"", "b.mp3 is empty"),
    ],
)
def test_what_cannot_be_shown_is_marked_and_named(
    anki: Anki, target: str, data: bytes | str | None, message: str
) -> None:
    deck = made(pictured(target), {} if data is None else {target: data})
    assert deck.messages == [message]
    anki.take(deck.data)
    assert "[missing " in anki.shown()[0].answer
    assert anki.missing_media() == []


@pytest.mark.parametrize(
    "drawing",
    [
        '<use x:href="#a"/>',
        '<g fill="url(#b)"/>',
        '<a href="https://example.org/"/>',
        "<text>on=</text>",
    ],
)
def test_a_drawing_that_keeps_to_itself_is_fine(drawing: str) -> None:
    assert made(pictured("a.svg"), {"a.svg": SVG.format(drawing)}).messages == []


def test_an_unreadable_picture_is_missing() -> None:
    class Unreadable(Memory):
        def read(self, path: str) -> bytes:
            raise PermissionError(path)

    assert made(pictured("a.png"), Unreadable({"a.png": PNG})).messages == ["a.png cannot be read"]


def test_two_pictures_of_one_base_name_both_show(anki: Anki) -> None:
    (note,) = taken(anki, pictured("a/x.png", "b/x.png"), {"a/x.png": PNG, "b/x.png": PNG + b"2"})
    first, second = re.findall(r'src="(.*?)"', note.fields["Answer"])
    assert (anki.media()[first], anki.media()[second]) == (PNG, PNG + b"2")


def test_a_picture_is_packed_once_and_only_when_shown() -> None:
    text = pictured("x.png", "x.png") + "\n### 2. Unanswered ![alt](y.png)\n"
    with zipfile.ZipFile(io.BytesIO(made(text, {"x.png": PNG, "y.png": PNG}).data)) as package:
        assert package.namelist() == ["collection.anki2", "0", "media"]


def test_a_picture_in_a_footnote_is_packed(anki: Anki) -> None:
    text = "## Self-check\n\n### 1. What?\n\nThat.[^1]\n\n## Notes\n\n[^1]: See ![alt]({}).\n"
    assert made(text.format("none.png")).messages == ["none.png is missing"]
    taken(anki, text.format("x.png"), {"x.png": PNG})
    assert list(anki.media().values()) == [PNG]


def test_sounds_play(anki: Anki) -> None:
    (note,) = taken(anki, "Q: What tone is this?\nA: ![](tone.mp3)\n", {"tone.mp3": b"ID3"})
    (name,) = anki.media()
    assert note.fields["Answer"] == f"<p>[sound:{name}]</p>"
    assert "[anki:play:" in anki.shown()[0].answer


@pytest.mark.parametrize("target", ["tone.mp3", "tone.png"])
def test_a_note_that_is_empty_without_its_media_is_left_out(target: str) -> None:
    deck = made(f"Q: What is this?\nA: ![alt]({target})\n")
    assert deck.packages == {}
    fault = "question 1 has no answer without its missing pictures and sounds"
    assert deck.messages == [f"{target} is missing", fault]


def test_a_note_that_asks_by_a_missing_picture_alone_is_left_out() -> None:
    deck = made("Q: ![alt](x.png)\nA: A cat.\n")
    assert deck.packages == {}
    fault = "question 1 asks nothing without its missing pictures and sounds"
    assert deck.messages == ["x.png is missing", fault]


# ── fields that could be taken for something else ───────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "{{Question}} and {{#Answer}} and {{c1 :: x}} and }}",
        "[sound:x.mp3] and [anki:play:q:0]",
        "[latex]x[/latex] and [LaTeX]",
        "[[type:Answer]]",
        "`\\(x\\)` and `\\[y\\]`",
        "\\\\(this one\\\\)",
        "</div></body></html>",
        "<anki-mathjax>x</anki-mathjax>",
        "<x-sound>x</x-sound> <x-tex>y</x-tex>",
        "private \ue000 \ue010 \ue100 signs",
        "&lt;b&gt; &amp;amp; &#123;&#123;",
        "<" * 8000,
        "a < b " * 2000,
    ],
    ids=lambda text: text[:16],
)
def test_text_is_shown_as_it_stands(anki: Anki, text: str) -> None:
    started = time.process_time()
    deck = made(f"# T\n\n## Self-check\n\n### 1. Q {text}\n\nA {text}\n")
    assert time.process_time() - started < 2
    assert anki.take(deck.data).new == 1
    (note,), (card,) = anki.notes(), anki.shown()
    expected = render.plain_text(note.fields["Answer"])
    assert seen(card.answer).count(" ".join(expected.split())) >= 1
    assert anki.missing_media() == []
    assert "[anki:play" not in card.answer.replace("&#91;", "")
    assert not re.search(
        r"\\[(\[]|\[latex\]|<input|\{\{|<x-", card.question + note.fields["Answer"]
    )


@pytest.mark.parametrize(
    ("text", "ords"),
    [
        ("## Self-check\n\n### 1. How?\n\nWrite {{c1::x}}.\n", [0]),
        ("## Self-check\n\n### 1. A {{c2::b}}?\n\nWrite {{c1::x}}.\n", [1]),
    ],
)
def test_a_cloze_in_an_answer_is_none(anki: Anki, text: str, ords: list[int]) -> None:
    anki.take(made(text).data)
    assert [card.ord for card in anki.shown()] == ords
    assert "Write {{c1::x}}." in seen(anki.shown()[0].answer)


def test_formulas_are_mathjax_and_code_is_not(anki: Anki) -> None:
    text = (
        "## Self-check\n\n### 1. What is $a_1$?\n\n$$x < {{y}}$$\n\n```tex\n\\(z\\) \\[z\\]\n```\n"
    )
    (note,) = taken(anki, text)
    assert note.fields["Question"] == "What is \\(a_1\\)?"
    assert "\\[x &lt; {&#123;y}&#125;\\]" in note.fields["Answer"]
    code = note.fields["Answer"].partition("<pre")[2]
    assert not re.search(r"\\[(\[]", code)
    assert "\\(z\\) \\[z\\]" in seen(code)


@pytest.mark.parametrize("sign", ["\x1f", "\x00", "\x08", "\x7f", "\x85", "\u2028", "\ufffe"])
def test_signs_that_files_cannot_hold_do_no_harm(anki: Anki, sign: str) -> None:
    (note,) = taken(
        anki, f"# T{sign}\n\n## Self-check{sign}\n\n### 1. Wh{sign}at?\n\nTh{sign}at.\n"
    )
    assert "\x1f" not in "".join(note.fields.values())
    assert anki.problems() == []


def test_undecodable_bytes_do_no_harm(anki: Anki) -> None:
    deck = made(b"# T\xff\n\n## S\xfe self-check\n\n### 1. Wh\xfft?\n\nTh\xfft `\xff`.\n")
    assert anki.take(deck.data).new == 1


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="{}[]()\\$`*_<>:!&#c1x\n\x1f\"' ", max_size=60),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=20))
def test_any_text_makes_notes_that_anki_takes(texts: list[tuple[str, str]]) -> None:
    nowhere = Span(0, 0)
    questions = tuple(
        Question(
            nowhere,
            nowhere,
            Fragment(nowhere, f"{prompt} p"),
            answer=Fragment(nowhere, f"a {answer}"),
            key=str(at),
        )
        for at, (prompt, answer) in enumerate(texts)
    )
    deck = made(Document("deck.md", "headings", questions=questions))
    with Anki() as anki:
        assert anki.take(deck.data) == Imported(len(texts), 0, 0, 0)
        assert [note.fields["Key"] for note in anki.notes()] == [
            str(at) for at in range(len(texts))
        ]
        assert anki.missing_media() == []
        assert anki.problems() == []


# ── the package itself ──────────────────────────────────────────────────────────────────────────


def test_the_archive_is_the_same_everywhere() -> None:
    with zipfile.ZipFile(io.BytesIO(made(DECK, FILES).data)) as package:
        for member in package.infolist():
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert (member.create_system, member.external_attr) == (3, 0o644 << 16)
        assert package.getinfo("collection.anki2").compress_type == zipfile.ZIP_DEFLATED
        assert package.getinfo("0").compress_type == zipfile.ZIP_STORED


def test_ids_depend_on_names_alone_and_never_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"note {at}" for at in range(2000)]
    ids = apkg._ids(names)
    assert ids == apkg._ids(reversed(names))
    assert all(10**12 <= number < 17 * 10**11 for number in ids.values())
    monkeypatch.setattr(apkg, "_IDS", 1000)
    assert len(set(apkg._ids(names).values())) == len(names)


SCRIPT = """
import sys
from hashlib import sha256
from tests.test_anki import CHOICE, DECK, FILES, made
cloze = "C: [Berlin] is the capital of [Germany].\\n"
for text in (DECK, CHOICE.format("A, C"), cloze):
    print(sha256(made(text, FILES).data).hexdigest())
"""


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    results = set()
    for seed, zone, locale, folder in (
        ("0", "UTC", "C", ROOT),
        ("1", "Asia/Tokyo", "C.UTF-8", tmp_path),
        ("7", "America/Lima", "POSIX", "/"),
    ):
        changed = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=folder,
            env={**os.environ, **changed},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("\n") == 3
        results.add(done.stdout)
    assert len(results) == 1
