"""Parts joined into one PDF/UA-1, written from front to back, so that memory does not grow with it.

The structure tree is one Document with a Part for each; streams that are equal are there once. What
depends on pages to come is written last. ISO 32000-1 names all the keys.
"""

from collections.abc import Iterable, Sequence
from importlib import resources
from io import BytesIO
from typing import IO

from selfcheck_tools.exporters.handout.about import About, metadata
from selfcheck_tools.exporters.handout.feet import line
from selfcheck_tools.exporters.handout.joining import (
    PLAIN,
    Joining,
    Listed,
    Outline,
    Setting,
    destination,
)
from selfcheck_tools.exporters.handout.objects import (
    NAMED,
    REFERENCE,
    Object,
    hexadecimal,
    of_hexadecimal,
)
from selfcheck_tools.exporters.handout.part import Link, Page, Part, boxes, compressed
from selfcheck_tools.exporters.handout.pdf_file import PdfFile, array, name_tree
from selfcheck_tools.exporters.handout.references import ROOM, Slot, drawn

_SRGB = "sRGB2014.icc"  # the engine's own profile


def joined(parts: Iterable[Joining], about: About, setting: Setting = PLAIN) -> bytes:
    """The PDF of some parts, in memory.

    A link to `dest:NAME` leads to the destination NAME of whichever part has it, or to the part
    that is called so; what follows a `#` in it says to listeners where it leads. ValueError where
    there is none. Where several parts name a destination alike, later ones get another name.
    Links to `dest:NAME?page` get the number of the page where they lead (`references`).
    """
    out = BytesIO()
    book = Joiner(out, about.language, setting)
    for part in parts:
        book.add(part)
    book.finish(about)
    return out.getvalue()


class Joiner:
    """A book while it is written."""

    def __init__(self, out: IO[bytes], language: str, setting: Setting = PLAIN) -> None:
        self._language, self._setting = language, setting
        self._file = PdfFile(out)
        self._catalog, self._tree, self._document, self._page_tree, self._save = (
            self._file.number() for _ in range(5)
        )
        self._shared: dict[bytes, int] = {}  # streams, by digest
        self._pages: list[int] = []
        self._owners: list[int] = []  # objects: who owns the contents of a page, or a link
        self._outline = Outline()
        self._places: dict[bytes, bytes] = {}  # named destinations
        self._pages_of: dict[bytes, int] = {}  # the numbers of their pages
        self._wanted: set[bytes] = set()  # names that links lead to
        self._stamps: list[tuple[int, int]] = []  # objects of feet, and their pages' numbers
        self._slots: list[tuple[int, bytes, Slot]] = []  # objects of page references
        self._said: list[
            tuple[int, bytes, str]
        ] = []  # objects that say where a numbered link leads
        self._cells: dict[bytes, int] = {}  # table cells, by name
        self._parts: list[tuple[int, str, list[int]]] = []  # Part, language, what is in it
        self._prefix = b""
        self._scope = ""
        self._file.stream(self._save, b"<<>>", b"q\n")
        self._feet = self._copied(setting.foot.objects, {}) if setting.foot else []

    def add(self, joining: Joining) -> None:
        """Writes a part."""
        part = joining.part
        goes_on = joining.continues or self._outline.goes_on(joining)
        if self._setting.gutter and not goes_on and len(self._pages) % 2:
            self._add_blank(part.pages[0])
        if not joining.continues or not self._parts:
            self._parts.append((self._file.number(), part.language, []))
        self._prefix = b"%d." % len(self._pages)  # different for each part
        self._scope = joining.scope
        at = self._numbers(part.objects)
        pages = [at[page.object] for page in part.pages]
        first = len(self._pages) + 1
        self._pages.extend(pages)  # their names are needed by links
        self._name(joining, part, pages, first)
        extra = self._extra(part, at, pages)
        self._write(part.objects, at, extra)
        prefix = self._prefix.hex().encode()
        self._cells |= {prefix + name: at[cell] for name, cell in part.cells.items()}
        self._outline.add(joining, pages, first)

    @property
    def pages(self) -> int:
        """How many pages there are so far."""
        return len(self._pages)

    def page(self, name: str) -> int:
        """The number of the page that a destination is on; 0 if nothing is called so."""
        return self._pages_of.get(hexadecimal(name), 0)

    def listed(self) -> list[Listed]:
        """The outline so far."""
        return self._outline.listed()

    def _add_blank(self, like: Page) -> None:
        """An empty page, so that the next part begins on the right."""
        number = len(self._pages) + 1
        self._pages.append(self._file.number())
        keys = b"<</Type /Page/Tabs /S/Resources <<>>/Parent %d 0 R%s>>"
        self._file.put(self._pages[-1], keys % (self._page_tree, boxes(like, self._move(number))))

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
        if self._setting.foot is not None:
            fonts = (
                b"/%s %d 0 R" % (name.encode(), abs(self._feet[font]))
                for name, font in self._setting.foot.fonts.items()
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
        contents = [abs(at[page.contents[0]])]
        for slot, piece in zip(page.slots, page.contents[1:], strict=True):
            self._slots.append((self._file.number(), self._whole(slot.name), slot))
            contents += [self._slots[-1][0], abs(at[piece])]
        if self._setting.foot is not None and number > self._setting.covers:
            self._stamps.append((self._file.number(), number))
            contents = [self._save, *contents, self._stamps[-1][0]]
        owners = b" ".join(b"%d 0 R" % at[one] if one >= 0 else b"null" for one in page.owners)
        keys = [
            boxes(page, self._move(number)),
            b"/Parent %d 0 R" % self._page_tree,
            b"/Contents %s" % (array(contents) if contents[1:] else b"%d 0 R" % contents[0]),
            b"/StructParents %d" % self._owned_by(self._put(b"[%s]" % owners)),
        ]
        if page.links:
            keys.append(b"/Annots %s" % array(at[link.object] for link in page.links))
        return b"".join(keys)

    def _move(self, number: int) -> float:
        """How much further to the right lies what a page shows: less moves it to the right."""
        gutter = self._setting.gutter
        return -gutter if number % 2 else gutter

    def _of_link(self, link: Link, part: Part, at: list[int], pages: list[int]) -> bytes:
        owner = b"/StructParent %d" % self._owned_by(at[link.owner])
        if link.inner:
            return owner + b"/Dest %s" % destination(part.names[link.inner], pages)
        if not link.outer:
            return owner
        name, says = self._whole(link.outer), b"<%s>" % link.says
        self._wanted.add(name)
        if link.numbered:
            self._said.append((self._file.number(), name, of_hexadecimal(link.says)))
            says = b" %d 0 R" % self._said[-1][0]
        return owner + b"/A <</S /GoTo/D <%s>>>/Contents%s" % (name, says)

    def _owned_by(self, element: int) -> int:
        self._owners.append(element)
        return len(self._owners) - 1

    def _whole(self, name: bytes) -> bytes:
        """The name of a place, as it is in the book."""
        text = of_hexadecimal(name)
        return hexadecimal(f"{self._scope}/{text[2:]}") if text.startswith("./") else name

    def _name(self, joining: Joining, part: Part, pages: list[int], first: int) -> None:
        """Notes the destinations of a part."""
        places = [
            (
                hexadecimal(f"{joining.scope}/{of_hexadecimal(name)}") if joining.scope else name,
                place.page,
                destination(place, pages),
            )
            for name, place in part.names.items()
        ]
        if joining.name:
            places.append((hexadecimal(joining.name), 0, b"[%d 0 R /Fit]" % pages[0]))
        for name, page, place in places:
            free, times = name, 1
            while free in self._places:
                times += 1
                free = hexadecimal(f"{of_hexadecimal(name)}.{times}")
            self._places[free] = place
            self._pages_of[free] = first + page

    # ── the whole ───────────────────────────────────────────────────────────────────────────────

    def finish(self, about: About) -> None:
        """Writes what depends on all parts, and the end. ValueError where a link leads nowhere."""
        lost = self._wanted - self._places.keys()
        if lost:
            raise ValueError(f"nothing is called {of_hexadecimal(min(lost))!r}")
        self._finish_numbers()
        self._file.put(
            self._page_tree,
            b"<</Type /Pages/Count %d/Kids %s>>" % (len(self._pages), array(self._pages)),
        )
        self._finish_tags()
        title = hexadecimal(about.title)
        packet = self._file.number()
        self._file.stream(packet, b"<</Type /Metadata/Subtype /XML>>", metadata(about))
        names = name_tree((name, place) for name, place in self._places.items())
        outline = self._outline.written(self._file)
        self._file.put(
            self._catalog,
            b"<</Type /Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/Metadata %d 0 R/Lang <%s>"
            % (self._page_tree, self._tree, packet, hexadecimal(self._language))
            + b"/MarkInfo <</Marked true>>/ViewerPreferences <</DisplayDocTitle true>>"
            + b"/PageLabels <</Nums [0 <</S /D>>]>>/Names <</Dests %d 0 R>>" % self._put(names)
            + b"/Outlines %d 0 R/PageMode /UseOutlines%s>>" % (outline, self._intents(about)),
        )
        producer = hexadecimal(about.producer)
        info = self._put(b"<</Title <%s>/Producer <%s>>>" % (title, producer))
        self._file.finish(root=self._catalog, info=info)

    def _intents(self, about: About) -> bytes:
        """What colours mean, as archives ask for it (ISO 19005-2, 6.2.3)."""
        if not about.archival:
            return b""
        profile = self._file.number()
        body, data = compressed(resources.files("weasyprint.pdf").joinpath(_SRGB).read_bytes())
        self._file.stream(profile, b"<</N 3" + body[2:], data)
        name = hexadecimal(_SRGB)
        return (
            b"/OutputIntents [<</Type /OutputIntent/S /GTS_PDFA1/OutputConditionIdentifier <%s>"
            b"/Info <%s>/DestOutputProfile %d 0 R>>]" % (name, name, profile)
        )

    def _finish_numbers(self) -> None:
        """Writes what tells pages by their numbers."""
        foot = self._setting.foot
        if foot is None:
            if self._slots:
                raise ValueError("page references need the digits of a foot")
            return
        for stamp, number in self._stamps:
            self._file.stream(stamp, b"<<>>", b"Q\n" + line(foot, number, len(self._pages)))
        for at, name, slot in self._slots:
            self._file.stream(at, b"<<>>", drawn(slot, self._pages_of[name], foot.digits))
        for at, name, says in self._said:
            said = str(self._pages_of[name]).join(says.rsplit(ROOM, 1))
            self._file.put(at, b"<%s>" % hexadecimal(said))

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
            cells = name_tree((name, b"%d 0 R" % at) for name, at in self._cells.items())
            keys += b"/IDTree %d 0 R" % self._put(cells)
        keys += b"/ParentTreeNextKey %d/K [%d 0 R]" % (len(self._owners), self._document)
        self._file.put(self._tree, b"<</Type /StructTreeRoot%s>>" % keys)
