"""CrowdAnki's folders: decks as JSON with their media, for decks that live in git.

The format is CrowdAnki's own (github.com/Stvad/CrowdAnki: crowd_anki/representation): a tree of
decks, of which the root also holds the notetypes and the deck options. Its import sets whatever is
written here, at each import anew; so what is not ours to say, such as limits, is not written.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from selfcheck_tools.exporters import Artifact, Context
from selfcheck_tools.exporters.anki.apkg import Deck, Note
from selfcheck_tools.exporters.anki.notes import Bundle, bundles, media
from selfcheck_tools.exporters.anki.schema import OPTIONS, deck_uuid, notetype, notetype_uuid
from selfcheck_tools.model import Document

if TYPE_CHECKING:
    import genanki

Decks = Mapping[str, Deck]
_JSON = dict[str, Any]
# What belongs to one collection, and what CrowdAnki itself does not write.
_LOCAL = ("did", "id", "mod", "usn")
_USED = re.compile(r'\bsrc="([^"]*)"|\[sound:([^\]]*)\]')


def export(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """Per bundle `<path>/deck.json` and `<path>/media/`; a bundle with several decks at the top has
    a folder for each in `<path>/`, for CrowdAnki knows one root."""
    for bundle in bundles(documents, context):
        folders = _folders(bundle)
        places: dict[str, list[str]] = {}
        for folder, decks in folders.items():
            root = _tree(decks, bundle)
            yield Artifact(f"{folder}/deck.json", _dumped(root))
            for name in _names(decks.values(), bundle):
                places.setdefault(name, []).append(folder)
        for name, data in media(bundle, context):
            for folder in places.get(name, ()):
                yield Artifact(f"{folder}/media/{name}", data)


def _dumped(value: _JSON) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=4, sort_keys=True) + "\n").encode()


def _folders(bundle: Bundle) -> dict[str, Decks]:
    """A bundle's decks by the folder that they go into, each by its full name."""
    tops: dict[str, dict[str, Deck]] = {}
    for deck in bundle.decks:
        tops.setdefault(deck.name.split("::")[0], {})[deck.name] = deck
    if len(tops) == 1:
        return {bundle.path: next(iter(tops.values()))}
    return {f"{bundle.path}/{_slug(top)}": decks for top, decks in tops.items()}


def _slug(name: str) -> str:
    """A folder's name for a deck, and no other deck's."""
    slug = re.sub(r"[^\w.-]+", "-", name).strip(".-")[:60]
    return slug if slug == name else f"{slug or 'deck'}-{deck_uuid(name)[:8]}"


def _tree(decks: Decks, bundle: Bundle) -> _JSON:
    """The decks under the innermost deck that all of them are in, or stand in."""
    levels = zip(*(name.split("::") for name in decks), strict=False)
    root = "::".join(level[0] for level in takewhile(lambda level: len({*level}) == 1, levels))
    models = {note.model.model_id: note.model for deck in decks.values() for note in deck.notes}
    return {
        **_node(root, root, decks, bundle),
        "note_models": [_notetype(model) for _, model in sorted(models.items())],
        "deck_configurations": [{"__type__": "DeckConfig", **OPTIONS}],
    }


def _node(name: str, shown: str, decks: Decks, bundle: Bundle) -> _JSON:
    """A deck; `shown` is its name, which for a child is the last part of the full one."""
    deck = decks.get(name)
    inner = [
        other[len(name) + 2 :].split("::")[0] for other in decks if other.startswith(f"{name}::")
    ]
    return {
        "__type__": "Deck",
        "name": shown,
        "crowdanki_uuid": deck_uuid(name),
        "deck_config_uuid": OPTIONS["crowdanki_uuid"],
        "dyn": 0,
        "notes": [_note(note) for note in deck.notes] if deck else [],
        "media_files": _names([deck], bundle) if deck else [],
        "children": [
            _node(f"{name}::{child}", child, decks, bundle) for child in dict.fromkeys(inner)
        ],
        **({"desc": deck.description} if deck and deck.description else {}),
    }


def _note(note: Note) -> _JSON:
    return {
        "__type__": "Note",
        "guid": note.guid,
        "note_model_uuid": notetype_uuid(note.model),
        "fields": note.fields,
        "tags": note.tags,
    }


def _notetype(model: "genanki.Model") -> _JSON:
    values = notetype(model)
    return {"__type__": "NoteModel", **{k: v for k, v in values.items() if k not in _LOCAL}}


def _names(decks: Iterable[Deck], bundle: Bundle) -> list[str]:
    """The names of the media that the notes of decks show, in order."""
    fields = (field for deck in decks for note in deck.notes for field in note.fields)
    used = {image or sound for field in fields for image, sound in _USED.findall(field)}
    return sorted(used & bundle.media.keys())
