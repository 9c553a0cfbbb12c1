"""Takes apart what follows a question's head: more of the prompt, options, solution, answer."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from textwrap import dedent
from typing import NamedTuple

from markdown_it.token import Token

from selfcheck_tools.blocks import COMMENT
from selfcheck_tools.dialects import (
    ANSWER_LABEL,
    ANSWER_MARK,
    GLUED,
    LETTER,
    SEPARATOR,
    SOLUTION,
    TASK,
    WEAK_LABEL,
)
from selfcheck_tools.heads import Head, Page, letters, plain, summary, summary_of
from selfcheck_tools.model import Fragment, Option, Solution, State
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


class Body(NamedTuple):
    """A question's body, taken apart."""

    material: Fragment | None
    options: tuple[Option, ...]
    solution: Solution | None
    answer: Fragment | None
    state: State
    prompt_end: int | None = None  # where the head's own text ends when options follow it there
    prompt: Fragment | None = None  # the prompt, when the head is only a number
    unlabelled: tuple[Span, ...] = ()  # items among the options that have no label


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


_BLANK_START = re.compile(r"\A(?:[ \t]*\n)+")


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
    tokens, close, _, _ = page.blocks
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
        return Run(_stripped(page, start, end), indent, raw=True)
    if indent:  # the first line's own prefix
        text = page.source.clean[start:end]
        start += min(indent, len(text) - len(text.lstrip(" \t")))
    return Run(Span(start, max(start, end)), indent)


def _stripped(page: Page, start: int, end: int) -> Span:
    text = page.source.clean[start:end]
    start += len(text) - len(text.lstrip())
    return Span(min(start, end), max(start, end - (len(text) - len(text.rstrip()))))


_ANCHORS = re.compile(r"<a\b[^<>]*\bhref=[\"']?#[^<>]*>", re.IGNORECASE)
_MEDIA = re.compile(r"<(?:img|audio|video|svg|iframe|object|embed|input|canvas)\b", re.IGNORECASE)
_IMPORT = re.compile(r"(?:import|export)\b[^\n]*(?:\bfrom\b\s*['\"]|['\"];?\s*$|=)", re.MULTILINE)


def _is_furniture(reading: Reading, index: int, last: int, run: Run) -> bool:
    """Whether a block says nothing: a rule, a comment, bare tags, an import, a way back to the top."""
    token = reading.page.blocks.tokens[index]
    if token.type in ("hr", "details_open"):
        return token.type == "hr"
    if token.type == "html_block":
        text = COMMENT.sub("", token.content)
        return not _MEDIA.search(text) and (
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
    return not _MEDIA.search(text) and not re.sub(r"<[^<>]*>|&nbsp;", "", text).strip(_ORNAMENTS)


# Links to places in the same document, and badges.
_ANCHORED = re.compile(
    r"!?\[[^\[\]]*\]\(#[^()]*\)|<a\b[^<>]*href=[\"']?#[^<>]*>.*?</a>"
    r"|\[!\[[^\[\]]*\]\([^()]*\)\]\([^()]*\)"
)
_ORNAMENTS = " \t\n*_|·•-–—[]↑⬆⇧▲⤴🔝️"


def is_import(content: str) -> bool:
    """Whether every line of a paragraph imports or exports, as MDX has it."""
    return all(_IMPORT.match(line.strip()) for line in content.split("\n"))


# ── the body ────────────────────────────────────────────────────────────────────────────────────


def take_apart(reading: Reading, head: Head, stop: int) -> Body:
    """A head's body up to the token `stop`."""
    if head.answer is not None or head.cloze:
        return _line_body(reading, head)
    body = list(children(reading, head, head.body, stop))
    found = _options(reading, head, body)
    disclosure = _disclosure(reading, head, body, found)
    before, after = body[: found.start], body[found.end :]
    inner: list[Child] = []
    if disclosure is not None:
        child = body[disclosure]
        after = body[max(found.end, 0) : disclosure] if found.options else []
        if not found.options:
            before = body[:disclosure]
        inside = _after_summary(reading, child)
        inner = [*children(reading, head, inside, child.close), *body[disclosure + 1 :]]
    if found.options:
        return _choice_body(reading, head, found, before, [*after, *inner])
    if disclosure is not None:
        return _open_body(reading, head, before, inner, _marked(reading, inner))
    mark = next(
        (i for i, child in enumerate(body) if _answer_mark(reading, child) is not None), None
    )
    if mark is not None:
        return _open_body(
            reading, head, body[:mark], body[mark:], _answer_mark(reading, body[mark])
        )
    if _only_counts(head):
        asking = next((i for i, child in enumerate(body) if not child.furniture), None)
        if asking is not None:
            return _open_body(reading, head, body[: asking + 1], body[asking + 1 :], None)
    return _open_body(reading, head, [], body, None)


def _only_counts(head: Head) -> bool:
    """Whether a head is a number and no more: "Question 7"."""
    return head.number is not None and not head.text.strip(" \t.:*_#()-")


def _marked(reading: Reading, body: list[Child]) -> Run | None:
    first = next((child for child in body if not child.furniture), None)
    return _answer_mark(reading, first) if first else None


def _after_summary(reading: Reading, child: Child) -> int:
    opening = summary_of(reading.page, child.at)
    return child.at + 1 if opening is None else reading.page.blocks.close[opening] + 1


def _disclosure(reading: Reading, head: Head, body: list[Child], found: "_Found") -> int | None:
    """Which child discloses the answer."""
    page = reading.page
    tokens = page.blocks.tokens
    if head.end is not None and not found.options:
        return None  # the question is a disclosure itself: one within is part of its answer
    said = False
    for position, child in enumerate(body):
        token = tokens[child.at]
        if token.type != "details_open" or child.close == child.at or position < found.end:
            said = said or (token.type in _SAYING and not child.furniture)
            continue
        opening = summary_of(page, child.at)
        name = "" if opening is None else letters(summary(page.blocks, opening))
        if found.options:
            return position
        if ANSWER_LABEL.match(name) or name in page.labels:
            return None if said and WEAK_LABEL.match(name) else position
    return None


_SAYING = ("paragraph_open", "bullet_list_open", "ordered_list_open", "table_open")


def _answer_mark(reading: Reading, child: Child) -> Run | None:
    """What follows "Answer:" in a block that starts with it; an empty run for a bare heading."""
    token = reading.page.blocks.tokens[child.at]
    if token.type not in ("paragraph_open", "heading_open") or child.furniture:
        return None
    inline = reading.page.blocks.tokens[child.at + 1]
    content = inline.content
    if len(content) > 60 and ":" not in content[:60] and "：" not in content[:60]:
        return None
    end = child.run.span.end
    if token.type == "heading_open" and ANSWER_LABEL.match(letters(content)):
        return Run(Span(end, end))
    match = ANSWER_MARK.match(content)
    if match is None:
        stripped = content.strip().strip("*_").rstrip(":：")
        bold = content.strip().startswith(("**", "__")) or content.strip().endswith((":", "："))
        if bold and ANSWER_LABEL.match(letters(stripped)):
            return Run(Span(end, end))
        return None
    lines = reading.page.places.lines(inline)
    start = reading.page.places.span(inline, lines, match.end(), len(content)).start
    return Run(Span(min(start, end), end), child.run.indent, child.run.raw)


def _open_body(
    reading: Reading, head: Head, before: list[Child], after: list[Child], mark: Run | None
) -> Body:
    prompt = None
    if _only_counts(head):
        asking = next((child for child in before if not child.furniture), None)
        if asking is not None:
            prompt = fragment(reading, [asking.run])
            before = before[before.index(asking) + 1 :]
    runs = _runs(after)
    kept = [child for child in after if not child.furniture]
    if mark is not None and kept:
        runs = _replaced(runs, kept[0].run, mark)
    answer = fragment(reading, runs)
    state = _state(reading, after, mark)
    material = fragment(reading, _runs(before))
    return Body(material, (), None, answer if state != "unanswered" else None, state, None, prompt)


def _replaced(runs: list[Run], first: Run, mark: Run) -> list[Run]:
    """The runs without what stands before the answer in the first of them."""
    head, *rest = runs
    if mark.span.start >= first.span.end and head.span.end <= first.span.end:
        return rest
    return [head._replace(span=Span(mark.span.start, head.span.end)), *rest]


def _runs(body: Iterable[Child]) -> list[Run]:
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


def _line_body(reading: Reading, head: Head) -> Body:
    """The answer of a `Q:`; a cloze answers itself."""
    if head.cloze:
        return Body(None, (), None, None, "answered")
    assert head.answer is not None
    span = _stripped(reading.page, *head.answer)
    answer = fragment(reading, [Run(span)])
    text = answer.markdown if answer else ""
    state: State = "answered" if text else "unanswered"
    if text and _is_placeholder(reading, text):
        state = "placeholder"
    return Body(None, (), None, answer, state)


# ── state ───────────────────────────────────────────────────────────────────────────────────────


def _state(reading: Reading, body: Iterable[Child], mark: Run | None) -> State:
    tokens = reading.page.blocks.tokens
    content = [child for child in body if not child.furniture]
    if mark is not None and content and not mark.span:
        content = content[1:]
    if not content:
        return "unanswered"
    first, *rest = content
    if all(_is_empty(reading, child) for child in content):
        return "unanswered"
    text = (
        reading.page.source.clean[mark.span.start : mark.span.end]
        if mark is not None and mark.span
        else _child_text(reading, first)
    )
    if text is not None and _is_placeholder(reading, text):
        others = [c for c in rest if not _is_resource(reading, c)]
        filled = [
            c for c in others if not _is_placeholder(reading, _child_text(reading, c) or "x y z.")
        ]
        if not filled:
            return "placeholder"
    del tokens
    return "answered"


def _is_empty(reading: Reading, child: Child) -> bool:
    """Whether a block renders nothing: an empty fence, list item, quote or heading."""
    return not any(
        _shows(token) for token in reading.page.blocks.tokens[child.at : child.close + 1]
    )


def _shows(token: Token) -> bool:
    """Whether something of a token would be seen."""
    if token.type == "html_block":
        text = COMMENT.sub("", token.content)
        return bool(_MEDIA.search(text) or re.sub(r"<[^<>]*>|&nbsp;", "", text).strip())
    return bool(token.content.strip())


def _child_text(reading: Reading, child: Child) -> str | None:
    """The text of a paragraph, list or quote that holds a single line of it."""
    inlines = [
        token
        for token in reading.page.blocks.tokens[child.at : child.close + 1]
        if token.content and token.type in ("inline", "fence", "code_block", "html_block")
    ]
    if len(inlines) == 1 and inlines[0].type in ("inline", "html_block"):
        return inlines[0].content
    return None


_WRAPPINGS = " \t\n\"'“”‘’()[]<>{}«»~:#"


def _is_placeholder(reading: Reading, text: str) -> bool:
    text = plain(COMMENT.sub("", text)).strip(_WRAPPINGS)
    if len(text) > 400:
        return False
    bare = text.rstrip(".!… ")
    return bool(
        (bare and reading.placeholders.fullmatch(bare)) or reading.placeholders.fullmatch(text)
    )


def _is_resource(reading: Reading, child: Child) -> bool:
    """Whether a block is a list of nothing but links, or the line that announces one."""
    tokens = reading.page.blocks.tokens[child.at : child.close + 1]
    lines = [token.content for token in tokens if token.type == "inline"]
    if tokens[0].type in ("bullet_list_open", "ordered_list_open"):
        return all(re.fullmatch(r"\W*(?:\[.*\]\(.*\)|<?https?://\S+)\W*", line) for line in lines)
    return len(lines) == 1 and len(lines[0]) < 40 and plain(lines[0]).endswith(":")


# ── options ─────────────────────────────────────────────────────────────────────────────────────


class _Start(NamedTuple):
    """Where an option starts."""

    child: int  # which child of the body holds it
    label: str
    ticked: bool
    task: bool
    run: Run  # its content
    span: Span
    unlabelled: tuple[Span, ...] = ()  # items of its list that have no label


class _Found(NamedTuple):
    options: tuple[_Start, ...] = ()
    start: int = 0  # first child that is no longer prompt
    end: int = 0  # first child after the options
    prompt_end: int | None = None


def _options(reading: Reading, head: Head, body: list[Child]) -> _Found:
    """The options of a question: a task list, or a run of lettered items or lines."""
    starts: list[_Start] = []
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
    if not _are_options(reading, starts, body, end):
        return _Found(end=0, start=len(body))
    return _Found(tuple(starts), begin, end, prompt_end)


def _are_options(reading: Reading, starts: list[_Start], body: list[Child], end: int) -> bool:
    if any(start.task for start in starts):
        ticked = any(start.ticked for start in starts)
        return ticked or (len(starts) > 1 and (not reading.solved or end >= len(body)))
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
    return reading.solved or _solution_in(reading, body[end:], tuple(labels)) is not None


def _starts(
    reading: Reading, child: Child, position: int, going: bool, following: Child | None
) -> Iterator[_Start]:
    tokens = reading.page.blocks.tokens
    kind = tokens[child.at].type
    if kind in ("bullet_list_open", "ordered_list_open"):
        yield from _list_starts(reading, child, position)
    elif kind == "paragraph_open" and LETTER.match(tokens[child.at + 1].content):
        found = list(_line_starts(reading, tokens[child.at + 1], position, child.run, 0))
        if len(found) > 1 or (found and (going or _goes_on(reading, found[0], following))):
            yield from found


def _goes_on(reading: Reading, first: _Start, following: Child | None) -> bool:
    """Whether a paragraph that starts with "A." is followed by one that starts with "B."."""
    if following is None or first.label.casefold() != "a":
        return False
    tokens = reading.page.blocks.tokens
    if tokens[following.at].type != "paragraph_open":
        return False
    match = LETTER.match(tokens[following.at + 1].content)
    return match is not None and match["label"].casefold() == "b"


def _list_starts(reading: Reading, child: Child, position: int) -> Iterator[_Start]:
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
    pending: _Start | None = None
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


_NEAR_BOX = re.compile(r"\[(?P<mark>[ \txX]*)\][ \t]*")


def _item_start(
    reading: Reading, item: int, match: re.Match[str] | None, task: bool, position: int, raw: bool
) -> _Start:
    page = reading.page
    tokens = page.blocks.tokens
    first, last = page.blocks.lines(item)
    line = page.source.line_start(first)
    end = page.source.line_span(max(first, last - 1)).end
    if clip := tokens[item].meta.get("clip"):
        line, end = max(line, clip.start), min(end, clip.end)
    whole = _stripped(page, line, max(line, end))
    start = whole.start
    if tokens[item + 1].type == "paragraph_open":
        inline = tokens[item + 2]
        lines = page.places.lines(inline)
        at = match.end() if match else 0
        start = page.places.span(inline, lines, at, len(inline.content)).start
    content = _stripped(page, min(start, whole.end), whole.end)
    ticked = bool(task and match and match["mark"].strip())
    label = "" if match is None or task else match["label"]
    indent = item_indent(page, item)
    return _Start(position, label, ticked, task, Run(content, indent, raw), whole)


def _line_starts(
    reading: Reading, inline: Token, position: int, run: Run, skip: int
) -> Iterator[_Start]:
    """Options written as the lines of a paragraph: `A) …`."""
    page = reading.page
    lines = page.places.lines(inline)
    found: list[tuple[re.Match[str], int, int]] = []
    for number, (offset, start) in enumerate(lines):
        text = inline.content[offset:].split("\n", 1)[0]
        match = LETTER.match(text, len(text) - len(text.lstrip()))
        if number >= skip and match:
            found.append((match, start, start + len(text)))
        elif found:
            last = found[-1]
            found[-1] = (last[0], last[1], start + len(text))
        elif number >= skip:
            return
    for match, start, end in found:
        content = _stripped(page, start + match.end(), max(end, start + match.end()))
        yield _Start(
            position, match["label"], False, False, Run(content, run.indent), Span(start, end)
        )


def _head_lines(reading: Reading, head: Head) -> Iterator[tuple[_Start, int]]:
    """Options in the same paragraph as the prompt, from its second line on."""
    if head.item is None or "\n" not in head.text:
        return
    inline = reading.page.blocks.tokens[head.body - 2]
    lines = inline.content.split("\n")
    skip = next((i for i, line in enumerate(lines) if i and LETTER.match(line.lstrip())), None)
    if skip is None:
        return
    indent = item_indent(reading.page, head.item)
    for start in _line_starts(reading, inline, -1, Run(head.prompt, indent), skip):
        yield start, start.span.start


def glued_option(head: Head, options: tuple[Option, ...]) -> Span | None:
    """Where the first option stands on the prompt's own line, when the options start with the second."""
    if not options or options[0].label.casefold() != "b":
        return None
    for match in GLUED.finditer(head.text):
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


def _choice_body(
    reading: Reading, head: Head, found: _Found, before: list[Child], after: list[Child]
) -> Body:
    labels = tuple(start.label.casefold() for start in found.options)
    solution, runs = None, _runs(after)
    solved = _solution_in(reading, after, labels) if any(labels) else None
    if solved is not None:
        child, solution, rest = solved
        if child in after:  # else it is disclosed deeper, with the rest of what is said there
            position = after.index(child)
            runs = [
                *_runs(after[:position]),
                *([rest] if rest.span else []),
                *_runs(after[position + 1 :]),
            ]
    right = {label.casefold() for label in solution.labels} if solution else set()
    options = tuple(
        Option(
            start.span,
            start.label,
            fragment(reading, [start.run]) or Fragment(start.run.span, ""),
            start.ticked or start.label.casefold() in right,
        )
        for start in found.options
    )
    prompt = None
    if _only_counts(head):
        asking = next((child for child in before if not child.furniture), None)
        if asking is not None:
            prompt = fragment(reading, [asking.run])
            before = before[before.index(asking) + 1 :]
    state: State = "answered" if any(option.correct for option in options) else "unanswered"
    return Body(
        fragment(reading, _runs(before)),
        options,
        solution,
        fragment(reading, runs),
        state,
        found.prompt_end,
        prompt,
        tuple(span for start in found.options for span in start.unlabelled),
    )


_KNOWN = re.compile(
    r"(?:answers?|ans|solutions?|correct|right|key|richtig\w*|korrekt\w*|correct\w*|juste|giust\w*|"
    r"certa|antwort|lösung|respuestas?|réponses?|risposta|resposta|ответ\w*|правильн\w*|答案|正解|"
    r"đáp án|الاجابة|الإجابة|cevap|svar|antwoord|odpowied\w*)",
    re.IGNORECASE,
)


def _solution_in(
    reading: Reading, body: Sequence[Child], labels: tuple[str, ...]
) -> tuple[Child, Solution, Run] | None:
    """The child that names the correct options, what it names, and what else it says."""
    page = reading.page
    pool = list(body)
    for child in pool:
        token = page.blocks.tokens[child.at]
        if token.type == "details_open" and child.close != child.at:
            inside = list(children(reading, _NOWHERE, _after_summary(reading, child), child.close))
            found = _solution_in(reading, inside, labels)
            if found is not None:
                return found
        if token.type not in ("paragraph_open", "heading_open"):
            continue
        inline = page.blocks.tokens[child.at + 1]
        for offset, start in page.places.lines(inline):
            line = inline.content[offset:].split("\n", 1)[0]
            match = SOLUTION.match(line)
            if match is None:
                continue
            known = bool(_KNOWN.search(match["word"]))
            named = _named(match["labels"], labels)
            ends = not line[match.end() :].strip()
            fits = {label.casefold() for label in named} <= set(labels)
            single = re.fullmatch(r"[^\W\d_](?:\s*[,/&+]\s*[^\W\d_])*", match["labels"].strip())
            if not ((known and (fits or single)) or (ends and fits)):
                continue
            at = Span(start + match.start("labels"), start + match.end("labels"))
            rest = _stripped(page, start + match.end(), child.run.span.end)
            return child, Solution(at, named), child.run._replace(span=rest)
    return None


_NOWHERE = Head(0, 0, None, Span(0, 0), Span(0, 0), "")


def _named(written: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """The letters of a solution: `B, E`, `BE`, `B and E`."""
    parts = [part for part in SEPARATOR.split(written.strip()) if part]
    return tuple(letter for part in parts for letter in part)
