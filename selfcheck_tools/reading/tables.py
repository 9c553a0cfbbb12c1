"""Tables whose rows do not fit their header: notes, without an opinion."""

from collections.abc import Iterator

from markdown_it.token import Token

from selfcheck_tools.model import Note
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.page import Page
from selfcheck_tools.text import Span


def uneven_rows(page: Page, index: int, token: Token) -> Iterator[Note]:
    """Rows with more cells than the header, which lose them (GFM 4.10), or with fewer."""
    source, tokens = page.source, page.blocks.tokens
    columns, rows = 0, 0
    is_over = False
    short: list[tuple[Span, int]] = []
    for at in range(index + 1, page.blocks.close[index]):
        inner = tokens[at]
        if inner.type == "th_open":
            columns += 1
        if inner.type != "tr_open" or not inner.map or tokens[at - 1].type == "thead_open":
            continue
        rows += 1
        line = source.line_span(inner.map[0])
        text = source.clean[line.start : line.end].rstrip()
        found = _cells(text)
        start = line.start + len(text) - len(text.lstrip())
        if "|" not in text and columns > 1:
            if not is_over:
                yield Note("text-row", Span(start, line.start + len(text)))
            is_over = True
        elif len(found) < columns and found[-1].strip():
            short.append((Span(start, line.start + len(text)), len(found)))
        elif "".join(found[columns:]).strip():
            end = line.start + len(text.removesuffix("|"))
            lost = "|".join(found[columns:])
            end -= len(lost) - len(lost.rstrip())
            lost = lost.strip()
            yield Note("long-row", Span(end - len(lost), end), f"{len(found)} {columns}")
    if short and len(short) < max(rows, 2):
        yield Note("short-rows", short[0][0], f"{len(short)} {short[0][1]} {columns}")


def _cells(line: str) -> list[str]:
    """The cells of a row as they are written; a backslash keeps a pipe from parting any."""
    line = line.strip(" \t>").removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return _PIPE.split(line)


_PIPE = pattern(r"(?<!\\)\|")
_DELIMITERS = pattern(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


def broken_tables(page: Page, index: int, token: Token) -> Iterator[Note]:
    """Rows in a paragraph: a header and the line of signs below it with other numbers of cells."""
    if page.blocks.tokens[index - 1].type != "paragraph_open":
        return
    header, offset = "", 0
    for line in token.content.split("\n"):
        text = line.strip(" \t")
        if "|" in text and "|" in header and len(text) < 1_000 and _DELIMITERS.fullmatch(text):
            one, other = len(_cells(header)), len(_cells(text))
            if one != other:
                start = offset + line.index(text)
                lines = page.places.lines(token)
                span = page.places.span(token, lines, start, start + len(text))
                yield Note("broken-table", span, f"{one} {other}")
                return
        header, offset = line, offset + len(line) + 1
