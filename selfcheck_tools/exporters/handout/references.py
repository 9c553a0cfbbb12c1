"""Page numbers within text that are known only when parts are joined.

A link to `dest:NAME?page` has ROOM in its text. Where that is drawn, the contents of the page are
cut; whoever joins parts puts the digits between, as what the link owns. What follows them closes
up; or, for `dest:NAME?page=right`, they stand flush right in the room of the zeros.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

from selfcheck_tools.exporters.handout.feet import Run, widths

ROOM = "0000"


class Slot(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Room for the number of the page that a link leads to: by the name of its place in
    hexadecimal, `width` being in thousandths of the type's size, and `font` what the operator Tf
    takes for the text around."""

    name: bytes
    right: bool
    font: bytes
    size: float
    width: float


class Wanted(NamedTuple):
    """A number that is wanted: of the page of a place, and how it is set."""

    name: bytes
    right: bool


class Zero(NamedTuple):
    """The glyphs that show a zero in a font, and how wide they are."""

    glyphs: frozenset[int]
    width: float


def zeros(fonts: Any) -> dict[bytes, Zero]:
    """The zeros of the fonts of a page, by the fonts' names."""
    found = {}
    for name, font in fonts.items():
        signs = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
        glyphs = frozenset(int(glyph, 16) for glyph in _ZERO.findall(signs))
        if glyphs:
            width = widths(font).get(min(glyphs), 1000.0)
            found[name.encode()] = Zero(glyphs, width)
    return found


_ZERO = re.compile(rb"^<([0-9a-fA-F]{4})> <0030>", re.MULTILINE)


class _Place(NamedTuple):
    """Where a number goes: what of the contents it replaces, and what closes and opens again."""

    start: int
    stop: int
    before: bytes
    after: bytes
    slot: Slot


def cut(
    contents: bytes, wanted: Sequence[tuple[Wanted, Sequence[int]]], fonts: Mapping[bytes, Zero]
) -> tuple[list[bytes], list[Slot]]:
    """The contents of a page in pieces, and the slots between them.

    `wanted` are the numbers with the marks of what their links own, in their order; a link goes on
    to another page without its number there.
    """
    sections = {int(found[1]): found for found in _MARKED.finditer(contents)}
    places = []
    for number, marks in wanted:
        found = (_place(sections[mark], number, fonts) for mark in reversed(marks))
        places += [place for place in found if place is not None][:1]
    pieces, at, after = [], 0, b""
    for place in sorted(places, key=lambda place: place.start):
        pieces.append(after + contents[at : place.start] + place.before)
        at, after = place.stop, place.after
    return [*pieces, after + contents[at:]], [place.slot for place in sorted(places)]


_MARKED = re.compile(rb"/\w+\s*<<\s*/MCID (\d+)\s*>>\s*BDC\b(.*?)\bEMC\b", re.DOTALL)
_SETTING = re.compile(rb"/(?P<font>\S+) (?P<size>[\d.]+) Tf|\[(?P<shown>[^\]]*)\] TJ")
_GLYPH = re.compile(rb"<([0-9a-fA-F]*)>|[^<>\s]+")


def _place(
    section: "re.Match[bytes]", number: Wanted, fonts: Mapping[bytes, Zero]
) -> _Place | None:
    """Where the last zeros of a section are; None if it has none."""
    font, size, last = b"", b"0", None
    for found in _SETTING.finditer(section[2]):
        if found["font"]:
            font, size = found["font"], found["size"]
            continue
        zero = fonts.get(b"/" + font)
        parts = _parted(found["shown"], zero.glyphs) if zero else None
        if zero and parts:
            before, zeros, after = parts
            start = section.start(2)
            width = sum(zero.width if isinstance(item, int) else -float(item) for item in zeros)
            slot = Slot(number.name, number.right, b"/%s %s" % (font, size), float(size), width)
            ends = _showing(before), _showing(after)
            last = _Place(start + found.start(), start + found.end(), *ends, slot)
    return last


def _parted(
    shown: bytes, zeros: frozenset[int]
) -> tuple[Sequence[int | bytes], Sequence[int | bytes], Sequence[int | bytes]] | None:
    """What is shown before the last zeros, these, and what is shown after them."""
    items = [*_items(shown)]
    glyphs = [at for at, item in enumerate(items) if isinstance(item, int)]
    for first in range(len(glyphs) - len(ROOM), -1, -1):
        run = glyphs[first : first + len(ROOM)]
        if all(items[at] in zeros for at in run):
            start, stop = run[0], run[-1] + 1
            return items[:start], items[start:stop], items[stop:]
    return None


def _items(shown: bytes) -> Iterator[int | bytes]:
    """Glyphs, and moves between them, as the operator TJ takes them."""
    for found in _GLYPH.finditer(shown):
        if found[1] is None:
            yield found[0]
        else:
            yield from (int(found[1][i : i + 4], 16) for i in range(0, len(found[1]), 4))


def _showing(items: Sequence[int | bytes]) -> bytes:
    shown = b" ".join(b"<%04x>" % item if isinstance(item, int) else item for item in items)
    return b"[%s] TJ\n" % shown if shown else b""


def drawn(slot: Slot, page: int, digits: Sequence[Run]) -> bytes:
    """The number of a page, in a slot."""
    runs = [digits[int(digit)] for digit in str(page)]
    rest = slot.width - sum(run.width / run.size * 1000 for run in runs)
    move = b"[%.3f] TJ\n" % -rest if slot.right else b""
    shown = b"".join(
        b"/%s %g Tf [%s] TJ\n" % (font.encode(), slot.size, b"".join(run.glyphs for run in some))
        for font, some in groupby(runs, key=lambda run: run.font)
    )
    return b"%s%s%s Tf\n" % (move, shown, slot.font)
