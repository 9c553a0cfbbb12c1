"""Takes apart what follows a question's head: more of the prompt, options, solution, answer."""

from itertools import takewhile
from typing import NamedTuple

from selfcheck_tools.dialects import ANSWER_MARK
from selfcheck_tools.model import Fragment, Option, Solution, State
from selfcheck_tools.reading.blocks import COMMENT
from selfcheck_tools.reading.fragments import (
    Child,
    Reading,
    Run,
    after_summary,
    children,
    fragment,
    runs_of,
    stripped,
)
from selfcheck_tools.reading.options import Found, find_options
from selfcheck_tools.reading.page import (
    Head,
    is_answer_label,
    letters,
    lines_span,
    summary,
    summary_of,
    unwrapped,
)
from selfcheck_tools.reading.solutions import find_solution
from selfcheck_tools.reading.states import is_placeholder, state_of
from selfcheck_tools.text import Span


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
    head: Span | None = None  # what asks, where the head has taken options for a part of it


def take_apart(reading: Reading, head: Head, stop: int) -> Body:
    """A head's body up to the token `stop`."""
    if head.cloze:
        return Body(None, (), None, None, "answered")
    rest: list[Child] = []
    if head.answer is None:
        body = list(children(reading, head, head.body, stop))
    else:
        body, rest = _line_children(reading, head, *head.answer)
    found = find_options(reading, head, body, rest)
    if head.answer is not None and not found.options:
        return _line_body(reading, *head.answer)
    body += rest
    disclosure = _disclosure(reading, head, body, found)
    before, after = body[: found.start], body[found.end :]
    inner: list[Child] = []
    if disclosure is not None:
        child = body[disclosure]
        after = body[max(found.end, 0) : disclosure] if found.options else []
        if not found.options:
            before = body[:disclosure]
        inside = after_summary(reading, child)
        inner = [*children(reading, head, inside, child.close), *body[disclosure + 1 :]]
    if found.options:
        choice = _choice_body if head.answer is None else _line_choice
        return choice(reading, head, found, before, [*after, *inner])
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


def _disclosure(reading: Reading, head: Head, body: list[Child], found: "Found") -> int | None:
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
        if is_answer_label(name) or name in page.labels:
            # What was said before "See the class", or even "Show", answers.
            return position if is_answer_label(name, strictly=True) or not said else None
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
    if token.type == "heading_open" and is_answer_label(letters(content)):
        return Run(Span(end, end))
    match = ANSWER_MARK.match(content)
    if match is None:
        stripped = content.strip().strip("*_").rstrip(":：")
        bold = content.strip().startswith(("**", "__")) or content.strip().endswith((":", "："))
        if bold and is_answer_label(letters(stripped)):
            return Run(Span(end, end))
        return None
    if not COMMENT.sub("", content[match.end() :]).strip():
        return Run(Span(end, end))
    lines = reading.page.places.lines(inline)
    start = reading.page.places.span(inline, lines, match.end(), len(content)).start
    return Run(Span(min(start, end), end), child.run.indent, child.run.raw)


def _uncounted(
    reading: Reading, head: Head, before: list[Child]
) -> tuple[Fragment | None, list[Child]]:
    """What is asked below a head that only counts, and what comes after that."""
    if _only_counts(head):
        asking = next((child for child in before if not child.furniture), None)
        if asking is not None:
            return fragment(reading, [asking.run]), before[before.index(asking) + 1 :]
    return None, before


def _open_body(
    reading: Reading, head: Head, before: list[Child], after: list[Child], mark: Run | None
) -> Body:
    prompt, before = _uncounted(reading, head, before)
    runs = runs_of(after)
    kept = [child for child in after if not child.furniture]
    if mark is not None and kept:
        runs = _replaced(runs, kept[0].run, mark)
    answer = fragment(reading, runs)
    state = state_of(reading, after, mark)
    material = fragment(reading, runs_of(before))
    return Body(material, (), None, answer if state != "unanswered" else None, state, None, prompt)


def _replaced(runs: list[Run], first: Run, mark: Run) -> list[Run]:
    """The runs without what stands before the answer in the first of them."""
    head, *rest = runs
    if mark.span.start >= first.span.end and head.span.end <= first.span.end:
        return rest
    return [head._replace(span=Span(mark.span.start, head.span.end)), *rest]


def _line_children(
    reading: Reading, head: Head, start: int, end: int
) -> tuple[list[Child], list[Child]]:
    """The blocks below a `Q:`, and those of its answer from `start`, behind the mark, to `end`.

    A block that holds the mark is in both, with its lines before the mark and what follows it.
    """
    page = reading.page
    answer = stripped(page, start, max(start, end))  # a heading that is the mark ends before it
    own = head.at - 1  # the paragraph of the `Q:`, whose own lines are the head's
    before: list[Child] = []
    after: list[Child] = []
    first = Child(own, head.body - 1, Run(lines_span(page.source, *page.blocks.lines(own))), False)
    below = children(reading, head, head.body, len(page.blocks.tokens))
    for child in (first, *takewhile(lambda child: child.run.span.start < answer.end, below)):
        run = child.run
        if child.at != own and run.span.start < head.span.end:
            span = Span(run.span.start, min(run.span.end, head.span.end))
            before.append(child._replace(run=run._replace(span=span)))
        if run.span.end > answer.start < answer.end:
            span = Span(max(run.span.start, answer.start), min(run.span.end, answer.end))
            after.append(child._replace(run=run._replace(span=span)))
    return before, after


def _line_choice(
    reading: Reading, head: Head, found: Found, before: list[Child], after: list[Child]
) -> Body:
    """A `Q:` with options: what asks ends before them."""
    page = reading.page
    end = page.source.line_span(page.blocks.lines(head.at)[1] - 1).end
    if found.prompt_end is not None:
        end = found.prompt_end
    elif head.prompt.start >= end and before:  # nothing stands behind the mark itself
        asking, *below = before
        if page.blocks.tokens[asking.at].type == "paragraph_open":
            end, before = asking.run.span.end, below
    whole = stripped(page, head.span.start, min(end, head.span.end))
    closed = max(unwrapped(page, whole.start, whole.end), min(head.prompt.start, whole.end))
    prompt = Span(min(head.prompt.start, closed), closed)
    return _choice_body(reading, head, found, before, after)._replace(
        head=whole, prompt=fragment(reading, [Run(prompt)]) or Fragment(prompt, "")
    )


def _line_body(reading: Reading, start: int, end: int) -> Body:
    """What answers a `Q:`, from `start` to `end`."""
    span = stripped(reading.page, start, end)
    answer = fragment(reading, [Run(span)])
    text = answer.markdown if answer else ""
    state: State = "answered" if text else "unanswered"
    if text and is_placeholder(reading, text):
        state = "placeholder"
    return Body(None, (), None, answer, state)


def _choice_body(
    reading: Reading, head: Head, found: Found, before: list[Child], after: list[Child]
) -> Body:
    labels = tuple(start.label.casefold() for start in found.options)
    solution, runs = None, runs_of(after)
    solved = find_solution(reading, after, labels) if any(labels) else None
    if solved is not None:
        child, solution, rest = solved
        if child in after:  # else it is disclosed deeper, with the rest of what is said there
            position = after.index(child)
            runs = [
                *runs_of(after[:position]),
                *([rest] if rest.span else []),
                *runs_of(after[position + 1 :]),
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
    prompt, before = _uncounted(reading, head, before)
    state: State = "answered" if any(option.correct for option in options) else "unanswered"
    return Body(
        fragment(reading, runs_of(before)),
        options,
        solution,
        fragment(reading, runs),
        state,
        found.prompt_end,
        prompt,
        tuple(span for start in found.options for span in start.unlabelled),
    )
