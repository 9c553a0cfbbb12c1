"""Taking link definitions out, for the rules that find some to be needless."""

from selfcheck_tools.text import Edit, Source, Span


def without(source: Source, span: Span) -> Edit | None:
    """The edit that takes a definition out with its lines; None where it shares them."""
    text = source.text
    first, last = source.line_of(span.start), source.line_of(span.end)
    start, end = source.line_start(first), source.line_start(last + 1)
    if text[start : span.start].strip(" ") or text[span.end : end].strip():
        return None
    is_alone = not first or not _line(source, first - 1).strip()
    if is_alone and last + 1 < len(source.line_starts) and not _line(source, last + 1).strip():
        end = source.line_start(last + 2)
    return Edit(Span(start, end), "")


def _line(source: Source, line: int) -> str:
    span = source.line_span(line)
    return source.text[span.start : span.end]
