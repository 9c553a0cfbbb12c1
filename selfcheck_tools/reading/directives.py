"""What comments tell the program of a question: `<!-- selfcheck: key=cold-start tags=a,b -->`."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import NamedTuple

from selfcheck_tools.model import Note
from selfcheck_tools.patterns import pattern
from selfcheck_tools.text import Source, Span

NAMES = ("key", "tags", "points", "room")

_DIRECTIVE = pattern(r"<!--+\s{0,9}selfcheck\s{0,9}:\s*(?!allow\b|\s)", re.IGNORECASE)
_NEARLY = pattern(
    rf"<!--+\s{{0,9}}(?P<word>self[-_ ]?check)\s{{0,9}}(?P<colon>:?)\s{{0,9}}"
    rf"(?:allow\s|(?:{'|'.join(NAMES)})\s{{0,9}}=)",
    re.IGNORECASE,
)
_MANY = 20  # in one comment; more say nothing new
_WORD = pattern(r"\S+")


class Word(NamedTuple):
    """One `name=value` of a comment and the place of the value; no name for a bare word."""

    name: str
    value: str
    span: Span


def words(text: str, comment: Span) -> Iterator[Word]:
    """What a comment says to the program; nothing where it says nothing to it, or allows a finding."""
    match = _DIRECTIVE.match(text, comment.start, comment.end)
    if match is None:
        return
    end = match.end() + len(text[match.end() : comment.end].rstrip("->"))
    for found in _WORD.finditer(text, match.end(), end):
        name, equals, value = found.group().partition("=")
        at = found.start() + len(name) + len(equals) if equals else found.start()
        yield Word(name.lower() if equals else "", value if equals else name, Span(at, found.end()))


def points(text: str) -> float | None:
    """The value of `points`; None for what is no number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and value >= 0 else None


def room(text: str) -> int | None:
    """The value of `room`, in lines; None for what is no number."""
    return int(text) if text.isdecimal() and len(text) < 5 else None


def directive_notes(
    source: Source, comments: Sequence[Span], questions: Sequence[Span]
) -> Iterator[Note]:
    """What the program was told and did not understand."""
    for comment in comments:
        if "check" not in source.clean[comment.start : comment.start + 40].lower():
            continue
        nearly = _NEARLY.match(source.clean, comment.start, comment.end)
        if nearly and (nearly["word"].lower() != "selfcheck" or not nearly["colon"]):
            yield Note("bad-directive", Span(*nearly.span("word")), nearly["word"])
            continue
        said = list(words(source.clean, comment))
        bare = [word for word in said if not word.name]
        wrong = [word for word in said if word.name and not _is_understood(word)]
        for word in sorted([*bare[:1], *wrong[:_MANY]], key=lambda word: word.span):
            start = word.span.start - (len(word.name) + 1 if word.name else 0)
            detail = f"{word.name}={word.value}" if word.name else word.value
            yield Note("bad-directive", Span(start, word.span.end), detail[:80])
        if len(bare) + len(wrong) < len(said) and questions and not _covers(questions, comment):
            yield Note("stray-directive", comment)


def _is_understood(word: Word) -> bool:
    if word.name == "points":
        return points(word.value) is not None
    if word.name == "room":
        return room(word.value) is not None
    return word.name in NAMES and bool(word.value.strip(","))


def _covers(spans: Sequence[Span], inner: Span) -> bool:
    at = bisect_right(spans, Span(inner.start, 1 << 62)) - 1
    return at >= 0 and inner.start < spans[at].end
