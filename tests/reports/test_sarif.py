"""SARIF: valid by its schema, and with all that GitHub shows."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from selfcheck_tools import __version__
from selfcheck_tools.diagnostics import Diagnostic, Fix, Related, Severity
from selfcheck_tools.rules import RULES
from selfcheck_tools.text import Edit, Source, Span
from tests.conftest import ROOT
from tests.reports.made import diagnosed, said

SCHEMA = Draft202012Validator(json.loads((ROOT / "tests/reports/sarif-2.1.0.json").read_text()))


def run(found: list[Diagnostic], *sources: Source, **look: object) -> dict[str, Any]:
    """The one run of a log that is valid."""
    log = json.loads(said("sarif", found, *sources, **look))
    SCHEMA.validate(log)
    (only,) = log["runs"]
    return dict(only)


def test_the_tool_says_what_it_is() -> None:
    nothing = run([], home="https://example.org/selfcheck")
    driver = nothing["tool"]["driver"]
    del driver["rules"]
    assert driver == {
        "name": "selfcheck",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": "https://example.org/selfcheck",
    }
    assert "semanticVersion" not in run([], version="1.0.dev3")["tool"]["driver"]
    assert nothing["results"] == []
    assert nothing["columnKind"] == "unicodeCodePoints"
    assert nothing["invocations"] == [{"executionSuccessful": True}]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_is_explained(rule: Any) -> None:
    (told,) = run([], rules=[rule])["tool"]["driver"]["rules"]
    assert told["id"] == rule.name
    assert told["name"].isalnum()
    assert told["name"] != told["id"]
    assert told["shortDescription"]["text"] == rule.fault
    assert told["fullDescription"]["text"].startswith(f"{rule.fault} ")
    assert "```" not in told["fullDescription"]["text"]
    assert told["help"]["markdown"] == told["help"]["text"] == rule.manual.strip()
    assert told["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert told["properties"]["tags"] == [rule.family]
    assert told["properties"]["precision"] in ("very-high", "high", "medium", "low")


def test_a_result_has_its_places_its_fix_and_its_fingerprint() -> None:
    source = Source("a b/ü%.md", "👍 one\r\ntwo\n")
    fix = Fix((Edit(Span(2, 5), "1"), Edit(Span(7, 7), "")), "write a number")
    related = Related("../c.md", Span(0, 1), "asked here", source.place(Span(0, 1)))
    found = diagnosed(
        source, Span(2, 8), "odd", "did you mean x?", rule="broken-image", fix=fix,
        related=(related,),
    )  # fmt: skip
    (result,) = run([found], source)["results"]
    (fingerprint,) = result.pop("partialFingerprints").values()
    assert len(fingerprint) == 32
    here = {"uri": "a%20b/%C3%BC%25.md", "uriBaseId": "%SRCROOT%"}
    assert result == {
        "ruleId": "broken-image",
        "ruleIndex": [rule.name for rule in RULES].index("broken-image"),
        "level": "error",
        "message": {"text": "Odd. Did you mean x?"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": here,
                    "region": {"startLine": 1, "startColumn": 3, "endLine": 2, "endColumn": 2},
                }
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "message": {"text": "Asked here."},
                "physicalLocation": {
                    "artifactLocation": {"uri": "../c.md", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
                },
            }
        ],
        "fixes": [
            {
                "description": {"text": "Write a number."},
                "artifactChanges": [
                    {
                        "artifactLocation": here,
                        "replacements": [
                            {
                                "deletedRegion": {
                                    "startLine": 1, "startColumn": 3,
                                    "endLine": 1, "endColumn": 6,
                                },
                                "insertedContent": {"text": "1"},
                            },
                            {
                                "deletedRegion": {
                                    "startLine": 2, "startColumn": 1,
                                    "endLine": 2, "endColumn": 1,
                                },
                                "insertedContent": {"text": ""},
                            },
                        ],
                    }
                ],
            }
        ],
    }  # fmt: skip


LEVELS = {"error": "error", "warning": "warning", "info": "note", "taste": "note"}


def test_severities_are_levels() -> None:
    source = Source("a.md", "x")
    found = [diagnosed(source, Span(0, 1), severity=severity) for severity in Severity]
    assert [result["level"] for result in run(found, source)["results"]] == [*LEVELS.values()]


PATHS = [
    ("caf\udce9.md", "caf%E9.md"),  # bytes that are no UTF-8 are kept
    ("C:/x.md", "C%3A/x.md"),
    ("a?b#c.md", "a%3Fb%23c.md"),
    ("/abs/a b.md", "file:///abs/a%20b.md"),
    ("line\nend.md", "line%0Aend.md"),
]


@pytest.mark.parametrize(("path", "uri"), PATHS)
def test_paths_are_uris(path: str, uri: str) -> None:
    source = Source(path, "x")
    (result,) = run([diagnosed(source, Span(0, 1))], source)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_what_the_content_says_is_no_link() -> None:
    source = Source("a.md", "x")
    found = [diagnosed(source, Span(0, 1), text) for text in ("see [a](1)", "write ![…](…)")]
    texts = [result["message"]["text"] for result in run(found, source)["results"]]
    assert texts == ["See \\[a](1).", "Write ![…](…)."]
