"""Real collections that nobody here wrote: counts known from outside, and spans that hold."""

from pathlib import Path

import pytest

from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.text import Source, Span

# path, dialect, questions, options, solutions, questions with several correct, not answered
COUNTS = [
    ("seed/aws-serverless.md", "headings", 15, 0, 0, 0, 4),
    ("corpus/details/README.md", "details", 271, 0, 0, 0, 48),
    ("corpus/list-headings/README.md", "list-headings", 416, 0, 0, 0, 1),
    ("corpus/headings-and-details/README.md", "headings", 155, 609, 155, 0, 0),
    ("corpus/headings-and-details/arabic.md", "headings", 43, 164, 43, 0, 0),
    ("corpus/headings-and-details/vietnamese.md", "headings", 155, 609, 155, 0, 0),
    ("corpus/exams/practice-exam-1.md", "list", 50, 212, 50, 12, 0),
    ("corpus/exams/practice-exam-13.md", "list", 50, 211, 50, 11, 0),
    ("corpus/exams/practice-exam-15.md", "list", 50, 213, 50, 15, 0),
    ("corpus/exams/practice-exam-17.md", "list", 50, 211, 50, 11, 0),
    ("corpus/exams/practice-exam-20.md", "list", 50, 209, 50, 9, 0),
    ("corpus/details/LICENSE.md", "", 0, 0, 0, 0, 0),
]


def _read(path: Path) -> tuple[Source, Document]:
    source = Source.from_bytes(path.name, path.read_bytes())
    return source, read(source)


@pytest.mark.parametrize("row", COUNTS, ids=lambda row: row[0])
def test_counts(shared: Path, row: tuple[str, str, int, int, int, int, int]) -> None:
    _, document = _read(shared / row[0])
    questions = document.questions
    found = (
        row[0],
        document.dialect,
        len(questions),
        sum(len(question.options) for question in questions),
        sum(question.solution is not None for question in questions),
        sum(sum(option.correct for option in question.options) > 1 for question in questions),
        sum(question.state != "answered" for question in questions),
    )
    assert found == row


def test_cards(shared: Path) -> None:
    documents = [_read(path)[1] for path in sorted((shared / "corpus/cards").glob("*.md"))]
    kinds = [question.kind for document in documents for question in document.questions]
    assert (kinds.count("open"), kinds.count("cloze")) == (9, 5)


def test_the_questions_that_lack_answers(shared: Path) -> None:
    _, seed = _read(shared / "seed/aws-serverless.md")
    assert [q.number for q in seed.questions if q.state != "answered"] == [12, 13, 14, 15]
    _, react = _read(shared / "corpus/list-headings/README.md")
    assert [q.number for q in react.questions if q.state != "answered"] == [260]


def test_every_span_slices_to_what_it_names(shared: Path) -> None:
    files = sorted((shared / "corpus").glob("*/*.md")) + sorted((shared / "seed").glob("*.md"))
    checked = coarse = 0
    for path in files:
        source, document = _read(path)
        for span, starts in _named(document):
            text = source.clean[span.start : span.end]
            checked += 1
            if "\n" in text and not text.startswith(starts):
                coarse += 1  # a table cell with an escaped pipe falls back to its line
            else:
                assert text.startswith(starts), (path, source.position(span.start), text)
    assert checked > 5000
    assert coarse == 0


def _named(document: Document) -> list[tuple[Span, str | tuple[str, ...]]]:
    """Spans, with how their text must start."""
    found: list[tuple[Span, str | tuple[str, ...]]] = []
    for question in document.questions:
        found.append((question.prompt.span, question.prompt.markdown[:20].split("\n")[0]))
        if question.number_span is not None:
            found.append((question.number_span, str(question.number)))
        for option in question.options:
            found.append((option.content.span, option.content.markdown[:10].split("\n")[0]))
        if question.solution is not None:
            found.append((question.solution.span, question.solution.labels[0]))
        for image in question.images:
            found.append((image.span, "<" if image.html else "!["))
            found.append((image.target_span, image.target[:5].replace("%20", " ")))
        for link in question.links:
            bare = ("http", "ftp", "<http", "<mailto")
            found.append((link.span, bare if link.bare else ("[", "<")))
        for formula in question.math:
            found.append((formula.span, ("$", "\\")))
        for cloze in question.clozes:
            found.append((cloze.span, ("[", "{{c")))
        for block in question.code:
            found.append((block.span, ("```", "~~~", block.text[:5].lstrip())))
    found += [(image.span, "<" if image.html else "![") for image in document.images]
    return found
