"""An Anki package: decks and notes with genanki's models, the same bytes for the same input.

genanki's own way of writing one is left aside: its zip members carry the clock and are not
compressed, one time stands for all notes, media are known by their base names only, each run
leaves a temporary file behind, and its check for invalid tags costs the square of a field's `<`.
Its notes are, too: each is a handful of objects, and a package may hold 100,000.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from posixpath import splitext
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters.anki.schema import OPTIONS, OPTIONS_ID, notetype

if TYPE_CHECKING:
    import genanki

# Anki takes ids for milliseconds since 1970 and shows them as the day of creation: ours lie
# between 2001 and 2023, for those in the future would count as "added today" for ever.
_FIRST_ID, _IDS = 10**12, 7 * 10**11
# Where Anki's defaults have changed since genanki wrote them down.
_NEWER: Mapping[str, Mapping[str, Any]] = {
    "new": {"bury": False},
    "rev": {"bury": False, "perDay": 200},
    "lapse": {"leechAction": 1},
}
_SQUEEZABLE = frozenset((".svg", ".wav"))


class Note(msgspec.Struct, frozen=True, gc=False):
    """A note: `cards` are its cards' ordinals, `due` its place among new cards."""

    guid: str
    model: "genanki.Model"
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[int, ...]
    due: int


class Deck(NamedTuple):
    """A deck by its full name, and its notes in their order."""

    name: str
    description: str
    notes: list[Note]


class Times(NamedTuple):
    """When things last changed, in seconds since 1970: Anki takes only what is newer than its own."""

    notes: Mapping[str, int]  # by guid
    notetypes: Mapping[int, int]  # by id


def package(
    decks: Sequence[Deck],
    media: Iterable[tuple[str, bytes]],
    times: Times,
    spool: Callable[[], IO[bytes]],
) -> IO[bytes]:
    """The package, in a file of `spool`. Guids are unique; media come in order, named without
    folders."""
    return archived(_database(decks, times), media, spool)


def archived(
    database: bytes, media: Iterable[tuple[str, bytes]], spool: Callable[[], IO[bytes]]
) -> IO[bytes]:
    """A package, in a file of `spool`, from the bytes of its database and its media."""
    names: list[str] = []
    out = spool()
    with ZipFile(out, "w") as archive:
        _add(archive, "collection.anki2", ZIP_DEFLATED, *_unsigned(database))
        for name, data in media:
            squeezable = splitext(name)[1] in _SQUEEZABLE
            _add(archive, str(len(names)), ZIP_DEFLATED if squeezable else ZIP_STORED, data)
            names.append(name)
        listing = json.dumps({str(at): name for at, name in enumerate(names)})
        _add(archive, "media", ZIP_DEFLATED, listing.encode())
    return out


def _add(archive: ZipFile, name: str, method: int, *pieces: bytes | memoryview) -> None:
    member = ZipInfo(name)  # dated 1980, and the same on every system:
    member.create_system, member.external_attr, member.compress_type = 3, 0o644 << 16, method
    member.file_size = sum(map(len, pieces))
    with archive.open(member, "w") as file:
        for piece in pieces:
            file.write(piece)


# Where SQLite counts the changes to a database and names its own version: without these the bytes
# are the same whichever wrote them (sqlite.org/fileformat.html#the_database_header).
_CHANGES, _VERSION = slice(24, 28), slice(92, 100)


def _unsigned(database: bytes) -> tuple[bytes, memoryview]:
    """A database, in two pieces, without what tells of the library that wrote it."""
    head = bytearray(database[:100])
    head[_CHANGES], head[_VERSION] = bytes(4), bytes(8)
    return bytes(head), memoryview(database)[100:]


def _database(decks: Sequence[Deck], times: Times) -> bytes:
    deck_ids = _ids(deck.name for deck in decks)
    note_ids = _ids(note.guid for deck in decks for note in deck.notes)
    models, described = _described(decks, deck_ids, times)
    notes, cards = _notes(decks, note_ids, times), _cards(decks, deck_ids, note_ids, times)
    return database(models, described, notes, cards)


def database(
    models: Mapping[str, Any],
    decks: Mapping[str, Any],
    notes: Iterable[Sequence[Any]],
    cards: Iterable[Sequence[Any]],
) -> bytes:
    """A database's bytes: notetypes and decks by their ids as text, and rows of the two tables."""
    from genanki.apkg_col import APKG_COL
    from genanki.apkg_schema import APKG_SCHEMA

    tables, create_index, rest = APKG_SCHEMA.partition("CREATE INDEX")  # quicker when all is there
    # In one piece of memory, of which ":memory:" would have to make a second copy at the end.
    with closing(sqlite3.connect("file:package?vfs=memdb", uri=True)) as db:
        try:
            db.executescript(f"PRAGMA journal_mode = OFF; {tables} {APKG_COL}")
            _describe(db, models, decks)
            db.executemany(f"INSERT INTO notes VALUES ({_marks(11)})", notes)
            db.executemany(f"INSERT INTO cards VALUES ({_marks(18)})", cards)
            db.executescript(create_index + rest)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            raise UsageError("a package would have more than 1 GiB of text: split it") from None
        return db.serialize()


def _describe(db: sqlite3.Connection, models: Mapping[str, Any], decks: Mapping[str, Any]) -> None:
    """Writes notetypes, decks and their options, which this schema keeps as JSON in `col`'s one
    row."""
    default, options = map(json.loads, db.execute("SELECT decks, dconf FROM col").fetchone())
    group = {**options["1"], **OPTIONS, "id": OPTIONS_ID}
    for part, newer in _NEWER.items():
        group[part] = {**group[part], **newer}
    values = ({**default, **decks}, {**options, str(OPTIONS_ID): group}, models)
    db.execute(
        "UPDATE col SET decks = ?, dconf = ?, models = ?",
        [json.dumps(value, sort_keys=True) for value in values],
    )


def _marks(count: int) -> str:
    return ",".join("?" * count)


def _ids(names: Iterable[str]) -> dict[str, int]:
    """An id for each name, which does not depend on their order."""
    ids: dict[str, int] = {}
    taken: set[int] = set()
    for name in sorted(set(names)):
        number = _FIRST_ID + int.from_bytes(sha256(name.encode()).digest()[:8]) % _IDS
        while number in taken:
            number += 1
        taken.add(number)
        ids[name] = number
    return ids


def _described(
    decks: Sequence[Deck], ids: dict[str, int], times: Times
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Notetypes and decks, by their ids as text."""
    import genanki

    described: dict[str, Any] = {}
    models: dict[str, Any] = {}
    for deck in decks:
        own = {"id": ids[deck.name], "conf": OPTIONS_ID}
        made = genanki.Deck(0, deck.name, deck.description).to_json()
        described[str(ids[deck.name])] = {**made, **own}
        for model in {note.model.model_id: note.model for note in deck.notes}.values():
            values = notetype(model, times.notetypes[model.model_id], ids[deck.name])
            models.setdefault(str(model.model_id), values)
    return models, described


def _notes(decks: Sequence[Deck], ids: dict[str, int], times: Times) -> Iterator[tuple[Any, ...]]:
    for deck in decks:
        for note in deck.notes:
            fields, first = "\x1f".join(note.fields), note.fields[note.model.sort_field_index]
            yield (
                *(ids[note.guid], note.guid, note.model.model_id, times.notes[note.guid], -1),
                *(f" {' '.join(note.tags)} " if note.tags else "", fields, first),
                *(0, 0, ""),  # the checksum of the first field: Anki computes it itself
            )


def _cards(
    decks: Sequence[Deck], deck_ids: dict[str, int], ids: dict[str, int], times: Times
) -> Iterator[tuple[Any, ...]]:
    card_ids = _ids(
        f"{note.guid}:{card}" for deck in decks for note in deck.notes for card in note.cards
    )
    for deck in decks:
        for note in deck.notes:
            for card in note.cards:
                yield (
                    *(card_ids[f"{note.guid}:{card}"], ids[note.guid], deck_ids[deck.name], card),
                    *(times.notes[note.guid], -1, 0, 0, note.due),
                    *(0, 0, 0, 0, 0, 0, 0, 0, ""),
                )
