"""The reader: given this text, expect that model."""

from pathlib import Path

import pytest

from selfcheck_tools.model import Document, Fragment, Question
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.suites import Case, cases, rewrite, visible

SUITES = sorted((Path(__file__).parent / "read").glob("*.md"))


def _all() -> list[object]:
    return [
        pytest.param(path, case, id=f"{path.stem}: {case.name}")
        for path in SUITES
        for case in cases(path)
    ]


@pytest.mark.parametrize(("path", "case"), _all())
def test_suite(path: Path, case: Case, accept: bool) -> None:
    source = Source("notes/a.md", visible(case.blocks["markdown"]))
    found = dump(read(source), source)
    if accept:
        rewrite(path, case.name, "model", found)
    assert found == case.blocks["model"] or accept


def dump(document: Document, source: Source) -> str:
    """A model as a few lines of text."""
    lines = [f"dialect {document.dialect or 'none'}, title {document.title!r}"]
    if document.doubt:
        lines.append(f"in doubt: {document.doubt}")
    section = None
    for question in document.questions:
        if question.section != section:
            section = question.section
            name = document.sections[section].title if section is not None else None
            lines.append(f"section {name!r}")
        lines += _question(question)
    lines += [f"stray {source.text[span.start : span.end]!r}" for span in document.stray]
    lines += [
        f"{note.kind} {source.text[note.span.start : note.span.end]!r}" for note in document.notes
    ]
    return "\n".join(lines) + "\n"


def _question(question: Question) -> list[str]:
    lines = [f"{question.number}. {question.prompt.markdown!r} {question.kind} {question.state}"]
    if question.key or question.tags:
        lines.append(f"    key {question.key!r} tags {','.join(question.tags)}")
    if question.points is not None or question.room is not None:
        lines.append(f"    points {question.points} room {question.room}")
    lines += _fragment("material", question.material)
    for option in question.options:
        mark = "x" if option.correct else " "
        lines.append(f"    [{mark}] {option.label} {option.content.markdown!r}")
    lines += [f"    blank {cloze.text!r} {cloze.hint!r}" for cloze in question.clozes]
    lines += _fragment("answer", question.answer)
    lines += [f"    image {image.path!r} {image.alt!r}" for image in question.images]
    lines += [f"    audio {link.target!r}" for link in question.audio]
    return lines


def _fragment(name: str, fragment: Fragment | None) -> list[str]:
    return [f"    {name} {fragment.markdown!r}"] if fragment is not None else []


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("Q: What does `{{c1::x}}` mean?", []),
        ("Q: What does {{c mean in [brackets]?", []),
        ("Q: Is `{{c1::x}}` a {{c1::gap}}?", ["gap"]),
        ("C: Run `git {{c1::push}}`.", ["push"]),
    ],
)
def test_code_in_a_question_shows_its_braces(line: str, hidden: list[str]) -> None:
    document = read(Source("a.md", f"{line}\nA: That.\n\nQ: What?\nA: This.\n"))
    assert [cloze.text for cloze in document.questions[0].clozes] == hidden
