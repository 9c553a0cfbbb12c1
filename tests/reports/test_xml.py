"""JUnit and Checkstyle, read back by other libraries."""

from xml.etree import ElementTree

import pytest

from selfcheck_tools.diagnostics import Diagnostic, Severity
from selfcheck_tools.text import Source, Span
from tests.reports.made import diagnosed, said

ONE, OTHER = Source("a/1.md", "one\ntwo\n"), Source("b.md", "x")
FOUND = [
    diagnosed(ONE, Span(0, 3), "question 1 has no answer", "write it", rule="missing-answer"),
    diagnosed(ONE, Span(4, 5), "odd", severity=Severity.WARNING),
    diagnosed(ONE, Span(5, 6), "odd", severity=Severity.WARNING),
    diagnosed(ONE, Span(6, 7), "advice", severity=Severity.INFO),
    diagnosed(OTHER, Span(0, 1), "taste", severity=Severity.TASTE),
]


def parsed(name: str, found: list[Diagnostic], **look: object) -> ElementTree.Element:
    return ElementTree.fromstring(said(name, found, ONE, OTHER, **look).encode())


# ── junit ───────────────────────────────────────────────────────────────────────────────────────


def test_errors_and_warnings_fail_and_remarks_pass() -> None:
    root = parsed("junit", FOUND, documents=["a/1.md", "b.md", "clean.md"])
    assert root.attrib == {"name": "selfcheck", "tests": "6", "failures": "3", "errors": "0"}
    suites = [(s.get("name"), s.get("tests"), s.get("failures")) for s in root]
    assert suites == [("a/1.md", "4", "3"), ("b.md", "1", "0"), ("clean.md", "1", "0")]
    cases = [(case.get("name"), *(part.tag for part in case)) for case in root.iter("testcase")]
    assert cases == [
        ("missing-answer: question 1 has no answer", "failure"),
        ("odd-thing: odd", "failure"),
        ("odd-thing: odd (2)", "failure"),
        ("odd-thing: advice", "system-out"),
        ("odd-thing: taste", "system-out"),
        ("nothing was found",),
    ]
    failure = next(root.iter("failure"))
    assert failure.attrib == {"type": "error", "message": "question 1 has no answer"}
    said = "a/1.md:1:1: error[missing-answer] question 1 has no answer; write it"
    assert failure.text == said


def test_another_library_reads_the_same() -> None:
    from junitparser import Failure, JUnitXml

    xml = JUnitXml.fromstring(said("junit", FOUND, documents=["clean.md"]).encode())
    cases = [case for suite in xml for case in suite]
    assert (xml.tests, xml.failures, len(cases)) == (6, 3, 6)
    assert sum(isinstance(part, Failure) for case in cases for part in case.result) == 3
    xml.update_statistics()
    assert (xml.tests, xml.failures, xml.errors, xml.skipped) == (6, 3, 0, 0)


def test_no_two_cases_have_one_name() -> None:
    texts = ["x", "x (2)", "x", "x", "x (2)", "x\x00", "x\x01", "nothing was found"]
    found = [diagnosed(ONE, Span(0, 0), text) for text in texts]
    odd = [Source(path, "") for path in ("a\x00", "a\x01")]
    found += [diagnosed(source, Span(0, 0)) for source in odd]
    root = parsed("junit", found)
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names) == len(found)


def test_junit_is_the_same_whatever_order_documents_come_in() -> None:
    one = said("junit", FOUND, documents=["b.md", "z.md", "a/1.md"])
    assert one == said("junit", FOUND, documents=["z.md", "a/1.md", "b.md"])


# ── checkstyle ──────────────────────────────────────────────────────────────────────────────────


def test_checkstyle_has_a_file_for_each_document_with_findings() -> None:
    root = parsed("checkstyle", FOUND, documents=["clean.md"])
    assert (root.tag, [file.get("name") for file in root]) == ("checkstyle", ["a/1.md", "b.md"])
    errors = [error.attrib for error in root.iter("error")]
    assert errors[0] == {
        "line": "1",
        "column": "1",
        "severity": "error",
        "message": "question 1 has no answer; write it",
        "source": "selfcheck.missing-answer",
    }
    severities = [error["severity"] for error in errors]
    assert severities == ["error", "warning", "warning", "info", "info"]


# ── both ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["junit", "checkstyle"])
def test_nothing_breaks_out_of_its_place(name: str) -> None:
    text = "]]> </error> \"'&amp; \x00\x0b\x1b[31m\ud800\ufffe\t\r\n😀"
    source = Source(f"{text}.md", "x")
    root = parsed(name, [diagnosed(source, Span(0, 1), text)])
    shown = "]]> </error> \"'&amp; \ufffd\ufffd\ufffd[31m\ufffd\ufffd\t\r\n😀"
    files = [file.get("name") for file in root]
    assert files == [f"{shown}.md"]
    messages = {element.get("message") for element in root.iter() if element.get("message")}
    assert messages == {shown}
