"""Diagnostics as people and programs read them. Pure: text out, nothing printed."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from selfcheck_tools.diagnostics import Diagnostic, Fix, Severity
from selfcheck_tools.rules import Rule
from selfcheck_tools.text import Source, Span


class Summary(NamedTuple):
    """What a run looked at, and how many findings it mended."""

    documents: int
    questions: int
    answered: int
    mended: int = 0


# ── text ────────────────────────────────────────────────────────────────────────────────────────

_STYLES = {"error": "1;31", "warning": "1;33", "info": "1;36", "bold": "1", "frame": "1;34"}


class _Frame(NamedTuple):
    """What a finding is drawn in; `margin` is the width of its line numbers."""

    sources: Mapping[str, Source]
    width: int
    color: bool
    margin: int

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color else text

    def bar(self, label: str = "", sign: str = " |") -> str:
        return self.paint(f"{label:>{self.margin}}{sign}", "frame")


def text(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    *,
    width: int = 80,
    color: bool = False,
    summary: Summary | None = None,
    **look: object,
) -> Iterator[str]:
    """Each finding with the line that it speaks of, as rustc shows it, and a summary.

    No line of an excerpt is wider than `width`, and nothing in the content reaches the terminal as
    a control character.
    """
    for diagnostic in diagnostics:
        finding = diagnostic.finding
        places = [(diagnostic.path, finding.span), *((r.path, r.span) for r in finding.related)]
        last = max(sources[path].position(span.start).line for path, span in places)
        frame = _Frame(sources, width, color, len(str(last)))
        yield from (f"{line}\n" for line in _finding(diagnostic, frame))
        yield "\n"
    if summary is not None:
        yield from (f"{line}\n" for line in _summary(diagnostics, summary))


def _finding(diagnostic: Diagnostic, frame: _Frame) -> Iterator[str]:
    finding, severity = diagnostic.finding, diagnostic.severity
    label = frame.paint(f"{severity}[{diagnostic.rule}]", severity)
    yield label + frame.paint(f": {visible(finding.message)}", "bold")
    yield from _excerpt(diagnostic.path, finding.span, severity, frame)
    if finding.help:
        yield frame.bar()
        yield from _help(finding.help, frame)
    for related in finding.related:
        yield frame.paint("note", "info") + f": {visible(related.message)}"
        yield from _excerpt(related.path, related.span, "info", frame)


def _excerpt(path: str, span: Span, style: str, frame: _Frame) -> Iterator[str]:
    """The place of a span and its first line, with carets under the span."""
    line, column = frame.sources[path].position(span.start)
    shown, before, marked = _window(frame.sources[path], span, frame.width - frame.margin - 3)
    yield frame.bar(sign="-->") + f" {visible(path)}:{line}:{column}"
    yield frame.bar()
    yield frame.bar(str(line)) + (f" {shown}" if shown else "")
    yield frame.bar() + " " * (before + 1) + frame.paint("^" * marked, style)


def _help(help: str, frame: _Frame) -> Iterator[str]:
    """What to do, wrapped under itself."""
    label = " = help:"
    indent = frame.margin + len(label) + 1
    lines = [""]
    for word in visible(help).split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and indent + columns(longer) > frame.width:
            lines.append(word)
        else:
            lines[-1] = longer
    yield f"{frame.bar(sign=label)} {lines[0]}"
    yield from (" " * indent + line for line in lines[1:])


def _summary(diagnostics: Sequence[Diagnostic], summary: Summary) -> Iterator[str]:
    if summary.mended:
        yield f"Fixed {_count(summary.mended, 'finding')}."
    questions = _count(summary.questions, "question")
    if not diagnostics:
        yield f"All checks passed: {questions} in {_count(summary.documents, 'document')}."
        return
    counted = Counter(diagnostic.severity for diagnostic in diagnostics)
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
    found = ", ".join(_count(counted[s], name) for s, name in names.items() if counted[s])
    files = _count(summary.documents, "file")
    yield f"Found {found} in {files} ({questions}, {summary.answered} answered)."
    if fixable := sum(d.finding.fix is not None and d.finding.fix.safe for d in diagnostics):
        yield f"{fixable} fixable with --fix."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# ── what a terminal shows ───────────────────────────────────────────────────────────────────────


class _Cell(NamedTuple):
    """What a terminal draws as one: the index of its first character, its text and columns."""

    at: int
    text: str
    width: int


def visible(text: str) -> str:
    """A text with its control and invisible characters shown as such."""
    return "".join(cell.text for cell in _cells(text))


def columns(text: str) -> int:
    """How wide a text is on a terminal."""
    return sum(cell.width for cell in _cells(text))


def _window(source: Source, span: Span, room: int) -> tuple[str, int, int]:
    """The part of a span's first line that fits, the columns before the span in it, and the
    columns of the span, at least 1."""
    line = source.line_span(source.line_of(span.start))
    # A line may be as long as a book, so only the neighbourhood is looked at.
    start, end = max(line.start, span.start - 2 * room), min(line.end, span.start + 3 * room)
    cells = _cells(source.text[start:end])
    starts, widths = [cell.at for cell in cells], [cell.width for cell in cells]
    first = bisect_right(starts, span.start - start) - 1 if span.start < end else len(cells)
    last = max(bisect_left(starts, span.end - start), first)
    low, high = 0, len(cells)
    if start > line.start or end < line.end or sum(widths) > room:
        low, high = _fitting(widths, first, last, room - 2)
    left = "…" if low or start > line.start else ""
    right = "…" if high < len(cells) or end < line.end else ""
    shown = "".join(cell.text for cell in cells[low:high])
    marked = sum(widths[first:high][: last - first]) + (last > high)
    return left + shown + right, len(left) + sum(widths[low:first]), max(marked, 1)


def _fitting(widths: Sequence[int], first: int, last: int, room: int) -> tuple[int, int]:
    """From which cell to which to show, so that those from `first` to `last` are in view, with
    a little of what follows and as much as fits of what is before."""
    spare = room - min(sum(widths[first:last]), room)
    spare -= min(sum(widths[last:]), spare, room // 4)
    low = first
    while low and widths[low - 1] <= spare:
        low -= 1
        spare -= widths[low]
    high, used = low, 0
    while high < len(widths) and used + widths[high] <= room:
        used += widths[high]
        high += 1
    return low, high


_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"
_LONGEST = 12  # characters of a cell; a family of four with skin tones has eleven


def _cells(text: str) -> list[_Cell]:
    """A text as a terminal draws it (UAX 11 for widths, UTS 51 for emoji)."""
    cells: list[_Cell] = []
    column = 0
    for at, char in enumerate(text):
        shown, width = _drawn(char, column)
        if cells and _joins(cells[-1].text, char, width):
            last = cells.pop()
            wider = 2 if char == _EMOJI_STYLE else last.width
            column += wider - last.width
            joined = last.text + char if len(last.text) < _LONGEST else last.text
            cells.append(_Cell(last.at, joined, wider))
            continue
        if not width:  # nothing to combine with
            shown, width = f"\u25cc{shown}", 1
        column += width
        cells.append(_Cell(at, shown, width))
    return cells


def _joins(before: str, char: str, width: int) -> bool:
    """Whether a character is drawn within the cell before it."""
    if not width:
        return True
    if before.endswith(_JOINER):
        return unicodedata.category(char) in ("So", "Sk")
    return "\U0001f3fb" <= char <= "\U0001f3ff" and len(before) < _LONGEST and before[0] > "\u2600"


def _drawn(char: str, column: int) -> tuple[str, int]:
    """What stands for a character at a column, and how wide that is."""
    if " " <= char <= "~":
        return char, 1
    if char == "\t":
        width = 4 - column % 4
        return " " * width, width
    if char < " ":
        return chr(0x2400 + ord(char)), 1
    if "\ud800" <= char <= "\udfff":
        return "\ufffd", 1
    category = unicodedata.category(char)
    if category in ("Mn", "Me") or char in "\u200c\u200d" or "\u1160" <= char <= "\u11ff":
        return char, 0
    if "\U0001f000" <= char <= "\U0001faff" and category == "Cn":
        return char, 2  # an emoji that is younger than this Python
    if not char.isprintable() and category != "Zs":
        name = f"<U+{ord(char):04X}>"
        return name, len(name)
    return char, 2 if unicodedata.east_asian_width(char) in "WF" else 1


# ── json ────────────────────────────────────────────────────────────────────────────────────────


def json(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], **look: object
) -> Iterator[str]:
    """An array of objects; lines and columns from 1, columns in code points."""
    value = [_object(diagnostic, sources) for diagnostic in diagnostics]
    yield msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _object(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> dict[str, Any]:
    finding, source = diagnostic.finding, sources[diagnostic.path]
    return {
        "rule": diagnostic.rule,
        "severity": str(diagnostic.severity),
        "message": _encodable(finding.message),
        "help": _encodable(finding.help),
        "path": _encodable(diagnostic.path),
        **_place(source, finding.span),
        "fix": _fix(finding.fix, source) if finding.fix is not None else None,
        "related": [
            {
                "message": _encodable(related.message),
                "path": _encodable(related.path),
                **_place(sources[related.path], related.span),
            }
            for related in finding.related
        ],
    }


def _fix(fix: Fix, source: Source) -> dict[str, Any]:
    edits = [{**_place(source, e.span), "text": _encodable(e.text)} for e in fix.edits]
    return {"title": _encodable(fix.title), "safe": fix.safe, "edits": edits}


def _place(source: Source, span: Span) -> dict[str, int]:
    (line, column), (end_line, end_column) = map(source.position, (span.start, span.end))
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _encodable(text: str) -> str:
    """A text with replacement characters for bytes that were no UTF-8."""
    return _SURROGATE.sub("\ufffd", text)


_SURROGATE = re.compile("[\ud800-\udfff]")


# ── the table, and the manual ───────────────────────────────────────────────────────────────────

# All are called alike: diagnostics, the sources by the paths that these name, and by keyword what
# only a terminal cares about. What they give can be encoded as UTF-8, whatever the content.
REPORTS: Mapping[str, Callable[..., Iterator[str]]] = {"text": text, "json": json}


def explain(rule: Rule) -> str:
    """A rule's manual page, for the terminal."""
    kind = f"{rule.severity}, fixable" if rule.fixable else str(rule.severity)
    return f"{rule.name} ({kind})\n\n{rule.manual.strip()}"
