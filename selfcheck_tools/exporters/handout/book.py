"""A book: one PDF of a collection's handouts, with a cover, contents and pages numbered throughout.

Put together from parts, of which each depends on one document alone: when one changes, the others
are recalled, whatever comes to stand on which page.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import msgspec

from selfcheck_tools.exporters import Artifact, Context, title
from selfcheck_tools.exporters.handout import _blaming, _printable, _report, _view
from selfcheck_tools.exporters.handout.about import About
from selfcheck_tools.exporters.handout.directions import direction
from selfcheck_tools.exporters.handout.feet import FOOTLESS, Foot, foot, specimen
from selfcheck_tools.exporters.handout.joined import Joining, joined
from selfcheck_tools.exporters.handout.part import Part, taken_apart
from selfcheck_tools.exporters.handout.parts import Sheet, Work, Works, digest, results
from selfcheck_tools.exporters.handout.pdf import to_pdf
from selfcheck_tools.exporters.handout.pictures import Pictures
from selfcheck_tools.model import Document
from selfcheck_tools.templates import loaded, rendered

if TYPE_CHECKING:
    import jinja2

MOST = 100  # questions in a part: what is rendered at once, and again when one of them changes
_LINES = 30  # entries of the contents that fit a page, roughly: a first guess


class Drawn(msgspec.Struct, frozen=True, array_like=True):
    """A part, and what its engine could not do."""

    part: Part
    missing: list[str]
    complaints: list[str]


class Bound(msgspec.Struct, frozen=True, array_like=True):
    """A book, and what the engine could not do in each of its pieces."""

    data: bytes
    said: list[tuple[list[str], list[str]]]


class Piece(NamedTuple):
    """Some questions of a document, from one to before another."""

    document: Document
    start: int
    stop: int


def export(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """One PDF, called after the collection."""
    style = context.template("handout/handout.css")
    page = loaded(context.template, "handout/handout.html")
    pieces = [piece for document in documents for piece in _pieces(document)]
    works = Works(context)
    parts: list[Work] = []
    for piece in pieces:
        with _blaming(piece.document):
            sheet, make = partial(_sheet, piece, page, style), partial(_drawn, piece)
            parts.append(works.work("part", sheet, make, of=(piece, style)))
    binding = _Binding(documents, pieces, parts, style, works, context)
    bound = binding.bound()
    for piece, (missing, complaints) in zip(pieces, bound.said, strict=True):
        _report(piece.document, context, missing, complaints)
    yield Artifact(f"{_file_name(context.collection)}-book.pdf", bound.data)


def _file_name(collection: str) -> str:
    return re.sub(r"[^\w.+-]+", "-", collection).strip("-.") or "all"


# ── parts ───────────────────────────────────────────────────────────────────────────────────────


def _pieces(document: Document) -> list[Piece]:
    """A document in pieces of nearly the same size, none of more than MOST questions."""
    count = len(document.questions)
    pieces = -(-count // MOST)
    cuts = [count * at // pieces for at in range(pieces + 1)]
    return [Piece(document, *cut) for cut in pairwise(cuts)]


def _sheet(piece: Piece, page: "jinja2.Template", style: str, context: Context) -> Sheet:
    pictures = Pictures(context.files, piece.document, context.omit)
    view = _view(piece.document, context, pictures)
    html = _printable(rendered(page, view | {"groups": _cut(view["groups"], piece)}))
    css = f"{style}\n{FOOTLESS}"
    if piece.start:
        css += _CONTINUED % re.sub(r'[\\"\n\r\f]', r" ", view["title"])
    return Sheet(html, css, pictures.known(), pictures.fetch)


# A piece that does not begin a document has no title, but its running head.
_CONTINUED = """
header { display: none }
body { string-set: page attr(data-page), of attr(data-of), title "%s" }
@page :first { @top-left { content: string(title) } }
"""


def _cut(groups: Sequence[tuple[str, Sequence[Any]]], piece: Piece) -> list[tuple[str, list[Any]]]:
    """The questions of a piece under their headings; one that goes on is not said again."""
    flat = [(heading, at, each) for at, (heading, some) in enumerate(groups) for each in some]
    before = flat[piece.start - 1][1] if piece.start else -1
    return [
        ("" if at == before else heading, [each for _, _, each in run])
        for (at, heading), run in groupby(
            flat[piece.start : piece.stop], key=lambda entry: (entry[1], entry[0])
        )
    ]


def _drawn(piece: Piece, sheet: Sheet) -> bytes:
    with _blaming(piece.document):
        printed = to_pdf(sheet.html, sheet.css, sheet.fetch)
        return msgspec.msgpack.encode(
            Drawn(taken_apart(printed.data), [*printed.missing], [*printed.complaints])
        )


_drawing = msgspec.msgpack.Decoder(Drawn).decode


# ── the whole ───────────────────────────────────────────────────────────────────────────────────


class _Binding:
    """The binding of a book's parts."""

    def __init__(
        self,
        documents: Sequence[Document],
        pieces: Sequence[Piece],
        parts: Sequence[Work],
        style: str,
        works: Works,
        context: Context,
    ) -> None:
        self._documents, self._pieces, self._parts = documents, pieces, parts
        self._works, self._context = works, context
        languages = Counter(document.metadata.language or "en" for document in documents)
        self._language = languages.most_common(1)[0][0]
        self._direction = Counter(map(direction, documents)).most_common(1)[0][0]
        self._style = f"{style}\n{context.template('handout/book.css')}\n{FOOTLESS}"
        self._foot_style = style

    def bound(self) -> Bound:
        """The book; recalled if nothing in it has changed."""
        front = self._front([0] * len(self._documents))
        whole = digest(*(work.name for work in self._parts), front.name, self._feet().name)
        kept = self._context.recall(whole)
        if kept is not None:
            for document in self._documents:
                self._context.done(document)
            return msgspec.msgpack.decode(kept, type=Bound)
        made = self._made()
        self._context.keep(whole, msgspec.msgpack.encode(made))
        return made

    def _made(self) -> Bound:
        held: dict[str, bytes] = {}  # parts that cannot be recalled
        counts: list[int] = []
        said: list[tuple[list[str], list[str]]] = []
        css = f"{self._foot_style}\n{FOOTLESS}"
        for at, data in enumerate(results(self._parts, self._context, css)):
            drawn = _drawing(data)
            counts.append(len(drawn.part.pages))
            said.append((drawn.missing, drawn.complaints))
            name = self._parts[at].name
            if name not in held and self._context.recall(name) is None:
                held[name] = data
            document = self._pieces[at].document
            if self._pieces[at].stop == len(document.questions):
                self._context.done(document)
        front = self._numbered(counts)
        (feet,) = results([self._feet()], self._context, css)

        def parts() -> Iterator[Joining]:
            yield Joining(front, title=self._context.collection)
            for piece, work in zip(self._pieces, self._parts, strict=True):
                data = held.get(work.name) or self._context.recall(work.name) or work.make()
                name = "" if piece.start else piece.document.path
                yield Joining(_drawing(data).part, name, continues=bool(piece.start))

        about = About(self._context.collection, self._language, _PRODUCER)
        pages = len(front.pages) + sum(counts)
        drawn_feet = msgspec.msgpack.decode(feet, type=Foot)
        return Bound(joined(parts(), about, pages=pages, foot=drawn_feet, covers=1), said)

    def _feet(self) -> Work:
        words = loaded(self._context.template, "handout/words.html").module.WORDS  # type: ignore[attr-defined]
        said = words.get(re.split("[-_]", self._language.lower())[0], words["en"])
        html, css = specimen(
            said["page"], said["of"], language=self._language, css=self._foot_style
        )

        def make(sheet: Sheet) -> bytes:
            data = to_pdf(sheet.html, sheet.css).data
            return msgspec.msgpack.encode(foot(data, said["page"] + said["of"]))

        return self._works.work("foot", lambda context: Sheet(html, css), make)

    # ── cover and contents ──────────────────────────────────────────────────────────────────────

    def _numbered(self, counts: Sequence[int]) -> Part:
        """Cover and contents, given how many pages each piece has."""
        own = 1 + -(-len(self._documents) // _LINES)
        while True:
            pages = iter(counts)
            at, starts = own + 1, []
            for piece, count in zip(self._pieces, pages, strict=True):
                if not piece.start:
                    starts.append(at)
                at += count
            (data,) = results([self._front(starts)], self._context, self._style)
            front = _drawing(data).part
            if len(front.pages) <= own:
                break
            own = len(front.pages)
        return front

    def _front(self, starts: Sequence[int]) -> Work:
        view = {
            "title": self._context.collection,
            "language": self._language,
            "direction": self._direction,
            "questions": sum(len(document.questions) for document in self._documents),
            "entries": [
                {
                    "title": title(document),
                    "link": f"dest:{quote(document.path)}#{quote(title(document))}",
                    "page": start,
                }
                for document, start in zip(self._documents, starts, strict=True)
            ],
        }
        template = loaded(self._context.template, "handout/book.html")
        html = _printable(rendered(template, view))

        def make(sheet: Sheet) -> bytes:
            printed = to_pdf(sheet.html, sheet.css)
            return msgspec.msgpack.encode(Drawn(taken_apart(printed.data), [], []))

        return self._works.work("front", lambda context: Sheet(html, self._style), make)


_PRODUCER = "selfcheck_tools with WeasyPrint"
