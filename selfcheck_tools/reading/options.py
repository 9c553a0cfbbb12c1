"""The options of a question and the solution that names the right ones."""

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile, pairwise
from typing import NamedTuple

from selfcheck_tools.dialects import GLUED, LETTER, TASK
from selfcheck_tools.model import Option
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.fragments import (
    Child,
    Reading,
    Run,
    item_indent,
    stripped,
)
from selfcheck_tools.reading.page import Head, Page
from selfcheck_tools.reading.solutions import find_solution
from selfcheck_tools.text import Span


class Start(NamedTuple):
    """Where an option starts."""

    child: int  # which child of the body holds it
    label: str
    ticked: bool
    task: bool
    run: Run  # its content
    span: Span
    unlabelled: tuple[Span, ...] = ()  # items of its list that have no label


class Found(NamedTuple):
    options: tuple[Start, ...] = ()
    start: int = 0  # first child that is no longer prompt
    end: int = 0  # first child after the options
    prompt_end: int | None = None


def find_options(
    reading: Reading, head: Head, body: list[Child], rest: Sequence[Child] = ()
) -> Found:
    """The options of a question: a task list, or a run of lettered items or lines.

    They stand in `body`; the solution may also stand in `rest`.
    """
    starts: list[Start] = []
    begin = end = 0
    prompt_end = None
    for lead, line_start in _head_lines(reading, head):
        starts.append(lead)
        if prompt_end is None:
            prompt_end = line_start
    for position, child in enumerate(body):
        following = body[position + 1] if position + 1 < len(body) else None
        more = list(_starts(reading, child, position, bool(starts), following))
        if more:
            if not starts:
                begin = position
            starts += more
            end = position + 1
        elif starts and not child.furniture:
            if starts[-1].run.span or not _can_be_option(reading, child):
                if len(starts) > 1:
                    break
                starts, prompt_end = [], None
            else:
                run = child.run._replace(span=Span(starts[-1].run.span.start, child.run.span.end))
                starts[-1] = starts[-1]._replace(
                    run=run, span=Span(starts[-1].span.start, run.span.end)
                )
                end = position + 1
    if not _are_options(reading, starts, [*body[end:], *rest]):
        return Found(end=0, start=len(body))
    return Found(tuple(starts), begin, end, prompt_end)


def _are_options(reading: Reading, starts: list[Start], after: list[Child]) -> bool:
    if any(start.task for start in starts):
        ticked = any(start.ticked for start in starts)
        return ticked or (len(starts) > 1 and (not reading.solved or not after))
    if len(starts) < 2:
        return False
    labels = [start.label.casefold() for start in starts if start.label]
    if len(labels) < 2 or len(set(labels)) < len(labels) - 1:
        return False
    if labels[0].isascii() and labels[0] not in "ab":
        return False
    steps = sum(ord(b) - ord(a) == 1 for a, b in pairwise(labels))
    if labels[0].isascii() and 2 * steps < len(labels) - 1:
        return False
    return reading.solved or find_solution(reading, after, tuple(labels)) is not None


def _starts(
    reading: Reading, child: Child, position: int, going: bool, following: Child | None
) -> Iterator[Start]:
    tokens = reading.page.blocks.tokens
    kind = tokens[child.at].type
    if kind in ("bullet_list_open", "ordered_list_open"):
        yield from _list_starts(reading, child, position)
    elif kind == "paragraph_open" and LETTER.match(tokens[child.at + 1].content):
        lines = reading.page.places.within(tokens[child.at + 1], child.run.span)
        found = list(_line_starts(reading, lines, position, child.run))
        if len(found) > 1 or (found and (going or _goes_on(reading, found[0], following))):
            yield from found


def _goes_on(reading: Reading, first: Start, following: Child | None) -> bool:
    """Whether a paragraph that starts with "A." is followed by one that starts with "B."."""
    if following is None or first.label.casefold() != "a":
        return False
    tokens = reading.page.blocks.tokens
    if tokens[following.at].type != "paragraph_open":
        return False
    match = LETTER.match(tokens[following.at + 1].content)
    return match is not None and match["label"].casefold() == "b"


def _list_starts(reading: Reading, child: Child, position: int) -> Iterator[Start]:
    page = reading.page
    tokens, close = page.blocks.tokens, page.blocks.close
    found: list[tuple[int, re.Match[str] | None, bool]] = []
    item = child.at + 1
    while item < child.close:
        inline = tokens[item + 2] if tokens[item + 1].type == "paragraph_open" else None
        content = inline.content if inline is not None else ""
        task = TASK.match(content)
        found.append((item, task or LETTER.match(content), task is not None))
        item = close[item] + 1
    if any(boxed for _, _, boxed in found):  # a box that is nearly one is meant as one
        found = [(at, label if boxed else _near_box(page, at), True) for at, label, boxed in found]
    matching = sum(label is not None for _, label, _ in found)
    if 2 * matching < len(found) or not matching:
        return
    is_task = any(is_box for _, _, is_box in found)
    pending: Start | None = None
    for item, labelled, boxed in found:
        match = labelled if boxed or not is_task else None
        start = _item_start(reading, item, match, boxed, position, child.run.raw)
        if match is None and not is_task and pending is not None:
            # No letter, so no option; its text stays with the option before, and is noted.
            end = start.span.end
            pending = pending._replace(
                run=pending.run._replace(span=Span(pending.run.span.start, end)),
                span=Span(pending.span.start, end),
                unlabelled=(*pending.unlabelled, start.span),
            )
            continue
        if pending is not None:
            yield pending
        pending = start
    if pending is not None:
        yield pending


def _near_box(page: Page, item: int) -> re.Match[str] | None:
    """The match of `[]` or `[X ]` at the start of an item."""
    tokens = page.blocks.tokens
    if tokens[item + 1].type != "paragraph_open":
        return None
    return _NEAR_BOX.match(tokens[item + 2].content)


_NEAR_BOX = pattern(r"\[(?P<mark>[ \txX]*)\][ \t]*")


def _item_start(
    reading: Reading, item: int, match: re.Match[str] | None, task: bool, position: int, raw: bool
) -> Start:
    page = reading.page
    tokens = page.blocks.tokens
    first, last = page.blocks.lines(item)
    line = page.source.line_start(first)
    end = page.source.line_span(max(first, last - 1)).end
    if clip := tokens[item].meta.get("clip"):
        line, end = max(line, clip.start), min(end, clip.end)
    whole = stripped(page, line, max(line, end))
    start = whole.start
    if tokens[item + 1].type == "paragraph_open":
        inline = tokens[item + 2]
        lines = page.places.lines(inline)
        at = match.end() if match else 0
        start = page.places.span(inline, lines, at, len(inline.content)).start
    content = stripped(page, min(start, whole.end), whole.end)
    ticked = bool(task and match and match["mark"].strip())
    label = "" if match is None or task else match["label"]
    indent = item_indent(page, item)
    return Start(position, label, ticked, task, Run(content, indent, raw), whole)


def _line_starts(
    reading: Reading, lines: Sequence[tuple[str, int]], position: int, run: Run
) -> Iterator[Start]:
    """Options written as the lines of a paragraph: `A) …`."""
    found: list[tuple[re.Match[str], int, int]] = []
    for text, start in lines:
        match = LETTER.match(text, len(text) - len(text.lstrip()))
        if match:
            found.append((match, start, start + len(text)))
        elif found:
            last = found[-1]
            found[-1] = (last[0], last[1], start + len(text))
        else:
            return
    for match, start, end in found:
        content = stripped(reading.page, start + match.end(), max(end, start + match.end()))
        yield Start(
            position, match["label"], False, False, Run(content, run.indent), Span(start, end)
        )


def _head_lines(reading: Reading, head: Head) -> Iterator[tuple[Start, int]]:
    """Options in the same paragraph as the prompt, from its second line on."""
    if (head.item is None and head.answer is None) or not _SEVERAL.search(head.text):
        return
    page = reading.page
    lines = page.places.within(page.blocks.tokens[head.body - 2], head.prompt)[1:]
    below = list(dropwhile(lambda line: not LETTER.match(line[0].lstrip()), lines))
    indent = 0 if head.item is None else item_indent(page, head.item)
    for start in _line_starts(reading, below, -1, Run(head.prompt, indent)):
        yield start, start.span.start


_SEVERAL = pattern(r"[\r\n]")

# The pattern may look at white space again and again; no prompt is longer.
_PROMPT_LENGTH = 2000


def glued_option(head: Head, options: tuple[Option, ...]) -> Span | None:
    """Where the first option stands on the prompt's own line, when the options start with the second."""
    if not options or options[0].label.casefold() != "b":
        return None
    for match in GLUED.finditer(head.text[:_PROMPT_LENGTH]):
        if match["label"].casefold() == "a":
            start = head.prompt.start + match.start("label")
            return Span(min(start, head.prompt.end), head.prompt.end)
    return None


def _can_be_option(reading: Reading, child: Child) -> bool:
    """Whether a block may be the content of an option that is otherwise only a label."""
    token = reading.page.blocks.tokens[child.at]
    if token.type in ("fence", "code_block", "html_block", "math_block", "table_open"):
        return True
    return token.type == "paragraph_open" and reading.page.blocks.tokens[
        child.at + 1
    ].content.lstrip().startswith(("![", "<img", "$"))
