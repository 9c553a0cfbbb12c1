"""PDFs of questions and answers, to be printed or read on a screen, in several variants.

What they look like is in templates/handout; here is what they say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import (
    Artifact,
    Context,
    Omission,
    question_name,
    stem,
    telling_sections,
    title,
)
from selfcheck_tools.exporters.handout.directions import direction
from selfcheck_tools.model import Document
from selfcheck_tools.templates import loaded, rendered
from selfcheck_tools.text import Span

if TYPE_CHECKING:
    import jinja2

    from selfcheck_tools.exporters.handout.asked import Shows
    from selfcheck_tools.exporters.handout.cards import Side
    from selfcheck_tools.exporters.handout.parts import Sheet
    from selfcheck_tools.exporters.handout.pictures import Pictures

# Signs that mean nothing on paper, line ends that HTML does not know, and undecodable bytes.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("[\u2028\u2029]")
_UNDECODED = re.compile("[\ud800-\udfff]")


class Variant(NamedTuple):
    """A kind of paper. Its name is that of its format, its template and the end of its files."""

    name: str
    sheets: tuple[str, ...]  # its stylesheets, each over those before it
    shows: "Shows"
    cards: bool = False


HANDOUT = Variant("handout", ("handout",), "all")
WORKSHEET = Variant("worksheet", ("handout", "worksheet"), "questions")
FLASHCARDS = Variant("flashcards", ("handout", "flashcards"), "all", cards=True)
FLASHCARDS_FOLD = Variant(
    "flashcards-fold", ("handout", "flashcards", "flashcards-fold"), "all", cards=True
)
EXAM = Variant("exam", ("handout", "worksheet", "exam"), "questions")
ANSWER_KEY = Variant("answer-key", ("handout", "answer-key"), "answers")


def export(
    documents: Sequence[Document], context: Context, variant: Variant = HANDOUT
) -> Iterator[Artifact]:
    """Per document `<path>-<variant>.pdf`."""
    import msgspec

    from selfcheck_tools.exporters.handout.parts import Works, results
    from selfcheck_tools.exporters.handout.pdf import Printed

    css = "\n".join(context.template(f"handout/{sheet}.css") for sheet in variant.sheets)
    templates: dict[str, str] = {}  # those that were asked for

    def template(name: str) -> str:
        return templates.setdefault(name, context.template(name))

    page = loaded(template, f"handout/{variant.name}.html")
    works = Works(context)
    prints = []
    for document in documents:
        with _blaming(document):
            if variant.cards:
                sheet = partial(_cards, document, variant, page, css, templates)
                make = partial(_made_cards, document)
            else:
                sheet = partial(_sheet, document, variant, page, css)
                make = partial(_made, document)
            prints.append(works.work(variant.name, sheet, make, of=(document, css)))
    decode = msgspec.msgpack.Decoder(tuple[Printed, list[tuple[int, str]]]).decode
    for document, data in zip(documents, results(prints, context, css), strict=True):
        printed, cut = decode(data)
        _report_cut(document, context, cut)
        _report(document, context, printed.missing, printed.complaints)
        yield Artifact(f"{stem(document)}-{variant.name}.pdf", printed.data)
        context.done(document)


worksheet = partial(export, variant=WORKSHEET)
flashcards = partial(export, variant=FLASHCARDS)
flashcards_fold = partial(export, variant=FLASHCARDS_FOLD)
exam = partial(export, variant=EXAM)
answer_key = partial(export, variant=ANSWER_KEY)


def _sheet(
    document: Document, variant: Variant, page: "jinja2.Template", css: str, context: Context
) -> "Sheet":
    from selfcheck_tools.exporters.handout.parts import Sheet
    from selfcheck_tools.exporters.handout.pictures import Pictures

    pictures = Pictures(context.files, document, context.omit)
    html = _printable(rendered(page, _view(document, context, pictures, variant)))
    return Sheet(html, css, pictures.known(), pictures.fetch)


def _made(document: Document, sheet: "Sheet") -> bytes:
    """A print, and which sides of cards are cut in it."""
    import msgspec

    from selfcheck_tools.exporters.handout.pdf import to_pdf

    with _blaming(document):
        return msgspec.msgpack.encode((to_pdf(sheet.html, sheet.css, sheet.fetch), ()))


@contextmanager
def _blaming(document: Document) -> Iterator[None]:
    """Names the document in errors that are our own."""
    try:
        yield
    except UsageError:
        raise
    except Exception as error:
        error.add_note(f"in {document.path}")
        raise


def _printable(html: str) -> str:
    html = _LINE_ENDS.sub(" ", _UNPRINTABLE.sub("", html))
    return _UNDECODED.sub("\ufffd", html)


# ── what the template sees ──────────────────────────────────────────────────────────────────────


def _view(
    document: Document, context: Context, pictures: "Pictures", variant: Variant = HANDOUT
) -> dict[str, Any]:
    from selfcheck_tools.exporters.handout.asked import asked

    sections = telling_sections(document)
    level = 1 if variant.cards else 3 if sections else 2
    base = direction(document)
    shows = variant.shows
    questions = [
        asked(document, context, pictures, question, at, base=base, level=level, shows=shows)
        for at, question in enumerate(document.questions)
    ]
    headings = [
        sections[question.section].title if sections and question.section is not None else ""
        for question in document.questions
    ]
    runs = groupby(zip(headings, questions, strict=True), key=lambda pair: pair[0])
    return {
        "title": title(document),
        "language": document.metadata.language or "en",
        "direction": base,
        "author": document.metadata.author,
        "description": document.metadata.description,
        "tags": document.metadata.tags,
        "level": level,  # of the questions' headings
        "groups": [(heading, [question for _, question in run]) for heading, run in runs],
        "unanswered": [
            question.number
            for question in questions
            if not question.answered and shows != "questions"
        ],
        "pictureless": [question.number for question in questions if question.pictureless],
        "total": fsum(question.points or 0 for question in questions),
        "lines": context.paper.lines,
    }


# ── cards ───────────────────────────────────────────────────────────────────────────────────────


def _cards(
    document: Document,
    variant: Variant,
    page: "jinja2.Template",
    css: str,
    templates: Mapping[str, str],
    context: Context,
) -> "Sheet":
    """A sheet whose HTML depends on how high its own pieces get. It is told apart from others by
    what the templates make of cards whose text is not yet fitted, and by the templates."""
    from selfcheck_tools.exporters.handout.cards import unfitted
    from selfcheck_tools.exporters.handout.parts import Sheet
    from selfcheck_tools.exporters.handout.pictures import Pictures

    pictures = Pictures(context.files, document, context.omit)
    view = _view(document, context, pictures, variant)

    def draw(more: Mapping[str, Any]) -> str:
        return _printable(rendered(page, {**view, **more}))

    sides = unfitted(len(document.questions))
    drawn = (draw({"measured": sides}), draw({"sides": {side.name: side for side in sides}}))
    html = "\0".join((*drawn, *(templates[name] for name in sorted(templates))))
    return Sheet(html, css, pictures.known(), pictures.fetch, draw)


def _made_cards(document: Document, sheet: "Sheet") -> bytes:
    """A print, and which sides are cut in it: questions by their positions, and faces."""
    import msgspec

    from selfcheck_tools.exporters.handout.pdf import to_pdf

    with _blaming(document):
        sides = _sides(len(document.questions), sheet)
        printed = to_pdf(sheet.draw({"sides": sides}), sheet.css, sheet.fetch)
        cut = [(side.at, side.face) for side in sides.values() if side.lines]
        return msgspec.msgpack.encode((printed, cut))


def _sides(count: int, sheet: "Sheet") -> "dict[str, Side]":
    """How the text of each side of so many cards is set."""
    from selfcheck_tools.exporters.handout.cards import fitted, unfitted
    from selfcheck_tools.exporters.handout.pdf import heights

    def measure(sides: "Sequence[Side]") -> dict[str, float]:
        return heights(sheet.draw({"measured": sides}), sheet.css, sheet.fetch)

    return fitted(unfitted(count), measure)


# ── what could not be printed ───────────────────────────────────────────────────────────────────


def _report(
    document: Document, context: Context, missing: Sequence[str], complaints: Sequence[str]
) -> None:
    head = document.title_span or Span(0, 0)
    text = context.source(document).text
    for sign in missing:
        message = f"no font has “{sign}” (U+{ord(sign):04X})"
        where = _where(document, text, sign) or head
        context.omit(Omission(document.path, where, "glyph", message))
    for complaint in complaints:
        context.omit(Omission(document.path, head, "layout", complaint))


def _report_cut(document: Document, context: Context, cut: Sequence[tuple[int, str]]) -> None:
    for at, face in cut:
        question = document.questions[at]
        answer = question.answer if face == "back" else None
        where = answer.span if answer else question.head
        message = f"the {face} of {question_name(question, at)} is cut to fit its card"
        context.omit(Omission(document.path, where, "text", message))


def _where(document: Document, text: str, sign: str) -> Span | None:
    """Where a sign first stands in a question, or else anywhere."""
    for part in (*(question.span for question in document.questions), Span(0, len(text))):
        at = text.find(sign, part.start, part.end)
        if at >= 0:
            return Span(at, at + 1)
    return None
