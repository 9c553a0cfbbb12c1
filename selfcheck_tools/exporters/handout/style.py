"""How paper looks: the stylesheets of a variant, each with those of the options that are on.

A stylesheet `handout` has others beside it that are named after options: `handout-a5` goes over it
when the paper is A5, then `worksheet` over both, then `worksheet-a5`, where there is such a file. So
users can replace each of them, and add those that are not shipped.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from selfcheck_tools.exporters import Context, PaperOptions
from selfcheck_tools.exporters.handout import theme
from selfcheck_tools.exporters.handout.cards import SIZES

_TABLE = 72  # characters of a table that are as wide as a page of A4
_LINE = 55  # characters of handwriting there


class Page(NamedTuple):
    """What the making of HTML must know of the page that it is for."""

    columns: int
    rows: int  # of flashcards
    sizes: tuple[float, ...]  # points that their text may be set in, from the largest
    across: int  # characters of a table that fit the width of the text
    writing: int  # characters that are written by hand on a line


def style(context: Context, sheets: Sequence[str], *, mirrored: bool = True) -> str:
    """The CSS of a variant that has these sheets. Pages that are `mirrored` have margins for binding
    where that is asked for; others are shifted by `gutter` when they are put together."""
    options = _options(context.paper, mirrored=mirrored)
    texts = [text for sheet in sheets for text in _texts(context, sheet, options)]
    return "\n".join([*texts, *theme.style(context)])


def gutter(paper: PaperOptions) -> float:
    """The millimetres that a page which lies open on the right is shifted to the right, away from the
    binding, and one on the left to the left; 0 where nothing is to be bound. The margins leave room
    for that (`--gutter` in the stylesheets)."""
    if not paper.duplex:
        return 0.0
    return 3.0 if paper.size == "A5" else 5.0


def page(paper: PaperOptions) -> Page:
    """What the making of HTML must know of pages with these options."""
    narrow, large = _columns(paper) == 2, paper.large_print
    share = (0.75 if paper.size == "A5" else 1.0) * (0.52 if narrow else 1.0)
    type_share = 0.56 if large else 0.75 if paper.dyslexia else 1.0
    return Page(
        columns=_columns(paper),
        rows=2 if "four" in _options(paper) else 4,
        sizes=(18.0, 16.0) if large else (14.0, 12.0) if paper.dyslexia else SIZES,
        across=round(_TABLE * share * type_share),
        writing=round(_LINE * share),
    )


def _columns(paper: PaperOptions) -> int:
    """Large type is set in one column, whatever is asked for."""
    return 1 if paper.large_print else paper.columns


def _options(paper: PaperOptions, *, mirrored: bool = True) -> list[str]:
    """The names of what is on, in the order in which one goes over the other."""
    large = paper.large_print or paper.dyslexia
    named = {
        paper.size.lower(): True,
        "four": large or paper.size == "A5",  # cards to a page
        "large": large,
        "columns": _columns(paper) == 2,
        "duplex": paper.duplex and mirrored,
        "dyslexia": paper.dyslexia,
        "large-print": paper.large_print,
    }
    return [name for name, on in named.items() if on]


def _texts(context: Context, sheet: str, options: Sequence[str]) -> Iterator[str]:
    """A stylesheet, and those of options that it has."""
    yield context.template(f"handout/{sheet}.css")
    for option in options:
        with suppress(FileNotFoundError):
            yield context.template(f"handout/{sheet}-{option}.css")
