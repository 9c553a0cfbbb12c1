"""Lines that ask and answer: `Q:`, `A:`, and `C:` for a sentence with blanks."""

import re
from bisect import bisect_left
from typing import NamedTuple

from selfcheck_tools.dialects import CLOZE_BRACES, CLOZE_BRACKETS, LINE_HEAD, LINE_HEADS
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.page import Head, Heads, Page, top_headings, unwrapped
from selfcheck_tools.text import Span


class _Line(NamedTuple):
    kind: str  # q, a, c
    at: int
    start: int
    end: int  # after the mark
    number: int | None
    number_span: Span | None


def find(page: Page, forced: bool) -> Heads:
    """The lines that ask."""
    marks = _line_marks(page)
    tokens = page.blocks.tokens
    breaks = top_headings(page)
    rules = [i for i in page.blocks.of("hr") if not tokens[i].level]
    walls = sorted(page.source.line_start(page.blocks.lines(i)[0]) for i in (*breaks, *rules))
    length = len(page.source.text)
    heads: list[Head] = []
    for at, mark in enumerate(marks):
        wall = next((w for w in walls[bisect_left(walls, mark.end) :]), length)
        follower = marks[at + 1] if at + 1 < len(marks) else None
        stop = min(wall, follower.start if follower else length)
        if mark.kind == "q":
            answer = (stop, stop)
            if follower and follower.kind == "a" and follower.start <= wall:
                after = marks[at + 2].start if at + 2 < len(marks) else length
                answer = (follower.end, min(after, wall))
            heads.append(_line_head(page, mark, stop, answer, cloze=False))
        elif mark.kind == "c":
            text = page.source.clean[mark.end : stop]
            if CLOZE_BRACES.search(text) or CLOZE_BRACKETS.search(text):
                heads.append(_line_head(page, mark, stop, None, cloze=True))
    answered = any(
        head.cloze
        or (head.answer or (0, 0))[1] > (head.answer or (0, 0))[0]
        or _TICKED.search(page.source.clean, head.span.start, head.span.end)
        for head in heads
    )
    if not answered and not forced and len(heads) < 2:
        heads = []
    return Heads("q-and-a", tuple(heads), breaks)


_TICKED = pattern(r"^[ \t]*[-*+][ \t]+\[[xX]\][ \t]", re.MULTILINE)
_SAME_LINE = pattern(
    r"(?<=[?？])[ \t]+(?P<mark>[*_]{0,3}(?:A|Answer)[*_]{0,3}[:：][*_]{0,3})[ \t]+"
)


def _line_marks(page: Page) -> list[_Line]:
    """The lines that open a question, an answer or a cloze, outside of lists and code."""
    marks: list[_Line] = []
    for index in page.blocks.of("inline"):
        token = page.blocks.tokens[index]
        if token.level != 1 or page.blocks.depth[index]:
            continue
        if ":" not in token.content and "：" not in token.content:
            continue
        if not LINE_HEADS.search(token.content):
            continue
        for offset, start in page.places.lines(token):
            line = token.content[offset:].split("\n", 1)[0]
            indent = len(line) - len(line.lstrip())
            match = LINE_HEAD.match(line, indent)
            if match is None:
                continue
            kind = "q" if match["q"] else "a" if match["a"] else "c"
            number = match["number"]
            at = Span(start + match.start("number"), start + match.end("number"))
            marks.append(
                _Line(
                    kind,
                    index,
                    start + indent,
                    start + match.end(),
                    int(number) if number else None,
                    at if number else None,
                )
            )
            same = _SAME_LINE.search(line, match.end()) if kind == "q" else None
            if same:
                marks.append(
                    _Line("a", index, start + same.start("mark"), start + same.end(), None, None)
                )
    return marks


def _line_head(
    page: Page, mark: _Line, stop: int, answer: tuple[int, int] | None, *, cloze: bool
) -> Head:
    text = page.source.clean[mark.end : stop]
    start = mark.end + len(text) - len(text.lstrip())
    end = max(start, mark.end + len(text.rstrip()))
    end = max(start, unwrapped(page, mark.start, end))
    whole = Span(mark.start, max(end, mark.end))
    material = None
    blank = (
        None
        if cloze
        else re.compile(r"\n[ \t]*\n|\r\r|\r\n[ \t]*\r\n").search(page.source.text, start, end)
    )
    if blank is not None:
        material = Span(blank.end(), end)
        end = blank.start()
    return Head(
        mark.at,
        mark.at + 2,
        None,
        whole,
        Span(start, end),
        page.source.clean[start:end],
        mark.number,
        mark.number_span,
        ":" if mark.number else "",
        material=material,
        answer=answer,
        cloze=cloze,
    )
