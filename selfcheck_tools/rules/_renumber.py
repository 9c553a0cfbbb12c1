"""The fix of `question-number`: edits that number questions one after the other.

It has to leave what is shown as it is, so it keeps to what is read as a number and moves no text.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from unicodedata import decimal

from selfcheck_tools.diagnostics import Fix
from selfcheck_tools.model import Document, Link, Question
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.page import plain
from selfcheck_tools.text import Edit, Source, Span

_ITEMS = ("list", "list-headings")
_DIGITS = 5  # more are not read as a number everywhere
_BARE_DIGITS = 3  # more are read as a year where no mark follows


class Item(NamedTuple):
    """A question with its number. `prefix` is what stands before the last part: the `2.` of 2.3."""

    question: Question
    number: int | None
    prefix: str
    digits: Span  # the last part; empty, where the prompt starts, if there is no number

    @property
    def span(self) -> Span:
        """The number with its prefix; the prompt if there is none."""
        if self.number is None:
            return self.question.prompt.span
        return Span(self.digits.start - len(self.prefix), self.digits.end)


def item(question: Question, source: Source, before: Item | None) -> Item:
    """A question as an item; one without a number has the prefix of the item before."""
    span = question.number_span
    if question.number is None or span is None:
        start = question.prompt.span.start
        return Item(question, None, before.prefix if before else "", Span(start, start))
    written = source.text[span.start : span.end]
    digits = len(written) - len(re.sub(r"\d+\Z", "", written))
    prefix = written[: len(written) - digits].strip()
    return Item(question, question.number, prefix, Span(span.end - digits, span.end))


def renumber(
    document: Document, source: Source, items: Sequence[Item], *, start: int, number: int
) -> Fix | None:
    """The fix that gives the items from `start` on the numbers from `number` on.

    None where one of them cannot have its number without more changes.
    """
    model = next(item for item in items if item.number is not None)
    edits: list[Edit] = []
    changed: set[int | None] = set()
    for at, current in enumerate(items):
        right = number + at - start
        if at >= start and current.number != right:
            edit = _edit(document, source, current, right, model)
            if edit is None:
                return None
            edits.append(edit)
            changed.add(current.number)
        model = current if current.number is not None else model
    has_anchors = document.dialect not in _ITEMS  # there the number is no part of the heading
    is_linked = has_anchors and any(_names_one(link, changed) for link in _links(document))
    return Fix(tuple(edits), "number the questions one after the other", safe=not is_linked)


# ── links ───────────────────────────────────────────────────────────────────────────────────────


def _links(document: Document) -> Iterator[Link]:
    yield from document.links
    for question in document.questions:
        yield from question.links


def _names_one(link: Link, changed: set[int | None]) -> bool:
    """Whether a link may lead to a heading whose anchor changes with its number."""
    if not link.target.startswith("#"):
        return False
    return None in changed or any(int(n) in changed for n in re.findall(r"\d{1,9}", link.target))


# ── edits ───────────────────────────────────────────────────────────────────────────────────────


def _edit(
    document: Document, source: Source, current: Item, number: int, model: Item
) -> Edit | None:
    """The edit that gives a question a number, written as the model's is where it had none."""
    if current.number is None:
        return _inserted(source, model, current, number)
    if not current.digits:
        return None
    written = source.text[current.digits.start : current.digits.end]
    digits = _like(written, number)
    most = _DIGITS if current.question.number_style else _BARE_DIGITS
    if len(digits) > max(len(written), most):
        return None
    if document.dialect in _ITEMS:
        return _replaced_item(source, current, digits)
    return Edit(current.digits, digits)


def _replaced_item(source: Source, current: Item, digits: str) -> Edit | None:
    """The edit of a list item's number; None if it would move the item's text.

    What belongs to the item is indented as far as its text, which stands one to four blanks after
    the mark (CommonMark 5.2).
    """
    span = current.digits
    line = source.line_of(span.start)
    above = source.line_span(line - 1) if line else Span(0, 0)
    if current.number == 1 and source.text[above.start : above.end].strip():
        return None  # only a 1 may interrupt the paragraph that could be above
    longer = len(digits) - (span.end - span.start)
    if not longer:
        return Edit(span, digits)
    end = source.line_span(line).end
    rest = source.text[span.end + 1 : end]
    blanks = len(rest) - len(rest.lstrip(" "))
    if not 1 <= blanks <= 4 or not 1 <= blanks - longer <= 4 or rest[blanks:][:1] in ("", "\t"):
        return None
    mark = source.text[span.end]
    return Edit(Span(span.start, span.end + 1 + blanks), digits + mark + " " * (blanks - longer))


def _inserted(source: Source, model: Item, current: Item, number: int) -> Edit | None:
    """The edit that gives a question a number, written as another one's is.

    None where the other one's number is part of its markup, as in `### **1. Why?**`, and where the
    prompt seems to start with a number of its own.
    """
    if not model.digits or plain(current.question.prompt.markdown)[:1].isdigit():
        return None
    text, asked, place = source.text, model.question, current.question.prompt.span.start
    lead = text[current.question.head.start : place]
    before = text[asked.head.start : model.digits.start]
    after = text[model.digits.end : asked.prompt.span.start]
    word = before.removeprefix(lead)
    if not before.startswith(lead) or not _IS_WORD.match(word) or not _is_mark(after):
        return None
    written = text[model.digits.start : model.digits.end]
    return Edit(Span(place, place), f"{word}{_like(written, number)}{after}")


_IS_WORD = pattern(r"(?:[^\W\d_]+\.? ?)?(?:\d{1,4}\.){0,3}\Z")


def _is_mark(text: str) -> bool:
    """Whether a text is one sign that is no markup, with a blank after it."""
    mark = text.strip(" \t")
    return len(mark) == 1 and mark not in "*_`\r\n" and text[-1] in " \t"


def _like(written: str, number: int) -> str:
    """A number in the digits of another one, and with as many zeros before it."""
    zero = ord(written[-1]) - decimal(written[-1])
    width = len(written) if decimal(written[0]) == 0 else 0
    return "".join(chr(zero + int(digit)) for digit in str(number).zfill(width))
