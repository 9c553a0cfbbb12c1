"""What importing will do, foretold, and held against what the real Anki then reports."""

import io
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import pytest
from anki.collection import ExportAnkiPackageOptions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import AnkiOptions
from selfcheck_tools.exporters.anki import unpacked
from selfcheck_tools.exporters.anki.changes import Change, compare, compare_looks, search
from selfcheck_tools.exporters.anki.unpacked import plain, unpack
from selfcheck_tools.files import Memory
from selfcheck_tools.model import Document, Fragment, Question
from selfcheck_tools.templates import overridden
from selfcheck_tools.text import Span
from tests.anki_oracle import Anki, Imported
from tests.test_anki import FILES, PNG, Times, made

TEXT = """\
# Lambda

## Self-check

### 1. What is Lambda?
<!-- selfcheck: key=what -->

Functions as a service.

### 2. Which are primes?
<!-- selfcheck: key=primes -->

- A. 2
- B. 4

Answer: A

Two divisors.

### 3. What is a layer?
<!-- selfcheck: key=layer -->

A shared archive. ![Layers](images/layers.png)

### 4. The capital of Peru is {{c1::Lima}}.
<!-- selfcheck: key=peru -->
"""


@pytest.fixture
def anki() -> Iterator[Anki]:
    with Anki() as collection:
        yield collection


def foretold(changes: Sequence[Change]) -> Imported:
    """What Anki's import should report."""
    kinds = Counter(change.kind for change in changes)
    taken = sum(change.is_taken for change in changes)
    coming = sum(
        change.kind in ("changed", "moved", "unchanged", "refused") or change.is_taken
        for change in changes
    )
    return Imported(kinds["added"], taken, coming - taken, 0)


def changed(old: bytes, new: bytes) -> tuple[Change, ...]:
    return compare(unpack(old, "old").notes, unpack(new, "new").notes)


def kinds(changes: Sequence[Change]) -> dict[str, int]:
    return dict(Counter(change.kind for change in changes))


# ── reading back ────────────────────────────────────────────────────────────────────────────────


def test_notes_are_read_back_in_order_with_key_deck_time_and_question() -> None:
    notes = unpack(made(TEXT, FILES).data, "deck.apkg").notes
    assert [(note.key, note.prompt) for note in notes] == [
        ("what", "What is Lambda?"),
        ("primes", "Which are primes?"),
        ("layer", "What is a layer?"),
        ("peru", "The capital of Peru is [Lima]."),
    ]
    assert {note.deck for note in notes} == {"Lambda"}
    assert {note.mod for note in notes} == {Times().now}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("A <b>bold</b> &lt;tag&gt;<br>\nof two", "A bold <tag> of two"),
        ('<img src="x.png">', "(a picture or sound)"),
        ("<style>a{}</style>Why [sound:x.mp3]?", "Why ?"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_field_is_shown_as_plain_text(field: str, text: str) -> None:
    assert plain(field) == text


def exported(anki: Anki, *, legacy: bool) -> bytes:
    """All of a collection, as Anki itself exports it."""
    path = anki.folder / "out.apkg"
    options = ExportAnkiPackageOptions(
        with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy
    )
    anki.col.export_anki_package(out_path=str(path), options=options, limit=None)
    return path.read_bytes()


def test_what_anki_itself_exports_for_older_versions_is_read(anki: Anki) -> None:
    deck = made(TEXT, FILES).data
    anki.take(deck)
    foreign = anki.col.new_note(anki.col.models.by_name("Basic"))
    foreign["Front"] = "Mine?"
    anki.col.add_note(foreign, anki.col.decks.id("Default"))
    package = unpack(exported(anki, legacy=True), "mine.apkg")
    assert package.foreign == 1
    assert kinds(compare(package.notes, unpack(deck, "deck.apkg").notes)) == {"unchanged": 4}


def test_anki_s_newer_format_says_how_to_export(anki: Anki) -> None:
    anki.take(made(TEXT, FILES).data)
    with pytest.raises(UsageError, match="“Support older Anki versions” ticked"):
        unpack(exported(anki, legacy=False), "mine.apkg")


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def database(script: str) -> bytes:
    db = sqlite3.connect(":memory:")
    db.executescript(script)
    return db.serialize()


COL = "CREATE TABLE col(models, decks); INSERT INTO col VALUES ('{}', '{}');"
WHOLE = made(TEXT, FILES).data
LISTED = WHOLE.rindex(b"PK\1\2")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"no zip",
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:200] + bytes(400) + WHOLE[600:],
        WHOLE[:LISTED] + b"PK\1\2" + b"\xff" * 8 + WHOLE[LISTED + 12 :],
        zipped({}),
        zipped({"media": b"{}"}),
        zipped({"collection.anki2": b""}),
        zipped({"collection.anki2": b"SQLite format 3\0" + bytes(900)}),
        zipped({"collection.anki2": b"x" * 5000}),
        zipped({"collection.anki2": database("CREATE TABLE x(y)")}),
        zipped({"collection.anki2": database(f"{COL} CREATE TABLE notes(a); CREATE TABLE cards(b)")}),
        zipped({"collection.anki2": database(COL + "CREATE VIEW notes AS WITH RECURSIVE n(i) AS "
                "(SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n; CREATE TABLE cards(a)")}),
        zipped({"collection.anki2": database(COL.replace("'{}'", "'[[[['"))}),
        zipped({"collection.anki2": database(COL.replace("'{}'", "7"))}),
    ],
)  # fmt: skip
def test_what_is_no_package_gets_one_sentence(data: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        unpack(data, "some.apkg")
    assert str(caught.value).startswith("some.apkg is ")
    assert "\n" not in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_is_a_sentence_or_harmless(data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        inner = bytearray(archive.read("collection.anki2"))
    for _ in range(data.draw(st.integers(1, 8))):
        inner[data.draw(st.integers(0, len(inner) - 1))] = data.draw(st.integers(0, 255))
    package = zipped({"collection.anki2": bytes(inner)})
    with suppress(UsageError):
        unpack(package, "some.apkg")


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "_MOST", 1 << 20)
    monkeypatch.setitem(unpacked.member.__kwdefaults__, "most", 1 << 20)
    bomb = zipped({"collection.anki2": bytes(1 << 24)})
    assert len(bomb) < 1 << 15
    with pytest.raises(UsageError, match="too large to be read"):
        unpack(bomb, "bomb.apkg")


# ── what Anki will do, and what it does ─────────────────────────────────────────────────────────

NEW = "\n### 5. What is new?\n<!-- selfcheck: key=new -->\n\nThis.\n"
EDITS = {
    "nothing": (TEXT, {"unchanged": 4}, ()),
    "an answer": (
        TEXT.replace("as a service", "as *a* service"),
        {"changed": 1, "unchanged": 3},
        ("answer",),
    ),
    "a question": (
        TEXT.replace("is Lambda?", "exactly is Lambda?"),
        {"changed": 1, "unchanged": 3},
        ("question",),
    ),
    "an option": (TEXT.replace("B. 4", "B. 6"), {"changed": 1, "unchanged": 3}, ("options",)),
    "which is right": (
        TEXT.replace("Answer: A", "Answer: B"),
        {"changed": 1, "unchanged": 3},
        ("options", "solution"),
    ),
    "an explanation": (
        TEXT.replace("Two div", "Just two div"),
        {"changed": 1, "unchanged": 3},
        ("explanation",),
    ),
    "a cloze": (TEXT.replace("of Peru", "in Peru"), {"changed": 1, "unchanged": 3}, ("question",)),
    "tags of one": (
        TEXT.replace("key=what", "key=what tags=aws"),
        {"changed": 1, "unchanged": 3},
        ("tags",),
    ),
    "the number and order": (TEXT.replace("### 1.", "### 7."), {"unchanged": 4}, ()),
    "the title": (
        TEXT.replace("# Lambda\n", "# Functions\n"),
        {"moved": 4},
        ("source", "tags"),
    ),
    "the deck": ("---\ndeck: Other\n---\n" + TEXT, {"moved": 4}, ()),
    "a new one": (TEXT + NEW, {"added": 1, "unchanged": 4}, ()),
    "one less": (TEXT[: TEXT.index("### 4.")], {"retired": 1, "unchanged": 3}, ()),
    "an answer less": (
        TEXT.replace("Functions as a service.", ""),
        {"retired": 1, "unchanged": 3},
        (),
    ),
    "a question to a choice": (
        TEXT.replace("Functions as a service.", "- A. Code\n- B. Time\n\nAnswer: A"),
        {"added": 1, "retired": 1, "unchanged": 3},
        (),
    ),
    "reversed cards": (
        "---\nreversed: yes\n---\n" + TEXT,
        {"changed": 2, "unchanged": 2},
        ("reversed card",),
    ),
    "the language": ("---\nlang: es\n---\n" + TEXT, {"changed": 4}, ("language",)),
    "all at once": (
        TEXT.replace("service.", "shop.").replace("### 4. The", "### 4. A") + NEW,
        {"added": 1, "changed": 2, "unchanged": 2},
        None,
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_is_foretold_is_what_anki_does(anki: Anki, edit: str) -> None:
    text, expected, parts = EDITS[edit]
    times = Times()
    old = made(TEXT, FILES, times).data
    times.now += 1000
    new = made(text, FILES, times).data
    changes = changed(old, new)
    assert kinds(changes) == expected
    if parts is not None:
        assert {c.parts for c in changes if c.kind in ("changed", "moved")} <= {parts}
    anki.take(old)
    assert anki.take(new) == foretold(changes)


def test_a_redrawn_picture_changes_the_pictures_alone() -> None:
    times = Times()
    old = made(TEXT, FILES, times).data
    changes = changed(old, made(TEXT, {"images/layers.png": PNG + b"2"}, times).data)
    assert [change.parts for change in changes if change.kind == "changed"] == [("pictures",)]


def test_a_question_that_becomes_a_choice_is_named_on_both_sides() -> None:
    changes = changed(
        made(TEXT, FILES).data,
        made(
            TEXT.replace("Functions as a service.", "- A. Code\n- B. It\n\nAnswer: A"), FILES
        ).data,
    )
    assert [(c.kind, c.became, c.was) for c in changes if c.kind != "unchanged"] == [
        ("added", "", "question"),
        ("retired", "choice", ""),
    ]


def test_what_would_be_refused_is_told_and_anki_refuses_it(anki: Anki) -> None:
    old, new = (made(text, FILES).data for text in (TEXT, TEXT.replace("service", "shop")))
    changes = changed(old, new)
    assert kinds(changes) == {"refused": 1, "unchanged": 3}
    anki.take(old)
    assert anki.take(new) == foretold(changes)
    assert "service" in anki.notes()[0].fields["Answer"]


def test_a_new_time_alone_is_a_change_because_anki_takes_it(anki: Anki) -> None:
    times = Times()
    times.now += 5
    old, new = made(TEXT, FILES).data, made(TEXT, FILES, times).data
    changes = changed(old, new)
    assert [(c.kind, c.parts) for c in changes] == [("changed", ())] * 4
    anki.take(old)
    assert anki.take(new) == foretold(changes)


def test_cards_of_a_moved_note_stay_where_they_are(anki: Anki) -> None:
    times = Times()
    old, new = (
        made(TEXT, FILES, times, options=AnkiOptions(deck=name)).data for name in ("", "All")
    )
    assert {(c.deck, c.note.deck) for c in changed(old, new)} == {("Lambda", "All::Lambda")}
    anki.take(old)
    anki.take(new)
    assert anki.decks() == ["Lambda"]


@pytest.mark.parametrize("newer", [True, False])
def test_another_look_is_told_and_whether_anki_takes_it(anki: Anki, *, newer: bool) -> None:
    times = Times()
    old = made(TEXT, FILES, times).data
    times.now += 5
    own = overridden(Memory({"look/anki/style.css": ".card { color: teal }"}), "look")
    new = made(TEXT, FILES, times if newer else Times(), template=own).data
    looks = compare_looks([unpack(old, "old").looks], [unpack(new, "new").looks])
    assert [look.is_newer for look in looks] == [newer] * 3
    anki.take(old)
    anki.take(new)
    assert ("teal" in anki.css(looks[0].name)) is newer


Answers = Mapping[int, tuple[str, int]]
DOCUMENTS = st.dictionaries(
    st.integers(0, 7), st.tuples(st.sampled_from(("one", "two", "")), st.integers(0, 1))
)


def document(answers: Answers) -> str:
    texts = [
        f"### {at}. Question {at}{'!' * edition}?\n<!-- selfcheck: key=k{at} -->\n\n{answer}\n"
        for at, (answer, edition) in answers.items()
    ]
    return "# T\n\n## Self-check\n\n" + "\n".join(texts)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(DOCUMENTS, st.booleans()), min_size=2, max_size=4))
def test_any_edits_are_foretold(builds: list[tuple[Answers, bool]]) -> None:
    """Each build, with the lock or without, against what the learner has of the last one."""
    times, last = Times(), b""
    with Anki() as anki:
        for answers, has_lock in builds:
            packages = made(document(answers), {}, times if has_lock else Times()).packages
            times.now += 100
            if not packages:
                continue
            (new,) = packages.values()
            if not last:
                anki.take(new)
            else:
                with Anki() as learner:
                    learner.take(last)
                    assert learner.take(new) == foretold(changed(last, new))
            last = new


# ── finding retired notes ───────────────────────────────────────────────────────────────────────


def with_keys(keys: Sequence[str]) -> bytes:
    nowhere = Span(0, 0)
    questions = tuple(
        Question(
            *(nowhere, nowhere, Fragment(nowhere, f"What is {at}?")),
            answer=Fragment(nowhere, "That."),
            key=key,
        )
        for at, key in enumerate(keys)
    )
    return made(Document("deck.md", "headings", questions=questions)).data


@pytest.mark.parametrize(
    ("retired", "staying"),
    [
        (["abc"], ["abcd", "xabc"]),
        (["abc"], ["ABC", "aBc"]),
        (["a_c", "d*"], ["abc", "axc", "d", "dd"]),
        (["cold-start", "-x", "re:x", "tag:leech"], ["cold", "start", "y"]),
        (['a"b', "a\\b", "(x", "x)", "a|b", "a&b", "it's", "<b>"], ["a", "b", "x"]),
        (["é", "日本", "Ü"], ["e", "日"]),
        (["OR", "and", "not"], ["or", "AND"]),
        ([f"{at:016x}" for at in range(3)], [f"{at:016x}" for at in range(3, 6)]),
        ([f"{at:016x}" for at in range(1200)], [f"{at:016x}" for at in range(1200, 1210)]),
    ],
    ids=lambda keys: keys[0] + str(len(keys)),
)
def test_the_search_finds_exactly_the_retired(
    anki: Anki, retired: list[str], staying: list[str]
) -> None:
    old, new = with_keys([*retired, *staying]), with_keys(staying)
    anki.take(old)
    changes = changed(old, new)
    found = [anki.col.get_note(number).guid for number in anki.col.find_notes(search(changes))]
    assert sorted(found) == sorted(c.note.guid for c in changes if c.kind == "retired")
    assert len(found) == len(retired)


def test_the_search_tells_a_question_from_the_choice_that_it_became(anki: Anki) -> None:
    old = made(TEXT, FILES).data
    gone = TEXT[: TEXT.index("### 3.")]
    text = gone.replace("Functions as a service.", "- A. Code\n- B. It\n\nAnswer: A")
    new = made(text, FILES).data
    anki.take(old)
    anki.take(new)
    found = search(changed(old, new))
    assert found == (
        '("note:Self-check: question" (Key:what OR Key:layer)) OR ("note:Self-check: cloze" Key:peru)'
    )
    notes = [anki.col.get_note(number) for number in anki.col.find_notes(found)]
    assert sorted((note["Key"], str(note.note_type()["name"]).split()[-1]) for note in notes) == [
        ("layer", "question"),
        ("peru", "cloze"),
        ("what", "question"),
    ]


def test_there_is_no_search_where_nothing_is_retired() -> None:
    assert search(changed(WHOLE, WHOLE)) == ""
