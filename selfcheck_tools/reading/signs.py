"""Odd characters in code: notes of where the code is, for rules on what hides in it.

Prose may hold signs that steer how it is shown; code may not. Code blocks are in the model; code
within a line is not, and is noted here where it holds such a sign.
"""

from collections.abc import Iterator

from selfcheck_tools.markdown import is_tangled, parse
from selfcheck_tools.model import Note
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.page import Page

# UAX 9: embeddings and overrides, isolates, and what ends them.
EMBEDDINGS, EMBEDDINGS_END = frozenset("\u202a\u202b\u202d\u202e"), "\u202c"
ISOLATES, ISOLATES_END = frozenset("\u2066\u2067\u2068"), "\u2069"
BIDI = EMBEDDINGS | ISOLATES | {EMBEDDINGS_END, ISOLATES_END}
MARKS = frozenset("\u061c\u200e\u200f")

# Spaces of a fixed width that no compiler takes for a space.
HARD_SPACES = frozenset("\u00a0\u2007\u202f")

JOINERS = frozenset("\u200c\u200d")
TAGS = frozenset(map(chr, range(0xE0000, 0xE0080)))
INVISIBLE = (
    frozenset("\u200b\u2061\u2062\u2063\u2064\u180e\ufeff\u2028\u2029\ufffc")
    | frozenset(map(chr, (*range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC))))
    | frozenset("\u115f\u1160\u3164\uffa0")
    | TAGS
)
BREAKS = frozenset("\u00ad\u2060")  # where a line may break, and where not: right in prose

# How UTF-8 starts that was read as Windows-1252 or Windows-1251: the lead bytes as letters.
LEADS = frozenset("ÂÃÄÅÎÏÐÑ×ØÙâãäåæçèéêëìíïðРС")
LOST = "\ufffd"

_ODD = BIDI | MARKS | HARD_SPACES | JOINERS | INVISIBLE | BREAKS | {LOST}
_GARBLED = pattern(
    f"[{''.join(sorted(LEADS))}][\x80-\xbfŒœŠšŸŽžƒˆ˜\u2010-\u2122\u0402-\u040f\u0452-\u045f]"
)


def coded(page: Page) -> Iterator[Note]:
    """Where code within lines holds an odd character."""
    source = page.source
    odd = source.signs & _ODD
    if "\ufeff" in odd and source.text.rfind("\ufeff") == 0:
        odd -= {"\ufeff"}  # the byte order mark
    is_garbled = not source.signs.isdisjoint(LEADS) and _GARBLED.search(source.text) is not None
    if not odd and not is_garbled:
        return

    def holds(text: str) -> bool:
        return any(sign in text for sign in odd) or (
            is_garbled and _GARBLED.search(text) is not None
        )

    for token in page.blocks.tokens:
        content = token.content
        if token.type != "inline" or "`" not in content or not holds(content):
            continue
        if is_tangled(content):
            continue
        lines = page.places.lines(token)
        for child in parse(content, inline=True)[0].children or []:
            if child.type == "code_inline" and holds(child.content):
                yield Note("odd-code", page.places.span(token, lines, *child.meta["at"]))
