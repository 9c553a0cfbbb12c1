"""Workflow commands that GitHub shows as annotations of a run and of a pull request.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands: what follows `::`
is data, in which percent signs and line ends are escaped; in a property, colons and commas too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from selfcheck_tools.diagnostics import Diagnostic, Severity
from selfcheck_tools.reports.terminal import visible
from selfcheck_tools.text import Source

# GitHub shows so many of each kind for a step, and drops the others without a word.
_SHOWN = 10
_KINDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
    Severity.TASTE: "notice",
}
_CONTROL = "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"


def github(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], **look: object
) -> Iterator[str]:
    """A command a finding, the worst first, up to as many as are shown; the others are counted."""
    told: Counter[str] = Counter()
    for diagnostic in sorted(diagnostics, key=_weight):
        kind = _KINDS[diagnostic.severity]
        told[kind] += 1
        if told[kind] <= _SHOWN:
            yield _command(kind, diagnostic)
    left = [
        f"{told[kind] - _SHOWN} more {kind}{'' if told[kind] == _SHOWN + 1 else 's'}"
        for kind in dict.fromkeys(_KINDS.values())
        if told[kind] > _SHOWN
    ]
    if left:
        yield f"{', '.join(left)} not shown as annotations; see the log\n"


def _weight(diagnostic: Diagnostic) -> tuple[object, ...]:
    message = diagnostic.finding.message
    return diagnostic.severity.rank, diagnostic.path, diagnostic.place, diagnostic.rule, message


def _command(kind: str, diagnostic: Diagnostic) -> str:
    finding, place = diagnostic.finding, diagnostic.place
    properties = {
        "title": f"selfcheck: {diagnostic.rule}",
        "file": re.sub(_CONTROL, "\ufffd", diagnostic.path),
        "line": place.line,
        "endLine": place.end_line,
    }
    if place.line == place.end_line:  # columns mean nothing to GitHub on several lines
        properties |= {"col": place.column, "endColumn": place.end_column}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    said = "\n".join(visible(line) for line in (finding.message, finding.help) if line)
    return f"::{kind} {written}::{_data(said)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
