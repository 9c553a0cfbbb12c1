"""What need not be computed again: what rules said of each document and of all together.

One file, `.selfcheck_cache/lint`, in the content folder. A document's result is valid for the same
text, the same settings (configuration and program), and the same answers to all that its rules
asked of the disk; the collection's likewise for the same facts. What does not fit is as good as absent.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Protocol

import msgspec

from selfcheck_tools import codec
from selfcheck_tools.files import Disk, Files, Kind, Query, contents
from selfcheck_tools.likeness import near
from selfcheck_tools.outputs import replacing, sweep

FOLDER = ".selfcheck_cache"
_FILE = "lint"
_FORMAT = 1
_DIGEST = 16
_MOST_BYTES = 512 * 1024 * 1024
_SETTLED = 2_000_000_000  # nanoseconds after which a file system's clock has surely moved on


class Stamp(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """How a file looked from outside when its contents had a digest."""

    size: int
    modified: int
    changed: int
    inode: int
    digest: bytes


class Asked(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A question to Files and the digest of its answer."""

    method: str
    path: str
    answer: bytes


class Entry(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What was found in a document with this content; `result` is whatever the caller encoded."""

    content: bytes
    asked: tuple[Asked, ...]
    result: bytes


class Store(msgspec.Struct, array_like=True):
    """The whole cache."""

    format: int = _FORMAT
    settings: bytes = b""
    stamps: dict[str, Stamp] = {}
    documents: dict[str, Entry] = {}
    collection: dict[str, Entry] = {}
    pairs: tuple[bytes, tuple[tuple[int, int], ...]] = (b"", ())  # of these texts, which are near

    def near(self, texts: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """What `likeness.near` gives, computed only where the texts are not those of before."""
        key = digest("\0\0".join(texts).encode("utf-8", "surrogateescape"))
        if self.pairs[0] != key:
            self.pairs = (key, near(texts))
        return self.pairs[1]


def digest(data: bytes) -> bytes:
    """A digest for telling contents apart."""
    return blake2b(data, digest_size=_DIGEST).digest()


# ── the file ────────────────────────────────────────────────────────────────────────────────────


def load(root: str, settings: bytes) -> Store:
    """The cache of a content folder; an empty one where none fits the settings, or it is damaged."""
    try:
        whole = contents(os.path.join(root, FOLDER, _FILE), most=_MOST_BYTES)
        mark, data = whole[:_DIGEST], whole[_DIGEST:]
        store = codec.decoder(Store)(data) if mark == digest(data) else Store(format=0)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return Store(settings=settings)
    if store.format != _FORMAT:
        return Store(settings=settings)
    if store.settings != settings:
        return Store(settings=settings, stamps=store.stamps)
    return store


def save(root: str, store: Store) -> None:
    """Writes the cache, whole or not at all; a folder that cannot be written gets none."""
    data = codec.encode(store)
    if len(data) <= _MOST_BYTES:
        write(root, _FILE, digest(data) + data)


def write(root: str, name: str, data: bytes) -> None:
    """Writes a file of the cache folder, if it can be written. It need not survive a power cut."""
    if is_astray(root):
        return
    folder = os.path.join(root, FOLDER)
    try:
        with replacing(os.path.join(folder, name)) as file:
            file.write(data)
    except OSError:
        return
    sweep(folder)


def prepare(root: str) -> None:
    """Makes the cache folder, which tells git and backups to pass over it, if it can be made. To be
    done before anything is asked of the disk: a new folder changes what is in the old one."""
    folder = os.path.join(root, FOLDER)
    if is_astray(root) or os.path.exists(os.path.join(folder, "CACHEDIR.TAG")):
        return
    try:
        os.makedirs(folder, exist_ok=True)
        for name, text in _MARKS.items():
            with open(os.path.join(folder, name), "x", encoding="ascii") as file:
                file.write(text)  # not through a link that stands there
    except OSError:
        return


# https://bford.info/cachedir/
_MARKS = {
    ".gitignore": "*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# Made by selfcheck.\n",
}


def is_astray(root: str, name: str = "") -> bool:
    """Whether a link leads the cache folder, or one in it, elsewhere: nothing is written there."""
    folder = os.path.join(root, FOLDER)
    return os.path.islink(folder) or os.path.islink(os.path.join(folder, name))


def remove(root: str) -> bool:
    """Removes the cache of a content folder; False where there is none."""
    import shutil

    folder = os.path.join(root, FOLDER)
    if os.path.islink(folder) or not os.path.isdir(folder):
        return False
    shutil.rmtree(folder)
    return True


# ── whether something is as it was ──────────────────────────────────────────────────────────────


class Digest(Protocol):
    """What knows the digests of files' contents."""

    def of(self, path: str) -> bytes:
        """The digest of a file's contents; empty when it cannot be read."""


class Digests:
    """Digests of the contents of files, by path, without reading those that look untouched.

    A file is taken as untouched when its size, times and inode are those of before, and those times
    were well past when it was read: else two changes could have fallen on one tick of the clock.
    """

    def __init__(
        self,
        disk: Disk,
        stamps: Mapping[str, Stamp],
        now: int,
        contents: Callable[[str], bytes] | None = None,
    ) -> None:
        """Of what is below `disk`; `contents` gives a file's digest, if it is not `digest`."""
        self.stamps = dict(stamps)
        self._disk, self._now = disk, now
        self._contents = contents or (lambda path: digest(disk.read(path)))
        self._fresh: dict[str, bytes] = {}

    def of(self, path: str) -> bytes:
        """The digest of a file's contents; empty when it cannot be read."""
        found = self._fresh.get(path)
        if found is None:
            found = self._fresh[path] = self._look(path)
        return found

    def set(self, path: str, data: bytes) -> None:
        """Says what a file holds that is not on disk."""
        self._fresh[path] = digest(data)

    def settle(self, path: str, digest: bytes) -> None:
        """Keeps the digest of what was read by somebody else since the run began, if the file has
        not been touched since well before."""
        look = self._seen(path) if path not in self.stamps else None
        if look is not None and max(look[1], look[2]) < self._now - _SETTLED:
            self.stamps[path] = Stamp(*look, digest)

    def _seen(self, path: str) -> tuple[int, int, int, int] | None:
        """How a file looks from outside; None for one that is not there."""
        real = self._disk.real(path)
        try:
            seen = os.stat(real) if real is not None else None
        except (OSError, ValueError):
            return None
        if seen is None:
            return None
        return seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino

    def _look(self, path: str) -> bytes:
        look = self._seen(path)
        if look is None:
            return b""
        stamp = self.stamps.get(path)
        if stamp and (stamp.size, stamp.modified, stamp.changed, stamp.inode) == look:
            return stamp.digest
        self.stamps.pop(path, None)
        try:
            found = self._contents(path)
        except OSError:
            return b""
        if max(look[1], look[2]) < self._now - _SETTLED:
            self.stamps[path] = Stamp(*look, found)
        return found


class Answers:
    """Answers of Files as digests, each asked once."""

    def __init__(self, files: Files, digests: Digest) -> None:
        self._files, self._digests = files, digests
        self._known: dict[tuple[str, str], bytes] = {}

    def of(self, method: str, path: str) -> bytes:
        """The digest of what Files answer to a question."""
        found = self._known.get((method, path))
        if found is None:
            found = self._known[method, path] = self._ask(method, path)
        return found

    def asked(self, queries: Iterable[Query]) -> tuple[Asked, ...]:
        """Questions with the digests of their answers, in order."""
        return tuple(Asked(method, path, self.of(method, path)) for method, path in sorted(queries))

    def are_the_same(self, asked: Iterable[Asked]) -> bool:
        """Whether all questions are answered as before."""
        known = self._known
        for each in asked:
            answer = known.get((each.method, each.path))
            if (self.of(each.method, each.path) if answer is None else answer) != each.answer:
                return False
        return True

    def _ask(self, method: str, path: str) -> bytes:
        if method == "read":
            return self._digests.of(path)
        if method == "kind":
            return self._files.kind(path).encode()
        return _names_digest(self._files.names(path))


class Noted:
    """Files that note the digest of what they answered first to each question."""

    def __init__(self, below: Files) -> None:
        self._below = below
        self._answers: dict[tuple[str, str], bytes] = {}

    def kind(self, path: str) -> Kind:
        kind = self._below.kind(path)
        self._answers.setdefault(("kind", path), kind.encode())
        return kind

    def names(self, folder: str) -> tuple[str, ...]:
        names = self._below.names(folder)
        if ("names", folder) not in self._answers:
            self._answers["names", folder] = _names_digest(names)
        return names

    def read(self, path: str) -> bytes:
        try:
            data = self._below.read(path)
        except OSError:
            self._answers.setdefault(("read", path), b"")
            raise
        if ("read", path) not in self._answers:
            self._answers["read", path] = digest(data)
        return data

    def asked(self) -> tuple[Asked, ...]:
        """What was asked, and the digests of the answers, in order."""
        return tuple(Asked(*query, answer) for query, answer in sorted(self._answers.items()))


def _names_digest(names: tuple[str, ...]) -> bytes:
    return digest("\0".join(names).encode("utf-8", "surrogateescape"))
