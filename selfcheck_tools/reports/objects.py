"""Findings as JSON objects: an array of them, or one a line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from selfcheck_tools.diagnostics import Diagnostic, Fix
from selfcheck_tools.fingerprints import fingerprints
from selfcheck_tools.reports._words import encodable
from selfcheck_tools.rules import RULES, Rule
from selfcheck_tools.text import Place, Source


def json(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    *,
    rules: Sequence[Rule] = RULES,
    **look: object,
) -> Iterator[str]:
    """An array of objects; lines and columns from 1, columns in code points."""
    value = list(_objects(diagnostics, sources, rules))
    yield msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def jsonl(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    *,
    rules: Sequence[Rule] = RULES,
    **look: object,
) -> Iterator[str]:
    """The same objects, each in a line."""
    encode = msgspec.json.Encoder().encode
    for each in _objects(diagnostics, sources, rules):
        yield encode(each).decode() + "\n"


def _objects(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], rules: Sequence[Rule]
) -> Iterator[dict[str, Any]]:
    families = {rule.name: rule.family for rule in rules}
    for diagnostic, fingerprint in zip(diagnostics, fingerprints(diagnostics), strict=True):
        finding, path = diagnostic.finding, diagnostic.path
        yield {
            "rule": diagnostic.rule,
            "family": families.get(diagnostic.rule),
            "severity": str(diagnostic.severity),
            "message": encodable(finding.message),
            "help": encodable(finding.help),
            "url": None,
            "path": encodable(path),
            **_place(diagnostic.place),
            "fix": _fix(finding.fix, sources[path]) if finding.fix is not None else None,
            "related": [
                {
                    "message": encodable(related.message),
                    "path": encodable(related.path),
                    **_place(related.place),
                }
                for related in finding.related
            ],
            "fingerprint": fingerprint,
        }


def _fix(fix: Fix, source: Source) -> dict[str, Any]:
    edits = [{**_place(source.place(e.span)), "text": encodable(e.text)} for e in fix.edits]
    return {"title": encodable(fix.title), "safe": fix.safe, "edits": edits}


def _place(place: Place) -> dict[str, int]:
    return place._asdict()
