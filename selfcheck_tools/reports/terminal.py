"""What a terminal shows of a text: which characters, and how many columns they take."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from selfcheck_tools.patterns import pattern
from selfcheck_tools.text import Source, Span

# Letters, signs and punctuation of many scripts that a terminal draws as they are, one column each:
# texts of these alone, the most by far, need no look at each character. (Not every code point here
# is assigned; `str.isprintable` knows.)
_SIMPLE = pattern(
    "[ -~\u00a1-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u22ff]*"
)


class _Cell(NamedTuple):
    """What a terminal draws as one: the index of its first character, its text and columns."""

    at: int
    text: str
    width: int


def visible(text: str) -> str:
    """A text with its control and invisible characters shown as such."""
    return text if _is_simple(text) else "".join(cell.text for cell in _cells(text))


def printed(text: str) -> str:
    """A text, made visible, as a line of output in which no CI service finds a command: GitHub's begin
    a line with `::`, those of GitHub, Azure and TeamCity hold `##…[`."""
    return _COMMAND.sub(lambda match: f"{match[0]}\\", visible(text))


_COMMAND = pattern(r"\A\s*(?=::)|##\w*(?=\[)")


def columns(text: str) -> int:
    """How wide a text is on a terminal."""
    return len(text) if _is_simple(text) else sum(cell.width for cell in _cells(text))


def cut(text: str, width: int) -> str:
    """A text, made visible, in no more columns than there are."""
    text = visible(text)
    if columns(text) <= width:
        return text
    while columns(text) > width - 1:
        text = text[: -max(1, (columns(text) - width) // 2)]
    return text.rstrip() + "…"


def wrapped(text: str, room: int) -> list[str]:
    """A text, made visible, in lines of no more columns than there is room, but for longer words."""
    text = visible(text)
    if columns(text) <= room:
        return [text]
    lines, used = [""], 0
    for word in text.split(" "):
        wide = columns(word)
        if used and used + 1 + wide > room:
            lines.append(word)
            used = wide
        else:
            lines[-1] += f" {word}" if used else word
            used += wide + bool(used)
    return lines


def _is_simple(text: str) -> bool:
    if text.isascii():
        return text.isprintable()
    return text.isprintable() and _SIMPLE.fullmatch(text) is not None


def window(source: Source, span: Span, room: int) -> tuple[str, int, int]:
    """The part of a span's first line that fits, the columns before the span in it, and the
    columns of the span, at least 1."""
    line = source.line_span(source.line_of(span.start))
    # A line may be as long as a book, so only the neighbourhood is looked at.
    start, end = max(line.start, span.start - 2 * room), min(line.end, span.start + 3 * room)
    text = source.text[start:end]
    if _is_simple(text):
        return _simple_window(text, span, start, line, room)
    cells = _cells(text)
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


def _simple_window(
    text: str, span: Span, start: int, line: Span, room: int
) -> tuple[str, int, int]:
    """The same for a text of which each character takes one column."""
    size = len(text)
    first = max(min(span.start - start, size), 0)
    last = max(min(span.end - start, size), first)
    low, high = 0, size
    if start > line.start or start + size < line.end or size > room:
        room -= 2
        spare = room - min(last - first, room)
        spare -= min(size - last, spare, room // 4)
        low = max(first - spare, 0)
        high = min(low + room, size)
    left = "…" if low or start > line.start else ""
    right = "…" if high < size or start + size < line.end else ""
    marked = max(min(last, high) - first, 0) + (last > high)
    return left + text[low:high] + right, len(left) + first - low, max(marked, 1)


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
