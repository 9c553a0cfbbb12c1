"""Checkstyle's XML, which Jenkins and many others read."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from selfcheck_tools.diagnostics import Diagnostic, Severity
from selfcheck_tools.reports._words import told, xml
from selfcheck_tools.text import Source


def checkstyle(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], **look: object
) -> Iterator[str]:
    """A file element for each document with findings; `version` is that of the format."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n'
    for path, found in groupby(sorted(diagnostics, key=_path), key=_path):
        yield f'  <file name="{xml(path)}">\n'
        yield from map(_error, found)
        yield "  </file>\n"
    yield "</checkstyle>\n"


def _path(diagnostic: Diagnostic) -> str:
    return diagnostic.path


def _error(diagnostic: Diagnostic) -> str:
    severity = diagnostic.severity
    attributes = {
        "line": str(diagnostic.place.line),
        "column": str(diagnostic.place.column),
        "severity": "info" if severity is Severity.TASTE else str(severity),
        "message": told(diagnostic.finding),
        "source": f"selfcheck.{diagnostic.rule}",
    }
    written = " ".join(f'{name}="{xml(value)}"' for name, value in attributes.items())
    return f"    <error {written}/>\n"
