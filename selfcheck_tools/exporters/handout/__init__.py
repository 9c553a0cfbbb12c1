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
)
from selfcheck_tools.exporters.handout.cards import SIZES
from selfcheck_tools.exporters.handout.directions import direction
from selfcheck_tools.exporters.handout.papers import Paper, papers, parts_of
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
    """Per document `<path>-<variant>.pdf`, or per version `<path>-<variant>-<letter>.pdf`."""
    import msgspec

    from selfcheck_tools.exporters.handout.parts import Works, results
    from selfcheck_tools.exporters.handout.pdf import Printed
    from selfcheck_tools.exporters.handout.style import page as page_of
    from selfcheck_tools.exporters.handout.style import style

    css = style(context, variant.sheets)
    templates: dict[str, str] = {}  # those that were asked for

    def template(name: str) -> str:
        return templates.setdefault(name, context.template(name))

    page = loaded(template, f"handout/{variant.name}.html")
    works = Works(context)
    asked = papers(documents, context)
    prints = []
    for paper in asked:
        with _blaming(*paper.documents):
            if variant.cards:
                sizes = page_of(context.paper).sizes
                sheet = partial(_cards, paper, variant, page, css, templates)
                make = partial(_made_cards, paper, sizes, context.paper.pdf_a)
            else:
                sheet = partial(_sheet, paper, variant, page, css)
                make = partial(_made, paper, context.paper.pdf_a)
            prints.append(works.work(variant.name, sheet, make, of=(*parts_of(paper), css)))
    decode = msgspec.msgpack.Decoder(tuple[Printed, list[tuple[int, str]]]).decode
    last = {document.path: at for at, paper in enumerate(asked) for document in paper.documents}
    for document in documents:
        if document.path not in last:
            context.done(document)
    for at, (paper, data) in enumerate(zip(asked, results(prints, context, css), strict=True)):
        printed, cut = decode(data)
        _report_cut(paper, context, cut)
        _report(paper, context, printed.missing, printed.complaints)
        version = f"-{paper.version}" if paper.version else ""
        yield Artifact(f"{paper.stem}-{variant.name}{version}.pdf", printed.data)
        for document in paper.documents:
            if last[document.path] == at:
                context.done(document)


worksheet = partial(export, variant=WORKSHEET)
flashcards = partial(export, variant=FLASHCARDS)
flashcards_fold = partial(export, variant=FLASHCARDS_FOLD)
exam = partial(export, variant=EXAM)
answer_key = partial(export, variant=ANSWER_KEY)


def _sheet(
    paper: Paper, variant: Variant, page: "jinja2.Template", css: str, context: Context
) -> "Sheet":
    from selfcheck_tools.exporters.handout.parts import Sheet
    from selfcheck_tools.exporters.handout.pictures import Pictures

    pictures = Pictures(context.files, paper.documents[0], context.omit)
    html = _printable(rendered(page, _view(paper, context, pictures, variant)))
    return Sheet(html, css, pictures.known(), pictures.fetch)


def _made(paper: Paper, archival: bool, sheet: "Sheet") -> bytes:
    """A print, and which sides of cards are cut in it."""
    import msgspec

    from selfcheck_tools.exporters.handout.pdf import to_pdf

    with _blaming(*paper.documents):
        printed = to_pdf(sheet.html, sheet.css, sheet.fetch, archival=archival)
        return msgspec.msgpack.encode((printed, ()))


@contextmanager
def _blaming(*documents: Document) -> Iterator[None]:
    """Names documents in errors that are our own."""
    try:
        yield
    except UsageError:
        raise
    except Exception as error:
        error.add_note(f"in {', '.join(document.path for document in documents)}")
        raise


def _printable(html: str) -> str:
    html = _LINE_ENDS.sub(" ", _UNPRINTABLE.sub("", html))
    return _UNDECODED.sub("\ufffd", html)


# ── what the template sees ──────────────────────────────────────────────────────────────────────


def _view(
    paper: Paper, context: Context, pictures: "Pictures", variant: Variant = HANDOUT
) -> dict[str, Any]:
    """A paper as its template sees it; `pictures` gets those of all its documents."""
    from selfcheck_tools.exporters.handout import style, theme
    from selfcheck_tools.exporters.handout.asked import asked

    level = 1 if variant.cards else 3 if paper.is_headed else 2
    shows = variant.shows
    bases = {document.path: direction(document) for document in paper.documents}
    questions = [
        asked(
            entry,
            context,
            pictures.of(entry.document),
            base=bases[entry.document.path],
            language=paper.language,
            level=level,
            place=place,
            shows=shows,
        )
        for place, entry in enumerate(paper.entries)
    ]
    headings = [entry.heading for entry in paper.entries]
    runs = groupby(zip(headings, questions, strict=True), key=lambda pair: pair[0])
    return {
        "title": paper.title,
        "version": paper.version,
        "language": paper.language,
        "direction": paper.direction,
        "author": paper.author,
        "description": paper.description,
        "tags": paper.tags,
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
        "paper": style.page(context.paper),
        "theme": theme.shown(context, pictures),
        "answers": context.paper.answers,
        "part": "",
    }


# ── cards ───────────────────────────────────────────────────────────────────────────────────────


def _cards(
    paper: Paper,
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

    pictures = Pictures(context.files, paper.documents[0], context.omit)
    view = _view(paper, context, pictures, variant)

    def draw(more: Mapping[str, Any]) -> str:
        return _printable(rendered(page, {**view, **more}))

    sides = unfitted(len(paper.entries), view["paper"].sizes)
    drawn = (draw({"measured": sides}), draw({"sides": {side.name: side for side in sides}}))
    html = "\0".join((*drawn, *(templates[name] for name in sorted(templates))))
    return Sheet(html, css, pictures.known(), pictures.fetch, draw)


def _made_cards(paper: Paper, sizes: tuple[float, ...], archival: bool, sheet: "Sheet") -> bytes:
    """A print, and which sides are cut in it: questions by their places on the paper, and faces."""
    import msgspec

    from selfcheck_tools.exporters.handout.pdf import to_pdf

    with _blaming(*paper.documents):
        sides = _sides(len(paper.entries), sheet, sizes)
        html = sheet.draw({"sides": sides})
        printed = to_pdf(html, sheet.css, sheet.fetch, archival=archival)
        cut = [(side.at, side.face) for side in sides.values() if side.lines]
        return msgspec.msgpack.encode((printed, cut))


def _sides(count: int, sheet: "Sheet", sizes: tuple[float, ...] = SIZES) -> "dict[str, Side]":
    """How the text of each side of so many cards is set, in type of these sizes."""
    from selfcheck_tools.exporters.handout.cards import fitted, unfitted
    from selfcheck_tools.exporters.handout.pdf import heights

    def measure(sides: "Sequence[Side]") -> dict[str, float]:
        return heights(sheet.draw({"measured": sides}), sheet.css, sheet.fetch)

    return fitted(unfitted(count, sizes), measure)


# ── what could not be printed ───────────────────────────────────────────────────────────────────


def _report(
    paper: Paper, context: Context, missing: Sequence[str], complaints: Sequence[str]
) -> None:
    first = paper.documents[0]
    head = first.title_span or Span(0, 0)
    for sign in missing:
        message = f"no font has “{sign}” (U+{ord(sign):04X})"
        path, where = _where(paper, context, sign) or (first.path, head)
        context.omit(Omission(path, where, "glyph", message))
    for complaint in complaints:
        context.omit(Omission(first.path, head, "layout", complaint))


def _report_cut(paper: Paper, context: Context, cut: Sequence[tuple[int, str]]) -> None:
    for place, face in cut:
        entry = paper.entries[place]
        answer = entry.question.answer if face == "back" else None
        where = answer.span if answer else entry.question.head
        name = question_name(entry.question, entry.at)
        message = f"the {face} of {name} is cut to fit its card"
        context.omit(Omission(entry.document.path, where, "text", message))


def _where(paper: Paper, context: Context, sign: str) -> tuple[str, Span] | None:
    """Where a sign first stands in a question, or else anywhere."""
    asked = ((entry.document, entry.question.span) for entry in paper.entries)
    anywhere = ((document, Span(0, document.size)) for document in paper.documents)
    for document, part in (*asked, *anywhere):
        at = context.source(document).text.find(sign, part.start, part.end)
        if at >= 0:
            return document.path, Span(at, at + 1)
    return None
