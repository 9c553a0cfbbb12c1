"""What a push would do to a running Anki: the content compared with what is there.

A note of ours is known by its notetype and its field Key. What is the learner's is left alone: tags,
decks, a look of a notetype that they made, what they wrote into the fields that we never fill.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from selfcheck_tools.ankiconnect.held import THEIRS, Collection, Held, mark
from selfcheck_tools.exporters.anki.apkg import Note
from selfcheck_tools.exporters.anki.fields import text
from selfcheck_tools.exporters.anki.notes import Bundle
from selfcheck_tools.exporters.anki.notetypes import NOTETYPES, digest
from selfcheck_tools.identity import Known

if TYPE_CHECKING:
    import genanki

RETIRED = "selfcheck::retired"
PACKAGE = "_selfcheck-"  # how the names of packages start in the media folder


class Wanted(NamedTuple):
    """A note as the content has it."""

    note: Note
    key: str
    deck: str
    about: str  # the deck's description
    changed: int

    @property
    def place(self) -> tuple[int, str]:
        return self.note.model.model_id, text(self.key)

    @property
    def fields(self) -> dict[str, str]:
        names = (field["name"] for field in self.note.model.fields)
        pairs = zip(names, self.note.fields, strict=True)
        return {name: value for name, value in pairs if name not in THEIRS}


def wanted(bundle: Bundle, keys: Mapping[str, str]) -> Iterator[Wanted]:
    """A bundle's notes; `keys` gives the key for what the field Key holds."""
    for deck in bundle.decks:
        for note in deck.notes:
            at = [field["name"] for field in note.model.fields].index("Key")
            changed = bundle.times.notes[note.guid]
            yield Wanted(note, keys[note.fields[at]], deck.name, deck.description, changed)


# ── what is to be done ──────────────────────────────────────────────────────────────────────────


class Update(NamedTuple):
    """Fields to be replaced in a note, and tags to be added to it."""

    key: str
    held: Held
    fields: Mapping[str, str]
    tags: tuple[str, ...]


class Move(NamedTuple):
    """Cards to be moved to another deck."""

    key: str
    cards: tuple[int, ...]
    deck: str


class Retired(NamedTuple):
    """A note whose question is gone, or of another kind now."""

    key: str
    held: Held


class Plan(NamedTuple):
    """All that a push would do; each question is named by its key."""

    added: tuple[Wanted, ...]
    updated: tuple[Update, ...]
    moved: tuple[Move, ...]
    restored: tuple[Retired, ...]  # retired by an earlier push, and there again
    retired: tuple[Retired, ...]  # not yet marked as such
    unchanged: int
    elsewhere: int  # notes that the learner keeps in decks of their own
    settled: Mapping[str, str]  # key -> deck, of notes that are where they should be
    media: tuple[str, ...]  # names of the files that are not there yet
    left: tuple[str, ...]  # packages that a push left there when it broke off
    looks: tuple[tuple[str, "genanki.Model"], ...]  # to be updated, with their names there
    ours: tuple["genanki.Model", ...]  # the notetypes whose look is ours
    kept: tuple[str, ...]  # the names of those whose look the learner changed


def plan(
    wants: Sequence[Wanted],
    media: Iterable[str],
    there: Collection,
    *,
    known: Mapping[str, Known],
    remembered: Mapping[str, tuple[str, int]],
    looks: Sequence["genanki.Model"],
) -> Plan:
    """Compares; `remembered` is what the lock remembered before this run, `looks` are our
    notetypes."""
    held = {want.key: there.notes[want.place] for want in wants if want.place in there.notes}
    updates = [_update(want, held[want.key]) for want in wants if want.key in held]
    updated = tuple(update for update in updates if update.fields or update.tags)
    moved, settled, elsewhere = _moves(wants, held, there, remembered)
    outdated, kept = _looks(there, looks, remembered)
    restored = tuple(Retired(key, note) for key, note in held.items() if RETIRED in note.tags)
    return Plan(
        added=tuple(want for want in wants if want.key not in held),
        updated=updated,
        moved=moved,
        restored=restored,
        retired=_retired(wants, there, known),
        unchanged=len(held)
        - len({*(u.key for u in updated), *(m.key for m in moved), *(r.key for r in restored)}),
        elsewhere=elsewhere,
        settled=settled,
        media=tuple(sorted(set(media) - there.media)),
        left=tuple(sorted(name for name in there.media if name.startswith(PACKAGE))),
        looks=outdated,
        ours=tuple(look for look in looks if look.model_id not in kept),
        kept=tuple(there.names[notetype] for notetype in kept),
    )


def _update(want: Wanted, held: Held) -> Update:
    fields = {n: value for n, value in want.fields.items() if held.marks.get(n) != mark(value)}
    there = {_tag(tag) for tag in held.tags}
    return Update(want.key, held, fields, tuple(t for t in want.note.tags if _tag(t) not in there))


def _tag(tag: str) -> str:
    """A tag as Anki tells it from others: it knows no case and has no empty parts."""
    return "::".join(part or "blank" for part in normalize("NFC", tag).casefold().split("::"))


def _moves(
    wants: Sequence[Wanted],
    held: Mapping[str, Held],
    there: Collection,
    remembered: Mapping[str, tuple[str, int]],
) -> tuple[tuple[Move, ...], dict[str, str], int]:
    """Cards are moved only out of the deck where the last push left them: what is anywhere else, the
    learner put there."""
    moved: list[Move] = []
    settled: dict[str, str] = {}
    elsewhere = 0
    for want in wants:
        if want.key not in held:
            continue
        before, _ = remembered.get(f"anki:deck:{want.key}", ("", 0))
        cards = {card: deck_digest(there.decks.get(card, "")) for card in held[want.key].cards}
        now = deck_digest(want.deck)
        away = tuple(card for card, deck in cards.items() if deck == before != now)
        if away:
            moved.append(Move(want.key, away, want.deck))
        elif set(cards.values()) == {now}:
            settled[want.key] = want.deck
        else:
            elsewhere += 1
    return tuple(moved), settled, elsewhere


def deck_digest(name: str) -> str:
    """A digest of a deck's name as Anki tells it from others."""
    return sha256(normalize("NFC", name).casefold().encode()).hexdigest()[:16]


def _retired(
    wants: Sequence[Wanted], there: Collection, known: Mapping[str, Known]
) -> tuple[Retired, ...]:
    """Notes of questions that this collection's lock knows as gone, or that became another kind."""
    kinds = {want.key: want.note.model.model_id for want in wants}
    found: list[Retired] = []
    for key, entry in known.items():
        for notetype in NOTETYPES:
            note = there.notes.get((notetype.id, text(key)))
            if note is None or RETIRED in note.tags or kinds.get(key) == notetype.id:
                continue
            if entry.retired or key in kinds:
                found.append(Retired(key, note))
    return tuple(found)


def _looks(
    there: Collection,
    looks: Sequence["genanki.Model"],
    remembered: Mapping[str, tuple[str, int]],
) -> tuple[tuple[tuple[str, "genanki.Model"], ...], tuple[int, ...]]:
    """Which looks are to be updated, and the notetypes whose look the learner changed: it is one that
    neither a push nor an export gave them."""
    outdated: list[tuple[str, genanki.Model]] = []
    kept: list[int] = []
    for ours in looks:
        look = there.looks.get(ours.model_id)
        if look is None or look == digest(ours):
            continue
        names = (f"anki:look:{ours.name}", f"anki:notetype:{ours.name}")
        if look in {remembered[name][0] for name in names if name in remembered}:
            outdated.append((there.names[ours.model_id], ours))
        else:
            kept.append(ours.model_id)
    return tuple(outdated), tuple(kept)
