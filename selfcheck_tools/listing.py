"""What was read, so that an author sees whether the program understood a file."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from selfcheck_tools.heads import plain
from selfcheck_tools.model import Document, Question
from selfcheck_tools.text import Source

if TYPE_CHECKING:
    from selfcheck_tools.project import Content

_MARKS = {"answered": " ", "unanswered": "?", "placeholder": "~"}


def listing(content: "Content", *, width: int) -> Iterator[str]:
    """Lines for a terminal: each document, its sections and questions, and totals."""
    for document in content.documents:
        yield from _document(
            document, content.sources[document.path], content.shown(document.path), width
        )
        yield ""
    states = Counter[str](q.state for d in content.documents for q in d.questions)
    total = sum(states.values())
    yield f"{total} questions in {len(content.documents)} documents" + (
        f": {', '.join(f'{states[s]} {s}' for s in _MARKS if states[s])}" if total else ""
    )
    if states["unanswered"] or states["placeholder"]:
        yield "? unanswered, ~ only a placeholder"


def _document(document: Document, source: Source, shown: str, width: int) -> Iterator[str]:
    kinds = Counter(question.kind for question in document.questions)
    yield _cut(f"{shown}: {_printable(document.title)}" if document.title else shown, width)
    parts = [
        f"dialect {document.dialect or 'none'}",
        f"{len(document.questions)} questions",
        *(f"{kinds[kind]} {kind}" for kind in ("choice", "cloze") if kinds[kind]),
    ]
    options = sum(len(question.options) for question in document.questions)
    yield "  " + ", ".join([*parts, *([f"{options} options"] if options else [])])
    if document.doubt:
        yield _cut(f"  in doubt: {document.doubt}", width)
    if document.stray:
        yield f"  {len(document.stray)} blocks of text belong to no question"
    section = None
    for question in document.questions:
        if question.section is not None and question.section != section:
            section = question.section
            yield _cut(f"  {_printable(document.sections[section].title)}", width)
        yield _cut(_question(question, source), width)


def _question(question: Question, source: Source) -> str:
    number = f"{question.number}." if question.number is not None else "-"
    extra = ""
    if question.options:
        right = sum(option.correct for option in question.options)
        extra = f" [{len(question.options)} options, {right} right]"
    elif question.clozes:
        extra = f" [{len(question.clozes)} blanks]"
    line = source.position(question.head.start).line
    text = _printable(plain(" ".join(question.prompt.markdown.split())))
    return f"  {_MARKS[question.state]} {line:>5}: {number:>4} {text}{extra}"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
