"""A source as blocks, with what is found in it again and again; and what makes a head.

A head is what asks; `finders` find heads, one way for each dialect.
"""

import re
from bisect import bisect_right
from collections import Counter
from typing import NamedTuple

from selfcheck_tools.dialects import (
    ANSWER_LABEL,
    ASKING,
    LINE_HEAD,
    NUMBER,
    QUESTION_MARK,
    SELF_CHECK,
    STRICT_SELF_CHECK,
    WEAK_LABEL,
)
from selfcheck_tools.markdown import Places
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.blocks import Blocks
from selfcheck_tools.text import Source, Span


class Head(NamedTuple):
    """Where a question starts and what it asks.

    The question's tokens are [index, body) for what asks and from `body` on for the rest, up to
    `end`, or the next head or break where `end` is None.
    """

    at: int
    body: int
    end: int | None
    span: Span  # the lines that ask
    prompt: Span
    text: str  # the prompt's Markdown, without container prefixes
    number: int | None = None
    number_span: Span | None = None
    number_style: str = ""
    item: int | None = None  # the list item that holds it
    material: Span | None = None  # more of a summary than its first paragraph
    answer: tuple[int, int] | None = None  # a Q-and-A's answer, from and to
    cloze: bool = False


class Page(NamedTuple):
    """A source, its blocks, and what is found in them again and again."""

    source: Source
    blocks: Blocks
    places: Places
    headings: "tuple[Heading, ...]"  # those that stand in no list, quote or disclosure
    items: tuple[int, ...]  # of the ordered lists that stand in nothing else
    labels: frozenset[str]  # what the summaries of answers say


class Heads(NamedTuple):
    """The heads of one dialect in the order of the document, and where answers end otherwise."""

    dialect: str
    heads: tuple[Head, ...]
    breaks: tuple[int, ...] = ()  # indices of headings that are no questions
    doubt: str = ""


def letters(text: str) -> str:
    """A text's letters and digits alone, in one case: how titles and labels are compared."""
    return _NO_LETTERS.sub("", plain(text).casefold())


_NO_LETTERS = pattern(r"[\W_]+")


_TAGS = pattern(r"<[^<>]*>")
_LINKED = pattern(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")


def plain(text: str) -> str:
    """Inline Markdown without its markup, roughly: for decisions, not for display."""
    text = _LINKED.sub(r"\1", text) if "[" in text else text
    text = _TAGS.sub("", text) if "<" in text else text
    return text.replace("*", "").replace("`", "").replace("__", "").strip()


def asks(text: str) -> bool:
    """Whether a line reads as a question or a request."""
    text = plain(text)
    return ends_asking(text) or bool(ASKING.match(text))


# What is matched with patterns that could go back and forth is cut to what a label or an end can
# be: on a long text they would take the square of its length, or worse.
_LABEL_LENGTH, _END_LENGTH = 60, 80


def ends_asking(text: str) -> bool:
    """Whether a plain text ends with a question mark, or nearly."""
    return QUESTION_MARK.search(text[-_END_LENGTH:]) is not None


# What a name must hold to be one of a self-check wherever it stands in it, and how long the others are.
_SELF = ("self", "selbst", "autoe", "autoa", "autov", "само", "自", "your", "knowledge")
_SELF_LENGTH = 40


def is_self_check(name: str, *, strictly: bool = False) -> bool:
    """Whether the letters of a heading are those of a self-check section; `strictly`, of nothing as
    common as "Questions"."""
    if any(sign in name for sign in _SELF) or (not strictly and len(name) <= _SELF_LENGTH):
        return (STRICT_SELF_CHECK if strictly else SELF_CHECK).search(name) is not None
    return False


def is_answer_label(name: str, *, strictly: bool = False) -> bool:
    """Whether the letters of a text are those of "Answer" and the like; `strictly`, of nothing
    that could open something else."""
    if len(name) > _LABEL_LENGTH or not ANSWER_LABEL.match(name):
        return False
    return not (strictly and WEAK_LABEL.match(name))


class Heading(NamedTuple):
    """A heading at the top of the document's own structure."""

    at: int
    level: int
    text: str
    match: "re.Match[str] | None"  # of its number
    asks: bool
    name: str  # its letters alone
    bare: bool  # nothing between it and the next heading, which is deeper

    @property
    def number(self) -> int | None:
        return int(self.match["number"].split(".")[-1]) if self.match else None


def page_of(source: Source, found: Blocks) -> Page:
    """The page that a source and its blocks make."""
    items = tuple(_items(found))
    return Page(source, found, Places(source), tuple(_headings(found)), items, _labels(found))


def _headings(blocks: Blocks) -> list[Heading]:
    tokens, close, depth = blocks.tokens, blocks.close, blocks.depth
    found: list[Heading] = []
    for index in blocks.of("heading_open"):
        token = tokens[index]
        if token.level or depth[index]:
            continue
        text = _without_id(tokens[index + 1].content)
        match = numbered(text)
        after = close[index] + 1
        bare = (
            after < len(tokens)
            and tokens[after].type == "heading_open"
            and tokens[after].tag > token.tag
        )
        rest = text[match.end() :] if match else text
        found.append(
            Heading(index, int(token.tag[1]), text, match, asks(rest), letters(rest), bare)
        )
    return _with_answered(blocks, found)


def _with_answered(blocks: Blocks, found: list[Heading]) -> list[Heading]:
    """The headings, where those whose text ends in a disclosed answer or in ticked options ask too:
    "Create a pod", and below it "show". One alone is no evidence."""
    starts = [heading.at for heading in found]
    marks = [
        index
        for index in blocks.of("summary_open")
        if is_answer_label(letters(summary(blocks, index)))
    ]
    tokens = blocks.tokens
    asked = 0  # the line that asks, where one stands above the ticks: `Q:`
    for index in blocks.of("inline"):
        content = tokens[index].content
        if content.startswith(("[x] ", "[X] ")):
            heading = bisect_right(starts, index) - 1
            if heading >= 0 and asked <= starts[heading]:
                marks.append(index)
        elif (match := LINE_HEAD.match(content)) and match["q"]:
            asked = index
    answered = {at for index in marks if (at := bisect_right(starts, index) - 1) >= 0}
    if len(answered) < 2:
        return found
    return [h._replace(asks=h.asks or at in answered) for at, h in enumerate(found)]


def numbered(text: str) -> "re.Match[str] | None":
    """The match of a written number at the start of a heading; not of a year or a bare amount."""
    match = NUMBER.match(text)
    if match is None or not match["number"][-1].isdigit():
        return None
    if not match["word"] and not match["mark"] and len(match["number"]) > 3:
        return None
    return match


def _without_id(text: str) -> str:
    return _ID.sub("", text) if "{#" in text else text


_ID = pattern(r"\s*\{#[\w:.-]+\}$")


def unwrapped(page: Page, start: int, end: int) -> int:
    """The end of a text without the `**` or `__` that closes what a mark before it opened."""
    text = page.source.clean
    wrap = text[start : start + 2]
    is_wrapped = wrap in ("**", "__") and text.count(wrap, start, end) == 2
    return end - 2 * (is_wrapped and text.endswith(wrap, start, end))


def lines_span(source: Source, first: int, last: int) -> Span:
    """From the first character of a line to the end of the line before `last`, blanks trimmed."""
    start, end = source.line_start(first), source.line_span(max(first, last - 1)).end
    text = source.text[start:end]
    begin = start + len(text) - len(text.lstrip())
    return Span(min(begin, end), max(min(begin, end), start + len(text.rstrip())))


def _items(blocks: Blocks) -> list[int]:
    close = blocks.close
    items: list[int] = []
    for index in blocks.of("ordered_list_open"):
        if not blocks.tokens[index].level and not blocks.depth[index]:
            item = index + 1
            while item < close[index]:
                items.append(item)
                item = close[item] + 1
    return items


def top_headings(page: Page) -> tuple[int, ...]:
    return tuple(heading.at for heading in page.headings)


def summary(blocks: Blocks, opening: int) -> str:
    """The text of a summary, roughly."""
    tokens, close = blocks.tokens, blocks.close
    return " ".join(
        token.content for token in tokens[opening + 1 : close[opening]] if token.content
    )


def summary_of(page: Page, disclosure: int) -> int | None:
    """The index of the `summary_open` of a `details_open`."""
    at = disclosure + 1
    tokens = page.blocks.tokens
    return at if at < len(tokens) and tokens[at].type == "summary_open" else None


def _labels(blocks: Blocks) -> frozenset[str]:
    """What summaries of answers say in this document: an answer word, or one text again and again."""
    texts = [summary(blocks, index) for index in blocks.of("summary_open")]
    counted = Counter(letters(text) for text in texts)
    return frozenset(
        name
        for text in texts
        if is_answer_label(name := letters(text))
        or (counted[name] > 1 and not asks(text) and len(name) < 40)
    )
