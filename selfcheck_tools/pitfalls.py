"""Markdown that does not mean what its author meant: notes for the rules, without an opinion."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from selfcheck_tools.bodies import Body
from selfcheck_tools.dialects import BAD_HEADING, BAD_LIST_TASK, BAD_TASK
from selfcheck_tools.markdown import MAX_NESTING, is_tangled
from selfcheck_tools.model import Note
from selfcheck_tools.options import glued_option
from selfcheck_tools.page import Head, Page, lines_span
from selfcheck_tools.text import Source, Span


def pitfalls(page: Page, heads: Sequence[Head], bodies: Sequence[Body]) -> Iterator[Note]:
    """What the Markdown of a page is that its author hardly meant, as notes that rules speak of."""
    source = page.source
    tokens, _, _, unclosed = page.blocks
    for index in unclosed:
        yield Note("open-details", tokens[index].meta["span"])
    for head, body in zip(heads, bodies, strict=True):
        for span in body.unlabelled:
            yield Note("unlabelled-option", span)
        glued = glued_option(head, body.options)
        if glued is not None:
            yield Note("glued-option", glued)
    yield from _level_notes(page, heads)
    for index, token in enumerate(tokens):
        if token.type == "inline":
            yield from _inline_notes(page, index, token)
        elif token.type in _LISTS:
            yield from _list_notes(page, index)
        elif token.type == "fence" and token.map:
            yield from _fence_notes(page.source, token)
        if token.level >= MAX_NESTING - 1 and token.nesting == 1 and token.map:
            first, last = token.map
            span = Span(source.line_start(first), source.line_span(last - 1).end)
            yield Note("too-deep", span)


_LISTS = ("bullet_list_open", "ordered_list_open")
_FEWEST = 4  # items of a list that may be many


def _level_notes(page: Page, heads: Sequence[Head]) -> Iterator[Note]:
    """The heads whose heading is of another level than those on both sides."""
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


def _list_notes(page: Page, index: int) -> Iterator[Note]:
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


def _inline_notes(page: Page, index: int, token: Token) -> Iterator[Note]:
    source, tokens = page.source, page.blocks.tokens
    content = token.content
    if is_tangled(content):
        first, last = token.map or (0, 1)
        span = Span(source.line_start(first), source.line_span(last - 1).end)
        yield Note("too-tangled", span)
        return
    if "[" not in content and "#" not in content:
        return
    if tokens[index - 1].type != "paragraph_open":
        return
    in_item = index > 1 and tokens[index - 2].type == "list_item_open"
    offset = 0
    for number, line in enumerate(content.split("\n")):
        text = line.lstrip()
        kind = ""
        if (in_item and not number and (match := BAD_TASK.match(text))) or (
            match := BAD_LIST_TASK.match(text)
        ):
            kind = "bad-checkbox"
        elif match := BAD_HEADING.match(text):
            kind = "bad-heading"
        if kind and match is not None:
            start = offset + len(line) - len(text)
            lines = page.places.lines(token)
            span = page.places.span(token, lines, start, start + match.end())
            yield Note(kind, span, text)
        offset += len(line) + 1


def _fence_notes(source: Source, token: Token) -> Iterator[Note]:
    assert token.map is not None
    first, last = token.map
    end = source.line_span(last - 1)
    closing = source.clean[end.start : end.end].strip(" \t>")
    fence = token.markup
    if last - first > 1 and closing.startswith(fence) and not closing.strip(fence[0]):
        return
    span = source.line_span(first)
    swallowed = len(re.findall(r"^ {0,3}#{1,6} ", token.content, re.MULTILINE))
    yield Note("open-fence", span, str(swallowed))
