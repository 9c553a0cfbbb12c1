"""What people and programs get to read: given these findings, expect that text."""

import json
from textwrap import dedent

import pytest

from selfcheck_tools import report
from selfcheck_tools.check import check
from selfcheck_tools.diagnostics import Diagnostic, Finding, Fix, Related, Severity
from selfcheck_tools.files import Memory
from selfcheck_tools.read import read
from selfcheck_tools.report import Summary, explain
from selfcheck_tools.rules import RULES
from selfcheck_tools.text import Edit, Source, Span


def finding(
    text: str, marked: str, message: str = "it is odd", help: str = ""
) -> tuple[Diagnostic, dict[str, Source]]:
    """A finding at the first place of a text that holds what is marked."""
    start = text.index(marked)
    found = Finding(Span(start, start + len(marked)), message, help)
    return Diagnostic("a.md", "odd-thing", Severity.ERROR, found), {"a.md": Source("a.md", text)}


def excerpt(text: str, marked: str, width: int = 40) -> list[str]:
    """The line shown, and the one with its carets."""
    diagnostic, sources = finding(text, marked)
    lines = "".join(report.text([diagnostic], sources, width=width)).splitlines()
    return lines[3:5]


def block(text: str) -> str:
    return dedent(text).lstrip("\n")


# ── text ────────────────────────────────────────────────────────────────────────────────────────


def test_a_finding_with_its_line_its_help_and_what_it_is_related_to() -> None:
    text = "## Self-check\n\n### 1. What is a queue?\n\nA list.\n\n" + "\n" * 5
    text += "### 2. What is a queue?\n\n![](queue.jpg)\n"
    source = Source("notes/a.md", text)
    found = check([(read(source), source)], Memory({"notes/queue.png": ""}))
    found = [each for each in found if each.severity is not Severity.INFO]
    said = "".join(report.text(found, {"notes/a.md": source}, width=60, summary=Summary(1, 2, 2)))
    assert said == block(
        """
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

        error[broken-image]: image queue.jpg does not exist
          --> notes/a.md:14:5
           |
        14 | ![](queue.jpg)
           |     ^^^^^^^^^
           |
           = help: did you mean queue.png?

        Found 1 error, 2 warnings in 1 file (2 questions, 2 answered).
        """
    )


def test_colour_is_for_labels_frames_and_carets() -> None:
    diagnostic, sources = finding("a word", "word", help="spell it")
    said = "".join(report.text([diagnostic], sources, color=True))
    assert said.replace("\x1b[", "<").replace("<0m", ">") == block(
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
        [("error", False), ("warning", True), ("error", False), ("info", True)],
        Summary(2, 30, 25, mended=4),
        "Fixed 4 findings.\nFound 2 errors, 1 warning, 1 remark in 2 files (30 questions, "
        "25 answered).\n2 fixable with --fix.\n",
    ),
]


@pytest.mark.parametrize(("kinds", "summary", "expected"), SUMMARIES)
def test_the_summary(kinds: list[tuple[str, bool]], summary: Summary, expected: str) -> None:
    fix = Fix((Edit(Span(0, 1), "y"),), "write y")
    found = [
        Diagnostic(
            "a.md", "odd", Severity(name), Finding(Span(0, 1), "x", fix=fix if has else None)
        )
        for name, has in kinds
    ]
    said = "".join(report.text(found, {"a.md": Source("a.md", "x")}, summary=summary))
    assert said.endswith(expected)
    assert kinds or said == expected


def test_an_unsafe_fix_is_not_promised() -> None:
    fix = Fix((Edit(Span(0, 1), "y"),), "write y", safe=False)
    found = Diagnostic("a.md", "odd", Severity.ERROR, Finding(Span(0, 1), "x", fix=fix))
    said = report.text([found], {"a.md": Source("a.md", "x")}, summary=Summary(1, 1, 1))
    assert "fixable" not in "".join(said)


# ── excerpts ────────────────────────────────────────────────────────────────────────────────────


def test_only_the_first_line_of_several_is_marked() -> None:
    assert excerpt("one\n  two three\nfour", "three\nfou") == [
        "2 |   two three",
        "  |       ^^^^^",
    ]


def test_an_empty_span_has_a_caret_and_so_has_an_empty_line() -> None:
    for text, line in (("", "1 |"), ("x", "1 | x"), ("x\r\n", "1 | x")):
        found = Diagnostic("a.md", "odd", Severity.ERROR, Finding(Span(0, 0), "x"))
        lines = "".join(report.text([found], {"a.md": Source("a.md", text)})).splitlines()
        assert lines[3:5] == [line, "  | ^"]


def test_a_caret_may_stand_after_the_line() -> None:
    found = Diagnostic("a.md", "odd", Severity.ERROR, Finding(Span(3, 3), "x"))
    lines = "".join(report.text([found], {"a.md": Source("a.md", "one\r\ntwo")})).splitlines()
    assert lines[3:5] == ["1 | one", "  |    ^"]


def test_a_long_line_is_trimmed_around_its_fault() -> None:
    words = "word " * 2_000
    assert excerpt(f"{words}![](a.png)", "![](a.png)") == [
        "1 | …ord word word word word ![](a.png)",
        "  |                          ^^^^^^^^^^",
    ]
    assert excerpt(f"![](a.png) {words}", "![](a.png)") == [
        "1 | ![](a.png) word word word word wor…",
        "  | ^^^^^^^^^^",
    ]
    assert excerpt(f"{words}![](a.png) {words}", "![](a.png)") == [
        "1 | … word word word ![](a.png) word wo…",
        "  |                  ^^^^^^^^^^",
    ]


def test_a_fault_that_is_longer_than_the_line_is_shown_from_its_start() -> None:
    assert excerpt("see " + "x" * 100 + " there", "x" * 100) == [
        "1 | …" + "x" * 34 + "…",
        "  |  " + "^" * 35,
    ]


WIDE = [
    ("漢字 ok", "ok", "漢字 ok", 5, 2),
    ("漢字 ok", "漢字", "漢字 ok", 0, 4),
    ("e\u0301a\u0308 ok", "ok", "e\u0301a\u0308 ok", 3, 2),
    ("שָׁלוֹם ok", "ok", "שָׁלוֹם ok", 5, 2),
    ("각 ok", "ok", "각 ok", 3, 2),
    ("👩‍👩‍👧‍👦 ok", "ok", "👩‍👩‍👧‍👦 ok", 3, 2),
    ("👍🏽 ok", "ok", "👍🏽 ok", 3, 2),
    ("❤️ ok", "ok", "❤️ ok", 3, 2),
    ("1️⃣ ok", "ok", "1️⃣ ok", 3, 2),
    ("🇩🇪 ok", "ok", "🇩🇪 ok", 3, 2),
    ("\tok", "ok", "    ok", 4, 2),
    ("ab\tok", "ok", "ab  ok", 4, 2),
    ("a\tb", "\t", "a   b", 1, 3),
    ("می\u200cخواهم ok", "ok", "می\u200cخواهم ok", 8, 2),
]


@pytest.mark.parametrize(("text", "marked", "shown", "before", "width"), WIDE)
def test_columns_are_those_of_a_terminal(
    text: str, marked: str, shown: str, before: int, width: int
) -> None:
    assert excerpt(text, marked) == [f"1 | {shown}", "  | " + " " * before + "^" * width]


VISIBLE = [
    ("\x1b[31mred\x07", "␛[31mred␇"),
    ("a\x00b\x7f\x0c", "a␀b<U+007F>␌"),
    ("\x9b2J", "<U+009B>2J"),
    ("\ufefftext", "<U+FEFF>text"),
    ("\u202etxt\u2066", "<U+202E>txt<U+2066>"),
    ("a\u200bb\u00adc", "a<U+200B>b<U+00AD>c"),
    ("a\u2028b", "a<U+2028>b"),
    ("caf\udce9", "caf\ufffd"),
    ("\u0301a", "◌\u0301a"),
    ("a\u00a0b\u3000c", "a\u00a0b\u3000c"),
]


@pytest.mark.parametrize(("text", "shown"), VISIBLE)
def test_nothing_reaches_the_terminal_that_it_would_obey(text: str, shown: str) -> None:
    diagnostic, sources = finding(text, text, message=text, help=text)
    said = "".join(report.text([diagnostic], sources))
    assert said == "".join(report.text([diagnostic], sources)).encode().decode()
    assert f": {shown}\n" in said
    assert f"1 | {shown}\n" in said
    assert f"help: {shown}\n" in said


def test_a_pile_of_accents_is_cut() -> None:
    line, carets = excerpt("Z" + "\u0301" * 5_000 + "!", "!")
    assert line.count("\u0301") < 20
    assert (line[:6], line[-1], carets) == ("1 | …◌", "!", "  |   ^")


def test_a_place_on_a_line_as_long_as_a_book_is_found_at_once() -> None:
    source = Source("a.md", "x" * 5_000_000)
    found = Diagnostic("a.md", "odd", Severity.ERROR, Finding(Span(2_500_000, 2_500_001), "x"))
    said = "".join(report.text([found] * 2_000, {"a.md": source}, width=40))
    assert said.count("1 | …xxxxx") == 2_000


# ── json ────────────────────────────────────────────────────────────────────────────────────────


def test_json_says_all_of_a_finding_in_a_stable_order() -> None:
    source = Source("ä.md", "👍 one\r\ntwo \udcff\n")
    fix = Fix((Edit(Span(2, 5), "1"),), "write a number")
    related = Related("ä.md", Span(7, 10), "here \udcff")
    found = Diagnostic(
        "ä.md", "odd", Severity.WARNING, Finding(Span(2, 10), "odd \udcff", "help", fix, (related,))
    )
    said = "".join(report.json([found], {"ä.md": source}))
    assert json.loads(said) == [
        {
            "rule": "odd",
            "severity": "warning",
            "message": "odd \ufffd",
            "help": "help",
            "path": "ä.md",
            "line": 1,
            "column": 3,
            "end_line": 2,
            "end_column": 4,
            "fix": {
                "title": "write a number",
                "safe": True,
                "edits": [{"line": 1, "column": 3, "end_line": 1, "end_column": 6, "text": "1"}],
            },
            "related": [
                {
                    "message": "here \ufffd",
                    "path": "ä.md",
                    "line": 2,
                    "column": 1,
                    "end_line": 2,
                    "end_column": 4,
                }
            ],
        }
    ]
    assert list(json.loads(said)[0]) == [
        "rule", "severity", "message", "help", "path", "line", "column", "end_line", "end_column",
        "fix", "related",
    ]  # fmt: skip


def test_json_of_nothing_is_an_empty_array() -> None:
    assert "".join(report.json([], {})) == "[]\n"


# ── the manual ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_manual_page_says_what_the_rule_is(rule: report.Rule) -> None:
    first, blank, fault = explain(rule).split("\n")[:3]
    assert first.startswith(f"{rule.name} ({rule.severity}")
    assert first.endswith("fixable)") == rule.fixable
    assert (blank, fault) == ("", rule.fault)
