"""Flashcards: how large the text of each side may be, found by laying it out.

A side that does not fit is set smaller in steps; what does not fit in the smallest type is cut.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

SIZES = (12.5, 11.0, 9.6, 8.4, 7.4, 6.6)  # points, of ordinary cards
FACES = ("front", "back")
ROOM = "room"  # the name of an empty box that is as high as a side's text may be
_LINE = 1.3 / 72 * 25.4  # millimetres of a line, for a point of type
_SLACK = 1.15  # text set smaller breaks better than its area says
_ROUNDS = 18  # of smaller type and of cutting


class Side(NamedTuple):
    """A side of a card, and how its text is set."""

    at: int  # the question's position
    face: str
    size: float
    lines: int = 0  # after which it is cut; 0: it is whole
    top: float = 0.0  # millimetres above it, within its room
    sizes: tuple[float, ...] = SIZES  # which it may have, from the largest

    @property
    def name(self) -> str:
        return f"{self.face}-{self.at}"

    @property
    def short(self) -> bool:
        """Whether the largest type is small enough."""
        return self.size == self.sizes[0]


# Gives the heights of sides, in millimetres, by their names, and that of ROOM.
Measure = Callable[[Sequence[Side]], Mapping[str, float]]


def unfitted(count: int, sizes: tuple[float, ...] = SIZES) -> list[Side]:
    """The sides of so many cards, all set in the largest type of these sizes."""
    return [Side(at, face, sizes[0], sizes=sizes) for at in range(count) for face in FACES]


def fitted(sides: Sequence[Side], measure: Measure) -> dict[str, Side]:
    """Sides by their names, each set so that it fits its room."""
    found: dict[str, Side] = {}
    waiting = [*sides]
    rounds = 0
    while waiting and rounds < _ROUNDS:
        rounds += 1
        heights = measure(waiting)
        room = heights[ROOM]
        for side in waiting:
            found[side.name] = side._replace(top=max(0.0, (room - heights[side.name]) / 2))
        waiting = list(_smaller(waiting, heights, room))
    return found


def _smaller(sides: Sequence[Side], heights: Mapping[str, float], room: float) -> Iterator[Side]:
    """The sides that are too high, set smaller or cut further."""
    for side in sides:
        height = heights[side.name]
        if height <= room:
            continue
        steps = [size for size in side.sizes if size < side.size]
        line = side.size * _LINE
        if steps:
            fit = (size for size in steps if height * (size / side.size) ** 2 <= room * _SLACK)
            yield side._replace(size=next(fit, steps[-1]))
        elif not side.lines:
            yield side._replace(lines=max(1, int(room / line)))
        elif side.lines > 1:
            yield side._replace(lines=max(1, side.lines - max(1, int((height - room) / line))))
