"""What an author may have meant by a path that leads nowhere, and by a word that nobody knows."""

from collections.abc import Iterable, Sequence
from posixpath import join, normpath, relpath, splitext
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
        near = _nearest(part, files.names(actual or "."))
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


def _nearest(name: str, names: Sequence[str]) -> str | None:
    """The name in a folder that is closest to another: but for its case, its extension, a typo."""
    if name in names:
        return name
    for form in (_folded, _stem):
        alike = [other for other in names if form(other) == form(name)]
        if alike:
            return alike[0]
    pool = names
    if extension(name) in IMAGE_TYPES:
        pool = [other for other in names if extension(other) in IMAGE_TYPES]
    return nearest(name, pool[:_MOST])


def _folded(name: str) -> str:
    return normalize("NFC", name).casefold()


def _stem(name: str) -> str:
    """A name without the extension of an image, whatever its case."""
    return splitext(_folded(name))[0] if extension(name) in IMAGE_TYPES else _folded(name)
