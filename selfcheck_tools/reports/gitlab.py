"""A code quality report for GitLab's merge requests.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from selfcheck_tools.diagnostics import Diagnostic, Severity
from selfcheck_tools.fingerprints import fingerprints
from selfcheck_tools.reports._words import encodable, told
from selfcheck_tools.text import Source

_SEVERITIES = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.INFO: "info",
    Severity.TASTE: "info",
}


def gitlab(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], **look: object
) -> Iterator[str]:
    """An array of objects. GitLab tells findings apart by their fingerprints alone: what it does
    not find in the target branch is new."""
    value = [
        {
            "description": encodable(told(diagnostic.finding)),
            "check_name": diagnostic.rule,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[diagnostic.severity],
            "location": {
                "path": encodable(diagnostic.path),
                "lines": {"begin": diagnostic.place.line, "end": diagnostic.place.end_line},
            },
        }
        for diagnostic, fingerprint in zip(diagnostics, fingerprints(diagnostics), strict=True)
    ]
    yield msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
