"""Retired notes that stay in a package, tagged, so that importing it marks them for the learner."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from selfcheck_tools.exporters.anki.apkg import archived, database
from selfcheck_tools.exporters.anki.unpacked import (
    RETIRED,
    connected,
    described,
    media,
    media_names,
    member,
    opened,
    readable,
    stored,
)

if TYPE_CHECKING:
    from zipfile import ZipFile

Row = tuple[Any, ...]


class _Content(NamedTuple):
    """What a package's database holds."""

    models: Mapping[str, Any]
    decks: Mapping[str, Any]
    notes: tuple[Row, ...]
    cards: tuple[Row, ...]


def retain(
    new: bytes | IO[bytes] | None, old: bytes, mods: Mapping[str, int], name: str
) -> IO[bytes]:
    """A new package, or none, with some notes of an old one: their fields, deck and media as they
    were, a tag, and the `mod` that `mods` gives by guid. UsageError where one cannot be read."""
    with readable(name), ExitStack() as stack:
        archives = [stack.enter_context(opened(data)) for data in (new, old) if data is not None]
        now = _content(archives[0], name) if new is not None else _Content({}, {}, (), ())
        before = _content(archives[-1], name)
        kept = _kept(now, before, mods)
        names = {media_name for note in kept.notes for media_name in media_names(note[6])}
        merged = _Content(
            {**_used(before.models, {str(note[2]) for note in kept.notes}), **now.models},
            {**now.decks, **kept.decks},
            (*now.notes, *kept.notes),
            (*now.cards, *kept.cards),
        )
        added = _media(archives, new is not None, names, name)
        return archived(database(*merged), added, BytesIO)


def _content(archive: "ZipFile", name: str) -> _Content:
    with closing(connected(stored(archive, name))) as db:
        models, decks = described(db)
        notes = tuple(db.execute("SELECT * FROM notes ORDER BY id"))
        return _Content(models, decks, notes, tuple(db.execute("SELECT * FROM cards ORDER BY id")))


def _used(models: Mapping[str, Any], ids: set[str]) -> dict[str, Any]:
    return {number: model for number, model in models.items() if number in ids}


def _kept(now: _Content, before: _Content, mods: Mapping[str, int]) -> _Content:
    """The rows to add, with ids that are free, behind all others in the order of new cards."""
    decks = _Decks(now, before)
    note_ids, card_ids = ({row[0] for row in rows} for rows in (now.notes, now.cards))
    last = max((row[8] for row in now.cards), default=0)
    cards_of: dict[int, list[Row]] = {}
    for card in before.cards:
        cards_of.setdefault(card[1], []).append(card)
    wanted = [note for note in before.notes if note[1] in mods]
    wanted.sort(
        key=lambda note: (min((card[8] for card in cards_of.get(note[0], ())), default=0), note[1])
    )
    notes: list[Row] = []
    cards: list[Row] = []
    for at, note in enumerate(wanted, 1):
        number, mod = _free(note[0], note_ids), mods[note[1]]
        tags = [tag for tag in note[5].split() if tag != RETIRED]
        notes.append(
            (number, *note[1:3], mod, note[4], f" {' '.join([*tags, RETIRED])} ", *note[6:])
        )
        for card in sorted(cards_of.get(note[0], ()), key=lambda card: card[3]):
            place = (_free(card[0], card_ids), number, decks.place(card[2]), card[3], mod)
            cards.append((*place, *card[5:8], last + at, *card[9:]))
    return _Content({}, decks.added, tuple(notes), tuple(cards))


class _Decks:
    """Decks of the same names in the new package, or what must be added to it."""

    def __init__(self, now: _Content, before: _Content) -> None:
        self._before = before.decks
        self._ids = {deck["name"]: int(number) for number, deck in now.decks.items()}
        self._taken = set(self._ids.values())
        self.added: dict[str, Any] = {}

    def place(self, old: int) -> int:
        """The id of the deck that had another one in the old package."""
        deck = self._before[str(old)]
        if deck["name"] not in self._ids:
            number = self._ids[deck["name"]] = _free(old, self._taken)
            self.added[str(number)] = {**deck, "id": number}
        return self._ids[deck["name"]]


def _free(number: int, taken: set[int]) -> int:
    while number in taken:
        number += 1
    taken.add(number)
    return number


def _media(
    archives: list["ZipFile"], has_new: bool, wanted: set[str], name: str
) -> Iterator[tuple[str, bytes]]:
    """All media of the new package and the wanted ones of the old, by name."""
    found: dict[str, tuple[ZipFile, str]] = {}
    for known, at in media(archives[-1], name).items():
        if known in wanted:
            found[known] = archives[-1], at
    if has_new:
        found |= {known: (archives[0], at) for known, at in media(archives[0], name).items()}
    for known, (archive, at) in sorted(found.items()):
        yield known, member(archive, at, name)
