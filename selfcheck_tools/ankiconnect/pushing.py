"""A push carried out in a running Anki: nothing is ever deleted.

New notes go in as packages, for only a package gives them the guids by which a later import knows
them; the rest is changed in place, which keeps every history.
"""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from selfcheck_tools.ankiconnect.connect import Action, Anki
from selfcheck_tools.ankiconnect.held import Held, batches, mark, note_ids, notes_held
from selfcheck_tools.ankiconnect.push import (
    PACKAGE,
    RETIRED,
    Move,
    Plan,
    Retired,
    Update,
    Wanted,
    deck_digest,
)
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import Context
from selfcheck_tools.exporters.anki.apkg import Deck, Times, package
from selfcheck_tools.exporters.anki.notetypes import digest

if TYPE_CHECKING:
    import genanki

NEEDED = (
    *("addTags", "changeDeck", "deleteMediaFile", "findNotes", "getDecks", "getMediaDirPath"),
    *("getMediaFilesNames", "importPackage", "modelFieldNames", "modelNamesAndIds"),
    *("modelStyling", "modelTemplates", "multi", "notesInfo", "removeTags", "storeMediaFile"),
    *("suspend", "unsuspend", "updateModelStyling", "updateModelTemplates", "updateNoteFields"),
)


class Done(NamedTuple):
    """A step that Anki has taken: what was done, to the notes of which questions."""

    what: (
        str  # "added", "updated", "moved", "restored", "suspended", "stored", "look"; or "refused"
    )
    keys: tuple[str, ...]


def carry_out(
    anki: Anki,
    planned: Plan,
    context: Context,
    *,
    times: Mapping[int, int],
    paths: Mapping[str, str],
    suspend: bool,
) -> Iterator[Done]:
    """Does what is planned, in steps that are whole by themselves: after any of them a new plan goes
    on from there. `times` are those of the notetypes in a package, `paths` where the content has the
    media, `suspend` is whether retired notes are suspended. UsageError where Anki fails."""
    for key, deck in planned.settled.items():
        _remember_deck(context, key, deck)
    for name in planned.left:
        anki.ask("deleteMediaFile", filename=name)
    for name in planned.media:
        data = b64encode(context.files.read(paths[name])).decode()
        anki.ask("storeMediaFile", filename=name, data=data)
        yield Done("stored", (name,))
    for name, look in planned.looks:
        _update_look(anki, name, look)
        yield Done("look", (name,))
    for look in planned.ours:
        context.changed(f"anki:look:{look.name}", digest(look))
    yield from _add(anki, planned.added, times, context)
    yield from _update_notes(anki, planned.updated)
    yield from _move(anki, planned.moved, context)
    for some in batches(planned.restored):
        anki.ask("unsuspend", cards=_cards(some))
        anki.ask("removeTags", notes=_ids(some), tags=RETIRED)
        yield Done("restored", tuple(note.key for note in some))
    for some in batches(planned.retired if suspend else ()):
        anki.ask("suspend", cards=_cards(some))
        anki.ask("addTags", notes=_ids(some), tags=RETIRED)
        yield Done("suspended", tuple(note.key for note in some))


def _remember_deck(context: Context, key: str, deck: str) -> None:
    context.changed(f"anki:deck:{key}", deck_digest(deck))


def _cards(notes: Iterable[Retired]) -> list[int]:
    return [card for note in notes for card in note.held.cards]


def _ids(notes: Iterable[Retired]) -> list[int]:
    return [note.held.id for note in notes]


def _update_look(anki: Anki, name: str, look: "genanki.Model") -> None:
    sides = {t["name"]: {"Front": t["qfmt"], "Back": t["afmt"]} for t in look.templates}
    anki.ask_all(
        [
            ("updateModelTemplates", {"model": {"name": name, "templates": sides}}),
            ("updateModelStyling", {"model": {"name": name, "css": look.css}}),
        ]
    )


def _add(
    anki: Anki, added: Sequence[Wanted], times: Mapping[int, int], context: Context
) -> Iterator[Done]:
    """As packages, each of which Anki takes whole; what it took is looked up, for it does not say."""
    if not added:
        return
    folder = anki.ask("getMediaDirPath")
    seen = {n: set(note_ids(anki, n)) for n in {want.note.model.model_id for want in added}}
    for some in batches(added):
        made = package(_decks(some), (), _times(some, times), BytesIO)
        made.seek(0)
        _import(anki, folder, made.read())
        taken: set[tuple[int, str]] = set()
        for notetype, before in seen.items():
            new = [number for number in note_ids(anki, notetype) if number not in before]
            taken |= {(notetype, held.key) for held in notes_held(anki, notetype, new)}
            before.update(new)
        for want in some:
            if want.place in taken:
                _remember_deck(context, want.key, want.deck)
        yield Done("added", tuple(want.key for want in some if want.place in taken))
        if refused := tuple(want.key for want in some if want.place not in taken):
            yield Done("refused", refused)


def _decks(wants: Sequence[Wanted]) -> list[Deck]:
    decks: dict[str, Deck] = {}
    for want in wants:
        decks.setdefault(want.deck, Deck(want.deck, want.about, [])).notes.append(want.note)
    return list(decks.values())


def _times(wants: Sequence[Wanted], notetypes: Mapping[int, int]) -> Times:
    return Times({want.note.guid: want.changed for want in wants}, notetypes)


def _import(anki: Anki, folder: str, data: bytes) -> None:
    """By way of the media folder, for Anki may run elsewhere; the `_` makes it leave the file alone."""
    name = f"{PACKAGE}{sha256(data).hexdigest()[:12]}.apkg"
    anki.ask("storeMediaFile", filename=name, data=b64encode(data).decode())
    try:
        anki.ask("importPackage", path=f"{folder}/{name}")
    except UsageError:
        with suppress(UsageError):
            anki._replace(patience=2).ask("deleteMediaFile", filename=name)
        raise
    anki.ask("deleteMediaFile", filename=name)


def _update_notes(anki: Anki, updated: Sequence[Update]) -> Iterator[Done]:
    for some in batches(updated):
        replaced = [update for update in some if update.fields]
        anki.ask_all([_replacement(update) for update in replaced])
        tagged: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for update in some:
            if update.tags:
                tagged[update.tags].append(update.held.id)
        anki.ask_all(
            [("addTags", {"notes": ids, "tags": " ".join(tags)}) for tags, ids in tagged.items()]
        )
        refused = _refused(anki, replaced)
        yield Done("updated", tuple(u.key for u in some if u.key not in refused))
        if refused:
            yield Done("refused", refused)


def _replacement(update: Update) -> Action:
    return "updateNoteFields", {"note": {"id": update.held.id, "fields": dict(update.fields)}}


def _refused(anki: Anki, updates: Sequence[Update]) -> tuple[str, ...]:
    """Anki silently keeps the fields of a note that is open in one of its windows."""
    found: dict[int, Held] = {}
    for notetype in {update.held.notetype for update in updates}:
        ids = [update.held.id for update in updates if update.held.notetype == notetype]
        found |= {held.id: held for held in notes_held(anki, notetype, ids)}
    return tuple(
        update.key
        for update in updates
        if update.held.id not in found
        or any(
            found[update.held.id].marks.get(name) != mark(value)
            for name, value in update.fields.items()
        )
    )


def _move(anki: Anki, moved: Sequence[Move], context: Context) -> Iterator[Done]:
    decks: defaultdict[str, list[Move]] = defaultdict(list)
    for move in moved:
        decks[move.deck].append(move)
    for deck, moves in decks.items():
        for some in batches(moves):
            anki.ask("changeDeck", cards=[card for move in some for card in move.cards], deck=deck)
            for move in some:
                _remember_deck(context, move.key, deck)
            yield Done("moved", tuple(move.key for move in some))
