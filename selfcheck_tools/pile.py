"""What was read, kept where it fills no memory: in a temporary file, if one can be had.

A collection of 100,000 questions is 100 MB of text and as much again once it is taken apart. Each part
of it is needed a few times, one document after the other, and quickly made again from its bytes.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar, overload

from selfcheck_tools import codec
from selfcheck_tools.model import Document
from selfcheck_tools.text import Source

Item = TypeVar("Item", covariant=True)


class Pile:
    """Pieces of bytes; processes that are forked find those that were added before."""

    def __init__(self) -> None:
        self._file = _temporary()
        self._size = 0
        self._pieces: list[bytes | tuple[int, int]] = []  # or where it is in the file

    def add(self, data: bytes) -> None:
        """Puts a piece behind all others."""
        self._pieces.append((self._size, len(data)) if self._written(data) else data)
        self._size += len(data)

    def __getitem__(self, at: int) -> bytes:
        piece = self._pieces[at]
        if isinstance(piece, bytes):
            return piece
        assert self._file is not None
        return os.pread(self._file.fileno(), piece[1], piece[0])  # moves no place that others share

    def __len__(self) -> int:
        return len(self._pieces)

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def _written(self, data: bytes) -> bool:
        try:
            return self._file is not None and os.pwrite(
                self._file.fileno(), data, self._size
            ) == len(data)
        except OSError:  # the disk is full: what is there stays there, the rest in memory
            return False


def _temporary() -> IO[bytes] | None:
    try:
        return TemporaryFile() if hasattr(os, "pread") else None
    except OSError:
        return None


class Documents(Sequence[Document]):
    """Documents, made anew each time that one is asked for."""

    def __init__(self) -> None:
        self._pile = Pile()

    def add(self, document: Document) -> None:
        """Puts a document behind all others."""
        self._pile.add(codec.encode(document))

    @overload
    def __getitem__(self, at: int) -> Document: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Document]: ...
    def __getitem__(self, at: int | slice) -> Document | Sequence[Document]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        return _decode(self._pile[at])

    def __len__(self) -> int:
        return len(self._pile)


_decode: Callable[[bytes], Document] = codec.decoder(Document)


class Chosen(Sequence[Item]):
    """Some of other things, by their places in these."""

    def __init__(self, items: Sequence[Item], places: Sequence[int]) -> None:
        self._items, self._places = items, places

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self._items[place] for place in self._places[at]]
        return self._items[self._places[at]]

    def __len__(self) -> int:
        return len(self._places)


class Sources(Mapping[str, Source]):
    """Sources by path, made anew when one is asked for that is not the last."""

    def __init__(self) -> None:
        self._pile = Pile()
        self._places: dict[str, int] = {}
        self.sizes: dict[str, int] = {}  # in bytes
        self._last = Source("", "")

    def add(self, path: str, data: bytes) -> None:
        """Adds what a file held when it was read."""
        self._places[path], self.sizes[path] = len(self._pile), len(data)
        self._pile.add(data)

    def __getitem__(self, path: str) -> Source:
        at = self._places[path]
        if self._last.path != path:
            self._last = Source.from_bytes(path, self._pile[at])
        return self._last

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, path: object) -> bool:
        return path in self._places
