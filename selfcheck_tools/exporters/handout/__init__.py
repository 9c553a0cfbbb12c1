"""PDFs of questions and answers, to be printed or read on a screen, in several variants.

What they look like is in templates/handout; here is what they say.
"""

import re
from collections.abc import Iterator, Sequence
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
    from selfcheck_tools.exporters.handout.pdf import to_pdf
    from selfcheck_tools.exporters.handout.pictures import Pictures

    page = loaded(context.template, f"handout/{variant.name}.html")
    css = "\n".join(context.template(f"handout/{sheet}.css") for sheet in variant.sheets)
    for document in documents:
        pictures = Pictures(context.files, document, context.omit)
        try:
            view = _view(document, context, pictures, variant)
            if variant.cards:
                view["sides"] = _sides(document, context, page, view, css, pictures)
            html = _printable(rendered(page, view))
            printed = to_pdf(html, css, pictures.fetch)
        except UsageError:
            raise
        except Exception as error:
            error.add_note(f"in {document.path}")
            raise
        _report(document, context, printed.missing, printed.complaints)
        yield Artifact(f"{stem(document)}-{variant.name}.pdf", printed.data)
        context.done(document)


worksheet = partial(export, variant=WORKSHEET)
flashcards = partial(export, variant=FLASHCARDS)
flashcards_fold = partial(export, variant=FLASHCARDS_FOLD)
exam = partial(export, variant=EXAM)
answer_key = partial(export, variant=ANSWER_KEY)


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


def _sides(
    document: Document,
    context: Context,
    page: "jinja2.Template",
    view: dict[str, Any],
    css: str,
    pictures: "Pictures",
) -> "dict[str, Side]":
    """How the text of each side of each card is set; what is cut is reported."""
    from selfcheck_tools.exporters.handout.cards import fitted
    from selfcheck_tools.exporters.handout.pdf import heights

    def measure(sides: "Sequence[Side]") -> dict[str, float]:
        html = _printable(rendered(page, {**view, "measured": sides}))
        return heights(html, css, pictures.fetch)

    sides = fitted(len(document.questions), measure)
    for side in sides.values():
        if side.lines:
            question = document.questions[side.at]
            of_answer = side.face == "back" and question.answer is not None
            where = question.answer.span if of_answer and question.answer else question.head
            message = (
                f"the {side.face} of {question_name(question, side.at)} is cut to fit its card"
            )
            context.omit(Omission(document.path, where, "text", message))
    return sides


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


def _where(document: Document, text: str, sign: str) -> Span | None:
    """Where a sign first stands in a question, or else anywhere."""
    for part in (*(question.span for question in document.questions), Span(0, len(text))):
        at = text.find(sign, part.start, part.end)
        if at >= 0:
            return Span(at, at + 1)
    return None
