"""What a running Anki holds of ours: notes, decks, looks of notetypes, names of media."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, TypeVar
from unicodedata import normalize

from selfcheck_tools.ankiconnect.connect import Anki
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters.anki.notetypes import NOTETYPES, Notetype

# Fields that are the learner's to fill, or kept for later.
THEIRS = frozenset(("Extra", "Reserved1", "Reserved2", "Reserved3"))
_BATCH = 500

_T = TypeVar("_T")


class Held(NamedTuple):
    """A note of ours in Anki; `marks` are digests of its fields."""

    id: int
    notetype: int
    key: str  # as the field holds it
    marks: Mapping[str, bytes]
    tags: tuple[str, ...]
    cards: tuple[int, ...]


class Collection(NamedTuple):
    """What Anki has of ours, and of other collections made with our notetypes."""

    names: Mapping[int, str]  # by our notetypes' ids: what they are called there
    looks: Mapping[int, str]  # digests of their templates and style
    notes: Mapping[tuple[int, str], Held]  # by notetype and Key
    decks: Mapping[int, str]  # by card
    media: frozenset[str]


def collection(anki: Anki) -> Collection:
    """What is in a running Anki. UsageError where a notetype of ours was given other fields or
    templates there: its notes could not be updated any more."""
    ids = {number: name for name, number in anki.ask("modelNamesAndIds").items()}
    ours = {notetype: ids[notetype.id] for notetype in NOTETYPES if notetype.id in ids}
    looks = {notetype.id: _look(anki, notetype, name) for notetype, name in ours.items()}
    notes: dict[tuple[int, str], Held] = {}
    decks: dict[int, str] = {}
    for notetype in ours:
        for batch in batches(note_ids(anki, notetype.id)):
            for held in notes_held(anki, notetype.id, batch):
                # A copy that the learner made of a note holds its Key too, and is younger.
                known = notes.setdefault((notetype.id, held.key), held)
                if held.id < known.id:
                    notes[notetype.id, held.key] = held
    for cards in batches([card for held in notes.values() for card in held.cards]):
        for name, those in anki.ask("getDecks", cards=cards).items():
            decks.update(dict.fromkeys(those, name))
    names = {notetype.id: name for notetype, name in ours.items()}
    return Collection(names, looks, notes, decks, frozenset(anki.ask("getMediaFilesNames")))


def note_ids(anki: Anki, notetype: int) -> list[int]:
    found: list[int] = anki.ask("findNotes", query=f"mid:{notetype}")
    return found


def notes_held(anki: Anki, notetype: int, ids: Sequence[int]) -> Iterator[Held]:
    for info in anki.ask("notesInfo", notes=ids):
        if info:  # one that is gone meanwhile is empty
            fields = {name: field["value"] for name, field in info["fields"].items()}
            yield Held(
                info["noteId"],
                notetype,
                fields.get("Key", ""),
                {name: mark(value) for name, value in fields.items() if name not in THEIRS},
                tuple(info["tags"]),
                tuple(info["cards"]),
            )


def mark(value: str) -> bytes:
    """Anki composes characters in what it stores."""
    return sha256(normalize("NFC", value).encode()).digest()[:12]


def _look(anki: Anki, notetype: Notetype, name: str) -> str:
    """The digest of a notetype as it is in Anki, as `notetypes.digest` makes it of ours."""
    fields, templates, style = anki.ask_all(
        [
            ("modelFieldNames", {"modelName": name}),
            ("modelTemplates", {"modelName": name}),
            ("modelStyling", {"modelName": name}),
        ]
    )
    _compare(name, "field", notetype.fields, fields)
    _compare(name, "card template", [name for name, _ in notetype.templates], list(templates))
    parts = [style["css"], *fields]
    for template, sides in templates.items():
        parts += (template, sides["Front"], sides["Back"])
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _compare(name: str, what: str, ours: Sequence[str], theirs: Sequence[str]) -> None:
    if list(ours) == theirs:
        return
    lacks = [part for part in ours if part not in theirs]
    has = [part for part in theirs if part not in ours]
    said = [f"lacks the {what} {', '.join(lacks)}"] if lacks else []
    said += [f"has the {what} {', '.join(has)}"] if has else []
    raise UsageError(
        f"the notetype “{name}” was changed in Anki: it "
        f"{' and '.join(said) or f'has its {what}s in another order'}. Nothing was sent; undo that "
        "in Anki with Tools > Manage Note Types, then push again"
    )


def batches(things: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The things in parts that one request may be about: Anki's windows stand still meanwhile."""
    for start in range(0, len(things), _BATCH):
        yield things[start : start + _BATCH]
