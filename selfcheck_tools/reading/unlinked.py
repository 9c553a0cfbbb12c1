"""What looks like a link or an image and is none, in text that has been parsed for links."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selfcheck_tools.patterns import pattern


class Unlinked(NamedTuple):
    """A kind, a place in inline content, and a detail.

    "undefined-reference" is `[text][label]` whole, with the label; "spaced-destination" the
    destination in `[text](a b.png)`, "detached-destination" the spaces in `[text] (a.png)`, each
    with "image" or "link"; "reversed-link" is `(text)[a.png]` whole, with the length of the text.
    """

    kind: str
    start: int
    end: int
    detail: str


# Lengths are bounded, for an opener without an end must not search a whole text.
_REFERENCE = pattern(
    r"(?<![\w\[\])\\!])(!?)\[([^\[\]\n]{1,300})\]\[([^\[\]\n]{0,300})\](?![\[(:\w\]])"
)
_SPACED = pattern(
    r"(!?)(?<!\\)\[[^\[\]\n]{0,300}\]"
    r"\([ ]{0,3}(?P<to>[^\s()<>\"'](?:[^()<>\n\"']|\([^()<>\n]{0,100}\)){1,400}?)"
    r"(?:[ ]{1,9}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?[ ]{0,3}\)"
)
_DETACHED = pattern(
    r"(!?)(?<![\w\])\\])\[(?P<text>[^\[\]\n]{2,300})\](?P<gap>[ ]{1,3})\((?P<to>[^\s()<>]{1,400})\)"
)
_REVERSED = pattern(
    r"(?<![\w\])\\!])\((?P<text>[^()\[\]\n]{1,300})\)\[(?P<to>https?://[^\s()\[\]<>]{1,400})\](?![\[(:\w])"
)
_ADDRESS = pattern(r"https?://|\.{1,2}/|/\w|www\.", re.IGNORECASE)
_FILE = pattern(r"\.(?:png|jpe?g|gif|webp|svg|md|markdown|html?|pdf)(?:#\S*)?\Z", re.IGNORECASE)


def looks_unlinked(content: str, linked: int) -> bool:
    """Whether it is worth looking: there are more signs of links than there are links."""
    return (
        "] (" in content
        or ")[" in content
        or content.count("](") + content.count("][") > linked
        or "]  " in content
    )


def unlinked(content: str, taken: Sequence[tuple[int, int]]) -> Iterator[Unlinked]:
    """The near misses in inline content; `taken` is where links, images, code and tags stand."""
    if "][" in content:
        for match in _outside(_REFERENCE, content, taken):
            label = match[3] or match[2]
            if not label.startswith("^") and any(map(str.isalpha, match[2])):
                yield Unlinked("undefined-reference", *match.span(), label)
    if "](" in content:
        for match in _outside(_SPACED, content, taken):
            to = match["to"]
            if any(map(str.isspace, to)) and (_ADDRESS.match(to) or _FILE.search(to)):
                yield Unlinked("spaced-destination", *match.span("to"), _what(match))
    if "] " in content:
        for match in _outside(_DETACHED, content, taken):
            is_address = _ADDRESS.match(match["to"]) or (match[1] and _FILE.search(match["to"]))
            if is_address and any(map(str.isalpha, match["text"])):
                yield Unlinked("detached-destination", *match.span("gap"), _what(match))
    if ")[" in content:
        for match in _outside(_REVERSED, content, taken):
            yield Unlinked("reversed-link", *match.span(), str(len(match["text"])))


def _outside(
    pattern: re.Pattern[str], content: str, taken: Sequence[tuple[int, int]]
) -> "Iterator[re.Match[str]]":
    """The matches that begin in no place that is taken; both are in order."""
    places = iter(taken)
    start, end = next(places, (len(content), len(content)))
    for match in pattern.finditer(content):
        while end <= match.start():
            start, end = next(places, (len(content) + 1, len(content) + 1))
        if not start <= match.start() < end:
            yield match


def _what(match: "re.Match[str]") -> str:
    return "image" if match[1] else "link"
