"""Work that is done once: pages that were rendered before are recalled, the others made side by side.

What is kept is kept under a digest of all that enters it, so that it never gets old; it only becomes
what nobody asks for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from selfcheck_tools import codec
from selfcheck_tools.exporters import Context, Job, Omission
from selfcheck_tools.exporters.handout.pdf import versions, warm
from selfcheck_tools.exporters.handout.pictures import Picture
from selfcheck_tools.files import Files, Query, Traced
from selfcheck_tools.fonts import fonts_digest
from selfcheck_tools.templates import shipped, template_folder

_FORMAT = "2"  # of what is kept
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


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What became of a sheet: the name of its work, what was left out, and what files were asked
    for it, with a digest of their answers."""

    name: str
    omitted: list[Omission]
    asked: list[Query]
    answers: str


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
            return Work(known.name, lambda: make(sheet(silent)))
        files, omitted = Traced(self._context.files), list[Omission]()
        ready = sheet(self._context._replace(files=files, omit=omitted.append))
        for omission in omitted:
            self._context.omit(omission)
        pictures = (piece for picture in ready.pictures for piece in (picture.mime, picture.data))
        name = digest(kind, *self._common, ready.css, ready.html, *pictures)
        if seen and self._setting:
            asked = sorted(files.asked)
            answers = _answers(self._context.files, asked)
            self._context.keep(seen, codec.encode(Seen(name, omitted, asked, answers)))
        self._held += ready.size
        if self._held <= _HELD:
            return Work(name, lambda: make(ready))
        self._held -= ready.size
        return Work(name, lambda: make(sheet(silent)))

    def _known(self, name: str) -> Seen | None:
        """What was kept under a name, if files answer as they did."""
        data = self._context.recall(name)
        if data is not None:
            with suppress(msgspec.MsgspecError):
                seen: Seen = _seen(data)
                if _answers(self._context.files, seen.asked) == seen.answers:
                    return seen
        return None


_seen = codec.decoder(Seen)


def _shipped_templates(context: Context) -> list[str]:
    """The templates that sheets are made by; none if one of the user's own takes part, for that may
    include whatever it likes."""
    paths = sorted((template_folder() / "handout").glob("*.html"))
    texts = [shipped(f"handout/{path.name}") for path in paths]
    if context.template is shipped:
        return texts
    own = [context.template(f"handout/{path.name}") for path in paths]
    return texts if own == texts else []


def _answers(files: Files, asked: Sequence[Query]) -> str:
    """A digest of what files answer."""
    answers: list[str | bytes] = []
    for method, path in asked:
        try:
            match method:
                case "read":
                    answers.append(files.read(path))
                case "kind":
                    answers.append(files.kind(path))
                case _:
                    answers.append("\0".join(files.names(path)))
        except OSError as error:
            answers.append(f"cannot: {error.errno}")
    return digest(*answers)


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
