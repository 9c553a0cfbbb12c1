"""Pictures and sounds for a package: found, judged, and given names that Anki leaves alone.

Anki's media folder is flat, never replaces a file under a name it knows, and repairs names that it
does not like; so a name here is plain ASCII and carries a digest of the contents.
"""

import re
import unicodedata
from hashlib import sha256
from posixpath import basename, splitext
from typing import NamedTuple

from selfcheck_tools.exporters import Context, Omission
from selfcheck_tools.exporters.anki.fields import target
from selfcheck_tools.files import Files
from selfcheck_tools.media import AUDIO_EXTENSIONS, IMAGE_TYPES, Located, local_path, locate
from selfcheck_tools.model import Document, Question
from selfcheck_tools.render import Target
from selfcheck_tools.text import Span

PICTURES = frozenset((*IMAGE_TYPES, ".avif"))
SOUNDS = AUDIO_EXTENSIONS


class Medium(NamedTuple):
    """A file for the package; `fault` says why there is none, in the words of a message."""

    name: str = ""
    path: str = ""
    fault: str = ""


class Shelf:
    """The pictures and sounds that one document names, each read once."""

    def __init__(self, document: Document, context: Context) -> None:
        self._document, self._context = document, context
        self._known: dict[tuple[str | None, frozenset[str]], Medium] = {}

    def target(self, question: Question, used: dict[str, str]) -> Target:
        """Reports what a question cannot have; `used` gets what its fields turn out to show."""
        named = [(image.target, image.path, image.span, PICTURES) for image in question.images]
        for link in question.audio:
            named.append((link.target, self._path(link.target), link.span, SOUNDS))
        for source, path, span, kinds in named:
            self._report(source, self._medium(path, kinds), span, kinds)
        paths = {source: path for source, path, _, _ in named}

        def take(source: str, kinds: frozenset[str]) -> str | None:
            found = self._medium(paths.get(source, self._path(source)), kinds)
            if source not in paths:  # in a footnote, say
                self._report(source, found, question.head, kinds)
            if not found.fault:
                used[found.name] = found.path
            return found.name or None

        return target(lambda source: take(source, PICTURES), lambda source: take(source, SOUNDS))

    def _path(self, source: str) -> str | None:
        return local_path(self._document.path, source)

    def _medium(self, path: str | None, kinds: frozenset[str]) -> Medium:
        if (path, kinds) not in self._known:
            self._known[path, kinds] = medium(self._context.files, path, kinds)
        return self._known[path, kinds]

    def _report(self, source: str, found: Medium, span: Span, kinds: frozenset[str]) -> None:
        if found.fault:
            what = "image" if kinds is PICTURES else "sound"
            message = f"{source} {found.fault}"
            self._context.omit(Omission(self._document.path, span, what, message))


def medium(files: Files, path: str | None, kinds: frozenset[str]) -> Medium:
    """The file at a path in the content folder, if it exists and is of one of these kinds."""
    if path is None:
        return Medium(fault="is remote")
    found = locate(files, path)
    if found.status not in ("found", "case"):
        return Medium(fault=_FAULTS[found.status])
    extension = splitext(found.actual)[1].lower()
    if extension not in kinds:
        return Medium(fault=f"is no {_listed(kinds)} file")
    return _judged(files, found, extension)


# The handout says it in the same words, so that a run tells it once for both.
_FAULTS = {"missing": "is missing", "outside": "is outside", "other": "is no regular file"}


def _listed(kinds: frozenset[str]) -> str:
    *most, last = sorted(kind[1:] for kind in kinds)
    return f"{', '.join(most)} or {last}"


def _judged(files: Files, found: Located, extension: str) -> Medium:
    try:
        data = files.read(found.actual)
    except OSError:
        return Medium(fault="cannot be read")
    if not data:
        return Medium(fault="is empty")
    if extension == ".svg" and (fault := _svg_fault(data)):
        return Medium(fault=fault)
    return Medium(_name(found.actual, data, extension), found.actual)


def _name(path: str, data: bytes, extension: str) -> str:
    decomposed = unicodedata.normalize("NFKD", splitext(basename(path))[0])
    slug = re.sub(r"[^A-Za-z0-9]+", "-", decomposed.encode("ascii", "ignore").decode())
    return f"{slug.strip('-')[:60] or 'file'}-{sha256(data).hexdigest()[:12]}{extension}"


_ACTIVE = re.compile(r"<script\b|<[^<>]*\son[a-z]+\s*=", re.IGNORECASE)
_EXTERNAL = re.compile(
    r"<(?!a\b)[^<>]*[\s:]href\s*=\s*[\"']?(?!\s*[\"']?(?:#|data:))"
    r"|url\(\s*[\"']?(?!\s*[\"']?(?:#|data:))|@import\b",
    re.IGNORECASE,
)


def _svg_fault(data: bytes) -> str:
    """What in a drawing would run, or be fetched from elsewhere, where a learner opens it."""
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    if _ACTIVE.search(text):
        return "holds a script"
    return "refers to other files" if _EXTERNAL.search(text) else ""
