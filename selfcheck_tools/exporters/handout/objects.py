"""The objects of a PDF, each as text that stands for itself: what is referred to is counted from 0.

Strings are in hexadecimal, so that nothing in them looks like something else. The names of table
cells become different from each other, which they are not where a table's head is repeated on the
next page.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import pikepdf

NAMED = b"<\0"  # opens the name of a table cell in a body: whoever joins parts puts a prefix there
REFERENCE = re.compile(rb"\b(\d+) 0 R\b")  # in bodies: their strings are hexadecimal, so none lies


class Object(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An object: its value, in which `n 0 R` is the part's object n, counted from 0, and the bytes
    of a stream as they stand. Streams with one digest are one stream."""

    body: bytes
    data: bytes | None = None
    digest: bytes = b""


def hexadecimal(value: "pikepdf.Object | str") -> bytes:
    """A string of a PDF in hexadecimal, without its brackets (ISO 32000-1, 7.9.2.2)."""
    if isinstance(value, str):
        data = value.encode() if value.isascii() else b"\xfe\xff" + value.encode("utf-16-be")
        return data.hex().encode()
    return bytes(value).hex().encode()


def of_hexadecimal(text: bytes) -> str:
    """The string that stands in hexadecimal."""
    data = bytes.fromhex(text.decode())
    return data[2:].decode("utf-16-be") if data.startswith(b"\xfe\xff") else data.decode("latin-1")


class Gathering:
    """The objects of a PDF that are asked for, and all that these refer to."""

    def __init__(self, pdf: "pikepdf.Pdf") -> None:
        self._pdf = pdf
        self._numbers: dict[int, int] = {}  # of the PDF -> ours
        self._count = 0
        self._waiting: list[pikepdf.Object] = []
        self._bodies: list[bytes] = []
        self._data: list[bytes | None] = []
        self._left_out: dict[int, tuple[str, ...]] = {}

    def number(self, value: "pikepdf.Object", *without: str) -> int:
        """The number of an object, which is taken along without some keys."""
        there = value.objgen[0]
        if there not in self._numbers:
            self._numbers[there] = self._count
            self._count += 1
            self._waiting.append(value)
            self._left_out[there] = without
        return self._numbers[there]

    def add(self, body: bytes, data: bytes | None = None) -> int:
        """The number of an object of our own."""
        self.gather()  # bodies stand in the order of numbers
        self._bodies.append(body)
        self._data.append(data)
        self._count += 1
        return self._count - 1

    def known(self, value: "pikepdf.Object") -> int | None:
        """The number of an object that was taken along; None for another."""
        return self._numbers.get(value.objgen[0])

    def gather(self) -> None:
        """Takes along all that the objects so far refer to."""
        for value in self._waiting:  # which grows meanwhile
            data = value.read_raw_bytes() if _is_stream(value) else None
            self._bodies.append(self._body(value, self._left_out[value.objgen[0]]))
            self._data.append(data)
        self._waiting.clear()

    def objects(self) -> list[Object]:
        """All objects, in the order of their numbers."""
        digests = [b""] * len(self._bodies)
        for again in (False, True):  # a picture may refer to a mask after it
            for at, (body, data) in enumerate(zip(self._bodies, self._data, strict=True)):
                if data is None or (again and digests[at]):
                    continue
                known = [digests[int(found)] for found in REFERENCE.findall(body)]
                if all(known):
                    plain = REFERENCE.sub(b"", body)
                    whole = b"\0".join((plain, *known, data))
                    digests[at] = blake2b(whole, digest_size=16).digest()
        return list(map(Object, self._bodies, self._data, digests))

    def cells(self) -> dict[bytes, int]:
        """The table cells that have a name, after making the names different; in hexadecimal."""
        cells: dict[bytes, int] = {}
        for at, body in enumerate(self._bodies):
            if self._data[at] is None and NAMED in body:
                table = self._table(at)
                new = _NAME.sub(lambda found, t=table: found[0] + b"%02x%s" % (45, t), body)  # type: ignore[misc]
                self._bodies[at] = new
                own = _ID.search(new)
                if own is not None:
                    cells[own[1]] = at
        return cells

    def _table(self, at: int) -> bytes:
        """The number of the table that a cell stands in, in hexadecimal."""
        while not _IS_TABLE.search(self._bodies[at]):
            parent = _PARENT.search(self._bodies[at])
            if parent is None:
                return b""
            at = int(parent[1])
        return str(at).encode().hex().encode()

    def _body(self, value: "pikepdf.Object", without: tuple[str, ...]) -> bytes:
        if _is_stream(value):
            return self._written(value.stream_dict, ("/Length",))
        body = value.unparse(resolved=True) if not without else b"("
        if b"(" in body or b"/ID" in body or b"/Headers" in body:
            return self._written(value, without)
        return REFERENCE.sub(lambda found: self._referred(int(found[1])), body)

    def _referred(self, there: int) -> bytes:
        return b"%d 0 R" % self.number(self._pdf.get_object(there, 0))

    def _written(self, value: Any, without: Iterable[str] = ()) -> bytes:
        """A value with its strings in hexadecimal."""
        import pikepdf

        if isinstance(value, pikepdf.Dictionary):
            pairs = [(key, item) for key, item in value.items() if key not in without]
            inside = b"".join(
                b"%s %s" % (pikepdf.Name(key).unparse(), self._item(item, key))
                for key, item in pairs
            )
            return b"<<%s>>" % inside
        if isinstance(value, pikepdf.Array):
            return b"[%s]" % b" ".join(self._item(item) for item in value)
        if isinstance(value, pikepdf.String):
            return b"<%s>" % hexadecimal(value)
        return plain(value)

    def _item(self, value: Any, key: str = "") -> bytes:
        import pikepdf

        if isinstance(value, pikepdf.Object) and value.is_indirect:
            return b"%d 0 R" % self.number(value)
        if key == "/ID" and isinstance(value, pikepdf.String):
            return b"%s%s>" % (NAMED, hexadecimal(value))
        if key == "/Headers":
            return b"[%s]" % b" ".join(b"%s%s>" % (NAMED, hexadecimal(name)) for name in value)
        return self._written(value)


_NAME = re.compile(re.escape(NAMED) + rb"[0-9a-f]*")
_ID = re.compile(rb"/ID " + re.escape(NAMED) + rb"([0-9a-f]*)>")
_IS_TABLE = re.compile(rb"/S /Table\b")
_PARENT = re.compile(rb"/P (\d+) 0 R")


def plain(value: Any) -> bytes:
    """A number, a name, or true, false or null, as it is written."""
    if value is None:
        return b"null"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, int | Decimal):
        return format(value, "f" if isinstance(value, Decimal) else "d").encode()
    return bytes(value.unparse())


def _is_stream(value: "pikepdf.Object") -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Stream)
