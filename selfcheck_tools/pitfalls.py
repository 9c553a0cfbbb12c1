"""Markdown that does not mean what its author meant: notes for the rules, without an opinion."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from selfcheck_tools.bodies import Body
from selfcheck_tools.dialects import BAD_HEADING, BAD_LIST_TASK, BAD_TASK
from selfcheck_tools.markdown import MAX_NESTING, is_tangled
from selfcheck_tools.model import Note
from selfcheck_tools.options import glued_option
from selfcheck_tools.page import Head, Page
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
    for index, token in enumerate(tokens):
        if token.type == "inline":
            yield from _inline_notes(page, index, token)
        elif token.type == "fence" and token.map:
            yield from _fence_notes(page.source, token)
        if token.level >= MAX_NESTING - 1 and token.nesting == 1 and token.map:
            first, last = token.map
            span = Span(source.line_start(first), source.line_span(last - 1).end)
            yield Note("too-deep", span)


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
