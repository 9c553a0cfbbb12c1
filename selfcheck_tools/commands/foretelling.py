"""What an import will do, in words and as JSON."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from selfcheck_tools.exporters.anki.changes import Change
    from selfcheck_tools.lastbuild import Comparison

LISTED = 30  # more notes of a kind than these are counted, not listed

_MEANINGS = {
    "added": "new notes",
    "changed": "updated; their cards keep their history",
    "moved": "cards that a learner has stay where they are",
    "retired": "no longer asked; they stay in Anki, for an import removes nothing",
    "refused": "changed but not newer: Anki would keep the old text in silence",
}


class Place(NamedTuple):
    """Where a question is written: `path` as the user would type it, `line` from 1."""

    path: str
    line: int


def told(
    comparison: "Comparison", places: Mapping[str, Place], *, width: int, everything: bool = False
) -> Iterator[str]:
    """The changes by kind for a terminal of some columns, the counts, and the search for Anki."""
    from selfcheck_tools.exporters.anki.changes import KINDS

    for kind in KINDS:
        those = [change for change in comparison.changes if change.kind == kind]
        if kind == "unchanged" or not those:
            continue
        yield f"{kind}: {_MEANINGS[kind]}"
        shown = those if everything else those[:LISTED]
        for change in shown:
            yield from _line(change, places.get(change.note.key), width)
        if len(shown) < len(those):
            yield f"  … and {len(those) - len(shown)} more; --all lists them"
        yield ""
    yield from looks(comparison)
    yield f"{counts(comparison.changes)}."
    yield from searched(comparison.changes)


def counts(changes: "Sequence[Change]") -> str:
    """How many there are of each kind that there is."""
    from selfcheck_tools.exporters.anki.changes import KINDS

    found = Counter(change.kind for change in changes)
    return ", ".join(f"{found[kind]} {kind}" for kind in KINDS if found[kind]) or "no notes"


def searched(changes: "Sequence[Change]") -> Iterator[str]:
    """The search that finds retired notes; nothing when there are none."""
    from selfcheck_tools.exporters.anki.changes import search

    if found := search(changes):
        yield "To find the retired notes, search in Anki's browser for:"
        yield f"  {found}"


def looks(comparison: "Comparison") -> Iterator[str]:
    """The notetypes whose look changes."""
    for look in comparison.looks:
        yield (
            f"the look of “{look.name}” changes"
            if look.is_newer
            else f"refused: the look of “{look.name}” changed but is not newer; Anki keeps the old"
        )


def _line(change: "Change", place: Place | None, width: int) -> Iterator[str]:
    """A note: its place and its question, then in parentheses what becomes of it; cut to fit."""
    from selfcheck_tools.reports import columns, cut, wrapped

    start = f"  {place.path}:{place.line}: " if place else "  "
    extra = "; ".join(_remarks(change, has_place=place is not None))
    end = f" ({extra})" if extra else ""
    prompt = change.note.prompt
    room = width - columns(start) - columns(end)
    if room >= min(columns(prompt), 24):
        yield start + cut(prompt, room) + end
    else:
        yield start + cut(prompt, max(width - columns(start), 24))
        yield from (f"    {line}" for line in wrapped(end.strip(), width - 4))


def _remarks(change: "Change", *, has_place: bool) -> Iterator[str]:
    if change.kind in ("changed", "refused"):
        yield ", ".join(change.parts) or "nothing but its time"
    elif change.kind == "moved" and change.parts:
        yield ", ".join(change.parts)
    if change.deck:
        yield f"stays in {change.deck}, new cards go to {change.note.deck}"
    if change.was:
        yield f"was a {change.was}: its history stays with the retired note"
    if change.became:
        yield f"is now a {change.became}"
    elif change.kind == "retired" and has_place:
        yield "has no answer now"
    if change.kind == "retired" and change.is_taken:
        yield "gets the tag selfcheck::retired"


def json(comparison: "Comparison", places: Mapping[str, Place]) -> str:
    """The changes for programs: one object, whose shape docs/anki.md tells."""
    import msgspec

    from selfcheck_tools.exporters.anki.changes import KINDS, search

    found = Counter(change.kind for change in comparison.changes)
    value = {
        "counts": {kind: found[kind] for kind in KINDS},
        "search": search(comparison.changes),
        "looks": [
            {"notetype": look.name, "refused": not look.is_newer} for look in comparison.looks
        ],
        "notes": [
            _object(change, places.get(change.note.key))
            for kind in KINDS
            for change in comparison.changes
            if change.kind == kind != "unchanged"
        ],
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _object(change: "Change", place: Place | None) -> dict[str, Any]:
    from selfcheck_tools.exporters.anki.changes import WORDS

    note = change.note
    return {
        "kind": change.kind,
        "question": note.prompt,
        "key": note.key,
        "guid": note.guid,
        "notetype": WORDS[note.notetype],
        "was": change.was or None,
        "became": change.became or None,
        "parts": list(change.parts),
        "deck": note.deck,
        "old_deck": change.deck or note.deck,
        "updated": change.is_taken,
        "path": place.path if place else None,
        "line": place.line if place else None,
    }
