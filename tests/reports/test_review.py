"""What GitLab and reviewdog read."""

import json
from typing import Any

from selfcheck_tools.diagnostics import Fix, Severity
from selfcheck_tools.text import Edit, Source, Span
from tests.reports.made import diagnosed, said

# ── gitlab ──────────────────────────────────────────────────────────────────────────────────────


def test_gitlab_gets_the_keys_that_it_requires() -> None:
    """https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format: description,
    check_name, fingerprint, location.path, location.lines.begin, severity; no byte order mark."""
    source = Source("a b.md", "one\ntwo\n")
    found = [
        diagnosed(source, Span(4, 5), "odd", "mend it", severity=severity) for severity in Severity
    ]
    text = said("gitlab", found, source)
    assert text.startswith("[")
    objects = json.loads(text)
    assert [each.pop("severity") for each in objects] == ["major", "minor", "info", "info"]
    assert len({each.pop("fingerprint") for each in objects}) == 4
    assert objects == 4 * [
        {
            "description": "odd; mend it",
            "check_name": "odd-thing",
            "location": {"path": "a b.md", "lines": {"begin": 2, "end": 2}},
        }
    ]
    assert said("gitlab", []) == "[]\n"


# ── rdjson ──────────────────────────────────────────────────────────────────────────────────────


def _only(text: str) -> dict[str, Any]:
    result = json.loads(text)
    assert result["source"] == {"name": "selfcheck"}
    (only,) = result["diagnostics"]
    return dict(only)


def _cut(source: Source, place: dict[str, dict[str, int]]) -> str:
    """What a range of UTF-8 bytes holds, as reviewdog counts (proto/rdf/reviewdog.proto)."""
    lines = source.to_bytes().split(b"\n")
    start, end = (
        sum(len(line) + 1 for line in lines[: p["line"] - 1]) + p["column"] - 1
        for p in (place["start"], place["end"])
    )
    return source.to_bytes()[start:end].decode("utf-8", "surrogateescape")


def test_columns_are_bytes_and_a_fix_is_a_suggestion() -> None:
    source = Source("ä.md", "a𐐀b\ncaf\udce9 漢字 x\n")
    span = Span(source.text.index("字"), source.text.index("x"))
    fix = Fix((Edit(Span(span.start, span.end + 1), "y"),), "write y")
    only = _only(said("rdjson", [diagnosed(source, span, fix=fix)], source))
    assert only["message"] == "it is odd"
    assert (only["severity"], only["code"]) == ("ERROR", {"value": "odd-thing"})
    assert only["location"]["path"] == "ä.md"
    assert only["location"]["range"] == {
        "start": {"line": 2, "column": 9},
        "end": {"line": 2, "column": 13},
    }
    assert _cut(source, only["location"]["range"]) == "字 "
    (suggestion,) = only["suggestions"]
    assert suggestion["text"] == "y"
    assert _cut(source, suggestion["range"]) == "字 x"


def test_a_fix_of_several_edits_is_not_torn_apart() -> None:
    source = Source("a.md", "abc")
    fix = Fix((Edit(Span(0, 1), "x"), Edit(Span(2, 3), "y")), "write x and y")
    found = diagnosed(source, Span(0, 1), fix=fix, severity=Severity.TASTE)
    only = _only(said("rdjson", [found], source))
    assert "suggestions" not in only
    assert only["severity"] == "INFO"
