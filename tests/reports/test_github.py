"""Workflow commands, read back as GitHub's runner does."""

import re

from selfcheck_tools.diagnostics import Diagnostic, Severity
from selfcheck_tools.text import Source, Span
from tests.reports.made import diagnosed, said

# What the runner does, in its order (ActionCommand.cs of actions/runner).
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


def _unescaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for written, meant in escapes:
        text = text.replace(written, meant)
    return text


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Kind, properties and data of each command in a log."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        if match := re.fullmatch(r"::(\w+) (.*?)::(.*)", line, re.DOTALL):
            pairs = (pair.split("=", 1) for pair in match[2].split(","))
            properties = {name: _unescaped(value, _PROPERTY) for name, value in pairs}
            found.append((match[1], properties, _unescaped(match[3], _DATA)))
    return found


def test_a_finding_is_a_command() -> None:
    source = Source("100%: a, b.md", "one\ntwo\n")
    found = diagnosed(source, Span(4, 7), "100%: a, b", "do: this")
    text = said("github", [found], source)
    assert text == (
        "::error title=selfcheck%3A odd-thing,file=100%25%3A a%2C b.md,line=2,endLine=2,"
        "col=1,endColumn=4::100%25: a, b%0Ado: this\n"
    )
    assert commands(text) == [
        (
            "error",
            {
                "title": "selfcheck: odd-thing",
                "file": "100%: a, b.md",
                "line": "2",
                "endLine": "2",
                "col": "1",
                "endColumn": "4",
            },
            "100%: a, b\ndo: this",
        )
    ]


def test_columns_are_left_out_where_they_mean_nothing() -> None:
    source = Source("a.md", "one\ntwo\n")
    ((_, properties, _),) = commands(said("github", [diagnosed(source, Span(0, 7))], source))
    assert (properties["line"], properties["endLine"]) == ("1", "2")
    assert "col" not in properties
    assert "endColumn" not in properties


def _many(*severities: str) -> tuple[list[Diagnostic], Source]:
    source = Source("a.md", "x\n" * 50)
    found = [
        diagnosed(source, Span(2 * at, 2 * at), severity=Severity(severity))
        for severity in severities
        for at in range(12)
    ]
    return found, source


def test_the_worst_come_first_and_what_would_not_be_shown_is_counted() -> None:
    found, source = _many("taste", "warning", "error", "info")
    text = said("github", found, source)
    kinds = [kind for kind, _, _ in commands(text)]
    assert kinds == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert text.splitlines()[30:] == [
        "2 more errors, 2 more warnings, 14 more notices not shown as annotations; see the log"
    ]
    assert said("github", found[::-1], source) == text


def test_one_more_is_one_more() -> None:
    found, source = _many("error")
    assert "\n1 more error not shown" in said("github", found[:11], source)
    assert said("github", [], source) == ""
