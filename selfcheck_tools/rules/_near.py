"""What an author may have meant by a path that leads nowhere, and by a word that nobody knows."""

from collections.abc import Iterable
from functools import lru_cache
from posixpath import join, normpath, relpath, splitext
from typing import NamedTuple
from unicodedata import normalize

from selfcheck_tools.files import Files
from selfcheck_tools.media import IMAGE_TYPES, extension

_MOST = 200  # names that a name is compared with


def hint(path: str, folder: str, files: Files) -> str:
    """What may have been meant by a path, for an author in a folder; empty if nothing is near."""
    path = normpath(path.replace("\\", "/")).lstrip("/")
    if path.startswith(".."):
        return ""
    actual, (*parents, last) = "", path.split("/")
    for part in parents:
        near = _nearest(part, files.names(actual or "."), is_folder=True)
        if near is None:
            return f"there is no folder {relpath(join(actual, part), folder or '.')}"
        actual = join(actual, near)
    actual = join(actual, _nearest(last, files.names(actual or ".")) or last)
    if files.kind(actual) != "file":
        return ""
    if actual != path and normalize("NFC", actual) == normalize("NFC", path):
        return (
            "the name on disk has its accents in another Unicode form: type it anew in both places"
        )
    return f"did you mean {written(actual, folder)}?"


def written(path: str, folder: str) -> str:
    """A path as a document in a folder would write it."""
    return relpath(path, folder or ".").replace(" ", "%20")


def nearest(word: str, words: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The one of some words that is most like another; None if none is."""
    from difflib import get_close_matches  # slow to load, and seldom needed

    return next(iter(get_close_matches(word, words, 1, likeness)), None)


class _Listing(NamedTuple):
    """The names in a folder, by their forms; and those of images, and those that folders have."""

    folded: dict[str, str]
    stems: dict[str, str]
    images: tuple[str, ...]
    folders: tuple[str, ...]


@lru_cache(maxsize=64)
def _listing(names: tuple[str, ...]) -> _Listing:
    backwards = names[::-1]  # of several the first one is kept
    return _Listing(
        {_folded(name): name for name in backwards},
        {_stem(name): name for name in backwards},
        tuple(name for name in names if extension(name) in IMAGE_TYPES)[:_MOST],
        tuple(name for name in names if "." not in name)[:_MOST],
    )


def _nearest(name: str, names: tuple[str, ...], *, is_folder: bool = False) -> str | None:
    """The name in a folder that is closest to another: but for its case, its extension, a typo."""
    if name in names:
        return name
    listing = _listing(names)
    alike = listing.folded.get(_folded(name)) or listing.stems.get(_stem(name))
    if alike is not None:
        return alike
    pool = names[:_MOST]
    if is_folder:
        pool = listing.folders
    elif extension(name) in IMAGE_TYPES:
        pool = listing.images
    return nearest(name, pool) if pool else None


def _folded(name: str) -> str:
    return normalize("NFC", name).casefold()


def _stem(name: str) -> str:
    """A name without the extension of an image, whatever its case."""
    return splitext(_folded(name))[0] if extension(name) in IMAGE_TYPES else _folded(name)
