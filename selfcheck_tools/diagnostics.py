"""What rules say and what users are told."""

from enum import StrEnum

import msgspec

from selfcheck_tools.text import Edit, Span


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


class Fix(msgspec.Struct, frozen=True):
    """Edits that belong together; a safe fix leaves what is rendered unchanged."""

    edits: tuple[Edit, ...]
    title: str
    safe: bool = True


class Related(msgspec.Struct, frozen=True):
    """Another place that a finding speaks of."""

    path: str
    span: Span
    message: str


class Finding(msgspec.Struct, frozen=True):
    """What a rule says of one place. The engine adds path, rule and severity."""

    span: Span
    message: str
    help: str = ""
    fix: Fix | None = None
    related: tuple[Related, ...] = ()


class Diagnostic(msgspec.Struct, frozen=True):
    """A finding with what the engine knows of it."""

    path: str
    rule: str
    severity: Severity
    finding: Finding
