"""Ordered-list items that ask: by a heading in them, or with options or an answer below."""

import re
from bisect import bisect_left

from selfcheck_tools.dialects import LETTER, TASK
from selfcheck_tools.reading.page import (
    Head,
    Heads,
    Page,
    asks,
    ends_asking,
    is_answer_label,
    letters,
    lines_span,
    plain,
    summary,
    top_headings,
)
from selfcheck_tools.text import Span


def find_headed(page: Page, forced: bool) -> Heads:
    """The items whose first child is a heading."""
    tokens = page.blocks.tokens
    heads = [
        _item_head(page, item) for item in page.items if tokens[item + 1].type == "heading_open"
    ]
    return Heads("list-headings", tuple(heads), top_headings(page))


def find(page: Page, forced: bool) -> Heads:
    """The items that hold options or an answer; with `forced` every item that is a paragraph."""
    items = page.items
    tokens = page.blocks.tokens
    breaks = top_headings(page)
    stops = sorted([*items, *breaks, len(tokens)])
    has = {
        item
        for item in items
        if tokens[item + 1].type == "paragraph_open"
        and (forced or _is_answered_item(page, item, stops[bisect_left(stops, item + 1)]))
    }
    if has and 2 * len(has) >= len(items):
        has |= {
            item
            for item in items
            if tokens[item + 1].type == "paragraph_open" and asks(tokens[item + 2].content)
        }
    heads = tuple(_item_head(page, item) for item in items if item in has)
    return Heads("list", heads, breaks)


def _is_answered_item(page: Page, item: int, stop: int) -> bool:
    """Whether an item holds options, a disclosed answer, or a question with blocks below it."""
    tokens = page.blocks.tokens
    labels: list[str] = []
    for index in range(item, stop):
        token = tokens[index]
        if token.type == "summary_open" and is_answer_label(letters(summary(page.blocks, index))):
            return True
        if token.type == "inline":
            for line in token.content.split("\n"):
                match = LETTER.match(line)
                if match:
                    labels.append(match["label"].casefold())
                elif TASK.match(line):
                    labels.append("task")
    if len(labels) < 2 and _is_question_with_text(page, item):
        return True
    if len(labels) < 2 or labels[0] == "task":
        return len(labels) > 1
    first, second = labels[:2]
    return first != second and (first + second in ("ab", "bc") or not first.isascii())


def _is_question_with_text(page: Page, item: int) -> bool:
    tokens, close = page.blocks.tokens, page.blocks.close
    paragraph = item + 1
    below = close[paragraph] + 1
    return below < close[item] and ends_asking(plain(tokens[paragraph + 1].content))


def _item_head(page: Page, item: int) -> Head:
    tokens, close = page.blocks.tokens, page.blocks.close
    token, child = tokens[item], item + 1
    inline = tokens[child + 1]
    lines = page.places.lines(inline)
    first, last = page.blocks.lines(child)
    line = page.source.line_span(page.blocks.lines(item)[0])
    written = re.compile(r"\s*(\d+)").match(page.source.text, line.start, line.end)
    text = inline.content
    return Head(
        item,
        close[child] + 1,
        None,
        lines_span(page.source, first, last),
        page.places.span(inline, lines, 0, len(text)),
        text,
        int(token.info) if token.info.isdigit() else None,
        Span(*written.span(1)) if written else None,
        token.markup,
        item,
    )
