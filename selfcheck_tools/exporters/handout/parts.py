"""Work that is done once: pages that were rendered before are recalled, the others made side by side.

What is kept is kept under a digest of all that enters it, so that it never gets old; it only becomes
what nobody asks for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from selfcheck_tools.exporters import Context, Job
from selfcheck_tools.exporters.handout.pdf import versions, warm
from selfcheck_tools.exporters.handout.pictures import Picture
from selfcheck_tools.fonts import fonts_digest

_FORMAT = "1"  # of what is kept
_HELD = 32_000_000  # bytes of pages and pictures that wait to be rendered; others are made again


def _undrawn(more: Mapping[str, Any]) -> str:
    raise NotImplementedError


class Sheet(NamedTuple):
    """What is rendered: HTML, its style, and its pictures by their addresses. With `draw`, the HTML
    is drawn when it is rendered, given more to show, and `html` only tells it from others."""

    html: str
    css: str
    pictures: tuple[Picture, ...] = ()
    fetch: Callable[[str], Picture] | None = None
    draw: Callable[[Mapping[str, Any]], str] = _undrawn

    @property
    def size(self) -> int:
        return len(self.html) + sum(len(picture.data) for picture in self.pictures)


class Work(NamedTuple):
    """Something to make, under the name that it is kept by."""

    name: str
    make: Job


class Works:
    """Makes works of sheets, and holds no more of these than fit."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._common: tuple[bytes, ...] = ()
        self._held = 0

    def work(
        self, kind: str, sheet: Callable[[Context], Sheet], make: Callable[[Sheet], bytes]
    ) -> Work:
        """The work that makes something of a kind from a sheet."""
        if not self._common:
            archival = f"{self._context.paper.pdf_a}"
            program = "\0".join((_FORMAT, self._context.program, versions(), archival))
            self._common = (program.encode(), fonts_digest())
        ready = sheet(self._context)
        pictures = (piece for picture in ready.pictures for piece in (picture.mime, picture.data))
        name = digest(kind, *self._common, ready.css, ready.html, *pictures)
        self._held += ready.size
        if self._held <= _HELD:
            return Work(name, lambda: make(ready))
        self._held -= ready.size
        silent = self._context._replace(omit=lambda omission: None)  # it was all said
        return Work(name, lambda: make(sheet(silent)))


def digest(*pieces: str | bytes) -> str:
    """A digest of texts and bytes, and of where each ends."""
    whole = blake2b(digest_size=20)
    for piece in pieces:
        data = piece.encode("utf-8", "surrogatepass") if isinstance(piece, str) else piece
        whole.update(b"%d " % len(data))
        whole.update(data)
    return whole.hexdigest()


def results(works: Sequence[Work], context: Context, css: str) -> Iterator[bytes]:
    """What works make or once made, in their order. `css` is the style of most."""
    missing = {work.name: work.make for work in works if context.recall(work.name) is None}
    if len(missing) > 1:
        warm(css)
    fresh = iter(context.side_by_side([*missing.values()]))
    made: dict[str, bytes] = {}  # what could not be kept
    for work in works:
        data = made.get(work.name)
        if data is None and work.name not in missing:
            data = context.recall(work.name)
        if data is None:
            data = next(fresh) if work.name in missing else work.make()
            missing.pop(work.name, None)
            if not context.keep(work.name, data):
                made[work.name] = data
        yield data
