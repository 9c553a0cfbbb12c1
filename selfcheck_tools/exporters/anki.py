"""Anki packages: importing one again updates what changed and keeps every history.

A note is the same note as long as its question keeps its key. Anki takes a changed note only when
its `mod` is newer, and then drops the tags that the learner gave it; so each note has its own, from
when it last changed as rendered. Nothing in a note depends on its number or on its neighbours.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import bidirectional

from selfcheck_tools.exporters import Artifact, Context, Omission, question_name, stem, title
from selfcheck_tools.exporters._anki_fields import Fields, fit, is_blank, text
from selfcheck_tools.exporters._anki_media import Shelf
from selfcheck_tools.exporters._anki_notetypes import (
    CHOICE,
    CLOZE,
    NOTETYPES,
    QUESTION,
    Notetype,
    digest,
    model,
)
from selfcheck_tools.exporters._apkg import Times, package
from selfcheck_tools.model import Document, Question

if TYPE_CHECKING:
    import genanki

Models = Mapping[Notetype, "genanki.Model"]


class Draft(NamedTuple):
    """What a question becomes: `back` is what its back adds, `cards` are its cards' ordinals."""

    notetype: Notetype = QUESTION
    values: Mapping[str, str] = {}
    back: str = ""
    cards: tuple[int, ...] = (0,)
    media: Mapping[str, bytes] = {}
    fault: str = ""  # why it becomes nothing


def export(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """Per document `<path>.apkg`; none for a document without a single answered question."""
    models = {notetype: model(notetype) for notetype in NOTETYPES}
    for document in documents:
        data = _package(document, context, models)
        if data:
            yield Artifact(f"{stem(document)}.apkg", data)
        context.done(document)


def _package(document: Document, context: Context, models: Models) -> bytes:
    import genanki

    deck = genanki.Deck(0, _deck_name(document))  # the writer derives the id from the name
    shelf = Shelf(document, context)
    media: dict[str, bytes] = {}
    mods: dict[str, int] = {}
    for at, key in enumerate(context.keys(document)):
        question = document.questions[at]
        draft = _draft(document, question, shelf)
        if draft.fault:
            message = f"{question_name(question, at)} {draft.fault}"
            context.omit(Omission(document.path, question.head, "answer", message))
            continue
        note = _note(draft, document, question, key, models)
        note.due = len(deck.notes) + 1  # genanki leaves 0 for all, and so no order
        deck.add_note(note)
        mods[note.guid] = context.changed(f"anki:note:{key}", _digest(note))
        media.update(draft.media)
    return package([deck], media, Times(mods, _times(deck, context))) if deck.notes else b""


def _deck_name(document: Document) -> str:
    """The name of the deck, in which only what front matter says can make subdecks."""
    name = document.metadata.deck or title(document).replace("::", "\u2237")
    return " ".join(fit(name).split()) or "Self-check"


def _times(deck: "genanki.Deck", context: Context) -> dict[int, int]:
    models = {note.model.model_id: note.model for note in deck.notes}
    return {
        number: context.changed(f"anki:notetype:{model.name}", digest(model))
        for number, model in sorted(models.items())
    }


# ── notes ───────────────────────────────────────────────────────────────────────────────────────


def _note(
    draft: Draft, document: Document, question: Question, key: str, models: Models
) -> "genanki.Note":
    import genanki

    values = {
        **draft.values,
        "Source": text(_origin(document, question)),
        "Key": text(key),
        "Language": text(document.metadata.language),
    }
    note = genanki.Note(
        models[draft.notetype],
        [values.get(name, "") for name in draft.notetype.fields],
        tags=_tags(document, question),
        # The notetype belongs to it: Anki refuses for ever a note that it knows with another one.
        guid=genanki.guid_for(draft.notetype.id, key),
    )
    note.cards = [genanki.Card(number) for number in draft.cards]
    return note


def _origin(document: Document, question: Question) -> str:
    """Where a card comes from; not its number, which may change without the question."""
    name = title(document)
    section = document.sections[question.section].title if question.section is not None else ""
    return f"{name} › {section}" if section and section != name else name


def _tags(document: Document, question: Question) -> list[str]:
    tags = ("_".join(fit(tag).split()) for tag in (*document.metadata.tags, *question.tags))
    return list(dict.fromkeys(tag for tag in tags if tag))


def _digest(note: "genanki.Note") -> str:
    parts = (str(note.model.model_id), *note.tags, *note.fields)
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _draft(document: Document, question: Question, shelf: Shelf) -> Draft:
    """What becomes of a question, or why nothing does."""
    if question.state != "answered":
        return Draft(fault="has no answer")
    media: dict[str, bytes] = {}
    fields = Fields(document, shelf.target(question, media))
    draft = _KINDS[question.kind](question, fields)
    if is_blank(draft.values[draft.notetype.fields[0]]):
        return Draft(fault="asks nothing without its missing pictures and sounds")
    if is_blank(draft.back):
        return Draft(fault="has no answer without its missing pictures and sounds")
    return draft._replace(media=media)


def _question(question: Question, fields: Fields) -> Draft:
    answer = fields.fragment(question.answer)
    return Draft(QUESTION, {"Question": fields.prompt(question), "Answer": answer}, answer)


def _cloze(question: Question, fields: Fields) -> Draft:
    field, numbers = fields.cloze(question)
    values = {"Text": field, "Explanation": fields.fragment(question.answer)}
    return Draft(CLOZE, values, field if numbers else "", tuple(n - 1 for n in numbers))


def _choice(question: Question, fields: Fields) -> Draft:
    options = _options(question, fields)
    right = (
        option.label or str(at) for at, option in enumerate(question.options, 1) if option.correct
    )
    values = {
        "Question": fields.prompt(question),
        "Options": options,
        "Solution": text(", ".join(right)),
        "Explanation": fields.fragment(question.answer),
    }
    return Draft(CHOICE, values, options)


_KINDS: Mapping[str, Callable[[Question, Fields], Draft]] = {
    "open": _question,
    "choice": _choice,
    "cloze": _cloze,
}


def _options(question: Question, fields: Fields) -> str:
    """The options as something to tap, even where a card's script does not run."""
    control = "checkbox" if sum(option.correct for option in question.options) > 1 else "radio"
    labels = "".join(option.label for option in question.options)
    # An Arabic letter says how its row runs, even where the option starts with Latin code.
    direction = "rtl" if bidirectional(labels[:1]) in ("R", "AL") else "auto"
    items = [
        f'<li class="option{" right" if option.correct else ""}"><label class="tappable">'
        f'<input type="{control}" name="option" value="{at}">'
        f'<bdi class="letter">{text(option.label)}</bdi>'
        f'<div class="content" dir="{direction}">{fields.option(option)}</div>'
        '<span class="mark"></span></label></li>\n'
        for at, option in enumerate(question.options)
    ]
    return f'<ul class="options" dir="{direction}">\n{"".join(items)}</ul>'
