"""An Anki package: genanki's decks, notes and models, the same bytes for the same input.

genanki's own way of writing one is left aside: its zip members carry the clock and are not
compressed, one time stands for all notes, media are known by their base names only, each run
leaves a temporary file behind, and its check for invalid tags costs the square of a field's `<`.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from posixpath import splitext
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

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


class Times(NamedTuple):
    """When things last changed, in seconds since 1970: Anki takes only what is newer than its own."""

    notes: Mapping[str, int]  # by guid
    notetypes: Mapping[int, int]  # by id


def package(
    decks: Sequence["genanki.Deck"], media: Iterable[tuple[str, bytes]], times: Times
) -> bytes:
    """The package's bytes. Guids are unique; media come in order, named without folders."""
    return archived(_database(decks, times), media)


def archived(database: bytes, media: Iterable[tuple[str, bytes]]) -> bytes:
    """A package's bytes from those of its database and its media."""
    names: list[str] = []
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        _add(archive, "collection.anki2", database, ZIP_DEFLATED)
        for name, data in media:
            squeezable = splitext(name)[1] in _SQUEEZABLE
            _add(archive, str(len(names)), data, ZIP_DEFLATED if squeezable else ZIP_STORED)
            names.append(name)
        listing = json.dumps({str(at): name for at, name in enumerate(names)})
        _add(archive, "media", listing.encode(), ZIP_DEFLATED)
    return out.getvalue()


def _add(archive: ZipFile, name: str, data: bytes, method: int) -> None:
    member = ZipInfo(name)  # dated 1980, and the same on every system:
    member.create_system, member.external_attr = 3, 0o644 << 16
    archive.writestr(member, data, method)


def _database(decks: Sequence["genanki.Deck"], times: Times) -> bytes:
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
    # In memory: a database in a file holds the version of the library that wrote it.
    db = sqlite3.connect(":memory:")
    try:
        db.executescript(tables + APKG_COL)
        _describe(db, models, decks)
        db.executemany(f"INSERT INTO notes VALUES ({_marks(11)})", notes)
        db.executemany(f"INSERT INTO cards VALUES ({_marks(18)})", cards)
        db.executescript(create_index + rest)
        return db.serialize()
    finally:
        db.close()


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
    decks: Sequence["genanki.Deck"], ids: dict[str, int], times: Times
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Notetypes and decks, by their ids as text."""
    described: dict[str, Any] = {}
    models: dict[str, Any] = {}
    for deck in decks:
        own = {"id": ids[deck.name], "conf": OPTIONS_ID}
        described[str(ids[deck.name])] = {**deck.to_json(), **own}
        for model in {note.model.model_id: note.model for note in deck.notes}.values():
            values = notetype(model, times.notetypes[model.model_id], ids[deck.name])
            models.setdefault(str(model.model_id), values)
    return models, described


def _notes(
    decks: Sequence["genanki.Deck"], ids: dict[str, int], times: Times
) -> Iterator[tuple[Any, ...]]:
    for deck in decks:
        for note in deck.notes:
            fields = "\x1f".join(note.fields)
            yield (
                *(ids[note.guid], note.guid, note.model.model_id, times.notes[note.guid], -1),
                *(f" {' '.join(note.tags)} " if note.tags else "", fields, note.sort_field),
                *(0, 0, ""),  # the checksum of the first field: Anki computes it itself
            )


def _cards(
    decks: Sequence["genanki.Deck"], deck_ids: dict[str, int], ids: dict[str, int], times: Times
) -> Iterator[tuple[Any, ...]]:
    card_ids = _ids(
        f"{note.guid}:{card.ord}" for deck in decks for note in deck.notes for card in note.cards
    )
    for deck in decks:
        for note in deck.notes:
            for card in note.cards:
                number = card_ids[f"{note.guid}:{card.ord}"]
                yield (
                    *(number, ids[note.guid], deck_ids[deck.name], card.ord),
                    *(times.notes[note.guid], -1, 0, -1 if card.suspend else 0, note.due),
                    *(0, 0, 0, 0, 0, 0, 0, 0, ""),
                )
