"""Finds what asks: the heads of the questions, and which dialect a file is in."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable

from selfcheck_tools.reading.finders import bold, disclosures, document, headings, items, lines
from selfcheck_tools.reading.page import Head, Heads, Page, asks


def find_heads(page: Page, dialect: str, *, fixed_question: bool) -> Heads:
    """The heads of a page in the dialect that its own evidence shows, or in the one given.

    `fixed_question` says that the front matter holds the question. A dialect of no known name is
    as good as none: the front matter may say anything.
    """
    if dialect in FINDERS:
        return FINDERS[dialect](page, True)
    if fixed_question:
        return document.find(page, True)
    found = {name: finder(page, False) for name, finder in FINDERS.items() if name != "file"}
    outer = found["headings"]
    for name in ("list-headings", "details", "list", "q-and-a", "bold"):
        outer, found[name] = _nested(outer, found[name])
    found["headings"] = outer
    ranked = sorted(found.values(), key=_evidence, reverse=True)
    best, second = ranked[0], ranked[1]
    if not any(head.number is not None or head.cloze or asks(head.text) for head in best.heads):
        only = document.find(page, False)  # where nothing else asks, the title may
        if only.heads:
            return only
    if not best.heads:
        return outer
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


FINDERS: dict[str, Callable[[Page, bool], Heads]] = {
    "headings": headings.find,
    "list-headings": items.find_headed,
    "details": disclosures.find,
    "list": items.find,
    "q-and-a": lines.find,
    "bold": bold.find,
    "file": document.find,
}
