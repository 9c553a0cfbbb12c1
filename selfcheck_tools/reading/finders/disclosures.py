"""Summaries of disclosures that ask."""

import re

from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.page import (
    Head,
    Heads,
    Page,
    asks,
    letters,
    numbered,
    summary,
    summary_of,
    top_headings,
)
from selfcheck_tools.text import Span


def find(page: Page, forced: bool) -> Heads:
    """The summaries that ask."""
    close, depth = page.blocks.close, page.blocks.depth
    labels = frozenset() if forced else page.labels
    heads: list[Head] = []
    for index in page.blocks.of("details_open"):
        if depth[index] or page.blocks.tokens[index].level:
            continue
        opening = summary_of(page, index)
        if opening is None or close[opening] == opening:
            continue
        name = letters(summary(page.blocks, opening))
        if not name or name in labels or _is_contents(page, close[opening] + 1, close[index]):
            continue
        heads.append(_summary_head(page, index, opening))
    return Heads("details", tuple(heads), top_headings(page))


def _is_contents(page: Page, start: int, stop: int) -> bool:
    """Whether all that stands in a disclosure is a list or a table of links."""
    lines = [t.content for t in page.blocks.tokens[start:stop] if t.type == "inline" and t.content]
    linked = [line for line in lines if re.match(r"\W*!?\[.*\]\(.*\)\W*$", line, re.DOTALL)]
    kinds = {t.type for t in page.blocks.tokens[start:stop]}
    lists = kinds & {"table_open", "bullet_list_open", "ordered_list_open"}
    bare = all(asks(line) or len(line) < 12 for line in lines if line not in linked)
    return (
        bool(lists)
        and len(linked) >= 3
        and (3 * len(linked) >= len(lines))
        and bool("table_open" in kinds or bare or len(linked) == len(lines))
    )


_MOST_WRAPS = 4  # elements around the whole of a summary
_WRAP = pattern(r"\A\s*<(b|strong|h[1-6]|em|i|p|span)\b[^<>]*>(.*)</\1>\s*\Z", re.DOTALL | re.I)


def _summary_head(page: Page, disclosure: int, opening: int) -> Head:
    tokens, close = page.blocks.tokens, page.blocks.close
    closing = close[opening]
    opened, closed = tokens[opening].meta["span"], tokens[closing].meta["span"]
    start, end = opened.end, closed.start
    text = page.source.clean[start:end]
    for _ in range(_MOST_WRAPS):
        wrapped = _WRAP.match(text)
        if wrapped is None:
            break
        start, text = start + wrapped.start(2), wrapped[2]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    match = numbered(text)
    number_span, style = None, ""
    if match and match["mark"]:
        number_span = Span(start + match.start("number"), start + match.end("number"))
        style = match["mark"].strip()
    else:
        match = None
    skip = match.end() if match else 0
    first, blank, more = text[skip:].partition("\n\n")
    material = None
    if blank and more.strip():
        material = Span(
            start + skip + len(first) + len(more) - len(more.lstrip()) + 2, start + len(text)
        )
        text = text[: skip + len(first)].rstrip()
    return Head(
        disclosure,
        closing + 1,
        close[disclosure] if close[disclosure] != disclosure else None,
        Span(tokens[disclosure].meta["span"].start, closed.end),
        Span(start + skip, max(start + skip, start + len(text))),
        text[skip:],
        int(match["number"].split(".")[-1]) if match else None,
        number_span,
        style,
        material=material,
    )
