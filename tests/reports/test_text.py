"""What people get to read: given these findings, expect that text."""

from textwrap import dedent

import pytest

from selfcheck_tools import reports
from selfcheck_tools.check import check
from selfcheck_tools.diagnostics import Fix, Severity
from selfcheck_tools.files import Memory
from selfcheck_tools.read import read
from selfcheck_tools.reports import Summary, explain
from selfcheck_tools.rules import RULES, Rule
from selfcheck_tools.text import Edit, Source, Span
from tests.reports.made import diagnosed, finding, said


def block(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_a_finding_with_its_line_its_help_and_what_it_is_related_to() -> None:
    text = "## Self-check\n\n### 1. What is a queue?\n\nA list.\n\n" + "\n" * 5
    text += "### 2. What is a queue?\n\n![](queue.jpg)\n"
    source = Source("notes/a.md", text)
    names = ("broken-image", "duplicate-question", "missing-alt-text")
    rules = [rule for rule in RULES if rule.name in names]
    found = check([(read(source), source)], Memory({"notes/queue.png": ""}), rules)
    text = said("text", found, source, width=60, summary=Summary(1, 2, 2))
    assert text == block(
        """
        error[broken-image]: image queue.jpg does not exist
          --> notes/a.md:14:5
           |
        14 | ![](queue.jpg)
           |     ^^^^^^^^^
           |
           = help: did you mean queue.png?

        warning[duplicate-question]: question 2 is asked before, as question 1
          --> notes/a.md:12:8
           |
        12 | ### 2. What is a queue?
           |        ^^^^^^^^^^^^^^^^
           |
           = help: take one of the two out, or say in each what sets
                   it apart
        note: asked here before
          --> notes/a.md:3:8
           |
         3 | ### 1. What is a queue?
           |        ^^^^^^^^^^^^^^^^

        warning[missing-alt-text]: image has no alternative text
          --> notes/a.md:14:1
           |
        14 | ![](queue.jpg)
           | ^^^^^^^^^^^^^^
           |
           = help: say what it shows: ![…](…), or that it is mere
                   decoration: <img src="…" alt="">

        Found 1 error, 2 warnings in 1 file (2 questions, 2 answered).
        """
    )


def test_colour_is_for_labels_frames_and_carets() -> None:
    diagnostic, sources = finding("a word", "word", help="spell it")
    text = "".join(reports.text([diagnostic], sources, color=True))
    assert text.replace("\x1b[", "<").replace("<0m", ">") == block(
        """
        <1;31merror[odd-thing]><1m: it is odd>
        <1;34m -->> a.md:1:3
        <1;34m  |>
        <1;34m1 |> a word
        <1;34m  |>   <1;31m^^^^>
        <1;34m  |>
        <1;34m  = help:> spell it

        """
    )


SUMMARIES = [
    ([], Summary(3, 36, 36), "All checks passed: 36 questions in 3 documents.\n"),
    ([], Summary(1, 1, 1), "All checks passed: 1 question in 1 document.\n"),
    (
        [],
        Summary(1, 2, 2, mended=1),
        "Fixed 1 finding.\nAll checks passed: 2 questions in 1 document.\n",
    ),
    (
        [("error", ""), ("warning", "safe"), ("error", ""), ("info", "safe")],
        Summary(2, 30, 25, mended=4),
        "Fixed 4 findings.\nFound 2 errors, 1 warning, 1 remark in 2 files (30 questions, "
        "25 answered).\n2 fixable with --fix.\n",
    ),
    (
        [("taste", "safe"), ("taste", "unsafe"), ("info", "unsafe")],
        Summary(1, 3, 3),
        "Found 1 remark, 2 matters of taste in 1 file (3 questions, 3 answered).\n"
        "1 fixable with --fix, 2 more with --unsafe-fixes.\n",
    ),
    (
        [("error", "unsafe")],
        Summary(1, 3, 3),
        "Found 1 error in 1 file (3 questions, 3 answered).\n"
        "1 fixable with --fix --unsafe-fixes.\n",
    ),
]


@pytest.mark.parametrize("name", ["text", "full", "concise"])
@pytest.mark.parametrize(("kinds", "summary", "expected"), SUMMARIES)
def test_the_summary(
    name: str, kinds: list[tuple[str, str]], summary: Summary, expected: str
) -> None:
    source = Source("a.md", "x")
    edits = (Edit(Span(0, 1), "y"),)
    found = [
        diagnosed(
            source,
            Span(0, 1),
            severity=Severity(severity),
            fix=Fix(edits, "write y", safe=fix == "safe") if fix else None,
        )
        for severity, fix in kinds
    ]
    text = said(name, found, source, summary=summary)
    assert text.endswith(expected)
    assert kinds or text == expected


# ── order, and many ─────────────────────────────────────────────────────────────────────────────


def test_the_worst_of_a_document_comes_first() -> None:
    one, other = Source("a.md", "1\n2\n3\n4\n"), Source("b.md", "1\n")
    kinds = ("taste", "info", "warning", "error")
    found = [diagnosed(other, Span(0, 1), severity=Severity.ERROR)]
    found += [
        diagnosed(one, Span(2 * at, 2 * at + 1), severity=Severity(kinds[(at + shift) % 4]))
        for shift in (0, 1)
        for at in range(4)
    ]
    lines = said("concise", found, one, other).splitlines()
    assert [line.split("[")[0] for line in lines] == [
        "a.md:3:1: error", "a.md:4:1: error", "a.md:2:1: warning", "a.md:3:1: warning",
        "a.md:1:1: info", "a.md:2:1: info", "a.md:1:1: taste", "a.md:4:1: taste",
        "b.md:1:1: error",
    ]  # fmt: skip
    full = [line for line in said("full", found, one, other).splitlines() if "-->" in line]
    assert [line.split("--> ")[1] for line in full] == [
        ":".join(line.split(":")[:3]) for line in lines
    ]


def test_concise_is_a_line_a_finding() -> None:
    source = Source("ä b.md", "x\ny z\n")
    found = [diagnosed(source, Span(4, 5), "a\nb", "help")]
    assert said("concise", found, source) == "ä b.md:2:3: error[odd-thing] a␊b\n"
    painted = said("concise", found, source, color=True)
    assert painted == "ä b.md:2:3: \x1b[1;31merror[odd-thing]\x1b[0m a␊b\n"


@pytest.mark.parametrize("path", ["::add-mask::x.md", " ::error::x.md", "##[group]x.md"])
def test_no_path_is_taken_for_a_command_by_a_log(path: str) -> None:
    source = Source(path, "x")
    line = said("concise", [diagnosed(source, Span(0, 1))], source)
    assert line.startswith(f"./{path}:1:1")


def test_many_findings_are_shown_in_a_line_each_and_say_so() -> None:
    source = Source("a.md", "x")
    some = [diagnosed(source, Span(0, 1))] * 200
    assert said("text", some, source) == said("full", some, source)
    many = [*some, some[0]]
    *lines, last = said("text", many, source).splitlines()
    assert "\n".join(lines) + "\n" == said("concise", many, source)
    assert "--output-format full" in last


def test_no_source_is_asked_for_where_no_text_is_shown() -> None:
    source = Source("a.md", "x")
    found = [diagnosed(source, Span(0, 1))]
    for name in set(reports.REPORTS) - {"text", "full", "rdjson"}:
        assert "odd" in said(name, found)


def test_help_is_wrapped_under_itself() -> None:
    source = Source("a.md", "x")
    for word in ("word", "漢字", "naïve"):
        help = " ".join([word] * 30)
        lines = said("full", [diagnosed(source, Span(0, 1), help=help)], source, width=40)
        told = lines.split("help: ")[1].split("\n")[:-2]
        assert " ".join(line.strip() for line in told) == help
        assert all(reports.columns(line) <= 40 for line in told[1:])


# ── the manual ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_manual_page_says_what_the_rule_is(rule: Rule) -> None:
    first, blank, fault = explain(rule).split("\n")[:3]
    assert first.startswith(f"{rule.name} ({rule.severity}")
    assert first.endswith("fixable)") == rule.fixable
    assert (blank, fault) == ("", rule.fault)
