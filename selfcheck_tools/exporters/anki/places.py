"""Where questions are from, as decks, tags and lines on cards say it."""

import re
from collections.abc import Mapping
from posixpath import dirname
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote

from selfcheck_tools.exporters import Context, telling_sections, title
from selfcheck_tools.exporters.anki.fields import fit, text
from selfcheck_tools.model import Document, Question


class Place(NamedTuple):
    """What the notes of a document's section have in common."""

    deck: str
    fields: Mapping[str, str]
    written: tuple[str, ...]  # the tags of the front matter
    tag: str  # one that says where a note is from: `tag:A` finds A::B too


def place(document: Document, context: Context, section: int | None) -> Place:
    """The place of a section of a document, by its index, or of the questions under none."""
    below = _section(document, section)
    name = title(document)
    source = f"{name} › {below}" if below else name  # not the number, which may change
    fields = {
        "Source": text(source),
        "Link": text(_link(document, context)),
        "Language": text(document.metadata.language),
    }
    own = "::".join(filter(None, (_tag(_unparted(part)) for part in (name, below))))
    written = tuple(map(_tag, document.metadata.tags))
    return Place(_deck(document, below, context), fields, written, own)


def tags(question: Question, where: Place) -> list[str]:
    """A question's tags: the document's, its own, and that of its place."""
    found = (*where.written, *map(_tag, question.tags), where.tag)
    return list(dict.fromkeys(tag for tag in found if tag))


def _tag(name: str) -> str:
    return "_".join(fit(name).split())


def _section(document: Document, section: int | None) -> str:
    """The title of a section, if it says more than the document's."""
    sections = telling_sections(document)
    found = sections[section].title if sections and section is not None else ""
    return found if found != title(document) else ""


def _link(document: Document, context: Context) -> str:
    """Where the document can be read; not its question, whose anchor holds the number."""
    if not context.anki.url:
        return ""
    return f"{context.anki.url.rstrip('/')}/{quote(document.path, errors='surrogateescape')}"


def _deck(document: Document, section: str, context: Context) -> str:
    """The deck's name: what front matter says, or the folders and the title; asked for, the section
    below it."""
    whole = document.metadata.deck
    parts = [*dirname(document.path).split("/"), title(document)]
    names = whole.split("::") if whole else [context.anki.deck, *map(_unparted, parts)]
    if context.anki.sections:
        names.append(_unparted(section))
    # As Anki itself writes deck names: a text import takes another spelling for another deck.
    fitted = (" ".join(normalize("NFC", fit(name)).replace("\x7f", "").split()) for name in names)
    full = "::".join(name for name in fitted if name)
    # In a text Anki takes a number for a deck's id, and 1 is the default deck's.
    return f"Self-check::{full}" if _NUMBER.fullmatch(full) else full or "Self-check"


_NUMBER = re.compile("[+-]?[0-9]+")


def _unparted(name: str) -> str:
    return name.replace("::", "\u2237")
