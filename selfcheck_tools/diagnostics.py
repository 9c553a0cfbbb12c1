"""What rules say and what users are told."""

from enum import StrEnum

import msgspec

from selfcheck_tools.text import Edit, Place, Span


class Severity(StrEnum):
    """How bad a finding is. Error: an export would be wrong or lose something. Warning: probably
    wrong. Info: advice. Taste: looked for only when asked for."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    TASTE = "taste"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Fix(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Edits that belong together; a safe fix leaves what is rendered unchanged."""

    edits: tuple[Edit, ...]
    title: str
    safe: bool = True


_NOWHERE = Place(1, 1, 1, 1)


class Related(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Another place that a finding speaks of. The engine adds `place`, the lines and columns."""

    path: str
    span: Span
    message: str
    place: Place = _NOWHERE


class Finding(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a rule says of one place. The engine adds path, rule and severity."""

    span: Span
    message: str
    help: str = ""
    fix: Fix | None = None
    related: tuple[Related, ...] = ()


class Diagnostic(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A finding with what the engine knows of it: all that a report needs but excerpts and edits.

    `place` holds the lines and columns of the finding's span. `subject` names the question that it
    stands in and `text` what it blames, both such that they outlive edits elsewhere; see
    `fingerprints`. Both are empty where there is no question and no text.
    """

    path: str
    rule: str
    severity: Severity
    finding: Finding
    place: Place = _NOWHERE
    subject: str = ""
    text: str = ""
