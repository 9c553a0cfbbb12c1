"""Which files are pictures or sounds, and where the file is that a target names. All through Files."""

import re
from posixpath import basename, dirname, join, normpath, splitext
from typing import Literal, NamedTuple
from urllib.parse import unquote

from selfcheck_tools.files import Files
from selfcheck_tools.patterns import pattern

IMAGE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
AUDIO_EXTENSIONS = frozenset((".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".aac", ".flac"))

_SCHEME = pattern(r"(?:[A-Za-z][A-Za-z0-9+.-]+:|//)")

Status = Literal["found", "missing", "case", "outside", "other"]


class Located(NamedTuple):
    """What stands where a target points: `actual` is the path as the disk spells it."""

    status: Status
    actual: str


def local_path(document: str, target: str) -> str | None:
    """The path, relative to the content folder, of the file that a target in a document names.

    None for an empty target, an anchor, and anything with a scheme (RFC 3986, 3.1). The path may
    lead outside: `locate` says so. `@/` is the content folder, as in hashcards.
    """
    bare = re.split(r"[?#]", target, maxsplit=1)[0]
    if not bare or _SCHEME.match(target):
        return None
    path = unquote(bare, errors="surrogateescape")
    if path.startswith("@/"):
        return normpath(path[2:])
    return normpath(join(dirname(document), path))


def locate(files: Files, path: str) -> Located:
    """Finds a file by the exact letters of its path, on disks that ignore their case as well."""
    if path == ".." or path.startswith(("../", "/")):
        return Located("outside", path)
    kind = files.kind(path)
    if kind in ("outside", "other"):
        return Located(kind, path)
    actual, status = "", "found"
    for part in path.split("/"):
        names = files.names(actual or ".")
        if part in names:
            actual = join(actual, part)
            continue
        alike = [name for name in names if name.casefold() == part.casefold()]
        if not alike:
            return Located("missing", path)
        actual, status = join(actual, alike[0]), "case"
    if files.kind(actual) != "file":
        return Located("outside" if files.kind(actual) == "outside" else "missing", path)
    return Located(status, actual)  # type: ignore[arg-type]


def is_audio(target: str) -> bool:
    """Whether a target's extension is one of a sound."""
    return extension(target) in AUDIO_EXTENSIONS


def extension(target: str) -> str:
    """The extension of the file that a target names, in lower case, with its dot."""
    return splitext(basename(re.split(r"[?#]", target, maxsplit=1)[0]))[1].lower()
