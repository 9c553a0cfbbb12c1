"""PDF handouts: questions with their answers, to be printed or read on a screen.

What a handout looks like is in templates/handout; here is what it says.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import Artifact, Context, Omission, stem, telling_sections, title
from selfcheck_tools.exporters.handout.directions import direction
from selfcheck_tools.model import Document
from selfcheck_tools.templates import loaded, rendered
from selfcheck_tools.text import Span

if TYPE_CHECKING:
    import jinja2

    from selfcheck_tools.exporters.handout.parts import Sheet
    from selfcheck_tools.exporters.handout.pictures import Pictures

# Signs that mean nothing on paper, line ends that HTML does not know, and undecodable bytes.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("[\u2028\u2029]")
_UNDECODED = re.compile("[\ud800-\udfff]")


def export(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """Per document `<path>-handout.pdf`."""
    import msgspec

    from selfcheck_tools.exporters.handout.parts import Works, results
    from selfcheck_tools.exporters.handout.pdf import Printed

    css = context.template("handout/handout.css")
    page = loaded(context.template, "handout/handout.html")
    works = Works(context)
    prints = []
    for document in documents:
        with _blaming(document):
            sheet = partial(_sheet, document, page, css)
            prints.append(works.work("handout", sheet, partial(_made, document)))
    decode = msgspec.msgpack.Decoder(Printed).decode
    for document, data in zip(documents, results(prints, context, css), strict=True):
        printed = decode(data)
        _report(document, context, printed.missing, printed.complaints)
        yield Artifact(f"{stem(document)}-handout.pdf", printed.data)
        context.done(document)


def _sheet(document: Document, page: "jinja2.Template", css: str, context: Context) -> "Sheet":
    from selfcheck_tools.exporters.handout.parts import Sheet
    from selfcheck_tools.exporters.handout.pictures import Pictures

    pictures = Pictures(context.files, document, context.omit)
    html = _printable(rendered(page, _view(document, context, pictures)))
    return Sheet(html, css, pictures.known(), pictures.fetch)


def _made(document: Document, sheet: "Sheet") -> bytes:
    import msgspec

    from selfcheck_tools.exporters.handout.pdf import to_pdf

    with _blaming(document):
        return msgspec.msgpack.encode(to_pdf(sheet.html, sheet.css, sheet.fetch))


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


def _view(document: Document, context: Context, pictures: "Pictures") -> dict[str, Any]:
    from selfcheck_tools.exporters.handout.asked import asked

    sections = telling_sections(document)
    level = 3 if sections else 2
    base = direction(document)
    questions = [
        asked(document, context, pictures, question, at, base=base, level=level)
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
        "unanswered": [question.number for question in questions if not question.answered],
        "pictureless": [question.number for question in questions if question.pictureless],
    }


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
