"""Findings as JSON and as JSON Lines."""

import json

from selfcheck_tools.diagnostics import Fix, Related, Severity
from selfcheck_tools.rules import RULES
from selfcheck_tools.text import Edit, Source, Span
from tests.reports.made import diagnosed, said


def test_json_says_all_of_a_finding_in_a_stable_order() -> None:
    source = Source("ä.md", "👍 one\r\ntwo \udcff\n")
    fix = Fix((Edit(Span(2, 5), "1"),), "write a number")
    related = Related("ä.md", Span(7, 10), "here \udcff", source.place(Span(7, 10)))
    found = diagnosed(
        source,
        Span(2, 10),
        "odd \udcff",
        "help",
        rule="broken-image",
        severity=Severity.WARNING,
        fix=fix,
        related=(related,),
    )
    objects = json.loads(said("json", [found], source))
    fingerprint = objects[0].pop("fingerprint")
    assert len(fingerprint) == 32
    assert objects == [
        {
            "rule": "broken-image",
            "family": "images",
            "severity": "warning",
            "message": "odd \ufffd",
            "help": "help",
            "url": None,
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
    assert list(objects[0]) == [
        "rule", "family", "severity", "message", "help", "url", "path", "line", "column",
        "end_line", "end_column", "fix", "related",
    ]  # fmt: skip


def test_json_of_nothing_is_an_empty_array() -> None:
    assert said("json", []) == "[]\n"


def test_json_lines_are_the_same_objects() -> None:
    source = Source("a.md", "one\ntwo\n")
    found = [diagnosed(source, Span(at, at + 1), "a\u2028\nb") for at in range(5)]
    lines = said("jsonl", found, source, rules=RULES).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == json.loads(said("json", found, source))
    assert said("jsonl", []) == ""
