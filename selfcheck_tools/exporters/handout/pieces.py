"""Documents in pieces that are rendered each at once."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from selfcheck_tools.exporters.handout.papers import Paper

MOST = 100  # questions in a part: what is rendered at once, and again when one of them changes


class Piece(NamedTuple):
    """Some questions of a document's paper, by their places on it, and what of them is printed."""

    paper: Paper
    positions: Sequence[int]
    part: str
    starts: bool  # it is the document's first
    ends: bool


def pieces(paper: Paper, part: str) -> list[Piece]:
    """A document in pieces of nearly the same size, none of more than MOST questions."""
    positions = range(len(paper.entries))
    count = len(positions)
    some = -(-count // MOST)
    cuts = [count * at // some for at in range(some + 1)] if some else []
    return [
        Piece(paper, positions[start:stop], part, start == 0, stop == count)
        for start, stop in pairwise(cuts)
    ]


def under_headings(
    groups: Sequence[tuple[str, Sequence[Any]]], positions: Sequence[int]
) -> list[tuple[str, list[Any]]]:
    """The questions of a piece under their headings; one that goes on is not said again."""
    flat = [(heading, at, each) for at, (heading, some) in enumerate(groups) for each in some]
    before = flat[positions[0] - 1][1] if positions[0] else -1
    return [
        ("" if at == before else heading, [each for _, _, each in run])
        for (at, heading), run in groupby(
            (flat[position] for position in positions), key=lambda entry: (entry[1], entry[0])
        )
    ]
