"""Headings that ask, numbered or not, under a self-check section or under the title."""

from bisect import bisect_left, bisect_right

from selfcheck_tools.dialects import (
    FURNITURE,
)
from selfcheck_tools.reading.page import (
    Head,
    Heading,
    Heads,
    Page,
    is_answer_label,
    is_self_check,
    letters,
    lines_span,
)


def find(page: Page, forced: bool) -> Heads:
    """The headings that ask."""
    found = list(page.headings)
    title = found[0] if found and found[0].level == 1 and not found[0].match else None
    inner = [heading for heading in found if heading is not title]
    scopes = _self_check_scopes(inner)
    whole = title is not None and is_self_check(title.name)
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
    heads = tuple(head_of(page, heading) for heading in chosen)
    return Heads("headings", heads, breaks)


def _opens_answer(heading: Heading) -> bool:
    """Whether a heading is "Answer", or names the solution: "Answer: C"."""
    word, colon, _ = heading.text.partition(":")
    name = letters(word) if colon else heading.name
    return not heading.match and is_answer_label(name, strictly=True)


def _self_check_scopes(found: list[Heading]) -> list[list[Heading]]:
    """The headings under each section that calls itself a self-check."""
    scopes: list[list[Heading]] = []
    strict = any(is_self_check(heading.name, strictly=True) for heading in found)
    position = 0
    while position < len(found):
        heading = found[position]
        position += 1
        if (heading.asks and not strict) or not is_self_check(heading.name, strictly=strict):
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


def head_of(page: Page, heading: Heading) -> Head:
    """A heading as a head, its number set apart."""
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
        lines_span(page.source, first, last),
        page.places.span(inline, lines, start, end),
        heading.text[start:end],
        heading.number,
        number_span,
        style,
    )
