"""Work that is done once: pages that were rendered before are recalled, the others made side by side.

What is kept is kept under a digest of all that enters it, so that it never gets old; it only becomes
what nobody asks for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from selfcheck_tools import codec
from selfcheck_tools.exporters import Context, Job
from selfcheck_tools.exporters._made import Made, decode, made
from selfcheck_tools.exporters.handout.pdf import versions, warm
from selfcheck_tools.exporters.handout.pictures import Picture
from selfcheck_tools.fonts import fonts_digest
from selfcheck_tools.memo import digest
from selfcheck_tools.templates import shipped, template_folder

_FORMAT = "3"  # of what is kept
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
        self._held = 0
        context.keep("seen", b"")  # before files are asked: a new folder for what is kept is seen
        archival = f"{context.paper.pdf_a}"
        program = "\0".join((_FORMAT, context.program, versions(), archival))
        self._common = (program.encode(), fonts_digest())
        paper = codec.encode((context.paper, context.selection, context.collection))
        templates = _shipped_templates(context)
        self._setting: tuple[str | bytes, ...] = ()
        if templates:
            self._setting = (*self._common, paper, *templates)

    def work(
        self,
        kind: str,
        sheet: Callable[[Context], Sheet],
        make: Callable[[Sheet], bytes],
        of: Sequence[object] = (),
    ) -> Work:
        """The work that makes something of a kind from a sheet.

        `of` is, if given, all that the sheet is made of besides files, templates and options: if
        these are what they were, it need not be made to know what was made of it.
        """
        seen = "seen" + digest(kind, *self._setting, codec.encode(of)) if of else ""
        known = self._known(seen) if seen and self._setting else None
        silent = self._context._replace(omit=lambda omission: None)  # it was all said
        if known is not None:
            for omission in known.omitted:
                self._context.omit(omission)
            return Work(known.data.decode(), lambda: make(sheet(silent)))
        sheets: list[Sheet] = []

        def named(context: Context) -> bytes:
            sheets.append(sheet(context))
            return self._name(kind, sheets[0]).encode()

        found = made(self._context, named)
        ready, name = sheets[0], found.data.decode()
        for omission in found.omitted:
            self._context.omit(omission)
        if seen and self._setting:
            self._context.keep(seen, codec.encode(found))
        self._held += ready.size
        if self._held <= _HELD:
            return Work(name, lambda: make(ready))
        self._held -= ready.size
        return Work(name, lambda: make(sheet(silent)))

    def _name(self, kind: str, sheet: Sheet) -> str:
        pictures = (piece for picture in sheet.pictures for piece in (picture.mime, picture.data))
        return digest(kind, *self._common, sheet.css, sheet.html, *pictures)

    def _known(self, name: str) -> Made | None:
        """What was kept under a name, if files answer as they did: the name of the work."""
        data = self._context.recall(name)
        if data is not None:
            with suppress(msgspec.MsgspecError):
                seen = decode(data)
                return seen if seen.holds(self._context.files) else None
        return None


def _shipped_templates(context: Context) -> list[str]:
    """The templates that sheets are made by; none if one of the user's own takes part, for that may
    include whatever it likes."""
    paths = sorted((template_folder() / "handout").glob("*.html"))
    texts = [shipped(f"handout/{path.name}") for path in paths]
    if context.template is shipped:
        return texts
    own = [context.template(f"handout/{path.name}") for path in paths]
    return texts if own == texts else []


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
