"""What is joined into a book, and the outline of the whole."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from selfcheck_tools.exporters.handout.feet import Foot
from selfcheck_tools.exporters.handout.objects import hexadecimal, of_hexadecimal
from selfcheck_tools.exporters.handout.part import Entry, Part, Place
from selfcheck_tools.exporters.handout.pdf_file import PdfFile


class Joining(NamedTuple):
    """A part on its way into a book. `name` is that of its first page, for links; `title`, if any,
    an entry of the outline that its own go below, together with those of other parts of that title
    next to it. One that `continues` has its tags and its outline with the part before.

    Destinations in a part with a `scope` are called SCOPE/NAME, and its links to `dest:./NAME`
    lead to those of its scope.
    """

    part: Part
    name: str = ""
    title: str = ""
    continues: bool = False
    scope: str = ""


class Setting(NamedTuple):
    """How pages are set: with a foot, if any, though not on so many covers. With a `gutter`, in
    points, all pages are moved by it away from the binding, and parts begin on right-hand pages,
    but for those that go on below one title."""

    foot: Foot | None = None
    covers: int = 0
    gutter: float = 0


PLAIN = Setting()


class Listed(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An entry of the outline, and the number of its page."""

    title: str
    page: int
    entries: "list[Listed]" = []


class _Entry(NamedTuple):
    """An entry of the whole outline; title in hexadecimal."""

    title: bytes
    place: bytes
    page: int
    entries: "list[_Entry]"


class Outline:
    """The outline of a book while it grows."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._latest = self._entries  # where the entries of the last part are
        self._title = ""  # of the last part

    def goes_on(self, joining: Joining) -> bool:
        """Whether a part comes below the title of the one before."""
        return bool(joining.title) and joining.title == self._title

    def add(self, joining: Joining, pages: list[int], first: int) -> None:
        """Puts in the entries of a part, given its pages and the number of the first."""
        entries = [_placed(entry, pages, first) for entry in joining.part.outline]
        if joining.continues and self._latest:
            self._latest[-1].entries.extend(entries)
            return
        if not joining.title:
            self._latest = self._entries
        elif joining.title != self._title:
            whole = b"[%d 0 R /Fit]" % pages[0]
            self._latest = []
            self._entries.append(_Entry(hexadecimal(joining.title), whole, first, self._latest))
        self._title = joining.title
        self._latest.extend(entries)

    def listed(self) -> list[Listed]:
        """What it says so far."""
        return [_listed(entry) for entry in self._entries]

    def written(self, file: PdfFile) -> int:
        """Writes it; its object."""
        root = file.number()
        first, last, count = _siblings(file, self._entries, root)
        ends = b"/First %d 0 R/Last %d 0 R" % (first, last) if self._entries else b""
        file.put(root, b"<</Type /Outlines/Count %d%s>>" % (count, ends))
        return root


def _siblings(file: PdfFile, entries: Sequence[_Entry], parent: int) -> tuple[int, int, int]:
    """Writes entries; the first, the last, and how many are seen: below the first level, none
    until it is opened."""
    numbers = [file.number() for _ in entries]
    for at, entry in enumerate(entries):
        keys = [b"/Title <%s>/Dest %s/Parent %d 0 R" % (entry.title, entry.place, parent)]
        if at:
            keys.append(b"/Prev %d 0 R" % numbers[at - 1])
        if at + 1 < len(entries):
            keys.append(b"/Next %d 0 R" % numbers[at + 1])
        if entry.entries:
            first, last, count = _siblings(file, entry.entries, numbers[at])
            keys.append(b"/First %d 0 R/Last %d 0 R/Count %d" % (first, last, -count))
        file.put(numbers[at], b"<<%s>>" % b"".join(keys))
    return (numbers[0], numbers[-1], len(entries)) if entries else (0, 0, 0)


def _placed(entry: Entry, pages: list[int], first: int) -> _Entry:
    inner = [_placed(each, pages, first) for each in entry.entries]
    place = destination(entry.place, pages)
    return _Entry(entry.title, place, first + entry.place.page, inner)


def _listed(entry: _Entry) -> Listed:
    inner = [_listed(each) for each in entry.entries]
    return Listed(of_hexadecimal(entry.title), entry.page, inner)


def destination(place: Place, pages: list[int]) -> bytes:
    """Where a place of a part is in the book."""
    return b"[%d 0 R %s]" % (pages[place.page], place.view)
