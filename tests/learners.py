"""An author and a learner: a folder that is edited and exported, and a real Anki that takes it.

What an edit may cost a learner is said once, in `claims`.
"""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from selfcheck_tools.asking import Asking
from selfcheck_tools.building import export
from selfcheck_tools.project import prepare
from tests.anki_oracle import Anki, History, Imported, Note

START = 1_700_000_000
DAY = 86_400
NOTETYPES = {"Self-check: question", "Self-check: choice", "Self-check: cloze"}


@contextmanager
def clock(now: int | None) -> Iterator[None]:
    """The time that the program sees; None for the real one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        if now is not None:
            patch.setenv("SOURCE_DATE_EPOCH", str(now))
        yield


class Author:
    """A content folder with its lock, and what is exported from it as time goes by."""

    def __init__(self, folder: Path, *, now: int = START) -> None:
        self.folder, self.now = folder, now
        folder.mkdir(parents=True, exist_ok=True)

    def text(self, path: str) -> str:
        return (self.folder / path).read_text()

    def write(self, path: str, content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(data)

    def replace(self, path: str, *changes: tuple[str, str]) -> None:
        """Each first text, which is there once, becomes the second."""
        text = self.text(path)
        for old, new in changes:
            assert text.count(old) == 1, (path, old)
            text = text.replace(old, new)
        self.write(path, text)

    def rename(self, old: str, new: str) -> None:
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(self.folder / new)

    def configure(self, *lines: str) -> None:
        self.write("selfcheck.toml", "".join(f"{line}\n" for line in lines))

    def export(
        self, *, days: int = 1, split: str = "", use_lock: bool = True, frozen: bool = False
    ) -> list[bytes]:
        """The packages of all documents, made some days after the last ones."""
        self.now += days * DAY
        output = self.folder.parent / f"{self.folder.name} build"
        shutil.rmtree(output, ignore_errors=True)
        with clock(self.now if use_lock else None):
            asking = Asking(
                (str(self.folder),),
                ("anki",),
                str(output),
                split=split,
                use_lock=use_lock,
                frozen=frozen,
            )
            exported = export(asking)
        return [Path(path).read_bytes() for path in exported.made]

    def keys(self) -> dict[str, tuple[str, ...]]:
        """The keys of each document's questions, in their order."""
        with clock(self.now):
            return prepare([str(self.folder)]).identity.match.keys

    @property
    def lock(self) -> str:
        return self.text("selfcheck.lock")


class Learner:
    """An Anki that is kept up to date, and what the packages said last of each question."""

    def __init__(self, anki: Anki, held: Mapping[str, Note] | None = None) -> None:
        self.anki = anki
        self.held = dict(held or {})  # by key
        self.missed: set[str] = set()  # keys of what changed in packages that were not taken

    def take(self, author: Author, packages: Sequence[bytes]) -> "Taken":
        """Imports packages of an author, of which nothing may be lost, refused or doubled."""
        known = {note.guid: note for note in self.anki.notes()}
        histories = self.anki.histories()
        imported = take(self.anki, packages)
        new = beginner(packages)
        assert imported.conflicting == 0, "a note was refused"
        assert imported.new == len(new.notes.keys() - known.keys()), "a note was doubled"
        assert sum(imported) == len(new.notes)
        self._hold(known, histories, new.notes)
        self._know(new.notes)
        self.missed -= {note.fields["Key"] for note in new.notes.values()}
        in_order(author, new)
        return new._replace(imported=imported)

    def miss(self, packages: Sequence[bytes]) -> None:
        """Packages that come out and are not taken."""
        self._know(beginner(packages).notes)

    def _know(self, new: Mapping[str, Note]) -> None:
        for key, note in ((note.fields["Key"], note) for note in new.values()):
            if key in self.held and _said(note) != _said(self.held[key]):
                self.missed.add(key)
            self.held[key] = note

    def _is_untouched(self, note: Note) -> bool:
        key = note.fields["Key"]
        return key not in self.missed and _said(note) == _said(self.held[key])

    def _hold(
        self,
        known: Mapping[str, Note],
        histories: Mapping[tuple[str, int], History],
        new: Mapping[str, Note],
    ) -> None:
        after = {note.guid: note for note in self.anki.notes()}
        assert len(after) == self.anki.col.note_count(), "two notes of one guid"
        assert after.keys() == known.keys() | new.keys()
        for guid, note in after.items():
            wanted, before = new.get(guid), known.get(guid)
            assert wanted is None or note.fields == wanted.fields, "an edit was refused"
            assert wanted is None or {*wanted.tags} <= {*note.tags}
            if before is None:
                continue
            assert (note.id, note.notetype) == (before.id, before.notetype)
            if wanted is None or self._is_untouched(wanted):
                assert note == before, "an untouched note was written over, and its tags"
            else:
                assert note.mod > before.mod
        left = self.anki.histories()
        assert {card: left.get(card) for card in histories} == dict(histories), "a history is lost"
        sound(self.anki)


class Taken(NamedTuple):
    """What an import did, and what somebody has who starts with these packages."""

    imported: Imported
    notes: Mapping[str, Note]  # a beginner's, by guid
    decks: tuple[str, ...]
    order: Sequence[str]  # the keys of a beginner's new cards, in their order


def _said(note: Note) -> tuple[object, ...]:
    return note.guid, note.fields, note.tags


def take(anki: Anki, packages: Sequence[bytes]) -> Imported:
    """Imports packages one after the other."""
    done = [anki.take(package) for package in packages]
    return Imported(*(sum(column) for column in zip((0, 0, 0, 0), *done, strict=True)))


def beginner(packages: Sequence[bytes]) -> Taken:
    """What the packages hold, as an Anki shows that had nothing before."""
    with Anki() as anki:
        imported = take(anki, packages)
        notes = {note.guid: note for note in anki.notes()}
        assert imported == (len(notes), 0, 0, 0)
        sound(anki)
        order = [notes[card.guid].fields["Key"] for card in anki.shown()]
        return Taken(imported, notes, tuple(anki.decks()), order)


def sound(anki: Anki) -> None:
    """Nothing in a collection is broken, missing or there twice."""
    assert {*anki.notetypes()} <= NOTETYPES
    assert not [m.name for m in anki.col.models.all_names_and_ids() if m.name.endswith("+")]
    assert anki.missing_media() == []
    media = anki.media()
    for note in anki.notes():
        html = "".join(note.fields.values())
        for name in re.findall(r'<img[^>]*? src="(.*?)"|\[sound:(.*?)\]', html):
            assert media.get("".join(name)), name
    assert anki.problems() == []


def in_order(author: Author, new: Taken) -> None:
    """A beginner's new cards come in the order of each document."""
    for keys in author.keys().values():
        wanted = [key for key in keys if key in new.order]
        got = list(dict.fromkeys(key for key in new.order if key in keys))
        assert got == wanted
