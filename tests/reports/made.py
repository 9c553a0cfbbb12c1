"""What the tests of several formats need."""

from selfcheck_tools.diagnostics import Diagnostic, Finding, Fix, Related, Severity
from selfcheck_tools.reports import REPORTS
from selfcheck_tools.text import Source, Span


def diagnosed(
    source: Source,
    span: Span,
    message: str = "it is odd",
    help: str = "",
    *,
    rule: str = "odd-thing",
    severity: Severity = Severity.ERROR,
    fix: Fix | None = None,
    related: tuple[Related, ...] = (),
) -> Diagnostic:
    """A diagnostic as the engine makes it, outside of questions."""
    finding = Finding(span, message, help, fix, related)
    return Diagnostic(source.path, rule, severity, finding, source.place(span))


def finding(
    text: str, marked: str, message: str = "it is odd", help: str = ""
) -> tuple[Diagnostic, dict[str, Source]]:
    """A finding at the first place of a text that holds what is marked."""
    source = Source("a.md", text)
    start = text.index(marked)
    span = Span(start, start + len(marked))
    return diagnosed(source, span, message, help), {"a.md": source}


def said(name: str, found: list[Diagnostic], *sources: Source, **look: object) -> str:
    """A whole report."""
    return "".join(REPORTS[name](found, {source.path: source for source in sources}, **look))
