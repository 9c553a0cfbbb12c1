"""Documents as genanki's decks of notes, from which every format for Anki is made.

A note is the same note as long as its question keeps its key. Anki takes a changed note only when
its `mod` is newer, and then drops the tags that the learner gave it; so each note has its own, from
when it last changed as rendered. Nothing in a note depends on its number or on its neighbours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from posixpath import dirname
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import bidirectional
from urllib.parse import quote

from selfcheck_tools.exporters import (
    Context,
    Omission,
    question_name,
    stem,
    telling_sections,
    title,
)
from selfcheck_tools.exporters.anki.apkg import Times
from selfcheck_tools.exporters.anki.fields import Fields, fit, is_blank, text
from selfcheck_tools.exporters.anki.media import Shelf
from selfcheck_tools.exporters.anki.notetypes import (
    CHOICE,
    CLOZE,
    NOTETYPES,
    QUESTION,
    Notetype,
    digest,
    model,
)
from selfcheck_tools.model import Document, Question

if TYPE_CHECKING:
    import genanki

Models = Mapping[Notetype, "genanki.Model"]
# What holds the documents of the top folder, or of all folders.
COLLECTION = "collection"


class Draft(NamedTuple):
    """What a question becomes: `back` is what its back adds, `cards` are its cards' ordinals."""

    notetype: Notetype = QUESTION
    values: Mapping[str, str] = {}
    back: str = ""
    cards: tuple[int, ...] = (0,)
    media: Mapping[str, str] = {}
    fault: str = ""  # why it becomes nothing


class Bundle(NamedTuple):
    """What goes into one package: `path` has no extension, `media` names files of the content."""

    path: str
    decks: tuple["genanki.Deck", ...]
    media: Mapping[str, str]
    times: Times


def bundles(documents: Sequence[Document], context: Context) -> Iterator[Bundle]:
    """A bundle per document, per folder or for all, as the options say; none without a note."""
    models = {notetype: model(notetype, context.template) for notetype in NOTETYPES}
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(_GROUPED[context.anki.split](document), []).append(document)
    for path, group in groups.items():
        bundle = _bundle(path, group, context, models)
        if bundle.decks:
            yield bundle


_GROUPED: Mapping[str, Callable[[Document], str]] = {
    "document": stem,
    "folder": lambda document: dirname(document.path) or COLLECTION,
    "none": lambda document: COLLECTION,
}


def _bundle(path: str, documents: Sequence[Document], context: Context, models: Models) -> Bundle:
    import genanki

    decks: dict[str, genanki.Deck] = {}
    media: dict[str, str] = {}
    mods: dict[str, int] = {}
    for document in documents:
        shelf = Shelf(document, context)
        for at, key in enumerate(context.keys(document)):
            question = document.questions[at]
            draft = _draft(document, question, shelf, context)
            if draft.fault:
                message = f"{question_name(question, at)} {draft.fault}"
                context.omit(Omission(document.path, question.head, "answer", message))
                continue
            note = _note(draft, document, question, key, context, models)
            note.due = len(mods) + 1  # genanki leaves 0 for all, and so no order
            name = _deck_name(document, question, context)
            if name not in decks:  # the writer derives the id from the name
                about = escape(fit(document.metadata.description), quote=False)
                decks[name] = genanki.Deck(0, name, about)
            decks[name].add_note(note)
            mods[note.guid] = context.changed(f"anki:note:{key}", _digest(note))
            media.update(draft.media)
        context.done(document)
    return Bundle(path, tuple(decks.values()), media, Times(mods, _times(decks.values(), context)))


def _deck_name(document: Document, question: Question, context: Context) -> str:
    """The deck's name: what front matter says, or the folders and the title; asked for, the section
    below it."""
    whole = document.metadata.deck
    parts = [*dirname(document.path).split("/"), title(document)]
    names = whole.split("::") if whole else [context.anki.deck, *map(_unparted, parts)]
    if context.anki.sections and (section := _section(document, question)):
        names.append(_unparted(section))
    fitted = (" ".join(fit(name).split()) for name in names)
    return "::".join(name for name in fitted if name) or "Self-check"


def _unparted(name: str) -> str:
    return name.replace("::", "\u2237")


def _section(document: Document, question: Question) -> str:
    """The title of the section that a question stands under, if it says more than the document's."""
    sections = telling_sections(document)
    section = sections[question.section].title if sections and question.section is not None else ""
    return section if section != title(document) else ""


def _times(decks: Iterable["genanki.Deck"], context: Context) -> dict[int, int]:
    models = {note.model.model_id: note.model for deck in decks for note in deck.notes}
    return {
        number: context.changed(f"anki:notetype:{model.name}", digest(model))
        for number, model in sorted(models.items())
    }


# ── notes ───────────────────────────────────────────────────────────────────────────────────────


def _note(
    draft: Draft, document: Document, question: Question, key: str, context: Context, models: Models
) -> "genanki.Note":
    import genanki

    values = {
        **draft.values,
        "Source": text(_origin(document, question)),
        "Link": text(_link(document, context)),
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
    section = _section(document, question)
    return f"{title(document)} › {section}" if section else title(document)


def _link(document: Document, context: Context) -> str:
    """Where the document can be read; not its question, whose anchor holds the number."""
    if not context.anki.url:
        return ""
    return f"{context.anki.url.rstrip('/')}/{quote(document.path, errors='surrogateescape')}"


def _tags(document: Document, question: Question) -> list[str]:
    """The author's tags, and one that says where the question is from: `tag:A` finds A::B too."""
    place = (title(document), _section(document, question))
    own = "::".join(filter(None, (_tag(_unparted(name)) for name in place)))
    written = map(_tag, (*document.metadata.tags, *question.tags))
    return list(dict.fromkeys(tag for tag in (*written, own) if tag))


def _tag(name: str) -> str:
    return "_".join(fit(name).split())


def _digest(note: "genanki.Note") -> str:
    parts = (str(note.model.model_id), *note.tags, *note.fields)
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _draft(document: Document, question: Question, shelf: Shelf, context: Context) -> Draft:
    """What becomes of a question, or why nothing does."""
    if question.state != "answered":
        return Draft(fault="has no answer")
    media: dict[str, str] = {}
    fields = Fields(document, shelf.target(question, media))
    draft = _KINDS[question.kind](question, fields)
    if draft.notetype is QUESTION and _is_on(document.metadata.reversed, context.anki.reversed):
        draft = draft._replace(values={**draft.values, "Reversed": "1"}, cards=(0, 1))
    if draft.notetype is CHOICE and _is_on(document.metadata.shuffle, context.anki.shuffle):
        draft = draft._replace(values={**draft.values, "Settings": "shuffle"})
    if is_blank(draft.values[draft.notetype.fields[0]]):
        return Draft(fault="asks nothing without its missing pictures and sounds")
    if is_blank(draft.back):
        return Draft(fault="has no answer without its missing pictures and sounds")
    return draft._replace(media=media)


def _is_on(written: bool | None, configured: bool) -> bool:
    return configured if written is None else written


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
    direction = "rtl" if labels and bidirectional(labels[0]) in ("R", "AL") else "auto"
    items = [
        f'<li class="option{" right" if option.correct else ""}"><label class="tappable">'
        f'<input type="{control}" name="option" value="{at}">'
        f'<bdi class="letter">{text(option.label)}</bdi>'
        f'<div class="content" dir="{direction}">{fields.option(option)}</div>'
        '<span class="mark"></span></label></li>\n'
        for at, option in enumerate(question.options)
    ]
    return f'<ul class="options" dir="{direction}">\n{"".join(items)}</ul>'
