"""Levels of questions and lengths of lists: notes for the rules, without an opinion."""

from collections.abc import Iterator, Sequence

from selfcheck_tools.model import Note
from selfcheck_tools.reading.page import Head, Page, lines_span

_FEWEST = 4  # items of a list that may be many


def level_notes(page: Page, heads: Sequence[Head]) -> Iterator[Note]:
    """The heads whose heading is of another level than those on both sides."""
    if len(heads) < 3:
        return
    tokens = page.blocks.tokens
    levels: list[str] = []
    for head in heads:
        token = tokens[head.at]
        if token.type != "heading_open":  # an item that starts with a heading, or no heading
            inner = (t for t in tokens[head.at : head.body] if t.type == "heading_open")
            token = next(inner, token)
        levels.append(token.tag if token.type == "heading_open" else "")
    if len(set(levels)) < 2:
        return
    for at, (head, level) in enumerate(zip(heads, levels, strict=True)):
        around = levels[at - 1 : at] + levels[at + 1 : at + 2]
        if at + 1 == len(levels) or not at:
            around = levels[at - 2 : at] if at else levels[1:3]
        if len(around) == 2 and level and around[0] == around[1] not in ("", level):
            yield Note("odd-level", head.span, f"{level[1:]} {around[0][1:]}")


def list_notes(page: Page, index: int) -> Iterator[Note]:
    """A list of single paragraphs that are no mere links, and how many."""
    tokens, close = page.blocks.tokens, page.blocks.close
    item, count = index + 1, 0
    while item < close[index]:
        content = tokens[item + 2].content if close[item] == item + 4 else ""
        if not content or (content[0] == "[" and content[-1] == ")"):
            return
        count += 1
        item = close[item] + 1
    if count >= _FEWEST:
        first, last = page.blocks.lines(index)
        span = lines_span(page.source, first, last)
        yield Note("list", span, str(count))
