"""Parts joined into one PDF/UA-1, written from front to back, so that memory does not grow with it.

The structure tree is one Document with a Part for each; streams that are equal are there once.
ISO 32000-1 names all the keys.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from selfcheck_tools.exporters.handout.about import About, metadata
from selfcheck_tools.exporters.handout.feet import Foot, line
from selfcheck_tools.exporters.handout.objects import (
    NAMED,
    REFERENCE,
    Object,
    hexadecimal,
    of_hexadecimal,
)
from selfcheck_tools.exporters.handout.part import Entry, Link, Page, Part, Place
from selfcheck_tools.exporters.handout.pdf_file import PdfFile, array


class Joining(NamedTuple):
    """A part on its way into a book. `name` is that of its first page, for links; `title`, if any,
    an entry of the outline that its own go below. One that `continues` has its tags and its
    outline with the part before."""

    part: Part
    name: str = ""
    title: str = ""
    continues: bool = False


def joined(
    parts: Iterable[Joining], about: About, *, pages: int, foot: Foot | None = None, covers: int = 0
) -> bytes:
    """The PDF of some parts, which have so many pages together, numbered by a foot if there is one,
    though not on so many covers.

    A link to `dest:NAME` leads to the destination NAME of whichever part has it, or to the part
    that is called so; what follows a `#` in it says to listeners where it leads. ValueError where
    there is none. Where several parts name a destination alike, later ones get another name.
    """
    book = _Book(about.language, pages, foot, covers)
    for part in parts:
        book.add(part)
    return book.finished(about)


class _Entry(NamedTuple):
    """An entry of the whole outline; title in hexadecimal."""

    title: bytes
    place: bytes
    entries: "list[_Entry]"


class _Book:
    """A book while it is written."""

    def __init__(self, language: str, total: int, foot: Foot | None, covers: int) -> None:
        self._language, self._total, self._foot, self._covers = language, total, foot, covers
        self._file = PdfFile()
        self._catalog, self._tree, self._document, self._page_tree, self._save = (
            self._file.number() for _ in range(5)
        )
        self._shared: dict[bytes, int] = {}  # streams, by digest
        self._pages: list[int] = []
        self._owners: list[int] = []  # objects: who owns the contents of a page, or a link
        self._outline: list[_Entry] = []
        self._places: dict[bytes, bytes] = {}  # named destinations
        self._wanted: set[bytes] = set()  # names that links lead to
        self._cells: dict[bytes, int] = {}  # table cells, by name
        self._parts: list[tuple[int, str, list[int]]] = []  # Part, language, what is in it
        self._prefix = b""
        self._file.stream(self._save, b"<<>>", b"q\n")
        self._feet = self._copied(foot.objects, {}) if foot else []

    def add(self, joining: Joining) -> None:
        """Writes a part."""
        part = joining.part
        if not joining.continues or not self._parts:
            self._parts.append((self._file.number(), part.language, []))
        self._prefix = b"%d." % len(self._pages)  # different for each part
        at = self._numbers(part.objects)
        pages = [at[page.object] for page in part.pages]
        for page in part.pages:  # their names are needed by links
            self._pages.append(at[page.object])
        self._name(joining, part, pages)
        extra = self._extra(part, at, pages)
        self._write(part.objects, at, extra)
        prefix = self._prefix.hex().encode()
        self._cells |= {prefix + name: at[cell] for name, cell in part.cells.items()}
        entries = [_placed(entry, pages) for entry in part.outline]
        if joining.continues and self._outline:
            self._outline[-1].entries.extend(entries)
        elif joining.title:
            whole = b"[%d 0 R /Fit]" % pages[0]
            self._outline.append(_Entry(hexadecimal(joining.title), whole, entries))
        else:
            self._outline.extend(entries)

    # ── objects ─────────────────────────────────────────────────────────────────────────────────

    def _copied(self, objects: Sequence[Object], extra: dict[int, bytes]) -> list[int]:
        at = self._numbers(objects)
        self._write(objects, at, extra)
        return at

    def _numbers(self, objects: Sequence[Object]) -> list[int]:
        """The numbers of a part's objects in the book; negative for what is there already."""
        numbers = []
        for each in objects:
            known = -self._shared.get(each.digest, 0) if each.digest else 0
            if not known:
                known = self._file.number()
                if each.digest:
                    self._shared[each.digest] = known
            numbers.append(known)
        return numbers

    def _write(self, objects: Sequence[Object], at: list[int], extra: dict[int, bytes]) -> None:
        names = [b"%d 0 R" % abs(number) for number in at]
        prefix = b"<" + self._prefix.hex().encode()
        for index, (number, (body, data)) in enumerate(
            zip(at, ((each.body, each.data) for each in objects), strict=True)
        ):
            if number < 0:
                continue
            body = REFERENCE.sub(lambda found: names[int(found[1])], body)
            if NAMED in body:
                body = body.replace(NAMED, prefix)
            if index in extra:
                body = b"<<" + extra[index] + body[2:]
            if data is None:
                self._file.put(number, body)
            else:
                self._file.stream(number, body, data)

    def _put(self, value: bytes) -> int:
        number = self._file.number()
        self._file.put(number, value)
        return number

    # ── what depends on where a part is ─────────────────────────────────────────────────────────

    def _extra(self, part: Part, at: list[int], pages: list[int]) -> dict[int, bytes]:
        """What the objects of a part lack, by their number in it."""
        parent, _, kids = self._parts[-1]
        extra = dict.fromkeys(part.tops, b"/P %d 0 R" % parent)
        kids.extend(at[top] for top in part.tops)
        if self._foot is not None:
            fonts = (
                b"/%s %d 0 R" % (name.encode(), abs(self._feet[font]))
                for name, font in self._foot.fonts.items()
            )
            extra |= dict.fromkeys(part.fonts, b"".join(fonts))
        first = len(self._pages) - len(pages)
        for number, page in enumerate(part.pages, start=first + 1):
            extra[page.object] = self._of_page(page, at, number)
        for page in part.pages:
            for link in page.links:
                extra[link.object] = self._of_link(link, part, at, pages)
        return extra

    def _of_page(self, page: Page, at: list[int], number: int) -> bytes:
        contents = b"%d 0 R" % abs(at[page.contents])
        if self._foot is not None and number > self._covers:
            stamp = self._file.number()
            data = b"Q\n" + line(self._foot, number, self._total)
            self._file.stream(stamp, b"<<>>", data)
            contents = array([self._save, abs(at[page.contents]), stamp])
        owners = b" ".join(b"%d 0 R" % at[one] if one >= 0 else b"null" for one in page.owners)
        keys = [
            b"/Parent %d 0 R" % self._page_tree,
            b"/Contents %s" % contents,
            b"/StructParents %d" % self._owned_by(self._put(b"[%s]" % owners)),
        ]
        if page.links:
            keys.append(b"/Annots %s" % array(at[link.object] for link in page.links))
        return b"".join(keys)

    def _of_link(self, link: Link, part: Part, at: list[int], pages: list[int]) -> bytes:
        owner = b"/StructParent %d" % self._owned_by(at[link.owner])
        if link.inner:
            return owner + b"/Dest %s" % _destination(part.names[link.inner], pages)
        if not link.outer:
            return owner
        name, _, says = of_hexadecimal(link.outer).partition("#")
        target = hexadecimal(unquote(name))
        self._wanted.add(target)
        about = hexadecimal(unquote(says or name))
        return owner + b"/A <</S /GoTo/D <%s>>>/Contents <%s>" % (target, about)

    def _owned_by(self, element: int) -> int:
        self._owners.append(element)
        return len(self._owners) - 1

    def _name(self, joining: Joining, part: Part, pages: list[int]) -> None:
        """Notes the destinations of a part."""
        places = {name: _destination(place, pages) for name, place in part.names.items()}
        if joining.name:
            places[hexadecimal(joining.name)] = b"[%d 0 R /Fit]" % pages[0]
        for name, place in places.items():
            free, times = name, 1
            while free in self._places:
                times += 1
                free = hexadecimal(f"{of_hexadecimal(name)}.{times}")
            self._places[free] = place

    # ── the whole ───────────────────────────────────────────────────────────────────────────────

    def finished(self, about: About) -> bytes:
        """The whole PDF."""
        lost = self._wanted - self._places.keys()
        if lost:
            raise ValueError(f"nothing is called {of_hexadecimal(min(lost))!r}")
        if len(self._pages) != self._total:
            raise ValueError(f"{len(self._pages)} pages, where {self._total} were announced")
        self._file.put(
            self._page_tree,
            b"<</Type /Pages/Count %d/Kids %s>>" % (self._total, array(self._pages)),
        )
        self._finish_tags()
        title = hexadecimal(about.title)
        packet = self._file.number()
        self._file.stream(packet, b"<</Type /Metadata/Subtype /XML>>", metadata(about))
        names = _name_tree((name, place) for name, place in self._places.items())
        outline = self._written_outline()
        self._file.put(
            self._catalog,
            b"<</Type /Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/Metadata %d 0 R/Lang <%s>"
            % (self._page_tree, self._tree, packet, hexadecimal(self._language))
            + b"/MarkInfo <</Marked true>>/ViewerPreferences <</DisplayDocTitle true>>"
            + b"/PageLabels <</Nums [0 <</S /D>>]>>/Names <</Dests %d 0 R>>" % self._put(names)
            + b"/Outlines %d 0 R/PageMode /UseOutlines>>" % outline,
        )
        producer = hexadecimal(about.producer)
        info = self._put(b"<</Title <%s>/Producer <%s>>>" % (title, producer))
        return self._file.finished(root=self._catalog, info=info)

    def _finish_tags(self) -> None:
        for number, language, kids in self._parts:
            other = b"/Lang <%s>" % hexadecimal(language) if language != self._language else b""
            head = b"<</Type /StructElem/S /Part/P %d 0 R%s" % (self._document, other)
            self._file.put(number, head + b"/K %s>>" % array(kids))
        parts = array(number for number, _, _ in self._parts)
        head = b"<</Type /StructElem/S /Document/P %d 0 R" % self._tree
        self._file.put(self._document, head + b"/K %s>>" % parts)
        owners = b" ".join(b"%d %d 0 R" % pair for pair in enumerate(self._owners))
        keys = b"/ParentTree %d 0 R" % self._put(b"<</Nums [%s]>>" % owners)
        if self._cells:
            cells = _name_tree((name, b"%d 0 R" % at) for name, at in self._cells.items())
            keys += b"/IDTree %d 0 R" % self._put(cells)
        keys += b"/ParentTreeNextKey %d/K [%d 0 R]" % (len(self._owners), self._document)
        self._file.put(self._tree, b"<</Type /StructTreeRoot%s>>" % keys)

    def _written_outline(self) -> int:
        root = self._file.number()
        first, last, count = self._siblings(self._outline, root)
        ends = b"/First %d 0 R/Last %d 0 R" % (first, last) if self._outline else b""
        self._file.put(root, b"<</Type /Outlines/Count %d%s>>" % (count, ends))
        return root

    def _siblings(self, entries: Sequence[_Entry], parent: int) -> tuple[int, int, int]:
        """Writes entries; the first, the last, and how many are seen: below the first level, none
        until it is opened."""
        numbers = [self._file.number() for _ in entries]
        for at, entry in enumerate(entries):
            keys = [b"/Title <%s>/Dest %s/Parent %d 0 R" % (entry.title, entry.place, parent)]
            if at:
                keys.append(b"/Prev %d 0 R" % numbers[at - 1])
            if at + 1 < len(entries):
                keys.append(b"/Next %d 0 R" % numbers[at + 1])
            if entry.entries:
                first, last, count = self._siblings(entry.entries, numbers[at])
                keys.append(b"/First %d 0 R/Last %d 0 R/Count %d" % (first, last, -count))
            self._file.put(numbers[at], b"<<%s>>" % b"".join(keys))
        return (numbers[0], numbers[-1], len(entries)) if entries else (0, 0, 0)


def _placed(entry: Entry, pages: list[int]) -> _Entry:
    inner = [_placed(each, pages) for each in entry.entries]
    return _Entry(entry.title, _destination(entry.place, pages), inner)


def _destination(place: Place, pages: list[int]) -> bytes:
    return b"[%d 0 R %s]" % (pages[place.page], place.view)


def _name_tree(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"<</Names [%s]>>" % b" ".join(b"<%s> %s" % pair for pair in sorted(pairs))
