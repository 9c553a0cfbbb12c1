"""Findings for people: each with the line that it speaks of, or each in a line."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from selfcheck_tools.diagnostics import Diagnostic, Severity
from selfcheck_tools.reports.terminal import visible, window, wrapped
from selfcheck_tools.rules import Rule
from selfcheck_tools.text import Place, Source, Span

MANY = 200  # more findings than this are shown in a line each


class Summary(NamedTuple):
    """What a run looked at, and how many findings it mended."""

    documents: int
    questions: int
    answered: int
    mended: int = 0


def text(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    *,
    width: int = 80,
    color: bool = False,
    summary: Summary | None = None,
    **look: object,
) -> Iterator[str]:
    """The full report of up to 200 findings; beyond that the concise one, which then says so."""
    if len(diagnostics) <= MANY:
        yield from full(diagnostics, sources, width=width, color=color, summary=summary)
        return
    yield from concise(diagnostics, sources, color=color, summary=summary)
    yield "So many are shown in a line each: --output-format full shows their text too.\n"


# ── full ────────────────────────────────────────────────────────────────────────────────────────

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "taste": "1;35",
    "bold": "1",
    "frame": "1;34",
}


class _Frame(NamedTuple):
    """What a finding is drawn in; `margin` is the width of its line numbers."""

    sources: Mapping[str, Source]
    width: int
    color: bool
    margin: int

    def paint(self, text: str, style: str) -> str:
        return _painted(text, style) if self.color else text

    def bar(self, label: str = "", sign: str = " |") -> str:
        return self.paint(f"{label:>{self.margin}}{sign}", "frame")


def _painted(text: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def full(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    *,
    width: int = 80,
    color: bool = False,
    summary: Summary | None = None,
    **look: object,
) -> Iterator[str]:
    """Each finding with the line that it speaks of, as rustc shows it, and a summary.

    By document, and in a document the worst first. No line of an excerpt is wider than `width`,
    and nothing in the content reaches the terminal as a control character.
    """
    for diagnostic in sorted(diagnostics, key=_weight):
        lines = [diagnostic.place.line, *(r.place.line for r in diagnostic.finding.related)]
        frame = _Frame(sources, width, color, len(str(max(lines))))
        yield "\n".join(_finding(diagnostic, frame)) + "\n\n"
    yield from _summary(diagnostics, summary)


def _weight(diagnostic: Diagnostic) -> tuple[str, int, Place, str, str]:
    severity, message = diagnostic.severity, diagnostic.finding.message
    return diagnostic.path, _RANKS[severity], diagnostic.place, diagnostic.rule, message


_RANKS = {severity: severity.rank for severity in Severity}


def _finding(diagnostic: Diagnostic, frame: _Frame) -> Iterator[str]:
    finding, severity = diagnostic.finding, diagnostic.severity
    label = frame.paint(f"{severity}[{diagnostic.rule}]", severity)
    yield label + frame.paint(f": {visible(finding.message)}", "bold")
    yield from _excerpt(diagnostic.path, finding.span, diagnostic.place, severity, frame)
    if finding.help:
        yield frame.bar()
        yield from _help(finding.help, frame)
    for related in finding.related:
        yield frame.paint("note", "info") + f": {visible(related.message)}"
        yield from _excerpt(related.path, related.span, related.place, "info", frame)


def _excerpt(path: str, span: Span, place: Place, style: str, frame: _Frame) -> Iterator[str]:
    """The place of a span and its first line, with carets under the span."""
    shown, before, marked = window(frame.sources[path], span, frame.width - frame.margin - 3)
    bar = frame.bar()
    yield f"{frame.bar(sign='-->')} {visible(path)}:{place.line}:{place.column}"
    yield bar
    yield frame.bar(str(place.line)) + (f" {shown}" if shown else "")
    yield bar + " " * (before + 1) + frame.paint("^" * marked, style)


def _help(help: str, frame: _Frame) -> Iterator[str]:
    """What to do, wrapped under itself."""
    label = " = help:"
    indent = frame.margin + len(label) + 1
    first, *rest = wrapped(help, frame.width - indent)
    yield f"{frame.bar(sign=label)} {first}"
    yield from (" " * indent + line for line in rest)


# ── concise ─────────────────────────────────────────────────────────────────────────────────────


def concise(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    *,
    color: bool = False,
    summary: Summary | None = None,
    **look: object,
) -> Iterator[str]:
    """`path:line:column: severity[rule] message`, a line each, in the order of the full report."""
    before, shown = None, ""
    labels: dict[tuple[str, str], str] = {}
    for path, rank, place, rule, message in sorted(map(_weight, diagnostics)):
        if path != before:
            before, shown = path, _at_the_start(visible(path))
        severity = _SEVERITIES[rank]
        label = labels.get((severity, rule))
        if label is None:
            label = f"{severity}[{rule}]"
            label = labels[severity, rule] = _painted(label, severity) if color else label
        yield f"{shown}:{place[0]}:{place[1]}: {label} {visible(message)}\n"
    yield from _summary(diagnostics, summary)


_SEVERITIES = tuple(Severity)


def _at_the_start(path: str) -> str:
    """A path as it may start a line: in a log of GitHub, `::` and `##[` there are commands."""
    return f"./{path}" if path.lstrip().startswith(("::", "##[")) else path


# ── summary and manual ──────────────────────────────────────────────────────────────────────────

_NAMES = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFO: ("remark", "remarks"),
    Severity.TASTE: ("matter of taste", "matters of taste"),
}


def _summary(diagnostics: Sequence[Diagnostic], summary: Summary | None) -> Iterator[str]:
    if summary is None:
        return
    if summary.mended:
        yield f"Fixed {_count(summary.mended, 'finding')}.\n"
    questions = _count(summary.questions, "question")
    if not diagnostics:
        yield f"All checks passed: {questions} in {_count(summary.documents, 'document')}.\n"
        return
    counted = Counter(diagnostic.severity for diagnostic in diagnostics)
    found = ", ".join(
        f"{counted[severity]} {names[counted[severity] > 1]}"
        for severity, names in _NAMES.items()
        if counted[severity]
    )
    files = _count(summary.documents, "file")
    yield f"Found {found} in {files} ({questions}, {summary.answered} answered).\n"
    yield from _fixable(diagnostics)


def _fixable(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    fixes = [d.finding.fix for d in diagnostics if d.finding.fix is not None]
    safe = sum(fix.safe for fix in fixes)
    unsafe = len(fixes) - safe
    if safe and unsafe:
        yield f"{safe} fixable with --fix, {unsafe} more with --unsafe-fixes.\n"
    elif fixes:
        yield f"{len(fixes)} fixable with {'--fix' if safe else '--fix --unsafe-fixes'}.\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def explain(rule: Rule) -> str:
    """A rule's manual page, for the terminal."""
    kind = f"{rule.severity}, fixable" if rule.fixable else str(rule.severity)
    return f"{rule.name} ({kind})\n\n{rule.manual.strip()}"
