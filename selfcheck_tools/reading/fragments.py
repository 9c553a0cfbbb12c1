"""Stretches of a source as Markdown of their own, and the blocks that stand in a body."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from textwrap import dedent
from typing import NamedTuple

from selfcheck_tools.model import Fragment
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.blocks import COMMENT
from selfcheck_tools.reading.page import Head, Page, summary_of
from selfcheck_tools.text import Span


class Run(NamedTuple):
    """A stretch of the source, the indent of the container around it, and if HTML swallowed it."""

    span: Span
    indent: int = 0
    raw: bool = False


class Child(NamedTuple):
    """A block that stands directly in a body: its tokens, and its place in the source."""

    at: int
    close: int
    run: Run
    furniture: bool


class Reading(NamedTuple):
    """What bodies are read with: the page, its comments, and what the document has shown."""

    page: Page
    cuts: tuple[Span, ...]  # comments and imports, in order
    placeholders: re.Pattern[str]
    solved: bool  # some question has options and a solution


# ── fragments ───────────────────────────────────────────────────────────────────────────────────


def fragment(reading: Reading, runs: Sequence[Run]) -> Fragment | None:
    """The Markdown of some stretches, comments cut out and container prefixes taken off."""
    texts: list[str] = []
    for run in runs:
        text = _BLANK_START.sub("", _text(reading, run))
        if text.strip():
            texts.append(text)
    if not texts:
        return None
    start, end = min(run.span.start for run in runs), max(run.span.end for run in runs)
    return Fragment(Span(start, end), "\n\n".join(texts))


_BLANK_START = pattern(r"\A(?:[ \t]*\n)+")


def _text(reading: Reading, run: Run) -> str:
    source, cuts = reading.page.source, reading.cuts
    parts: list[str] = []
    done, end = run.span.start, run.span.end
    at = bisect_left(cuts, Span(done, done))
    while at < len(cuts) and cuts[at].start < end:
        parts.append(source.clean[done : cuts[at].start])
        done = max(done, min(cuts[at].end, end))
        at += 1
    text = "".join((*parts, source.clean[done:end]))
    if "\r" in text:
        text = re.sub(r"\r\n?", "\n", text)
    if run.raw:
        first, newline, rest = text.partition("\n")
        text = first.lstrip() + newline + dedent(rest)
    elif run.indent:
        first, *rest_lines = text.split("\n")
        text = "\n".join((first, *(_outdented(line, run.indent) for line in rest_lines)))
    return text.rstrip()


def _outdented(line: str, indent: int) -> str:
    """A line without as much of its white space as the container's indent takes."""
    column = at = 0
    while at < len(line) and column < indent and line[at] in " \t":
        column += 4 - column % 4 if line[at] == "\t" else 1
        at += 1
    return " " * (column - indent) + line[at:]


def item_indent(page: Page, item: int) -> int:
    """The column at which the content of a list item starts (CommonMark 5.2)."""
    line = page.source.line_span(page.blocks.lines(item)[0])
    text = page.source.clean[line.start : line.end]
    text = text.lstrip("\ufeff").expandtabs(4)
    match = re.match(r"[ >]*(?:\d{1,9}[.)]|[-*+])( *)", text)
    if match is None:
        return 0
    spaces = len(match[1])
    if match.end() == len(text.rstrip()) or spaces > 4 or not spaces:
        return match.start(1) + 1
    return match.end()


# ── children ────────────────────────────────────────────────────────────────────────────────────


def children(reading: Reading, head: Head, start: int, stop: int) -> Iterator[Child]:
    """The blocks between two tokens, those of the head's list item included."""
    page = reading.page
    tokens, close = page.blocks.tokens, page.blocks.close
    indent, inside = 0, -1
    if head.item is not None:
        indent, inside = item_indent(page, head.item), close[head.item]
    index = start
    while index < stop:
        token = tokens[index]
        last = close[index]
        if token.nesting == -1 or token.type.endswith(("details_close", "summary_close")):
            index += 1
        elif (last >= stop and last != index) or token.map is None:
            index += 1  # it holds the next question too: step in
        else:
            run = _run(reading, index, last, indent if index < inside else 0)
            yield Child(index, last, run, _is_furniture(reading, index, last, run))
            index = last + 1


def _run(reading: Reading, index: int, last: int, indent: int) -> Run:
    page = reading.page
    tokens = page.blocks.tokens
    token = tokens[index]
    if token.type == "details_open":
        end = tokens[last].meta["span"].end
        return Run(Span(token.meta["span"].start, end), indent)
    first, after = page.blocks.lines(index)
    start, end = page.source.line_start(first), page.source.line_span(max(first, after - 1)).end
    clip = token.meta.get("clip")
    if clip:
        start, end = max(start, clip.start), min(end, clip.end)
        return Run(stripped(page, start, end), indent, raw=True)
    if indent:  # the first line's own prefix
        text = page.source.clean[start:end]
        start += min(indent, len(text) - len(text.lstrip(" \t")))
    return Run(Span(start, max(start, end)), indent)


def stripped(page: Page, start: int, end: int) -> Span:
    text = page.source.clean[start:end]
    start += len(text) - len(text.lstrip())
    return Span(min(start, end), max(start, end - (len(text) - len(text.rstrip()))))


_ANCHORS = pattern(r"<a\b[^<>]*\bhref=[\"']?#[^<>]*>", re.IGNORECASE)
MEDIA = pattern(r"<(?:img|audio|video|svg|iframe|object|embed|input|canvas)\b", re.IGNORECASE)
_IMPORT = pattern(r"(?:import|export)\b[^\n]*(?:\bfrom\b\s*['\"]|['\"];?\s*$|=)", re.MULTILINE)


def _is_furniture(reading: Reading, index: int, last: int, run: Run) -> bool:
    """Whether a block says nothing: a rule, a comment, bare tags, an import, a way back to the top."""
    token = reading.page.blocks.tokens[index]
    if token.type in ("hr", "details_open"):
        return token.type == "hr"
    if token.type == "html_block":
        text = COMMENT.sub("", token.content)
        return not MEDIA.search(text) and (
            not re.sub(r"<[^<>]*>|&nbsp;", "", text).strip()
            or (bool(_ANCHORS.search(text)) and len(re.sub(r"<[^<>]*>", "", text).strip()) < 40)
        )
    if token.type != "paragraph_open":
        return token.type == "footnote_reference_open"
    inline = reading.page.blocks.tokens[index + 1]
    content = inline.content
    if not content.strip() or content.startswith(("import ", "export ")):
        return not content.strip() or is_import(content)
    if "[" not in content and "<" not in content:
        return False
    shown = COMMENT.sub("", content)
    text = _ANCHORED.sub("", shown)
    if text == shown and not text.startswith("<"):
        return not shown.strip()
    return not MEDIA.search(text) and not re.sub(r"<[^<>]*>|&nbsp;", "", text).strip(_ORNAMENTS)


# Links to places in the same document, and badges: pictures of the web that are links.
_ANCHORED = pattern(
    r"!?\[[^\[\]]*\]\(#[^()]*\)|<a\b[^<>]*href=[\"']?#[^<>]*>.*?</a>"
    r"|\[!\[[^\[\]]*\]\(https?:[^()]*\)\]\([^()]*\)"
)
_ORNAMENTS = " \t\n*_|·•-–—[]↑⬆⇧▲⤴🔝️"


def is_import(content: str) -> bool:
    """Whether every line of a paragraph imports or exports, as MDX has it."""
    return all(_IMPORT.match(line.strip()) for line in content.split("\n"))


def runs_of(body: Iterable[Child]) -> list[Run]:
    """The stretches that children stand in: neighbours together, furniture at the ends dropped."""
    kept = list(body)
    while kept and kept[0].furniture:
        kept.pop(0)
    while kept and kept[-1].furniture:
        kept.pop()
    runs: list[Run] = []
    following = -1
    for child in kept:
        last = runs[-1] if runs else None
        if (
            last is not None
            and child.at == following
            and not last.raw
            and not child.run.raw
            and last.indent == child.run.indent
        ):
            runs[-1] = last._replace(span=Span(last.span.start, child.run.span.end))
        else:
            runs.append(child.run)
        following = child.close + 1
    return runs


def after_summary(reading: Reading, child: Child) -> int:
    opening = summary_of(reading.page, child.at)
    return child.at + 1 if opening is None else reading.page.blocks.close[opening] + 1
