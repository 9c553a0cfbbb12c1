"""A book: one PDF of a collection's handouts, with a cover, contents and pages numbered throughout.

Put together from parts, of which each depends on one document alone: when one changes, the others
are recalled, whatever comes to stand on which page. The numbers of pages, also those that the
contents and questions refer to, are put in when all parts are there.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import Artifact, Context
from selfcheck_tools.exporters.handout import _blaming, _printable, _report, _view
from selfcheck_tools.exporters.handout.about import About
from selfcheck_tools.exporters.handout.feet import FOOTLESS, Foot, foot, specimen
from selfcheck_tools.exporters.handout.joined import Joiner, joined
from selfcheck_tools.exporters.handout.joining import Joining, Listed, Setting
from selfcheck_tools.exporters.handout.papers import Paper, file_name, papers, parts_of
from selfcheck_tools.exporters.handout.part import Part, taken_apart
from selfcheck_tools.exporters.handout.parts import Sheet, Work, Works, results
from selfcheck_tools.exporters.handout.pdf import to_pdf
from selfcheck_tools.exporters.handout.pictures import Pictures
from selfcheck_tools.exporters.handout.pieces import Piece, pieces, under_headings
from selfcheck_tools.exporters.handout.style import gutter, style
from selfcheck_tools.exporters.handout.tags import Pages, Tag, heaps, place, question_place, tagged
from selfcheck_tools.exporters.handout.theme import shown
from selfcheck_tools.memo import digest
from selfcheck_tools.model import Document
from selfcheck_tools.templates import loaded, rendered

if TYPE_CHECKING:
    import jinja2

PRODUCER = "selfcheck_tools with WeasyPrint"
_KEPT = 16_000_000  # bytes of a PDF that is kept whole; a larger one is joined again from its parts
_QUESTIONS, _ANSWERS = "questions", "answers"  # what a part has of its questions; both: empty


class Drawn(msgspec.Struct, frozen=True, array_like=True):
    """A part, and what its engine could not do."""

    part: Part
    missing: list[str]
    complaints: list[str]


class Bound(msgspec.Struct, frozen=True, array_like=True):
    """What there is to know of a book: what the engine could not do in each of its pieces, and on
    which pages documents with their questions, and tags, came to stand."""

    said: list[tuple[list[str], list[str]]]
    listed: list[Listed]
    tags: list[Tag]


def export(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """One PDF, called after the collection."""
    _, data = Book(documents, context).bound()
    yield Artifact(f"{file_name(context.collection)}-book.pdf", data)


# ── parts ───────────────────────────────────────────────────────────────────────────────────────


def _sheet(
    piece: Piece, page: "Callable[[], jinja2.Template]", css: str, context: Context
) -> Sheet:
    pictures = Pictures(context.files, piece.paper.documents[0], context.omit)
    view = _view(piece.paper, context, pictures)
    groups = under_headings(view["groups"], piece.positions)
    view |= {"groups": groups, "part": piece.part, "theme": None}
    html = _printable(rendered(page(), view))
    css = f"{css}\n{FOOTLESS}"
    if not piece.starts:
        css += _CONTINUED % re.sub(r'[\\"\n\r\f]', r" ", view["title"])
    return Sheet(html, css, pictures.known(), pictures.fetch)


# A piece that does not begin a document has no title, but its running head.
_CONTINUED = """
header, header.answers { display: none }
body { string-set: page attr(data-page), of attr(data-of), title "%s" }
@page :first { @top-left { content: string(title) } }
"""


def _drawn(piece: Piece, archival: bool, sheet: Sheet) -> bytes:
    with _blaming(*piece.paper.documents):
        printed = to_pdf(sheet.html, sheet.css, sheet.fetch, archival=archival)
        return msgspec.msgpack.encode(
            Drawn(taken_apart(printed.data), [*printed.missing], [*printed.complaints])
        )


_drawing = msgspec.msgpack.Decoder(Drawn).decode


# ── the whole ───────────────────────────────────────────────────────────────────────────────────


class Book:
    """A book on its way: its parts, and what binds them."""

    def __init__(self, documents: Sequence[Document], context: Context) -> None:
        # What asks nothing has no page, and so no place in the contents.
        self._papers = [paper for paper in papers(documents, context) if paper.entries]
        if not self._papers:
            raise UsageError("no document asks a question: there is nothing to bind")
        self._context, self._is_archival = context, context.paper.pdf_a
        self._works = Works(context)
        self._style = style(context, ("handout",), mirrored=False)
        parts = ("",) if context.paper.answers == "below" else (_QUESTIONS, _ANSWERS)
        self._pieces = [
            piece for part in parts for paper in self._papers for piece in pieces(paper, part)
        ]
        page = cache(partial(loaded, context.template, "handout/handout.html"))
        self._parts = [self._part(piece, page) for piece in self._pieces]
        languages = Counter(paper.language for paper in self._papers)
        self.language = languages.most_common(1)[0][0]
        directions = Counter(paper.direction for paper in self._papers)
        self._direction = directions.most_common(1)[0][0]

    def bound(self) -> tuple[Bound, bytes | IO[bytes]]:
        """What there is to know of the book, and its PDF; recalled if nothing in it has changed and
        it is not too large to be kept."""
        front, feet = self._front(), self._feet()
        whole = digest(
            *(work.name for work in (feet, front, *self._parts)),
            *(self._context.template(f"handout/index.{kind}") for kind in ("html", "css")),
            msgspec.json.encode((self._paths_and_tags(), _gutter(self._context))),
        )
        known, pdf = self._context.recall(whole), self._context.recall("pdf" + whole)
        data: bytes | IO[bytes]
        if known is None or pdf is None:
            data = self._context.spool()
            bound = self._made(feet, front, data)
            self._context.keep(whole, msgspec.msgpack.encode(bound))
            if data.tell() <= _KEPT:
                data.seek(0)
                self._context.keep("pdf" + whole, data.read())
        else:
            data = pdf
            bound = msgspec.msgpack.decode(known, type=Bound)
            for paper in self._papers:
                self._context.done(paper.documents[0])
        for piece, (missing, complaints) in zip(self._pieces, bound.said, strict=True):
            _report(piece.paper, self._context, missing, complaints)
        return bound, data

    def index(self, bound: Bound) -> bytes:
        """The index to the book, as a PDF of its own."""
        some = list(heaps(bound.listed))
        works = [
            self._indexed(heap, [] if some[at + 1 :] else bound.tags, first=not at)
            for at, heap in enumerate(some)
        ]
        feet, *parts = results([self._feet(), *works], self._context, self._style)
        drawn = [_drawing(data).part for data in parts]
        name = f"{self._context.collection} – {self._said('index')}"
        joinings = (Joining(part, continues=at > 0) for at, part in enumerate(drawn))
        about = About(name, self.language, PRODUCER, self._is_archival)
        return joined(joinings, about, Setting(_feet_of(feet)))

    # ── its making ──────────────────────────────────────────────────────────────────────────────

    def _made(self, feet: Work, front: Work, out: IO[bytes]) -> Bound:
        css = f"{self._style}\n{FOOTLESS}"
        made = results([feet, front, *self._parts], self._context, css)
        setting = Setting(_feet_of(next(made)), covers=1, gutter=_gutter(self._context))
        joiner = Joiner(out, self.language, setting)
        joiner.add(Joining(_drawing(next(made)).part, title=self._context.collection))
        said: list[tuple[list[str], list[str]]] = []
        pages: dict[str, Pages] = {}  # of documents
        listed: list[Listed] = []
        for piece, data in zip(self._pieces, made, strict=True):
            path = place(piece.paper)
            drawn = _drawing(data)
            said.append((drawn.missing, drawn.complaints))
            if piece.part == _ANSWERS:
                listed = listed or joiner.listed()[1:]
                name = "" if joiner.page("answers") else "answers"
                title = self._word("answers")
                joiner.add(Joining(drawn.part, name, title, not piece.starts, path))
            else:
                name = path if piece.starts else ""
                joiner.add(Joining(drawn.part, name, "", not piece.starts, path))
                pages[path] = Pages(joiner.page(path), joiner.pages, path)
            if piece.ends and piece.part != _QUESTIONS:
                self._context.done(piece.paper.documents[0])
        listed = listed or joiner.listed()[1:]

        def of_question(paper: Paper, at: int) -> Pages:
            name = question_place(paper, at)
            page = joiner.page(name)
            return Pages(page, page, name) if page else of_paper(paper)

        def of_paper(paper: Paper) -> Pages:
            return pages[place(paper)]

        tags = tagged(self._papers, of_paper, of_question)
        if tags:
            (data,) = results([self._indexed([], tags, linked=True)], self._context, css)
            joiner.add(Joining(_drawing(data).part, "tags"))
        about = About(self._context.collection, self.language, PRODUCER, self._is_archival)
        joiner.finish(about)
        return Bound(said, listed, tags)

    def _part(self, piece: Piece, page: "Callable[[], jinja2.Template]") -> Work:
        with _blaming(*piece.paper.documents):
            sheet = partial(_sheet, piece, page, self._style)
            of = (*parts_of(piece.paper), [*piece.positions], piece.part, self._style)
            return self._works.work("part", sheet, partial(_drawn, piece, self._is_archival), of=of)

    def _feet(self) -> Work:
        page, of = self._word("page"), self._word("of")
        html, css = specimen(page, of, language=self.language, css=self._style)

        def make(sheet: Sheet) -> bytes:
            data = to_pdf(sheet.html, sheet.css, archival=self._is_archival).data
            return msgspec.msgpack.encode(foot(data, page + of))

        return self._works.work("foot", lambda context: Sheet(html, css), make)

    def _front(self) -> Work:
        """Cover and contents."""
        view = {
            "questions": sum(len(paper.entries) for paper in self._papers),
            "entries": [
                {"title": paper.title, "name": quote(place(paper))} for paper in self._papers
            ],
            "answers": self._context.paper.answers == "end",
            "tags": any(own or any(some) for _, own, some in self._paths_and_tags()),
            "duplex": self._context.paper.duplex,
        }
        return self._extra("book", view)

    def _indexed(
        self,
        documents: Sequence[Listed],
        tags: Sequence[Tag],
        *,
        first: bool = False,
        linked: bool = False,
    ) -> Work:
        view = {"documents": documents, "tags": tags, "first": first, "linked": linked}
        return self._extra("index", view)

    def _extra(self, name: str, view: Mapping[str, Any]) -> Work:
        """Pages besides the documents', of a template and a style of this name."""
        view = {
            "title": self._context.collection,
            "language": self.language,
            "direction": self._direction,
            **view,
        }
        css = f"{style(self._context, ('handout', name), mirrored=False)}\n{FOOTLESS}"

        def make(sheet: Sheet) -> bytes:
            printed = to_pdf(sheet.html, sheet.css, sheet.fetch, archival=self._is_archival)
            return msgspec.msgpack.encode(Drawn(taken_apart(printed.data), [], []))

        def sheet(context: Context) -> Sheet:
            pictures = Pictures(context.files, self._papers[0].documents[0], context.omit)
            template = loaded(context.template, f"handout/{name}.html")
            html = _printable(rendered(template, {**view, "theme": shown(context, pictures)}))
            return Sheet(html, css, pictures.known(), pictures.fetch)

        return self._works.work("part", sheet, make, of=(name, view, css))

    def _word(self, name: str) -> str:
        return _spoken(self._context, "handout/words.html", "WORDS", self.language)[name]

    def _said(self, name: str) -> str:
        return _spoken(self._context, "handout/said.html", "SAID", self.language)[name]

    def _paths_and_tags(self) -> list[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
        return [
            (place(paper), paper.tags, [entry.question.tags for entry in paper.entries])
            for paper in self._papers
        ]


def _spoken(context: Context, path: str, table: str, language: str) -> Mapping[str, str]:
    """What a table in a template says in a language, or else in English."""
    tables: Mapping[str, Mapping[str, str]] = getattr(loaded(context.template, path).module, table)
    return tables.get(re.split("[-_]", language.lower())[0], tables["en"])


def _feet_of(data: bytes) -> Foot:
    return msgspec.msgpack.decode(data, type=Foot)


def _gutter(context: Context) -> float:
    """How far pages are moved away from the binding, in points."""
    return gutter(context.paper) / 25.4 * 72
