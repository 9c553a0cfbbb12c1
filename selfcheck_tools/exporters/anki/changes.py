"""What importing will do: the notes of one package against those that a learner has.

Anki takes a note that it knows by its guid only when its `mod` is newer, leaves cards in the deck
where they are, and never removes anything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from selfcheck_tools.exporters.anki.notetypes import NOTETYPES
from selfcheck_tools.exporters.anki.unpacked import Look, Note

Kind = Literal["added", "changed", "moved", "retired", "refused", "unchanged"]
KINDS: tuple[Kind, ...] = ("added", "changed", "moved", "retired", "refused", "unchanged")
# What changes by itself when a question goes to another document.
_FOLLOWING = frozenset(("source", "link", "tags"))
WORDS = {notetype.id: notetype.name.rpartition(" ")[2] for notetype in NOTETYPES}


class Change(NamedTuple):
    """What becomes of a note."""

    kind: Kind
    note: Note  # as it is now; a retired one as it was
    parts: tuple[str, ...] = ()  # what differs; of a changed one without, nothing but its time
    deck: str = ""  # where the learner's cards stay, if the note is in another deck now
    became: str = ""  # the notetype that a retired note's question has now, in a word
    was: str = ""  # the notetype that an added note's question had
    is_taken: bool = False  # Anki updates its note; a retired one then gets its tag


def compare(old: Iterable[Note], new: Iterable[Note]) -> tuple[Change, ...]:
    """The changes from old notes to new ones, in the order of the new; what is gone comes last.

    Of several old notes with one guid the latest counts. A note that was retired before and is gone
    is no change.
    """
    known = latest(old)
    coming = list(new)
    guids = {note.guid for note in coming}
    asked = {note.guid for note in coming if not note.is_retired}
    gone = [note for note in known.values() if note.guid not in guids]
    before = {note.key: note for note in known.values() if note.guid not in asked}
    after = {note.key: note for note in coming if not note.is_retired}
    changes = [_change(known.get(note.guid), note, before, after) for note in coming]
    changes += (
        Change("retired", note, became=_word(after.get(note.key)))
        for note in gone
        if not note.is_retired
    )
    return tuple(changes)


def latest(notes: Iterable[Note]) -> dict[str, Note]:
    """The newest note of each guid, the first of equals."""
    found: dict[str, Note] = {}
    for note in notes:
        if note.guid not in found or note.mod > found[note.guid].mod:
            found[note.guid] = note
    return found


def _change(
    old: Note | None, new: Note, before: Mapping[str, Note], after: Mapping[str, Note]
) -> Change:
    if old is None:
        was = before.get(new.key)
        return Change("added", new, was=_word(was) if was and not was.is_retired else "")
    parts = old.differs(new)
    deck = old.deck if old.deck != new.deck else ""
    is_newer = new.mod > old.mod
    if new.is_retired and not old.is_retired:
        became = _word(after.get(new.key))
        return Change("retired", new, parts, became=became, is_taken=is_newer)
    if old.is_retired and not new.is_retired:
        parts = ("asked again", *parts)
    if parts and not is_newer:
        return Change("refused", new, parts, deck)
    if deck and _FOLLOWING.issuperset(parts):
        return Change("moved", new, parts, deck, is_taken=is_newer)
    return Change("changed" if is_newer else "unchanged", new, parts, is_taken=is_newer, deck=deck)


def _word(note: Note | None) -> str:
    return WORDS[note.notetype] if note is not None else ""


class LookChange(NamedTuple):
    """A notetype whose templates or style are others now; not `is_newer`, Anki keeps the old."""

    name: str
    is_newer: bool


def compare_looks(
    old: Iterable[Mapping[int, Look]], new: Iterable[Mapping[int, Look]]
) -> tuple[LookChange, ...]:
    """The notetypes that look different, by name."""
    before, after = _newest(old), _newest(new)
    return tuple(
        LookChange(look.name, look.mod > before[number].mod)
        for number, look in sorted(after.items())
        if number in before and before[number].digest != look.digest
    )


def _newest(packages: Iterable[Mapping[int, Look]]) -> dict[int, Look]:
    found: dict[int, Look] = {}
    for looks in packages:
        for number, look in looks.items():
            if number not in found or look.mod > found[number].mod:
                found[number] = look
    return found


# ── finding them in Anki ────────────────────────────────────────────────────────────────────────

# Anki's database refuses a chain of more than about a thousand.
_CHAIN = 200


def search(changes: Sequence[Change]) -> str:
    """What to type into Anki's browser to see exactly the retired notes; nothing for none.

    The syntax is that of docs.ankiweb.net/searching.html: a plain field search knows no case, and
    `_` and `*` stand for anything in it.
    """
    keys: dict[int, list[str]] = {}
    others: dict[int, set[str]] = {}
    for change in changes:
        note = change.note
        if change.kind == "retired":
            keys.setdefault(note.notetype, []).append(note.key)
        else:
            others.setdefault(note.notetype, set()).add(note.key.casefold())
    groups = [
        f'"note:{notetype.name}" {_any(keys[notetype.id], others.get(notetype.id, set()))}'
        for notetype in NOTETYPES
        if notetype.id in keys
    ]
    return groups[0] if len(groups) == 1 else " OR ".join(f"({group})" for group in groups)


def _any(keys: Sequence[str], others: set[str]) -> str:
    simple = all(_SIMPLE.fullmatch(key) and key.casefold() not in others for key in keys)
    if not simple or len(keys) > _CHAIN:
        return f'"Key:re:^(?-i:{"|".join(map(_exactly, keys))})$"'
    terms = [f"Key:{key}" for key in keys]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"


_SIMPLE = re.compile(r"[a-z0-9][a-z0-9-]*")


def _exactly(key: str) -> str:
    """A key as a regular expression of Rust's, as the field holds it: in HTML."""
    from html import escape

    return "".join(_signs(escape(key)))


def _signs(text: str) -> Iterator[str]:
    for sign in text:
        yield sign if sign.isascii() and sign.isalnum() else f"\\x{{{ord(sign):x}}}"
