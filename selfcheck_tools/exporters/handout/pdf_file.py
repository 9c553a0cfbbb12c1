"""A PDF file written from front to back, object by object.

ISO 32000-1: 7.5.7 (object streams), 7.5.8 (cross-reference streams), 14.4 (identifiers).
"""

import zlib
from collections.abc import Iterable
from hashlib import blake2b
from struct import Struct
from typing import IO

_ENTRY = Struct(">BIH")  # a kind, an offset or a stream, a generation or a place in the stream
_TOGETHER = 200  # objects in an object stream
_FLATE = b"/Filter /FlateDecode"


class PdfFile:
    """A file of which the objects can be written in any order, each once."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._size = 0
        self._digest = blake2b(digest_size=16)
        self._append(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._entries = bytearray(_ENTRY.pack(0, 0, 65535))  # of the cross-reference
        self._waiting: list[tuple[int, bytes]] = []  # for an object stream
        self._count = 0

    def number(self) -> int:
        """The number of a new object."""
        self._count += 1
        self._entries += _ENTRY.pack(0, 0, 0)
        return self._count

    def put(self, number: int, value: bytes) -> None:
        """Writes an object that is no stream."""
        self._waiting.append((number, value))
        if len(self._waiting) == _TOGETHER:
            self._flush()

    def stream(self, number: int, body: bytes, data: bytes) -> None:
        """Writes a stream: a dictionary without its length, and the bytes as they stand."""
        self._enter(number, 1, self._size, 0)
        head = b"%d 0 obj\n<</Length %d%s\nstream\n" % (number, len(data), body[2:])
        self._append(head + data + b"\nendstream\nendobj\n")

    def finish(self, *, root: int, info: int) -> None:
        """Writes the end, given the catalog and the object that tells the title."""
        self._flush()
        number, start = self.number(), self._size
        self._enter(number, 1, start, 0)
        rows = bytes(self._entries)
        name = self._digest.hexdigest().encode()
        body = b"<</Type /XRef/Size %d/W [1 4 2]/Root %d 0 R/Info %d 0 R/ID [<%s><%s>]%s>>"
        body %= (number + 1, root, info, name, name, _FLATE)
        self.stream(number, body, zlib.compress(rows))
        self._append(b"startxref\n%d\n%%%%EOF\n" % start)

    def _flush(self) -> None:
        if not self._waiting:
            return
        own = self.number()
        offsets, values, size = [], [], 0
        for at, (number, value) in enumerate(self._waiting):
            self._enter(number, 2, own, at)
            offsets.append(b"%d %d" % (number, size))
            values.append(value)
            size += len(value) + 1
        head = b" ".join(offsets) + b" "
        body = b"<</Type /ObjStm/N %d/First %d%s>>" % (len(self._waiting), len(head), _FLATE)
        self._waiting.clear()
        self.stream(own, body, zlib.compress(head + b" ".join(values)))

    def _enter(self, number: int, *entry: int) -> None:
        _ENTRY.pack_into(self._entries, number * _ENTRY.size, *entry)

    def _append(self, data: bytes) -> None:
        self._out.write(data)
        self._size += len(data)
        self._digest.update(data)


def array(numbers: Iterable[int]) -> bytes:
    """An array of references."""
    return b"[%s]" % b" ".join(b"%d 0 R" % number for number in numbers)


def name_tree(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A name tree of names in hexadecimal and what they name."""
    return b"<</Names [%s]>>" % b" ".join(b"<%s> %s" % pair for pair in sorted(pairs))
