"""Paragraphs in bold that ask."""

import re

from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.page import (
    Head,
    Heads,
    Page,
    ends_asking,
    lines_span,
    numbered,
    plain,
    top_headings,
)

_BOLD = pattern(r"(?P<mark>\*\*|__)(?P<text>(?:(?!\*\*|__|\n).)+)(?P=mark)[^\w\n]*\Z")


def find(page: Page, forced: bool) -> Heads:
    """The paragraphs in bold that ask."""
    tokens, depth = page.blocks.tokens, page.blocks.depth
    heads: list[Head] = []
    for index in page.blocks.of("paragraph_open"):
        if tokens[index].level or depth[index]:
            continue
        content = tokens[index + 1].content
        bold = _BOLD.match(content) if content.startswith(("**", "__")) else None
        if bold is None or bold["text"].rstrip().endswith((":", "：")):
            continue
        match = numbered(bold["text"])
        if match is not None or ends_asking(plain(bold["text"])):
            heads.append(_bold_head(page, index, bold, match))
    return Heads("bold", tuple(heads) if len(heads) > 1 or forced else (), top_headings(page))


def _bold_head(
    page: Page, index: int, bold: "re.Match[str]", match: "re.Match[str] | None"
) -> Head:
    inline = page.blocks.tokens[index + 1]
    lines = page.places.lines(inline)
    offset = bold.start("text")
    start = offset + (match.end() if match else 0)
    first, last = page.blocks.lines(index)
    number_span = None
    if match is not None:
        number_span = page.places.span(inline, lines, *(offset + at for at in match.span("number")))
    return Head(
        index,
        page.blocks.close[index] + 1,
        None,
        lines_span(page.source, first, last),
        page.places.span(inline, lines, start, bold.end("text")),
        inline.content[start : bold.end("text")],
        int(match["number"].split(".")[-1]) if match else None,
        number_span,
        match["mark"].strip() if match else "",
    )
