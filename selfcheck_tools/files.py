"""Files: the only door through which content is read.

Paths are POSIX and relative to the content folder. Nothing outside that folder is ever opened,
whatever a path or a symbolic link says.
"""

import errno
import os
import stat
from collections.abc import Mapping
from posixpath import normpath
from typing import Literal, NamedTuple, Protocol

Kind = Literal["file", "folder", "missing", "outside", "other"]

# What the program writes itself is in no list of names: else its own work would look like a change.
OWN = frozenset((".selfcheck_cache", "selfcheck.lock", "build"))
MAX_BYTES = 256 * 1024 * 1024  # larger than any picture or sound that a deck could hold
MAX_DOCUMENT = (
    16 * 1024 * 1024
)  # ten thousand long questions; tokens take hundreds of times as much


class Files(Protocol):
    """What rules, exporters and the reader may ask of the outside."""

    def kind(self, path: str) -> Kind:
        """What stands at a path; "other" is a pipe, a device or a socket."""

    def read(self, path: str) -> bytes:
        """The bytes of a file; OSError when it is none, is unreadable or is too large."""

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder as the disk spells them, sorted, without OWN; none for what is no
        folder."""


def read_document(files: Files, path: str) -> bytes:
    """The bytes of a document; OSError as `Files.read` has it, and for one that is too large."""
    data = files.read(path)
    if len(data) > MAX_DOCUMENT:
        raise OSError(f"it is larger than {MAX_DOCUMENT // 2**20} MiB: split it")
    return data


def contents(real: str, shown: str = "", *, most: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file on disk, as errors are to call it; OSError for what is none, is
    unreadable or has more bytes than `most`."""
    # O_NONBLOCK: a pipe that somebody put in a file's place must not hang the run.
    fd = os.open(real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(fd, "rb") as file:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", shown or real)
        if found.st_size > most:
            raise OSError(errno.EFBIG, f"it is larger than {most // 2**20} MiB", shown or real)
        return file.read(most + 1)  # some of /proc claim to be empty


class Disk:
    """The files below a folder on disk."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self._prefix = os.path.join(self.root, "")
        self._folders: dict[str, str] = {}  # where folders really are: looked up once

    def real(self, path: str) -> str | None:
        """The real path on disk, or None where it leads out of the content folder."""
        folder, _, name = path.rpartition("/")
        try:
            if name in ("", ".", "..") or path.startswith("/"):
                real = os.path.realpath(os.path.join(self.root, path))
            else:
                if folder not in self._folders:
                    self._folders[folder] = os.path.realpath(os.path.join(self.root, folder))
                real = f"{self._folders[folder]}/{name}"
                if os.path.islink(real):
                    real = os.path.realpath(real)
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return None
        inside = real == self.root or real.startswith(self._prefix)
        return real if inside else None

    def kind(self, path: str) -> Kind:
        real = self.real(path)
        if real is None:
            return "missing" if "\0" in path else "outside"
        try:
            mode = os.stat(real).st_mode
        except (OSError, ValueError):
            return "missing"
        if stat.S_ISREG(mode):
            return "file"
        return "folder" if stat.S_ISDIR(mode) else "other"

    def read(self, path: str) -> bytes:
        real = self.real(path)
        if real is None:
            raise PermissionError(f"{path} leads out of the content folder")
        return contents(real, path)

    def names(self, folder: str) -> tuple[str, ...]:
        real = self.real(folder)
        try:
            return tuple(sorted({*os.listdir(real)} - OWN)) if real is not None else ()
        except OSError:
            return ()


class Memory:
    """Files that exist only here: for tests and for text that is not on disk."""

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        self._files = {
            normpath(path): data.encode("utf-8", "surrogateescape")
            if isinstance(data, str)
            else data
            for path, data in files.items()
        }

    def kind(self, path: str) -> Kind:
        path = normpath(path)
        if path == ".." or path.startswith(("../", "/")):
            return "outside"
        if path in self._files:
            return "file"
        return "folder" if path == "." or self.names(path) else "missing"

    def read(self, path: str) -> bytes:
        try:
            return self._files[normpath(path)]
        except KeyError:
            raise FileNotFoundError(f"{path} does not exist") from None

    def names(self, folder: str) -> tuple[str, ...]:
        prefix = "" if normpath(folder) == "." else normpath(folder) + "/"
        return tuple(
            sorted({p[len(prefix) :].split("/")[0] for p in self._files if p.startswith(prefix)})
        )


class Overlay:
    """Other files with some replaced by texts that are not on disk: what an editor holds."""

    def __init__(self, below: Files, over: Mapping[str, bytes]) -> None:
        self._below, self._over = below, Memory(over)

    def kind(self, path: str) -> Kind:
        own = self._over.kind(path)
        return own if own == "file" else self._below.kind(path)

    def read(self, path: str) -> bytes:
        return (self._over if self._over.kind(path) == "file" else self._below).read(path)

    def names(self, folder: str) -> tuple[str, ...]:
        return tuple(sorted({*self._below.names(folder), *self._over.names(folder)}))


class Query(NamedTuple):
    """What was asked of Files: the name of the method, and the path."""

    method: Literal["kind", "read", "names"]
    path: str


class Remembered:
    """Files that are asked once: what was answered stays so for this object's life.

    Of what was read only the last few megabytes are kept, so a long run stays small.
    """

    def __init__(self, below: Files) -> None:
        self._below = below
        self._kinds: dict[str, Kind] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._bytes: dict[str, bytes] = {}
        self._held = 0

    def kind(self, path: str) -> Kind:
        found = self._kinds.get(path)
        if found is None:
            found = self._kinds[path] = self._below.kind(path)
        return found

    def names(self, folder: str) -> tuple[str, ...]:
        found = self._names.get(folder)
        if found is None:
            found = self._names[folder] = self._below.names(folder)
        return found

    def read(self, path: str) -> bytes:
        found = self._bytes.get(path)
        if found is None:
            found = self._below.read(path)
            self._held += len(found)
            while self._bytes and self._held > _HELD:
                self._held -= len(self._bytes.pop(next(iter(self._bytes))))
            self._bytes[path] = found
        return found


_HELD = 32 * 1024 * 1024


class Traced:
    """Files that note what they are asked: on that, and on nothing else, a result may depend."""

    def __init__(self, below: Files) -> None:
        self._below = below
        self.asked: set[Query] = set()

    def kind(self, path: str) -> Kind:
        self.asked.add(Query("kind", path))
        return self._below.kind(path)

    def read(self, path: str) -> bytes:
        self.asked.add(Query("read", path))
        return self._below.read(path)

    def names(self, folder: str) -> tuple[str, ...]:
        self.asked.add(Query("names", folder))
        return self._below.names(folder)
