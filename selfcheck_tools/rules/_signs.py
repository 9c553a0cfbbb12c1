"""What the rules on raw characters share: where code is, edits in plenty, how signs are written."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from unicodedata import name

from selfcheck_tools.model import Document
from selfcheck_tools.text import Edit, Source, Span, apply

# So many edits are one: the engine compares each with those before it.
_MANY = 500


def code_spans(document: Document) -> list[Span]:
    """Where code is, in order; code within a line only where it holds an odd character."""
    spans = [part.span for part in document.code]
    spans += [part.span for question in document.questions for part in question.code]
    spans += [note.span for note in document.notes if note.kind == "odd-code"]
    return sorted(spans)


def within(spans: Sequence[Span]) -> Callable[[int], bool]:
    """Whether an offset stands in one of some spans that are in order."""
    starts = [span.start for span in spans]

    def is_within(offset: int) -> bool:
        at = bisect_right(starts, offset) - 1
        return at >= 0 and offset < spans[at].end

    return is_within


def joined(source: Source, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Edits in order as they are, or as one where they are many."""
    if len(edits) < _MANY:
        return tuple(edits)
    start, end = edits[0].span.start, edits[-1].span.end
    moved = (Edit(Span(e.span.start - start, e.span.end - start), e.text) for e in edits)
    return (Edit(Span(start, end), apply(source.text[start:end], moved)),)


def called(sign: str) -> str:
    """A character by its number, and its name where it has one."""
    known = name(sign, "").lower()
    return f"U+{ord(sign):04X}" + (f" ({known})" if known else "")


def times(count: int) -> str:
    """How often, as the end of a message; nothing for once."""
    return "" if count == 1 else f", {count:,} times"


def is_utf16(text: str) -> bool:
    """Whether a text is UTF-16 that was read as UTF-8: by its mark, or by its many NULs."""
    return text.startswith(("\udcff\udcfe", "\udcfe\udcff")) or text.count("\0") * 4 > len(text)
