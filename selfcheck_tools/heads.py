"""Finds what asks: the heads of the questions, for each dialect, and which dialect a file is in."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from selfcheck_tools.blocks import Blocks
from selfcheck_tools.dialects import (
    ANSWER_LABEL,
    ASKING,
    CLOZE_BRACES,
    CLOZE_BRACKETS,
    FURNITURE,
    LETTER,
    LINE_HEAD,
    LINE_HEADS,
    NUMBER,
    QUESTION_MARK,
    SELF_CHECK,
    STRICT_SELF_CHECK,
    TASK,
    WEAK_LABEL,
)
from selfcheck_tools.markdown import Places
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


_NO_LETTERS = re.compile(r"[\W_]+")


_TAGS = re.compile(r"<[^<>]*>")
_LINKED = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")


def plain(text: str) -> str:
    """Inline Markdown without its markup, roughly: for decisions, not for display."""
    text = _LINKED.sub(r"\1", text) if "[" in text else text
    text = _TAGS.sub("", text) if "<" in text else text
    return text.replace("*", "").replace("`", "").replace("__", "").strip()


def asks(text: str) -> bool:
    """Whether a line reads as a question or a request."""
    text = plain(text)
    return bool(QUESTION_MARK.search(text) or ASKING.match(text))


# ── choosing a dialect ──────────────────────────────────────────────────────────────────────────


def find_heads(page: Page, dialect: str, *, fixed_question: bool) -> Heads:
    """The heads of a page in the dialect that its own evidence shows, or in the one given.

    `fixed_question` says that the front matter holds the question. A dialect of no known name is
    as good as none: the front matter may say anything.
    """
    if dialect in _FINDERS:
        return _FINDERS[dialect](page, True)
    if fixed_question:
        return _file_heads(page, True)
    found = {name: finder(page, False) for name, finder in _FINDERS.items() if name != "file"}
    headings = found["headings"]
    for name in ("list-headings", "details", "list", "q-and-a", "bold"):
        headings, found[name] = _nested(headings, found[name])
    found["headings"] = headings
    ranked = sorted(found.values(), key=_evidence, reverse=True)
    best, second = ranked[0], ranked[1]
    if not any(head.number is not None or head.cloze or asks(head.text) for head in best.heads):
        only = _file_heads(page, False)  # where nothing else asks, the title may
        if only.heads:
            return only
    if not best.heads:
        return headings
    if 2 * len(second.heads) >= len(best.heads):
        best = best._replace(
            doubt=f"read as {best.dialect} ({len(best.heads)} questions), "
            f"but {second.dialect} would give {len(second.heads)}"
        )
    return best


def _evidence(found: Heads) -> float:
    """How much speaks for a dialect: its questions; half as much for `Q:` without a single `A:`."""
    answered = any(
        head.cloze or (head.answer and head.answer[0] < head.answer[1]) for head in found.heads
    )
    return len(found.heads) / (1 if answered or found.dialect != "q-and-a" else 2)


def _nested(outer: Heads, inner: Heads) -> tuple[Heads, Heads]:
    """Decides between headings and what they hold: are they questions, or sections of questions?"""
    if not outer.heads or not inner.heads:
        return outer, inner
    starts = [head.at for head in outer.heads]
    place = {start: at for at, start in enumerate(starts)}
    walls = sorted([*starts, *outer.breaks])
    inside: Counter[int] = Counter()
    free: list[Head] = []
    for head in inner.heads:
        wall = bisect_right(walls, head.at) - 1
        if wall >= 0 and walls[wall] in place:
            inside[place[walls[wall]]] += 1
        else:
            free.append(head)
    if not inside:
        return outer, inner
    outer_asks = 2 * sum(asks(head.text) for head in outer.heads) >= len(outer.heads)
    inner_asks = 2 * sum(asks(head.text) for head in inner.heads) >= len(inner.heads)
    several = sum(inside.values()) > 1.5 * len(inside)
    if several and (inner_asks or not outer_asks):
        kept = tuple(head for at, head in enumerate(outer.heads) if at not in inside)
        dropped = tuple(starts[at] for at in inside)
        return outer._replace(heads=kept, breaks=(*outer.breaks, *dropped)), inner
    return outer, inner._replace(heads=tuple(free))


# ── headings ────────────────────────────────────────────────────────────────────────────────────


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
    tokens, close, depth, _ = blocks
    found: list[Heading] = []
    for index, token in enumerate(tokens):
        if token.type != "heading_open" or token.level or depth[index]:
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
    answered: set[int] = set()
    for index, token in enumerate(blocks.tokens):
        if token.type == "summary_open":
            is_answer = bool(ANSWER_LABEL.match(letters(summary(blocks, index))))
        else:
            is_answer = token.type == "inline" and token.content.startswith(("[x] ", "[X] "))
        if is_answer and (at := bisect_right(starts, index) - 1) >= 0:
            answered.add(at)
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
    return re.sub(r"\s*\{#[\w:.-]+\}$", "", text)


def _heading_heads(page: Page, forced: bool) -> Heads:
    found = list(page.headings)
    title = found[0] if found and found[0].level == 1 and not found[0].match else None
    inner = [heading for heading in found if heading is not title]
    scopes = _self_check_scopes(inner)
    whole = title is not None and bool(SELF_CHECK.search(title.name))
    chosen: list[Heading] = []
    for scope in scopes:
        chosen += _questions(scope, lenient=True)
    if not chosen:
        chosen = _questions(inner, lenient=whole or forced)
    if title is None and len(found) == 1 and not forced and not found[0].match:
        chosen = []  # a lone heading is a title: the file dialect looks at it
    indices = {heading.at for heading in chosen}
    deepest = max((heading.level for heading in chosen), default=0)
    breaks = tuple(
        heading.at
        for heading in found
        if heading.at not in indices
        and (not chosen or heading.level <= deepest)
        and not _opens_answer(heading)
    )
    heads = tuple(_heading_head(page, heading) for heading in chosen)
    return Heads("headings", heads, breaks)


def _opens_answer(heading: Heading) -> bool:
    """Whether a heading is "Answer", or names the solution: "Answer: C"."""
    word, colon, _ = heading.text.partition(":")
    name = letters(word) if colon else heading.name
    return not heading.match and bool(ANSWER_LABEL.match(name) and not WEAK_LABEL.match(name))


def _self_check_scopes(found: list[Heading]) -> list[list[Heading]]:
    """The headings under each section that calls itself a self-check."""
    scopes: list[list[Heading]] = []
    strict = any(STRICT_SELF_CHECK.search(heading.name) for heading in found)
    pattern = STRICT_SELF_CHECK if strict else SELF_CHECK
    position = 0
    while position < len(found):
        heading = found[position]
        position += 1
        if not pattern.search(heading.name) or (heading.asks and not strict):
            continue
        scope: list[Heading] = []
        deeper = False  # unnumbered headings within: then one like the section's own ends it
        while position < len(found):
            next_ = found[position]
            if next_.level <= heading.level and (
                not next_.match or heading.match or (deeper and not scope[0].match)
            ):
                break
            deeper = deeper or next_.match is None
            scope.append(next_)
            position += 1
        if scope:
            scopes.append(scope)
    return scopes


def _questions(found: list[Heading], *, lenient: bool) -> list[Heading]:
    """Which headings of a scope are questions, by its own structure."""
    level = _question_level(found, lenient=lenient)
    if level is None:
        return []
    here = [heading for heading in found if heading.level == level]
    any_numbered = any(heading.match for heading in here)
    mostly_asking = 2 * sum(heading.asks for heading in here) >= len(here)
    last_asking = max((i for i, heading in enumerate(here) if heading.asks), default=-1)
    chosen: list[Heading] = []
    for position, heading in enumerate(here):
        if heading.match:
            keep = not FURNITURE.match(heading.name) or heading.asks
        elif heading.asks:
            keep = True
        elif any_numbered or not lenient or FURNITURE.match(heading.name):
            keep = False
        else:
            keep = not mostly_asking or position < last_asking
        if keep and not _opens_answer(heading):
            chosen.append(heading)
    return sorted([*chosen, *_misplaced(found, chosen, level)])


def _question_level(found: list[Heading], *, lenient: bool) -> int | None:
    """The shallowest level of headings that are questions rather than sections of them."""
    for level in sorted({heading.level for heading in found}):
        here = [heading for heading in found if heading.level == level]
        asking = sum(heading.asks for heading in here)
        counted = [heading for heading in here if heading.match or heading.asks]
        deeper = [h for h in found if h.level > level and (h.match or h.asks)]
        if not counted:
            named = [h for h in here if not FURNITURE.match(h.name)]
            if lenient and named and not deeper and not any(heading.bare for heading in here):
                return level
            continue
        if deeper and 2 * asking < len(counted):
            holding = sum(heading.bare for heading in counted)
            if 2 * holding >= len(counted):
                continue  # numbered chapters
            if sum(h.asks for h in deeper) > len(counted) and not any(h.asks for h in counted):
                continue
        enough = any(h.match for h in counted) or lenient or 2 * asking >= len(here)
        if enough and (len(counted) > 1 or lenient or not deeper):
            return level
    return None


def _misplaced(found: list[Heading], chosen: list[Heading], level: int) -> list[Heading]:
    """Headings at another level whose number fills exactly the gap that they stand in."""
    extra: list[Heading] = []
    followers = [*chosen[1:], None] if chosen else []
    places = [heading.at for heading in found]
    for before, after in zip(chosen, followers, strict=True):
        if before.number is None or (after is not None and after.number is None):
            continue
        low = bisect_right(places, before.at)
        high = bisect_left(places, after.at) if after else len(places)
        between = [h for h in found[low:high] if h.match and h.level != level]
        if not between:
            continue
        gap = range(before.number + 1, after.number or 0) if after else range(0)
        asking = all(heading.asks for heading in between) or not before.asks
        if asking and between[0].number in gap and len(between) == len(gap):
            extra += between
    return extra


def _heading_head(page: Page, heading: Heading) -> Head:
    tokens = page.blocks.tokens
    inline = tokens[heading.at + 1]
    lines = page.places.lines(inline)
    start, end = 0, len(heading.text)
    number_span, style = None, ""
    if heading.match:
        start = heading.match.end()
        wrap = heading.match["lead"].strip("[ xX]")
        closed = wrap and heading.match["tail"].startswith(wrap)
        if wrap and not closed and heading.text.endswith(wrap):
            end -= len(wrap)
        number_span = page.places.span(inline, lines, *heading.match.span("number"))
        style = heading.match["mark"].strip() or heading.match["tail"].strip("*_")
    end = max(start, end)
    first, last = page.blocks.lines(heading.at)
    return Head(
        heading.at,
        page.blocks.close[heading.at] + 1,
        None,
        _lines_span(page.source, first, last),
        page.places.span(inline, lines, start, end),
        heading.text[start:end],
        heading.number,
        number_span,
        style,
    )


def _lines_span(source: Source, first: int, last: int) -> Span:
    """From the first character of a line to the end of the line before `last`, blanks trimmed."""
    start, end = source.line_start(first), source.line_span(max(first, last - 1)).end
    text = source.text[start:end]
    begin = start + len(text) - len(text.lstrip())
    return Span(min(begin, end), max(min(begin, end), start + len(text.rstrip())))


# ── list items ──────────────────────────────────────────────────────────────────────────────────


def _items(blocks: Blocks) -> list[int]:
    tokens, close, depth, _ = blocks
    items: list[int] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "ordered_list_open" and not token.level and not depth[index]:
            item = index + 1
            while item < close[index]:
                items.append(item)
                item = close[item] + 1
            index = close[index]
        index += 1
    return items


def _item_heading_heads(page: Page, forced: bool) -> Heads:
    tokens = page.blocks.tokens
    heads = [
        _item_head(page, item) for item in page.items if tokens[item + 1].type == "heading_open"
    ]
    return Heads("list-headings", tuple(heads), _top_headings(page))


def _top_headings(page: Page) -> tuple[int, ...]:
    return tuple(heading.at for heading in page.headings)


def _item_heads(page: Page, forced: bool) -> Heads:
    items = page.items
    tokens = page.blocks.tokens
    breaks = _top_headings(page)
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
        if token.type == "summary_open" and ANSWER_LABEL.match(
            letters(summary(page.blocks, index))
        ):
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
    return below < close[item] and bool(QUESTION_MARK.search(plain(tokens[paragraph + 1].content)))


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
        _lines_span(page.source, first, last),
        page.places.span(inline, lines, 0, len(text)),
        text,
        int(token.info) if token.info.isdigit() else None,
        Span(*written.span(1)) if written else None,
        token.markup,
        item,
    )


# ── disclosures ─────────────────────────────────────────────────────────────────────────────────


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
    texts = [
        summary(blocks, index)
        for index, token in enumerate(blocks.tokens)
        if token.type == "summary_open"
    ]
    counted = Counter(letters(text) for text in texts)
    return frozenset(
        name
        for text in texts
        if ANSWER_LABEL.match(name := letters(text))
        or (counted[name] > 1 and not asks(text) and len(name) < 40)
    )


def _summary_heads(page: Page, forced: bool) -> Heads:
    tokens, close, depth, _ = page.blocks
    labels = frozenset() if forced else page.labels
    heads: list[Head] = []
    for index, token in enumerate(tokens):
        if token.type != "details_open" or depth[index] or token.level:
            continue
        opening = summary_of(page, index)
        if opening is None or close[opening] == opening:
            continue
        name = letters(summary(page.blocks, opening))
        if not name or name in labels or _is_contents(page, close[opening] + 1, close[index]):
            continue
        heads.append(_summary_head(page, index, opening))
    return Heads("details", tuple(heads), _top_headings(page))


def _is_contents(page: Page, start: int, stop: int) -> bool:
    """Whether all that stands in a disclosure is a list or a table of links."""
    lines = [t.content for t in page.blocks.tokens[start:stop] if t.type == "inline" and t.content]
    linked = [line for line in lines if re.match(r"\W*!?\[.*\]\(.*\)\W*$", line, re.DOTALL)]
    kinds = {t.type for t in page.blocks.tokens[start:stop]}
    lists = kinds & {"table_open", "bullet_list_open", "ordered_list_open"}
    bare = all(asks(line) or len(line) < 12 for line in lines if line not in linked)
    return (
        bool(lists)
        and len(linked) >= 3
        and (3 * len(linked) >= len(lines))
        and bool("table_open" in kinds or bare or len(linked) == len(lines))
    )


_WRAP = re.compile(r"\A\s*<(b|strong|h[1-6]|em|i|p|span)\b[^<>]*>(.*)</\1>\s*\Z", re.DOTALL | re.I)


def _summary_head(page: Page, disclosure: int, opening: int) -> Head:
    tokens, close = page.blocks.tokens, page.blocks.close
    closing = close[opening]
    opened, closed = tokens[opening].meta["span"], tokens[closing].meta["span"]
    start, end = opened.end, closed.start
    text = page.source.clean[start:end]
    while wrapped := _WRAP.match(text):
        start, text = start + wrapped.start(2), wrapped[2]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    match = numbered(text)
    number_span, style = None, ""
    if match and match["mark"]:
        number_span = Span(start + match.start("number"), start + match.end("number"))
        style = match["mark"].strip()
    else:
        match = None
    skip = match.end() if match else 0
    first, blank, more = text[skip:].partition("\n\n")
    material = None
    if blank and more.strip():
        material = Span(
            start + skip + len(first) + len(more) - len(more.lstrip()) + 2, start + len(text)
        )
        text = text[: skip + len(first)].rstrip()
    return Head(
        disclosure,
        closing + 1,
        close[disclosure] if close[disclosure] != disclosure else None,
        Span(tokens[disclosure].meta["span"].start, closed.end),
        Span(start + skip, max(start + skip, start + len(text))),
        text[skip:],
        int(match["number"].split(".")[-1]) if match else None,
        number_span,
        style,
        material=material,
    )


# ── lines: Q:, A:, C: ───────────────────────────────────────────────────────────────────────────


class _Line(NamedTuple):
    kind: str  # q, a, c
    at: int
    start: int
    end: int  # after the mark
    number: int | None
    number_span: Span | None


def _line_heads(page: Page, forced: bool) -> Heads:
    marks = _line_marks(page)
    tokens = page.blocks.tokens
    breaks = _top_headings(page)
    rules = [i for i, t in enumerate(tokens) if t.type == "hr" and not t.level]
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
    answered = sum(
        head.cloze or (head.answer or (0, 0))[1] > (head.answer or (0, 0))[0] for head in heads
    )
    if not answered and not forced and len(heads) < 2:
        heads = []
    return Heads("q-and-a", tuple(heads), breaks)


_SAME_LINE = re.compile(
    r"(?<=[?？])[ \t]+(?P<mark>[*_]{0,3}(?:A|Answer)[*_]{0,3}[:：][*_]{0,3})[ \t]+"
)


def _line_marks(page: Page) -> list[_Line]:
    """The lines that open a question, an answer or a cloze, outside of lists and code."""
    tokens, _, depth, _ = page.blocks
    marks: list[_Line] = []
    for index, token in enumerate(tokens):
        if token.type != "inline" or token.level != 1 or depth[index]:
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
    wrap = page.source.clean[mark.start : mark.start + 2]
    if wrap in ("**", "__") and page.source.text.count(wrap, mark.start, end) == 2:
        end -= 2 * page.source.text.endswith(wrap, start, end)
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
        mark.at,
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


# ── paragraphs in bold ──────────────────────────────────────────────────────────────────────────

_BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<text>(?:(?!\*\*|__|\n).)+)(?P=mark)[^\w\n]*\Z")


def _bold_heads(page: Page, forced: bool) -> Heads:
    tokens, _, depth, _ = page.blocks
    heads: list[Head] = []
    for index, token in enumerate(tokens):
        if token.type != "paragraph_open" or token.level or depth[index]:
            continue
        content = tokens[index + 1].content
        bold = _BOLD.match(content) if content.startswith(("**", "__")) else None
        if bold is None or bold["text"].rstrip().endswith((":", "：")):
            continue
        match = numbered(bold["text"])
        if match is not None or QUESTION_MARK.search(plain(bold["text"])):
            heads.append(_bold_head(page, index, bold, match))
    return Heads("bold", tuple(heads) if len(heads) > 1 or forced else (), _top_headings(page))


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
        _lines_span(page.source, first, last),
        page.places.span(inline, lines, start, bold.end("text")),
        inline.content[start : bold.end("text")],
        int(match["number"].split(".")[-1]) if match else None,
        number_span,
        match["mark"].strip() if match else "",
    )


# ── one question a file ─────────────────────────────────────────────────────────────────────────


def _file_heads(page: Page, forced: bool) -> Heads:
    found = list(page.headings)
    title = found[0] if found else None
    if title is not None and any(SELF_CHECK.search(heading.name) for heading in found):
        title = title if forced else None
    if title is None or not (forced or (title.asks and _file_has_body(page, title))):
        if not forced:
            return Heads("file", ())
        return Heads("file", (Head(0, 0, None, Span(0, 0), Span(0, 0), ""),))
    return Heads("file", (_heading_head(page, title),))


def _file_has_body(page: Page, title: Heading) -> bool:
    """A question that is its file's title stands at the top, and its text says so with a mark."""
    return bool(QUESTION_MARK.search(plain(title.text)))


_FINDERS: dict[str, Callable[[Page, bool], Heads]] = {
    "headings": _heading_heads,
    "list-headings": _item_heading_heads,
    "details": _summary_heads,
    "list": _item_heads,
    "q-and-a": _line_heads,
    "bold": _bold_heads,
    "file": _file_heads,
}
