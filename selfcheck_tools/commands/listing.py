"""What was read, so that an author sees whether the program understood a file."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from selfcheck_tools.model import Document, Question
from selfcheck_tools.reading.page import plain
from selfcheck_tools.reports import cut
from selfcheck_tools.text import Source

if TYPE_CHECKING:
    from selfcheck_tools.project import Content

_MARKS = {"answered": " ", "unanswered": "?", "placeholder": "~"}


def listing(content: "Content", *, width: int) -> Iterator[str]:
    """Lines for a terminal of some columns: each document with its questions, and totals."""
    for document in content.documents:
        yield from _document(
            document, content.sources[document.path], content.shown(document.path), width
        )
        yield ""
    states = Counter[str](q.state for d in content.documents for q in d.questions)
    total = count(sum(states.values()), "question")
    parts = ", ".join(f"{states[state]} {state}" for state in _MARKS if states[state])
    where = count(len(content.documents), "document")
    yield f"{total} in {where}: {parts}" if parts else f"{total} in {where}"
    if states["unanswered"] or states["placeholder"]:
        yield "? unanswered, ~ only a placeholder"


def count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _document(document: Document, source: Source, shown: str, width: int) -> Iterator[str]:
    yield cut(f"{shown}: {document.title}" if document.title else shown, width)
    yield f"  dialect {document.dialect or 'none'}, {', '.join(_totals(document))}"
    if document.doubt:
        yield cut(f"  in doubt: {document.doubt}", width)
    if document.stray:
        lines = ", ".join(str(source.position(span.start).line) for span in document.stray[:8])
        more = ", …" if len(document.stray) > 8 else ""
        yield cut(f"  text that belongs to no question at line {lines}{more}", width)
    section = None
    for question in document.questions:
        if question.section is not None and question.section != section:
            section = question.section
            yield cut(f"  {document.sections[section].title}", width)
        yield _question(question, source, width)


def _totals(document: Document) -> Iterator[str]:
    kinds = Counter[str](question.kind for question in document.questions)
    yield count(len(document.questions), "question")
    if kinds["choice"]:
        options = sum(len(question.options) for question in document.questions)
        yield f"{kinds['choice']} with {count(options, 'option')}"
    if kinds["cloze"]:
        yield f"{kinds['cloze']} with blanks"


def _question(question: Question, source: Source, width: int) -> str:
    number = f"{question.number}." if question.number is not None else "-"
    extra = ""
    if question.options:
        right = sum(option.correct for option in question.options)
        extra = f" [{count(len(question.options), 'option')}, {right} right]"
    elif question.clozes:
        extra = f" [{count(len(question.clozes), 'blank')}]"
    line = source.position(question.head.start).line
    start = f"  {_MARKS[question.state]} {line:>5}: {number:>4} "
    text = plain(" ".join(question.prompt.markdown.split()))
    return start + cut(text, max(width - len(start) - len(extra), 10)) + extra
