"""Reviewdog's diagnostic format, for comments and suggestions in a review.

https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/reviewdog.proto: columns count the bytes
of UTF-8 from 1, and the end of a range is exclusive.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from selfcheck_tools.diagnostics import Diagnostic, Severity
from selfcheck_tools.reports._words import byte_size, encodable, told
from selfcheck_tools.text import Source, Span

_Places = Mapping[int, Mapping[str, int]]
_SEVERITIES = {
    Severity.ERROR: "ERROR",
    Severity.WARNING: "WARNING",
    Severity.INFO: "INFO",
    Severity.TASTE: "INFO",
}


def rdjson(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], **look: object
) -> Iterator[str]:
    """One object, a DiagnosticResult."""
    places = {path: _places(sources[path], found) for path, found in _offsets(diagnostics).items()}
    value = {
        "source": {"name": "selfcheck"},
        "diagnostics": [_diagnostic(each, places[each.path]) for each in diagnostics],
    }
    yield msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _offsets(diagnostics: Sequence[Diagnostic]) -> dict[str, set[int]]:
    """All offsets that are spoken of in each document."""
    offsets: defaultdict[str, set[int]] = defaultdict(set)
    for diagnostic in diagnostics:
        fix = diagnostic.finding.fix
        for span in (diagnostic.finding.span, *(edit.span for edit in (fix.edits if fix else ()))):
            offsets[diagnostic.path] |= {span.start, span.end}
    return offsets


def _places(source: Source, offsets: set[int]) -> _Places:
    """Lines and columns of offsets; a line is gone along once, however many are in it."""
    places = {}
    done = size = 0
    for offset in sorted(offsets):
        line = source.line_of(offset)
        if done < source.line_starts[line]:
            done, size = source.line_starts[line], 0
        size += byte_size(source.text[done:offset])
        done = offset
        places[offset] = {"line": line + 1, "column": size + 1}
    return places


def _diagnostic(diagnostic: Diagnostic, places: _Places) -> dict[str, Any]:
    finding = diagnostic.finding
    value: dict[str, Any] = {
        "message": encodable(told(finding)),
        "location": {
            "path": encodable(diagnostic.path),
            "range": _range(finding.span, places),
        },
        "severity": _SEVERITIES[diagnostic.severity],
        "code": {"value": diagnostic.rule},
    }
    # Each suggestion is offered by itself, so a fix of several edits would be torn apart.
    if finding.fix is not None and len(finding.fix.edits) == 1:
        edit = finding.fix.edits[0]
        suggestion = {"range": _range(edit.span, places), "text": encodable(edit.text)}
        value["suggestions"] = [suggestion]
    return value


def _range(span: Span, places: _Places) -> dict[str, Any]:
    return {"start": places[span.start], "end": places[span.end]}
