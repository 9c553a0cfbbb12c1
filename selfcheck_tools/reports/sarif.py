"""SARIF 2.1.0, for GitHub code scanning and other viewers.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and what GitHub shows of it:
https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from selfcheck_tools import __version__
from selfcheck_tools.diagnostics import Diagnostic, Fix, Severity
from selfcheck_tools.fingerprints import fingerprints
from selfcheck_tools.reports._words import encodable
from selfcheck_tools.rules import RULES, Rule
from selfcheck_tools.text import Place, Source

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_FINGERPRINT = "questionFingerprint/v1"
_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
    Severity.TASTE: "note",
}
# GitHub's words: how often a finding of a rule is a true one, and how grave it is.
_PRECISIONS = {
    Severity.ERROR: "very-high",
    Severity.WARNING: "high",
    Severity.INFO: "medium",
    Severity.TASTE: "low",
}
_PROBLEMS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "recommendation",
    Severity.TASTE: "recommendation",
}
_SEMANTIC = r"\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?"  # semver.org; "1.0.dev3" is none
# `[text](address)` is a link to viewers, in plain text too (section 3.11.6).
_LINK = r"\[(?=[^\[\]]*\]\([!-'*-Z\\^-~]+\))"


def sarif(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    *,
    rules: Sequence[Rule] = RULES,
    version: str = __version__,
    home: str = "",
    **look: object,
) -> Iterator[str]:
    """One log with one run; `rules` are those in force, `home` is the program's address."""
    indices = {rule.name: at for at, rule in enumerate(rules)}
    driver: dict[str, Any] = {"name": "selfcheck", "version": version}
    if re.fullmatch(_SEMANTIC, version, re.ASCII):
        driver["semanticVersion"] = version
    if home:
        driver["informationUri"] = home
    driver["rules"] = [_rule(rule) for rule in rules]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder of the run."}}},
        "invocations": [{"executionSuccessful": True}],
        "results": [
            _result(diagnostic, fingerprint, indices, sources)
            for diagnostic, fingerprint in zip(diagnostics, fingerprints(diagnostics), strict=True)
        ],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    yield msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


# ── rules ───────────────────────────────────────────────────────────────────────────────────────


def _rule(rule: Rule) -> dict[str, Any]:
    manual = encodable(rule.manual.strip())
    return {
        "id": rule.name,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.fault},
        "fullDescription": {"text": f"{rule.fault} {_harm(manual)}".strip()},
        "help": {"text": manual, "markdown": manual},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [rule.family],
            "precision": _PRECISIONS[rule.severity],
            "problem.severity": _PROBLEMS[rule.severity],
        },
    }


def _harm(manual: str) -> str:
    """The first paragraph below the fault, where that is no example."""
    paragraphs = manual.split("\n\n", 2)[1:2]
    return " ".join(p for p in paragraphs if not p.startswith("```")).replace("\n", " ")


# ── results ─────────────────────────────────────────────────────────────────────────────────────


def _result(
    diagnostic: Diagnostic,
    fingerprint: str,
    indices: Mapping[str, int],
    sources: Mapping[str, Source],
) -> dict[str, Any]:
    finding, path = diagnostic.finding, diagnostic.path
    result: dict[str, Any] = {
        "ruleId": diagnostic.rule,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": " ".join(_sentence(t) for t in (finding.message, finding.help) if t)},
        "locations": [{"physicalLocation": _location(path, diagnostic.place)}],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if diagnostic.rule in indices:
        result["ruleIndex"] = indices[diagnostic.rule]
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": at,
                "message": {"text": _sentence(related.message)},
                "physicalLocation": _location(related.path, related.place),
            }
            for at, related in enumerate(finding.related, 1)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix, path, sources[path])]
    return result


def _sentence(text: str) -> str:
    """A message of ours as SARIF wants it: with a capital letter and a full stop, without links."""
    text = re.sub(_LINK, r"\\[", encodable(text))
    stop = "" if text.endswith((".", "?", "!")) else "."
    return f"{text[:1].upper()}{text[1:]}{stop}"


def _location(path: str, place: Place) -> dict[str, Any]:
    return {"artifactLocation": _artifact(path), "region": _region(place)}


def _artifact(path: str) -> dict[str, str]:
    uri = quote(path.encode("utf-8", "surrogatepass" if _is_odd(path) else "surrogateescape"))
    if path.startswith("/"):
        return {"uri": f"file://{uri}"}
    return {"uri": uri, "uriBaseId": _ROOT}


def _is_odd(path: str) -> bool:
    """Whether a path holds surrogates that stand for no byte of a file's name."""
    return any("\ud800" <= char < "\udc80" or "\udcff" < char <= "\udfff" for char in path)


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _fix(fix: Fix, path: str, source: Source) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": _region(source.place(edit.span)),
            "insertedContent": {"text": encodable(edit.text)},
        }
        for edit in fix.edits
    ]
    return {
        "description": {"text": _sentence(fix.title)},
        "artifactChanges": [{"artifactLocation": _artifact(path), "replacements": replacements}],
    }
