"""A tagged PDF taken apart, so that putting it into a larger one is a matter of counting objects.

What a part holds is what the engine writes for PDF/UA-1 (ISO 32000-1 names all the keys): pages,
links, destinations, an outline and the structure tree. What the engine draws in margins without a
place in that tree becomes an artifact, as PDF/UA-1 wants it.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from selfcheck_tools.exporters.handout.objects import Gathering, Object, hexadecimal, plain
from selfcheck_tools.exporters.handout.references import Slot, Wanted, cut, zeros

if TYPE_CHECKING:
    import pikepdf


class Link(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A link annotation: its object, the structure element that owns it, and, in hexadecimal, the
    name of where it leads: `inner` in this part, `outer` in any (`dest:NAME`), or neither. An outer
    one has something to say to listeners, in which a `numbered` one has room for a number."""

    object: int
    owner: int
    inner: bytes
    outer: bytes
    says: bytes = b""
    numbered: bool = False
    right: bool = False  # the number is set flush right


class Page(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A page: its object, its contents, in pieces with slots between them, the structure elements
    that own its marked contents (-1: none), its links, and its boxes in points."""

    object: int
    contents: list[int]
    slots: list[Slot]
    owners: list[int]
    links: list[Link]
    boxes: dict[str, tuple[float, float, float, float]]


class Place(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A place to go to: a page by its position, and how it is shown, as in `/XYZ 0 800 0`."""

    page: int
    view: bytes


class Entry(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An entry of an outline; the title in hexadecimal."""

    title: bytes
    place: Place
    entries: "list[Entry]" = []


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A PDF taken apart. `pages` in their order; `tops` are the outermost structure elements;
    `fonts` the dictionaries of fonts; `cells` the named table cells; `names` in hexadecimal."""

    objects: list[Object]
    pages: list[Page]
    tops: list[int]
    fonts: list[int]
    outline: list[Entry]
    names: dict[bytes, Place]
    cells: dict[bytes, int]
    language: str


def taken_apart(data: bytes) -> Part:
    """The part that a tagged PDF of the engine is; ValueError for one without tags."""
    import pikepdf

    with pikepdf.open(BytesIO(data)) as pdf:
        root = pdf.Root
        if "/StructTreeRoot" not in root or "/ParentTree" not in root.StructTreeRoot:
            raise ValueError("the PDF has no tags")
        gathering = Gathering(pdf)
        at: dict[int, int] = {int(page.objgen[0]): number for number, page in enumerate(pdf.pages)}
        for page in pdf.pages:  # before anything refers to them: they are not taken along whole
            gathering.number(page.obj, *_OF_PAGES)
            for annotation in page.get("/Annots", []):
                gathering.number(annotation, *_of_link(annotation))
        tops = [gathering.number(top, "/P") for top in root.StructTreeRoot.K[0].K]
        fonts = {
            gathering.number(page.Resources.Font): None
            for page in pdf.pages
            if "/Font" in page.get("/Resources", {})
        }
        gathering.gather()
        owners = dict(_pairs(root.StructTreeRoot.ParentTree.Nums))
        pages = [_page(gathering, page, owners) for page in pdf.pages]
        gathering.gather()
        outline = list(_entries(root.Outlines, at)) if "/Outlines" in root else []
        names = dict(_names(root, at))
        cells = gathering.cells()
        return Part(
            gathering.objects(),
            pages,
            tops,
            [*fonts],
            outline,
            names,
            cells,
            str(root.get("/Lang", "")),
        )


# ── pages and links ─────────────────────────────────────────────────────────────────────────────


def _pairs(array: Any) -> Iterator[tuple[int, Any]]:
    items = list(array)
    for key, value in zip(items[::2], items[1::2], strict=True):
        yield int(key), value


def _page(gathering: Gathering, page: "pikepdf.Page", owners: dict[int, Any]) -> Page:
    owned = list(owners.get(int(page.StructParents), []))
    elements = [None if owner is None else gathering.known(owner) for owner in owned]
    annotations = list(page.get("/Annots", []))
    links = [_link(gathering, annotation, owners) for annotation in annotations]
    loose = {at for at, element in enumerate(elements) if element is None}
    wanted = list(_wanted(annotations, links, owned, owners))
    slots: list[Slot] = []
    if loose or wanted:
        data = _drawn_as_artifacts(page.Contents.read_bytes(), loose)
        pieces = [data]
        if wanted:
            pieces, slots = cut(data, wanted, zeros(page.Resources.Font))
        contents = [gathering.add(*compressed(piece)) for piece in pieces]
    else:
        contents = [gathering.number(page.Contents)]
    known = [-1 if element is None else element for element in elements]
    boxes = {name: _box(page.obj[name]) for name in _BOXES if name in page.obj}
    return Page(gathering.number(page.obj), contents, slots, known, links, boxes)


def _box(sides: Any) -> tuple[float, float, float, float]:
    left, bottom, right, top = map(float, sides)
    return left, bottom, right, top


def _wanted(
    annotations: list[Any], links: list[Link], owned: list[Any], owners: dict[int, Any]
) -> Iterator[tuple[Wanted, list[int]]]:
    """The numbers that links of a page want, with the marks of what each link owns."""
    numbered = {
        owners[int(annotation.StructParent)].objgen: link
        for annotation, link in zip(annotations, links, strict=True)
        if link.numbered
    }
    if not numbered:
        return
    marks: dict[Any, list[int]] = {}
    for mark, element in enumerate(owned):
        while element is not None and element.objgen not in numbered:
            element = element.get("/P")
        if element is not None:
            marks.setdefault(element.objgen, []).append(mark)
    for owner, some in marks.items():
        link = numbered[owner]
        yield Wanted(link.outer, right=link.right), some


def compressed(data: bytes) -> tuple[bytes, bytes]:
    """The body and the bytes of a stream."""
    import zlib

    return b"<</Filter /FlateDecode>>", zlib.compress(data, 6)


def _drawn_as_artifacts(contents: bytes, loose: set[int]) -> bytes:
    def marked(found: "re.Match[bytes]") -> bytes:
        return b"/Artifact <</Type /Pagination>> BDC" if int(found[1]) in loose else found[0]

    return _MARKED.sub(marked, contents)


_MARKED = re.compile(rb"/\w+\s*<<\s*/MCID (\d+)\s*>>\s*BDC")
_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")
_OF_PAGES = ("/Parent", "/StructParents", "/Contents", "/Annots", *_BOXES)
_OUTER = re.compile(r"dest:(?P<name>[^?#]*)(?:\?(?P<page>page(?:=right)?))?(?:#(?P<says>.*))?")


def _of_link(link: "pikepdf.Object") -> tuple[str, ...]:
    """The keys of a link that depend on what it is joined to."""
    if _outer(link):
        return ("/StructParent", "/P", "/A", "/Contents")
    return ("/StructParent", "/P", "/Dest") if "/Dest" in link else ("/StructParent", "/P")


def _outer(link: "pikepdf.Object") -> "re.Match[str] | None":
    """Where a link leads that is to lead anywhere in a book."""
    address = str(link.A.get("/URI", "")) if "/A" in link else ""
    return _OUTER.fullmatch(address)


def _link(gathering: Gathering, link: "pikepdf.Object", owners: dict[int, Any]) -> Link:
    owner = gathering.known(owners[int(link.StructParent)])
    assert owner is not None
    number = gathering.number(link)
    outer = _outer(link)
    if not outer:
        return Link(number, owner, hexadecimal(link.Dest) if "/Dest" in link else b"", b"")
    name = unquote(outer["name"])
    return Link(
        number,
        owner,
        inner=b"",
        outer=hexadecimal(name),
        says=hexadecimal(unquote(outer["says"] or name)),
        numbered=bool(outer["page"]),
        right=outer["page"] == "page=right",
    )


# ── places ──────────────────────────────────────────────────────────────────────────────────────


def _place(destination: Any, at: dict[int, int]) -> Place:
    page, *view = destination
    return Place(at[page.objgen[0]], b" ".join(map(plain, view)))


def _entries(parent: "pikepdf.Object", at: dict[int, int]) -> Iterator[Entry]:
    item = parent.get("/First")
    while item is not None:
        place = _place(item.Dest, at)
        yield Entry(hexadecimal(item.Title), place, list(_entries(item, at)))
        item = item.get("/Next")


def _names(root: "pikepdf.Object", at: dict[int, int]) -> Iterator[tuple[bytes, Place]]:
    """The named destinations: the engine writes them as one flat array."""
    if "/Names" not in root or "/Dests" not in root.Names:
        return
    array = list(root.Names.Dests.get("/Names", []))
    for name, destination in zip(array[::2], array[1::2], strict=True):
        yield hexadecimal(name), _place(destination, at)


def boxes(page: Page, move: float) -> bytes:
    """The boxes of a page that shows what lies so many points further to the right."""
    return b"".join(
        b"%s [%.6f %.6f %.6f %.6f]" % (name.encode(), left + move, bottom, right + move, top)
        for name, (left, bottom, right, top) in page.boxes.items()
    )
