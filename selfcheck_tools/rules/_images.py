"""What several rules ask of the files that a document's images name."""

from collections.abc import Iterator
from posixpath import basename, dirname
from urllib.parse import unquote

from selfcheck_tools.files import Files
from selfcheck_tools.images import Look, inspect
from selfcheck_tools.model import Document, Image
from selfcheck_tools.rules._rule import Context, images


def seen(document: Document, context: Context) -> Iterator[tuple[Image, Look]]:
    """The images whose files can be read, with what those are; the first of each file."""
    known: set[str] = set()
    for image in images(document):
        if image.path is None or image.path in known:
            continue
        known.add(image.path)
        if context.files.kind(image.path) == "file" and (
            look := look_at(context.files, image.path)
        ):
            yield image, look


def look_at(files: Files, path: str) -> Look | None:
    """What a file is; None where it cannot be read."""
    try:
        return inspect(files.read(path))
    except OSError:
        return None


def shown(image: Image) -> str:
    """What an image is called in a message: its target as written, cut where it is very long."""
    name = unquote(image.target)
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


_LONGEST = 120


def in_folder(path: str) -> tuple[str, str]:
    """A path's folder, "." for the content folder, and its name there."""
    return dirname(path) or ".", basename(path)
