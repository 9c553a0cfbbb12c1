"""The reader is total: whatever the bytes, a document, with every span inside the text."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.pathological import INPUTS
from selfcheck_tools import render
from selfcheck_tools.check import check as check_rules
from selfcheck_tools.cli import main
from selfcheck_tools.files import MAX_DOCUMENT, Memory
from selfcheck_tools.fixing import fix
from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.text import Source, Span

Captured = pytest.CaptureFixture[str]

PIECES = (
    "# T\n", "## Self-check\n", "### 1. Why?\n", "### 2) How?", "#### Answer: B", "1. ### What?", "   2. ### Who?",
    "<details>", "</details>", "<summary>", "</summary>", "<details><summary>Why?</summary>", "<br>", "<p>", "</p>",
    "<!--", "-->", "<!-- selfcheck: allow missing-answer: x -->", "<!-- selfcheck: key=k points=x -->",
    "- [ ] a", "- [x] b", "- [] c", "- A: a", "- B. b", "A) a", "Answer: A", "Correct answer: A, B", "answer: Ac",
    "Q: Why?", "A: So.", "C: The [x] of", "{{c1::a::b}}", "{{c1::", "}}", "---", "===", "***", "> ", "- ", "  ", "    ",
    "\t", "\n", "\n\n", "\r", "\r\n", "\x00", "\x0c", "\u2028", "\ufeff", "\ud800", "\udcff", "\u202e", "😀", "e\u0301",
    "```", "~~~", "`", "``", "$", "$$", "\\(", "\\)", "\\[", "\\]", "\\", "[", "]", "(", ")", "[a](b)", "![](a.png)",
    "![a](<b c.png> 't')", "[a]: b", "[^1]", "[^1]: n", "<img src=x.png>", "<T>", "|a|b|", "|-|-|", ": d", "https://a.b/c",
    "import x from 'y'", "TODO", "word", "What is a function?", "---\ntitle: x\n---\n", "{#id}", "###Near", "&amp;", "*", "**", "_",
)  # fmt: skip

TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
LINES = st.lists(st.sampled_from(PIECES), max_size=40).map("\n".join)


def spans(document: Document) -> Iterator[Span]:
    """Every span of a document."""
    yield from document.stray
    yield from (note.span for note in document.notes)
    yield from (section.span for section in document.sections)
    yield from (part.span for part in (*document.images, *document.links, *document.allowances))
    for question in document.questions:
        yield from (question.span, question.head, question.prompt.span)
        for fragment in (question.material, question.answer):
            if fragment is not None:
                yield fragment.span
        for option in question.options:
            yield from (option.span, option.content.span)
        if question.solution is not None:
            yield question.solution.span
        if question.number_span is not None:
            yield question.number_span
        for image in question.images:
            yield from (image.span, image.target_span)
        for part in (*question.links, *question.audio, *question.code, *question.math):
            yield part.span


def check(source: Source) -> None:
    document = read(source)
    for span in spans(document):
        assert 0 <= span.start <= span.end <= len(source.text)
    starts = [question.span.start for question in document.questions]
    assert starts == sorted(starts)
    for question in document.questions:
        render.prompt_html(document, question).encode()
        if question.answer is not None:
            render.html(document, question.answer).encode()


@settings(max_examples=400, deadline=None)
@given(TEXTS | LINES)
def test_any_text_is_a_document(text: str) -> None:
    check(Source("a/b.md", text))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_document(data: bytes) -> None:
    check(Source.from_bytes("a/b.md", data))


@pytest.mark.parametrize("name", INPUTS)
def test_pathological_inputs(name: str) -> None:
    make: Callable[[int], str] = INPUTS[name]
    check(Source("a.md", make(300)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_change_what_is_read(end: str) -> None:
    text = "# T\n\n## Self-check\n\n### 1. A?\n\n- x\n  - y\n\n```\ncode\n```\n\n### 2. B?\n\nz\n"
    plain, other = read(Source("a", text)), read(Source("a", text.replace("\n", end)))
    assert [q.answer and q.answer.markdown for q in other.questions] == [
        q.answer and q.answer.markdown for q in plain.questions
    ]


def test_a_byte_order_mark_is_no_text() -> None:
    document = read(Source("a", "\ufeff# T\n\n## Self-check\n\n### 1. A?\n\nx\n"))
    assert (document.title, len(document.questions)) == ("T", 1)


def test_what_is_nested_too_deeply_is_noted_with_its_place() -> None:
    source = Source("a", "# T\n\n" + "> " * 100 + "lost\n")
    (note,) = [note for note in read(source).notes if note.kind == "too-deep"]
    assert source.position(note.span.start).line == 3


def test_what_is_too_tangled_is_noted_and_shown_as_it_stands() -> None:
    source = Source("a", "# T\n\n## Self-check\n\n### 1. A?\n\n" + "[" * 20_000 + "\n")
    document = read(source)
    assert [note.kind for note in document.notes] == ["too-tangled"]
    answer = document.questions[0].answer
    assert answer is not None
    assert "[[[[" in render.html(document, answer)


FRONT_MATTER = [
    ("a: [\n", "expected the node content"),
    ("- a\n", "expected `key: value` lines"),
    ("[" * 5000 + "\n", "nested too deeply"),
    ("- " * 5000 + "\n", "nested too deeply"),
    ("a: b\n" * 10_000, "longer than 20,000 characters"),
    ("title: [a]\n", "`title` must be a text"),
    ("? {a: b}\n: c\n", "unhashable"),
]


@pytest.mark.parametrize(("yaml", "words"), FRONT_MATTER, ids=lambda value: value[:12])
def test_front_matter_that_is_broken_is_noted_within_it(yaml: str, words: str) -> None:
    source = Source("a", f"---\n{yaml}---\n\n# T\n")
    note = next(n for n in read(source).notes if n.kind == "bad-front-matter")
    assert words in note.detail
    assert note.span.start <= source.text.index("# T")
    assert read(source).title == "T"


def test_aliases_do_not_explode() -> None:
    lines = ["a: &a [x]"] + [
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(20)
    ]
    document = read(Source("a", "---\n" + "\n".join(lines) + "\ntags: *u\n---\n# T\n"))
    assert document.title == "T"


def test_an_unknown_key_is_noted_at_its_place() -> None:
    source = Source("a", "---\ntitle: x\nlanguag: de\n---\n")
    (note,) = read(source).notes
    assert (note.kind, source.text[note.span.start : note.span.end]) == ("unknown-key", "languag")


def test_tangled_text_is_reported() -> None:
    source = Source("a.md", "# T\n\n## Self-check\n\n### 1. A?\n\n" + "[" * 20_000 + "\n")
    found = check_rules([(read(source), source)], Memory({}))
    assert [d.rule for d in found] == ["unparsed-text"]
    assert source.position(found[0].finding.span.start) == (7, 1)


LONG = "*a* " * 250_001


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("> " * 100 + "lost", "7:1: text is nested deeper than 60 levels and is lost (json, anki)"),
        ("[" * 20_000, "7:1: paragraph is too long or has too many opening signs"),
        (LONG, "7:1: paragraph is too long or has too many opening signs"),
    ],
    ids=["too deep", "too tangled", "too long"],
)
def test_what_is_not_parsed_is_said_by_export(
    answer: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"# T\n\n## Self-check\n\n### 1. A?\n\n{answer}\n\nMore.\n"
    Path("a.md").write_text(f"{text}\n## Outside\n\n{answer}\n")
    assert main(["export", "a.md", "--to", "json,anki"]) == 0
    said = capsys.readouterr().out
    assert f"a.md:{words}" in said
    assert "; 1 unparsed text: marked or left out as listed above." in said


def test_a_document_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text("# T\n\n## Self-check\n\n### 1. A?\n\nx\n")
    Path("b.md").write_bytes(b"a\n" * (MAX_DOCUMENT // 2 + 1))
    for command in (["lint", "."], ["export", ".", "--to", "json"]):
        main(command)
        said = "".join(capsys.readouterr())
        assert re.search(r"b\.md:? cannot be read: it is larger than 16 MiB: split it", said)


FOUND = {
    "an empty heading under a self-check": "## Self-check\n\n###\n",
    "a solution in a disclosure within the disclosure": (
        "### 1. A?\n\n- A: a\n- B: b\n\n<details><summary>x</summary>\n"
        "<details><summary>y</summary>\n\nAnswer: A\n\n</details>\n</details>\n"
    ),
    "a question by its mark alone, and then a list": "Q: foo\n- C: `x`\n- D: `y`\n",
    "a list item that is an empty heading": "\n13. #\n",
    "a summary that closes before it opens": "</summary><details><summary></details>a</summary>",
    "undecodable bytes in every part": "Q: \udcff\nA: \udcff\n\nC: [\udcff]\n",
    "front matter that only opens": "---\n---",
    "front matter that asks, and no text": "---\nquestion: Why?\n---\n",
    "a question a file, and no text": "---\ndialect: file\n---\n\n[a]: b\n",
}


@pytest.mark.parametrize("name", FOUND)
def test_what_fuzzing_found(name: str) -> None:
    check(Source("a.md", FOUND[name]))


def test_what_fixes_bring_together_is_read_as_it_is_written() -> None:
    source = Source.from_bytes("a.md", b"# T\n\n\xd9\x18\x8a\n")
    after = fix(source, Memory({}), unsafe=True).source
    assert after.to_bytes() == b"# T\n\n\xd9\x8a\n"
    assert after.text == "# T\n\nي\n"


def test_every_format_takes_a_document_whose_name_is_no_utf_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (b"a\xff.md", b"a\xfe.md"):
        asked = b"---\ntags: [x]\n---\n# T\n\n## Self-check\n\n### 1. Why?\n\nSo " + name[:1]
        with open(name, "wb") as file:
            file.write(asked)
    formats = "json,jsonl,anki,anki-text,crowdanki,handout,book,index"
    assert main(["export", ".", "--to", formats]) == 0
    assert main(["export", ".", "--to", formats]) == 0
    assert "2 questions from 2 documents in 14 files, all up to date." in capsys.readouterr().out
