"""`selfcheck push`, judged by the real Anki behind the interface of its add-on AnkiConnect."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from selfcheck_tools.ankiconnect import connect
from selfcheck_tools.ankiconnect.pushing import NEEDED
from selfcheck_tools.cli import main
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters.anki.notetypes import CHOICE, QUESTION
from tests.anki_oracle import Anki, Note
from tests.anki_server import Server, listening, serving
from tests.conftest import ROOT

# ── harness ─────────────────────────────────────────────────────────────────────────────────────

PNG = b"\x89PNG\r\n\x1a\n picture"
DECK = """\
---
tags: [serverless]
---

# Lambda

## Self-check

### 1. What is a cold start?

The first call on a new instance.

![a start](images/start.png)

### 2. What is a warm start?

A later call on the same instance.

### 3. Which one is slower?

- [x] the cold start
- [ ] the warm start
"""


class Said(NamedTuple):
    """What a command said, and how it ended."""

    status: int
    out: str
    error: str

    @property
    def summary(self) -> str:
        return self.out.splitlines()[-1]


class World:
    """A content folder, a running Anki, and who works with both."""

    def __init__(self, folder: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.server, self.anki = folder, server, server.anki
        self._capsys = capsys

    def write(self, name: str, text: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def edit(self, old: str, new: str, name: str = "lambda.md") -> None:
        text = (self.folder / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    def run(self, *arguments: str) -> Said:
        self._capsys.readouterr()
        status = main(arguments)
        return Said(status, *self._capsys.readouterr())

    def push(self, *arguments: str) -> Said:
        return self.run("push", str(self.folder), "--url", self.server.url, *arguments)

    def pushed(self, *arguments: str) -> str:
        """The summary of a push that goes well."""
        said = self.push(*arguments)
        assert said.status == 0, said
        return said.summary

    def export(self) -> bytes:
        """The collection as one package."""
        output = self.folder.parent / "build"
        shutil.rmtree(output, ignore_errors=True)
        to = ("--to", "anki", "--split", "none", "--output", str(output))
        assert self.run("export", str(self.folder), *to).status == 0
        (path,) = output.rglob("*.apkg")
        return path.read_bytes()

    def note(self, asks: str) -> Note:
        """The note of a question, by a part of what it asks."""
        (found,) = [note for note in self.anki.notes() if asks in next(iter(note.fields.values()))]
        return found

    def cards(self, asks: str) -> list[Any]:
        guid = self.note(asks).guid
        return [card for card in self.anki.shown() if card.guid == guid]

    def history(self) -> dict[str, tuple[object, ...]]:
        """What a learner would lose, by note."""
        return {card.guid: (card.id, *card.state) for card in self.anki.shown()}

    def rows(self) -> dict[str, list[Any]]:
        """Every row that Anki has."""
        db = self.anki.col.db
        tables = db.list("select name from sqlite_master where type = 'table' order by 1")
        return {table: db.all(f"select * from {table}") for table in tables}

    @property
    def lock(self) -> str:
        path = self.folder / "selfcheck.lock"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    with Anki() as anki, listening(Server(anki)) as server:
        made = World(tmp_path / "notes", server, capsys)
        made.write("lambda.md", DECK)
        made.write("images/start.png", PNG)
        yield made


# ── adding ──────────────────────────────────────────────────────────────────────────────────────


def test_a_first_push_gives_what_the_package_gives(world: World) -> None:
    assert world.pushed() == "3 added, 1 file, 0 unchanged."
    with Anki() as other:
        other.take(world.export())
        ours, theirs = world.anki.notes(), other.notes()
        assert [note[:4] for note in ours] == [note[:4] for note in theirs]
        assert [card[1:] for card in world.anki.shown()] == [card[1:] for card in other.shown()]
        assert world.anki.media() == other.media()
    assert world.anki.missing_media() == world.anki.problems() == []


def test_pushing_again_changes_nothing(world: World) -> None:
    world.push()
    before, lock = world.rows(), world.lock
    assert world.pushed() == "3 unchanged."
    assert world.rows() == before
    assert world.lock == lock


def test_a_dry_run_changes_nothing_anywhere(world: World) -> None:
    before = world.rows()
    said = world.push("--dry-run")
    assert "added: What is a cold start?" in said.out
    assert said.summary == "dry run, nothing was sent: 3 added, 1 file, 0 unchanged."
    assert (world.rows(), world.lock, world.anki.media()) == (before, "", {})


def test_a_dry_run_of_every_kind_changes_nothing(world: World) -> None:
    world.push()
    world.edit("### 1. What is a cold start?", "### 1. What is a cold one?")
    world.edit("# Lambda\n", "# Functions\n")
    world.edit("### 2. What is a warm start?\n\nA later call on the same instance.\n", "")
    world.edit("[serverless]", "[cloud]")
    world.edit("![a start](images/start.png)", "![a start](images/other.png)")
    world.write("images/other.png", PNG + b"2")
    before, lock, media = world.rows(), world.lock, world.anki.media()
    said = world.push("--dry-run", "--suspend-retired")
    assert "2 updated, 2 moved, 1 suspended, 1 file, 0 unchanged." in said.summary
    assert (world.rows(), world.lock, world.anki.media()) == (before, lock, media)


def test_a_new_question_is_added_and_the_others_stay(world: World) -> None:
    world.push()
    world.anki.study(world.note("cold").guid)
    before = world.history()
    world.edit("### 2.", "### 2. What is a cache?\n\nA store.\n\n### 3.")
    assert world.pushed() == "1 added, 3 unchanged."
    assert before.items() < world.history().items()


def test_a_deck_with_quotes_and_stars_is_found_again(world: World) -> None:
    name = 'Cafe\u0301 "A_*b" :: it\'s\\ 漢字'
    world.edit(
        "tags: [serverless]", f"tags: ['a\"b', 'Cafe\u0301', 'x::::y']\ndeck: {json.dumps(name)}"
    )
    world.edit("What is a cold start?", 'What is "Cafe\u0301" in 漢字, `a\\b` and *_?')
    assert world.pushed() == "3 added, 1 file, 0 unchanged."
    assert world.pushed() == "3 unchanged."
    world.edit("it's", "its")
    assert world.pushed() == "3 moved, 0 unchanged."
    assert world.pushed() == "3 unchanged."


def test_a_preset_that_the_learner_changed_is_kept(world: World) -> None:
    preset = world.anki.col.decks.get_config(1)
    preset["new"]["perDay"] = 3
    world.anki.col.decks.update_config(preset)
    world.push()
    assert world.anki.col.decks.get_config(1)["new"]["perDay"] == 3


def test_no_package_is_left_behind(world: World) -> None:
    world.push()
    assert [name for name in world.anki.media() if name.startswith("_")] == []


def test_many_notes_are_counted_not_listed(world: World) -> None:
    world.write("many.md", many(31))
    said = world.push("--dry-run")
    assert "added: 34" in said.out
    assert "cold" not in said.out


def many(count: int) -> str:
    questions = (f"### {n}. What is {n} squared?\n\nIt is {n * n}.\n" for n in range(count))
    return "\n".join(("# Squares\n", "## Self-check\n", *questions))


# ── updating ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ("What is a cold start?", "What is a really cold start?", "Question"),
        ("The first call on a new", "A first call on a new", "Answer"),
        ("(images/start.png)", "(images/other.png)", "Answer"),
        ("[serverless]", "[serverless, aws]", "tag aws"),
        ("- [ ] the warm start", "- [ ] the warm start\n- [ ] neither", "Options"),
        ("- [x] the cold start\n- [ ]", "- [ ] the cold start\n- [x]", "Options, Solution"),
    ],
)
def test_an_edit_keeps_history_and_the_learners_tags(
    world: World, old: str, new: str, fields: str
) -> None:
    world.write("images/other.png", PNG + b"2")
    world.push()
    for note in world.anki.notes():
        world.anki.study(note.guid)
        world.anki.tag(note.guid, "mine")
    before = world.history()
    world.edit(old, new)
    said = world.push()
    assert f": {fields}\n" in said.out
    assert world.history() == before
    assert all("mine" in note.tags for note in world.anki.notes())
    assert world.anki.missing_media() == []
    assert world.pushed() == "3 unchanged."


def test_only_the_question_that_changed_is_touched(world: World) -> None:
    world.push()
    before = {note.guid: note.mod for note in world.anki.notes()}
    time.sleep(1.1)
    world.edit("A later call", "Any later call")
    assert world.pushed() == "1 updated, 2 unchanged."
    changed = [n for n in world.anki.notes() if n.mod != before[n.guid]]
    assert [note.fields["Question"] for note in changed] == ["What is a warm start?"]


def test_what_the_learner_wrote_into_extra_stays(world: World) -> None:
    world.push()
    note = world.anki.col.get_note(world.note("cold").id)
    note["Extra"] = "my own words"
    world.anki.col.update_note(note)
    assert world.pushed() == "3 unchanged."
    world.edit("The first call", "A first call")
    world.push()
    assert world.note("cold").fields["Extra"] == "my own words"


def test_a_copy_that_the_learner_made_is_left_alone(world: World) -> None:
    world.push()
    col = world.anki.col
    original = col.get_note(world.note("warm").id)
    copy = col.new_note(original.note_type())
    copy.fields = [*original.fields]
    copy["Question"] = "my copy"
    col.add_note(copy, 1)
    world.edit("A later call", "Any later call")
    assert world.pushed() == "1 updated, 2 unchanged."
    assert "A later call" in world.note("my copy").fields["Answer"]


def test_a_lost_picture_is_brought_back(world: World) -> None:
    world.push()
    (name,) = world.anki.media()
    world.anki.col.media.trash_files([name])
    assert world.pushed() == "1 file, 3 unchanged."
    assert world.anki.media()[name] == PNG


def test_a_note_open_in_a_window_is_named(world: World) -> None:
    world.push()
    world.edit("A later call", "Any later call")
    world.server.open_notes = {world.note("warm").id}
    said = world.push()
    assert said.status == 1
    assert "not taken: What is a warm start?" in said.out
    assert "close its Browse and edit windows" in said.out
    world.server.open_notes = set()
    assert world.pushed() == "1 updated, 2 unchanged."


# ── packages and pushes ─────────────────────────────────────────────────────────────────────────


def test_after_a_package_a_push_finds_its_notes(world: World) -> None:
    world.anki.take(world.export())
    assert world.pushed() == "3 unchanged."
    world.edit("A later call", "Any later call")
    assert world.pushed() == "1 updated, 2 unchanged."
    assert len(world.anki.notes()) == 3


def test_after_a_push_a_package_finds_its_notes(world: World) -> None:
    world.push()
    assert world.anki.take(world.export()) == (0, 0, 3, 0)
    time.sleep(1.1)  # Anki counts whole seconds
    world.edit("A later call", "Any later call")
    world.push()
    assert world.anki.take(world.export()) == (0, 0, 3, 0)
    time.sleep(1.1)
    world.edit("Any later call", "Every later call")
    assert world.anki.take(world.export()) == (0, 1, 2, 0)
    assert world.pushed() == "3 unchanged."


# ── moving ──────────────────────────────────────────────────────────────────────────────────────


def test_cards_move_with_their_question(world: World) -> None:
    world.push()
    world.anki.study(world.note("cold").guid)
    before = world.history()
    (world.folder / "aws").mkdir()
    (world.folder / "lambda.md").rename(world.folder / "aws/lambda.md")
    (world.folder / "images").rename(world.folder / "aws/images")
    said = world.push()
    assert "moved: What is a cold start? " in said.out
    assert said.summary == "3 moved, 0 unchanged."
    assert world.anki.decks() == ["aws::Lambda"]
    assert world.history() == before
    assert world.pushed() == "3 unchanged."


def test_cards_in_a_deck_of_the_learners_stay_there(world: World) -> None:
    world.push()
    mine = world.anki.col.decks.id("Mine")
    world.anki.col.set_deck([card.id for card in world.cards("cold")], mine)
    assert "in other decks than here, left there: 1 note" in world.push().out
    world.edit("---\n\n# Lambda", "deck: Functions\n---\n\n# Lambda")
    assert world.pushed() == "2 moved, 1 unchanged."
    assert [card.deck for card in world.cards("cold")] == ["Mine"]


def test_cards_in_a_filtered_deck_are_not_torn_out(world: World) -> None:
    world.push()
    filtered = world.anki.col.sched.get_or_create_filtered_deck(0)
    filtered.name = "Cram"
    filtered.config.search_terms[0].search = '"deck:Lambda" "later call"'
    world.anki.col.sched.add_or_update_filtered_deck(filtered)
    world.edit("---\n\n# Lambda", "deck: Functions\n---\n\n# Lambda")
    assert world.pushed() == "2 moved, 1 unchanged."
    assert world.anki.decks() == ["Cram", "Functions"]
    world.anki.col.sched.empty_filtered_deck(world.anki.col.decks.id("Cram"))
    assert world.pushed() == "1 moved, 2 unchanged."
    assert world.anki.decks() == ["Functions"]


def test_cards_that_no_push_has_placed_stay(world: World) -> None:
    world.anki.take(world.export())
    world.edit("---\n\n# Lambda", "deck: Functions\n---\n\n# Lambda")
    assert world.pushed() == "3 unchanged."
    assert world.anki.decks() == ["Lambda"]


# ── retiring ────────────────────────────────────────────────────────────────────────────────────

WARM = "### 2. What is a warm start?\n\nA later call on the same instance.\n\n"


def test_a_retired_question_is_named_and_left(world: World) -> None:
    world.push()
    world.edit(WARM, "")
    before = world.anki.shown()
    said = world.push()
    assert "retired: What is a warm start?" in said.out
    assert "--suspend-retired suspends them" in said.out
    assert said.summary == "1 retired, 2 unchanged."
    assert world.anki.shown() == before


def test_asked_to_a_retired_question_is_suspended_and_tagged(world: World) -> None:
    world.push()
    world.edit(WARM, "")
    assert world.pushed("--suspend-retired") == "1 suspended, 2 unchanged."
    assert suspended(world) == ["What is a warm start?"]
    assert "selfcheck::retired" in world.note("warm").tags
    assert world.pushed("--suspend-retired") == "2 unchanged."


def suspended(world: World) -> list[str]:
    numbers = world.anki.col.find_notes("is:suspended")
    return [world.anki.col.get_note(number).fields[0] for number in numbers]


def test_what_the_learner_takes_up_again_is_not_suspended_again(world: World) -> None:
    world.push()
    world.edit(WARM, "")
    world.push("--suspend-retired")
    world.anki.col.sched.unsuspend_cards([card.id for card in world.cards("warm")])
    world.push("--suspend-retired")
    assert suspended(world) == []


def test_a_question_that_comes_back_is_restored(world: World) -> None:
    world.push()
    world.anki.study(world.note("warm").guid)
    before = {guid: state[-3:] for guid, state in world.history().items()}
    world.edit(WARM, "")
    world.push("--suspend-retired")
    world.edit("### 3. Which", f"{WARM}### 3. Which")
    assert world.pushed() == "1 restored, 2 unchanged."
    assert suspended(world) == []
    assert "selfcheck::retired" not in world.note("warm").tags
    assert {guid: state[-3:] for guid, state in world.history().items()} == before


def test_what_the_learner_suspended_stays_suspended(world: World) -> None:
    world.push()
    world.anki.col.sched.suspend_cards([card.id for card in world.cards("warm")])
    world.edit("A later call", "Any later call")
    assert world.pushed() == "1 updated, 2 unchanged."
    assert suspended(world) == ["What is a warm start?"]


def test_a_question_that_becomes_a_choice_is_a_new_note(world: World) -> None:
    world.push()
    options = "- [x] a later call on the same instance\n- [ ] the first call of all\n"
    world.edit("A later call on the same instance.\n", options)
    said = world.push("--suspend-retired")
    assert "suspended: What is a warm start? " in said.out
    assert ": of another kind now" in said.out
    assert said.summary == "1 added, 1 suspended, 2 unchanged."
    kinds = {n.notetype for n in world.anki.notes() if "warm" in n.fields["Question"]}
    assert kinds == {QUESTION.name, CHOICE.name}
    world.edit(options, "A later call on the same instance.\n")
    assert world.pushed("--suspend-retired") == "1 restored, 1 suspended, 2 unchanged."


def test_other_collections_are_left_alone(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = World(tmp_path / "other", world.server, capsys)
    other.write("sql.md", "# SQL\n\n## Self-check\n\n### 1. What is a join?\n\nTwo tables.\n")
    other.push()
    before = other.note("join")
    world.push()
    world.edit(WARM, "")
    assert world.pushed("--suspend-retired") == "1 suspended, 2 unchanged."
    assert other.note("join") == before
    assert [card.deck for card in other.cards("join")] == ["SQL"]


# ── notetypes ───────────────────────────────────────────────────────────────────────────────────


def changed_model(world: World, change: Any) -> None:
    models = world.anki.col.models
    model = models.get(QUESTION.id)
    change(models, model)
    models.update_dict(model)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda models, model: models.add_field(model, models.new_field("Mine")),
            "it has the field Mine.",
        ),
        (
            lambda models, model: models.rename_field(model, model["flds"][3], "Mine"),
            "it lacks the field Extra and has the field Mine.",
        ),
        (
            lambda models, model: models.reposition_field(model, model["flds"][3], 0),
            "it has its fields in another order.",
        ),
        (
            lambda models, model: model["tmpls"][0].update(name="Mine"),
            "it lacks the card template Question and has the card template Mine.",
        ),
    ],
)
def test_a_notetype_that_was_changed_is_said_and_nothing_sent(
    world: World, change: Any, words: str
) -> None:
    world.push()
    changed_model(world, change)
    world.edit("A later call", "Any later call")
    before, lock = world.rows(), world.lock
    said = world.push()
    assert said.status == 2
    assert words in said.error
    assert "Nothing was sent" in said.error
    assert (world.rows(), world.lock) == (before, lock)


def restyled(world: World, css: str) -> None:
    world.write("templates/anki/style.css", css)
    world.write("selfcheck.toml", 'templates = "templates"\n')


def test_a_new_look_of_ours_replaces_the_earlier_one(world: World) -> None:
    world.push()
    restyled(world, ".card { color: teal }")
    said = world.push()
    assert f"look updated: {QUESTION.name}" in said.out
    assert world.anki.css(QUESTION.name) == world.anki.css(CHOICE.name) == ".card { color: teal }"
    assert world.pushed() == "3 unchanged."


def test_it_does_so_after_an_export_too(world: World) -> None:
    world.push()
    restyled(world, ".card { color: teal }")
    world.export()
    world.push()
    assert world.anki.css(QUESTION.name) == ".card { color: teal }"


def test_a_package_s_look_is_ours_as_well(world: World) -> None:
    world.anki.take(world.export())
    restyled(world, ".card { color: teal }")
    world.push()
    assert world.anki.css(QUESTION.name) == ".card { color: teal }"


def test_a_look_that_the_learner_made_stays(world: World) -> None:
    world.push()
    changed_model(world, lambda models, model: model.update(css=".card { color: red }"))
    restyled(world, ".card { color: teal }")
    world.edit("### 2.", "### 2. What is a cache?\n\nA store.\n\n### 3.")
    said = world.push()
    assert f"look changed in Anki, left alone: {QUESTION.name}" in said.out
    assert said.summary == "1 added, 3 unchanged."
    assert world.anki.css(QUESTION.name) == ".card { color: red }"
    assert world.anki.css(CHOICE.name) == ".card { color: teal }"


def test_a_notetype_that_was_renamed_is_found(world: World) -> None:
    world.push()
    changed_model(world, lambda models, model: model.update(name="Mine"))
    world.edit("A later call", "Any later call")
    restyled(world, ".card { color: teal }")
    assert world.pushed() == "1 updated, 2 unchanged."
    assert world.anki.css("Mine") == ".card { color: teal }"


# ── when Anki is not as it should be ────────────────────────────────────────────────────────────


def test_anki_not_running(world: World) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        said = world.push("--url", f"http://127.0.0.1:{free.getsockname()[1]}")
    assert said.status == 2
    assert "start Anki with the add-on AnkiConnect in it" in said.error
    assert world.lock == ""


def answering(status: int, body: bytes, **headers: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    return Handler


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b"<html>hello</html>", "is not AnkiConnect: it answers 200 and no JSON"),
        (404, b"no such page", "is not AnkiConnect: it answers 404 and no JSON"),
        (200, b"[1, 2]", "is not AnkiConnect: it does not answer as the add-on does"),
        (200, b'{"result": "six", "error": null}', "is not AnkiConnect: it has no version"),
        (200, b'{"result": 5, "error": null}', "is too old, it lacks API version 6"),
    ],
)
def test_something_else_listens(world: World, status: int, body: bytes, words: str) -> None:
    with serving(answering(status, body)) as url:
        said = world.push("--url", url)
    assert said.status == 2
    assert words in said.error


def test_something_that_speaks_no_http(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with listener.accept()[0] as client:
                client.sendall(b"220 mail.example ready\r\n")
                client.recv(65536)

        thread = threading.Thread(target=greet)
        thread.start()
        said = world.push("--url", f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread.join()
    assert said.status == 2
    assert "is not AnkiConnect: it does not speak HTTP" in said.error


def test_no_redirection_is_followed(world: World) -> None:
    with serving(answering(307, b"", Location=world.server.url)) as url:
        said = world.push("--url", url)
    assert "is not AnkiConnect: it answers 307" in said.error
    assert world.server.asked == []


def test_no_proxy_of_the_environment_is_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert world.pushed() == "3 added, 1 file, 0 unchanged."


@pytest.mark.parametrize("lacking", ["apiReflect", "importPackage"])
def test_an_addon_that_is_too_old(world: World, lacking: str) -> None:
    world.server.lacking = {lacking}
    said = world.push()
    assert said.status == 2
    assert f"is too old, it lacks {lacking}: update it" in said.error


def test_an_api_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.server.key = "secret"
    said = world.push()
    assert (said.status, "wants its API key: set ANKICONNECT_API_KEY" in said.error) == (2, True)
    monkeypatch.setenv("ANKICONNECT_API_KEY", "secret")
    assert world.pushed() == "3 added, 1 file, 0 unchanged."
    assert world.pushed() == "3 unchanged."


@pytest.mark.parametrize("url", ["127.0.0.1:8765", "https://127.0.0.1", "http://x/y", "http://a:b"])
def test_an_address_that_is_none(world: World, url: str) -> None:
    said = world.push("--url", url)
    assert said.status == 2
    assert f"--url: {url}" in said.error


def test_an_anki_that_keeps_silent(world: World) -> None:
    world.server.fail("version", "hang")
    with pytest.raises(UsageError, match=r"did not answer within 0\.2 seconds"):
        connect.opened(world.server.url, "", NEEDED, patience=0.2)


def test_a_lone_file_is_refused(world: World) -> None:
    said = world.run("push", str(world.folder / "lambda.md"), "--url", world.server.url)
    assert said.status == 2
    assert "name its folder" in said.error


def test_nothing_is_suspended_for_a_file_that_cannot_be_read(world: World) -> None:
    world.push()
    (world.folder / "lambda.md").rename(world.folder / "lambda.bak")
    world.write("new.md", many(1))
    os.mkfifo(world.folder / "lambda.md")
    said = world.push("--suspend-retired")
    assert said.status == 2
    assert "lambda.md cannot be read, so that its questions would count as retired" in said.error
    assert suspended(world) == []


# ── breaking off half-way ───────────────────────────────────────────────────────────────────────


def everything(world: World) -> None:
    """Edits of each kind, after a first push."""
    world.write("images/other.png", PNG + b"2")
    world.write("images/third.png", PNG + b"3")
    world.push()
    world.edit("(images/start.png)", "(images/other.png)")
    world.edit("A later call", "Any later call ![](images/third.png)")
    world.edit("[serverless]", "[serverless, aws]")
    world.edit("---\n\n# Lambda", "deck: Functions\n---\n\n# Lambda")
    world.edit("### 3. Which one is slower?\n\n- [x] the cold start\n- [ ] the warm start\n", "")
    world.write("new.md", "# New\n\n## Self-check\n\n### 1. What is new?\n\nThis.\n")
    restyled(world, ".card { color: teal }")


@pytest.mark.parametrize(
    ("action", "how", "after"),
    [
        ("storeMediaFile", "drop", 0),
        ("storeMediaFile", "drop", 1),
        ("storeMediaFile", "late", 2),
        ("updateModelStyling", "drop", 1),
        ("importPackage", "drop", 0),
        ("importPackage", "late", 0),
        ("importPackage", "refuse", 0),
        ("deleteMediaFile", "drop", 0),
        ("updateNoteFields", "refuse", 1),
        ("updateNoteFields", "late", 1),
        ("addTags", "drop", 0),
        ("changeDeck", "drop", 0),
        ("changeDeck", "late", 0),
        ("suspend", "late", 0),
        ("addTags", "refuse", 1),
    ],
)
def test_a_push_that_broke_off_goes_on_when_run_again(
    world: World, action: str, how: str, after: int
) -> None:
    everything(world)
    world.server.fail(action, how, after)
    said = world.push("--suspend-retired")
    assert said.status == 2
    assert "before that: " in said.error
    assert "run push again, it goes on from there" in said.error
    world.server.faults.clear()
    world.pushed("--suspend-retired")
    assert world.pushed("--suspend-retired") == "3 unchanged."
    assert world.anki.missing_media() == world.anki.problems() == []
    assert [name for name in world.anki.media() if name.startswith("_")] == []
    assert suspended(world) == ["Which one is slower?"]
    assert len(world.anki.notes()) == 4
    assert world.anki.css(QUESTION.name) == ".card { color: teal }"
    assert world.anki.decks() == ["Functions", "Lambda", "New"]


def test_only_the_batches_that_are_missing_are_sent_again(world: World) -> None:
    world.write("many.md", many(600))
    world.server.fail("importPackage", "refuse", 1)
    said = world.push()
    assert said.status == 2
    assert "Anki refused importPackage: database is locked" in said.error
    assert "before that: 1 stored, 500 added; run push again" in said.error
    world.server.faults.clear()
    assert world.pushed() == "103 added, 500 unchanged."
    assert world.pushed() == "603 unchanged."


def test_an_edit_after_a_push_that_broke_off_makes_no_second_note(world: World) -> None:
    world.server.fail("importPackage", "late")
    assert world.push().status == 2
    world.server.faults.clear()
    world.edit("What is a warm start?", "What is a warmer start?")
    world.edit("What is a cold start?", "What is a colder start?")
    assert world.pushed() == "2 updated, 1 unchanged."


# ── another server ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def headless(tmp_path: Path) -> Iterator[str]:
    """The address of anki-connect-server, which brings Anki's backend and a wire of its own."""
    made = subprocess.run([ROOT / "scripts/headless"], capture_output=True, text=True)
    if made.returncode:
        if os.environ.get("CI"):
            pytest.fail(made.stderr)
        pytest.skip(made.stderr)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    collection = str(tmp_path / "collection.anki2")
    names = {"ANKICONNECT_COLLECTION_PATH": collection, "ANKICONNECT_PORT": str(port)}
    with (
        open(tmp_path / "log", "w") as log,
        subprocess.Popen(
            [ROOT / made.stdout.strip(), ROOT / "tests/headless.py"],
            env={**os.environ, **names},
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert process.poll() is None
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise TimeoutError


def test_anki_connect_server_takes_every_action_too(world: World, headless: str) -> None:
    world.server.url = headless
    assert world.pushed("--dry-run").endswith("3 added, 1 file, 0 unchanged.")
    assert world.pushed() == "3 added, 1 file, 0 unchanged."
    assert world.pushed() == "3 unchanged."
    world.edit("A later call", "Any later call")
    world.edit("[serverless]", "[serverless, aws]")
    world.edit("---\n\n# Lambda", "deck: Functions\n---\n\n# Lambda")
    restyled(world, ".card { color: teal }")
    said = world.push()
    assert f"look updated: {QUESTION.name}" in said.out
    assert said.summary == "3 updated, 3 moved, 0 unchanged."
    assert world.pushed() == "3 unchanged."
    warm = WARM.replace("A later", "Any later")
    world.edit(warm, "")
    assert world.pushed("--suspend-retired") == "1 suspended, 2 unchanged."
    world.edit("### 3. Which", f"{warm}### 3. Which")
    assert world.pushed() == "1 restored, 2 unchanged."
    assert world.pushed() == "3 unchanged."
