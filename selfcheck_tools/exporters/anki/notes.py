"""Documents as decks of notes, from which every format for Anki is made.

A note is the same note as long as its question keeps its key. Anki takes a changed note only when
its `mod` is newer, and then drops the tags that the learner gave it; so each note has its own, from
when it last changed as rendered. Nothing in a note depends on its number or on its neighbours.

Rendering, the dear part, may be spread over processes. All that has an order or remembers something
is done in this one, in the order of the documents, so that what comes out is the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256
from html import escape
from itertools import zip_longest
from posixpath import dirname
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import bidirectional

from selfcheck_tools import codec
from selfcheck_tools.exporters import (
    Context,
    Omission,
    question_name,
    stem,
)
from selfcheck_tools.exporters._made import of_each
from selfcheck_tools.exporters._order import fixed
from selfcheck_tools.exporters._referring import by_letter, by_place
from selfcheck_tools.exporters.anki.apkg import Deck, Note, Times
from selfcheck_tools.exporters.anki.fields import Fields, fit, is_blank, text
from selfcheck_tools.exporters.anki.media import Shelf
from selfcheck_tools.exporters.anki.notetypes import (
    CHOICE,
    CLOZE,
    NOTETYPES,
    QUESTION,
    digest,
    model,
)
from selfcheck_tools.exporters.anki.places import Place, place, tags
from selfcheck_tools.model import Document, Question
from selfcheck_tools.pile import Chosen

if TYPE_CHECKING:
    import genanki

Models = Mapping[int, "genanki.Model"]
# What holds the documents of the top folder, or of all folders.
COLLECTION = "collection"


class Draft(NamedTuple):
    """What a question becomes: `notetype` is an id, `cards` are its cards' ordinals."""

    notetype: int = QUESTION.id
    values: Mapping[str, str] = {}
    cards: tuple[int, ...] = (0,)
    media: Mapping[str, str] = {}
    fault: str = ""  # why it becomes nothing


class Bundle(NamedTuple):
    """What goes into one package: `path` has no extension, `media` names files of the content."""

    path: str
    decks: tuple[Deck, ...]
    media: Mapping[str, str]
    times: Times


def media(bundle: Bundle, context: Context) -> Iterator[tuple[str, bytes]]:
    """A bundle's pictures and sounds, by name in order, each read when its turn comes."""
    return ((name, context.files.read(path)) for name, path in sorted(bundle.media.items()))


def bundles(documents: Sequence[Document], context: Context) -> Iterator[Bundle]:
    """A bundle per document, per folder or for all, as the options say; none without a note."""
    models = {notetype.id: model(notetype, context.template) for notetype in NOTETYPES}
    groups: dict[str, list[int]] = {}
    for at, document in enumerate(documents):
        groups.setdefault(_GROUPED[context.anki.split](document), []).append(at)
    ordered = Chosen(documents, [at for group in groups.values() for at in group])
    drafted = _all_drafted(ordered, context)
    made = (
        _bundle(path, Chosen(documents, group), drafted, context, models)
        for path, group in groups.items()
    )
    return filter(lambda bundle: bundle.decks, made)  # which holds none that was handed out


_GROUPED: Mapping[str, Callable[[Document], str]] = {
    "document": stem,
    "folder": lambda document: dirname(document.path) or COLLECTION,
    "none": lambda document: COLLECTION,
}


def _bundle(
    path: str,
    documents: Sequence[Document],
    drafted: Iterator[Sequence[Draft]],
    context: Context,
    models: Models,
) -> Bundle:
    """A bundle of documents; of `drafted` it takes those of its documents, which come first."""
    decks: dict[str, Deck] = {}
    media: dict[str, str] = {}
    mods: dict[str, int] = {}
    for document in documents:
        placed = cache(partial(place, document, context))
        for question, draft, key in zip(
            document.questions, next(drafted), context.keys(document), strict=True
        ):
            if draft.fault:
                continue
            where = placed(question.section)
            note = _note(draft, where, question, key, models[draft.notetype], len(mods) + 1)
            if where.deck not in decks:  # the writer derives the id from the name
                about = escape(fit(document.metadata.description), quote=False)
                decks[where.deck] = Deck(where.deck, about, [])
            decks[where.deck].notes.append(note)
            mods[note.guid] = context.changed(f"anki:note:{key}", _digest(note))
            media.update(draft.media)
        context.done(document)
    return Bundle(path, tuple(decks.values()), media, Times(mods, _times(decks.values(), context)))


def _times(decks: Iterable[Deck], context: Context) -> dict[int, int]:
    models = {note.model.model_id: note.model for deck in decks for note in deck.notes}
    return {
        number: context.changed(f"anki:notetype:{model.name}", digest(model))
        for number, model in sorted(models.items())
    }


# ── notes ───────────────────────────────────────────────────────────────────────────────────────


def _note(
    draft: Draft, where: Place, question: Question, key: str, model: "genanki.Model", due: int
) -> Note:
    import genanki

    values = {**draft.values, **where.fields, "Key": text(key)}
    return Note(
        # The notetype belongs to it: Anki refuses for ever a note that it knows with another one.
        genanki.guid_for(draft.notetype, key),
        model,
        tuple(values.get(field["name"], "") for field in model.fields),
        tuple(tags(question, where)),
        tuple(draft.cards),
        due,
    )


def _digest(note: Note) -> str:
    parts = (str(note.model.model_id), *note.tags, *note.fields)
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]


# ── drafts ──────────────────────────────────────────────────────────────────────────────────────


_decode: Callable[[bytes], list[Draft]] = codec.decoder(list[Draft])


def _all_drafted(documents: Sequence[Document], context: Context) -> Iterator[list[Draft]]:
    """What becomes of the questions of each document."""
    made = of_each(documents, context, "drafts", lambda document: tuple(context.anki), _drafted)
    return (_decode(data) for data in made)


def _drafted(document: Document, context: Context) -> bytes:
    shelf = Shelf(document, context)
    drafts: list[Draft] = []
    for at, question in enumerate(document.questions):
        draft = _draft(document, question, shelf, context)
        if draft.fault:
            message = f"{question_name(question, at)} {draft.fault}"
            context.omit(Omission(document.path, question.head, "answer", message))
        drafts.append(draft)
    return codec.encode(drafts)


def _draft(document: Document, question: Question, shelf: Shelf, context: Context) -> Draft:
    """What becomes of a question, or why nothing does."""
    if question.state != "answered":
        return Draft(fault="has no answer")
    media: dict[str, str] = {}
    fields = Fields(document, shelf.target(question, media))
    if question.kind == "choice" and _is_on(document.metadata.shuffle, context.anki.shuffle):
        draft, back = _choice(question, fields, movable=True)
    else:
        draft, back = _KINDS[question.kind](question, fields)
    if draft.notetype == QUESTION.id and _is_on(document.metadata.reversed, context.anki.reversed):
        draft = draft._replace(values={**draft.values, "Reversed": "1"}, cards=(0, 1))
    if is_blank(draft.values["Text" if draft.notetype == CLOZE.id else "Question"]):
        return Draft(fault="asks nothing without its missing pictures and sounds")
    if is_blank(back):
        return Draft(fault="has no answer without its missing pictures and sounds")
    return draft._replace(media=media)


def _is_on(written: bool | None, configured: bool) -> bool:
    return configured if written is None else written


# Each gives the draft, and what its back adds.


def _question(question: Question, fields: Fields) -> tuple[Draft, str]:
    answer = fields.fragment(question.answer)
    return Draft(QUESTION.id, {"Question": fields.prompt(question), "Answer": answer}), answer


def _cloze(question: Question, fields: Fields) -> tuple[Draft, str]:
    field, numbers = fields.cloze(question)
    values = {"Text": field, "Explanation": fields.fragment(question.answer)}
    return Draft(CLOZE.id, values, tuple(n - 1 for n in numbers)), field if numbers else ""


def _choice(question: Question, fields: Fields, *, movable: bool = False) -> tuple[Draft, str]:
    labels = [option.label for option in question.options]
    texts = [option.content.markdown for option in question.options]
    pinned = fixed(texts, labels) if movable and not _names_options(question, labels) else ()
    shuffled = not all(pinned)
    options = _options(question, fields, pinned if shuffled else ())
    right = (
        option.label or str(at) for at, option in enumerate(question.options, 1) if option.correct
    )
    values = {
        "Question": fields.prompt(question),
        "Options": options,
        "Solution": text(", ".join(right)),
        "Explanation": fields.fragment(question.answer),
        "Settings": "shuffle" if shuffled else "",
    }
    return Draft(CHOICE.id, values), options


def _names_options(question: Question, labels: Sequence[str]) -> bool:
    """Whether a question would say something else of its options once they are shuffled. A front
    that is shuffled shows no letters; a back shows them where they were written."""
    asks = [part.markdown for part in (question.prompt, question.material) if part]
    says = question.answer.markdown if question.answer else ""
    return (
        any(by_letter(text, labels, anywhere=False) or by_place(text) for text in asks)
        or by_place(says)
        or (not all(labels) and by_letter(says, labels, anywhere=True))
    )


_KINDS: Mapping[str, Callable[[Question, Fields], tuple[Draft, str]]] = {
    "open": _question,
    "choice": _choice,
    "cloze": _cloze,
}


def _options(question: Question, fields: Fields, pinned: Sequence[bool]) -> str:
    """The options as something to tap, even where a card's script does not run."""
    control = "checkbox" if sum(option.correct for option in question.options) > 1 else "radio"
    labels = "".join(option.label for option in question.options)
    # An Arabic letter says how its row runs, even where the option starts with Latin code.
    direction = "rtl" if labels and bidirectional(labels[0]) in ("R", "AL") else "auto"
    items = [
        f'<li class="option{" right" if option.correct else ""}{" pinned" if stays else ""}">'
        '<label class="tappable">'
        f'<input type="{control}" name="option" value="{at}">'
        f'<bdi class="letter">{text(option.label)}</bdi>'
        f'<div class="content" dir="{direction}">{fields.option(option)}</div>'
        '<span class="mark"></span></label></li>\n'
        for at, (option, stays) in enumerate(zip_longest(question.options, pinned))
    ]
    return f'<ul class="options" dir="{direction}">\n{"".join(items)}</ul>'
