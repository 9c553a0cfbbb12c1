"""Writers of formats. An exporter turns documents into artifacts; only the driver writes them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from importlib import import_module
from io import BytesIO
from posixpath import splitext
from typing import IO, NamedTuple, Protocol

from selfcheck_tools.dialects import SELF_CHECK
from selfcheck_tools.files import Files
from selfcheck_tools.model import Document, Question, Section
from selfcheck_tools.reading.page import letters
from selfcheck_tools.templates import Templates, shipped
from selfcheck_tools.text import Source, Span


class Artifact(NamedTuple):
    """A file to be written: its path relative to the output folder, and its bytes, or where they
    would fill the memory a file that holds them (of `Context.spool`)."""

    path: str
    data: bytes | IO[bytes]

    def digest(self) -> bytes:
        """The SHA-256 of the bytes."""
        if isinstance(self.data, bytes):
            return sha256(self.data).digest()
        whole = sha256()
        self.data.seek(0)
        while piece := self.data.read(1 << 20):
            whole.update(piece)
        return whole.digest()

    def close(self) -> None:
        """Gives up the file that holds the bytes, if one does."""
        if not isinstance(self.data, bytes):
            self.data.close()


class Omission(NamedTuple):
    """Something that an export leaves out or can only mark: what, where, and why."""

    path: str
    span: Span
    what: str  # "answer", "image", "glyph", ...
    message: str


class AnkiOptions(NamedTuple):
    """How decks for Anki are made; each field is a key of `[tool.selfcheck.anki]`."""

    split: str = "document"  # a package per "document", per "folder", or for all: "none"
    deck: str = ""  # a deck that all others stand in
    sections: bool = False  # a deck within the document's for each section
    url: str = ""  # where the content folder can be read
    reversed: bool = False  # a second card that asks for the question
    shuffle: bool = False  # options in another order at each review


SPLITS = ("document", "folder", "none")


Job = Callable[[], bytes]


def one_by_one(jobs: Sequence[Job]) -> Iterator[bytes]:
    """What jobs make, in this process."""
    return (job() for job in jobs)


class PaperOptions(NamedTuple):
    """How paper is laid out; each field is a key of `[tool.selfcheck.handout]`, `-` for `_`."""

    lines: str = "ruled"  # what an answer is written on: "ruled" lines, in a "box", or "blank"
    size: str = "A4"  # of the sheets; or "Letter", or "A5"
    columns: int = 1  # or 2
    duplex: bool = False  # margins for sheets that are printed on both sides and bound
    answers: str = "below"  # where a handout and a book have them: each "below" its question, or all at the "end"
    large_print: bool = False  # type for readers with low vision
    dyslexia: bool = False  # type and spacing for readers with dyslexia
    pdf_a: bool = False  # PDF/A for archives, besides PDF/UA
    theme: str = ""  # a file of TOML in the content folder: what a school puts on its papers


LINES = ("ruled", "box", "blank")
SIZES = ("A4", "Letter", "A5")
ANSWERS = ("below", "end")


class Selection(NamedTuple):
    """Which questions are printed, and in which versions."""

    tags: tuple[str, ...] = ()  # questions with one of these, or of documents with one
    sections: tuple[str, ...] = ()  # questions of sections with one of these titles
    unanswered: bool = False  # those without an answer only
    pick: int = 0  # so many of each paper, chosen by the seed; 0: all
    versions: int = 0  # papers of the same questions, each shuffled; 0: one as written
    seed: str = ""
    merge: bool = False  # one paper of all documents instead of one of each


EVERYTHING = Selection()


class Context(NamedTuple):
    """What exporters need besides the documents, and what is no value."""

    files: Files
    # The source that a document was read from.
    source: Callable[[Document], Source]
    # The keys of a document's questions, in their order.
    keys: Callable[[Document], Sequence[str]]
    # When a thing of this name, rendered to bytes of this digest, last changed, in seconds since
    # 1970: an unchanged digest keeps its time, a new one gets a later one.
    changed: Callable[[str, str], int]
    omit: Callable[[Omission], None]
    # Takes a remark for the user.
    say: Callable[[str], None] = lambda remark: None
    # Called after each document, for progress.
    done: Callable[[Document], None] = lambda document: None
    anki: AnkiOptions = AnkiOptions()
    paper: PaperOptions = PaperOptions()
    selection: Selection = EVERYTHING
    # The text of a template file: the user's own, or the one that is shipped.
    template: Templates = shipped
    # What the collection is called.
    collection: str = ""
    # What was kept under a name, perhaps by an earlier run; None if it is not there, or damaged.
    recall: Callable[[str], bytes | None] = lambda name: None
    # Keeps something under a name that tells all that it was made from; whether that could be done.
    keep: Callable[[str, bytes], bool] = lambda name, data: False
    # What this program is: other versions make other bytes.
    program: str = ""
    # A temporary file for what would fill the memory; nothing of it stays.
    spool: Callable[[], IO[bytes]] = BytesIO
    # What jobs make, in their order, done side by side where that can be had.
    side_by_side: Callable[[Sequence[Job]], Iterator[bytes]] = one_by_one
    # How many processes may share the work on a number of documents.
    processes: Callable[[int], int] = lambda documents: 1


class Exporter(Protocol):
    """A format's function: artifacts in the order of the documents."""

    def __call__(self, documents: Sequence[Document], context: Context) -> Iterator[Artifact]: ...


# Format name -> the module and function that write it. Loaded when asked for: some pull in heavy
# libraries.
EXPORTERS: Mapping[str, tuple[str, str]] = {
    "anki": ("selfcheck_tools.exporters.anki", "export"),
    "anki-text": ("selfcheck_tools.exporters.anki.plain", "export"),
    "book": ("selfcheck_tools.exporters.handout.book", "export"),
    "crowdanki": ("selfcheck_tools.exporters.anki.crowdanki", "export"),
    "handout": ("selfcheck_tools.exporters.handout", "export"),
    "worksheet": ("selfcheck_tools.exporters.handout", "worksheet"),
    "exam": ("selfcheck_tools.exporters.handout", "exam"),
    "flashcards": ("selfcheck_tools.exporters.handout", "flashcards"),
    "flashcards-fold": ("selfcheck_tools.exporters.handout", "flashcards_fold"),
    "answer-key": ("selfcheck_tools.exporters.handout", "answer_key"),
    "index": ("selfcheck_tools.exporters.handout.index", "export"),
    "json": ("selfcheck_tools.exporters.json", "export"),
    "jsonl": ("selfcheck_tools.exporters.json", "export_lines"),
}


def load(name: str) -> Exporter:
    """The exporter of a name in EXPORTERS."""
    module, function = EXPORTERS[name]
    exporter: Exporter = getattr(import_module(module), function)
    return exporter


def stem(document: Document) -> str:
    """A document's path without its extension: what artifacts are called after."""
    return splitext(document.path)[0]


def title(document: Document) -> str:
    """A document's title, or its file's name where it has none."""
    return document.title or stem(document).rsplit("/", 1)[-1]


def telling_sections(document: Document) -> tuple[Section, ...]:
    """A document's sections, if their titles say anything: a lone "Self-check" does not."""
    sections = document.sections
    if len(sections) == 1 and SELF_CHECK.search(letters(sections[0].title)):
        return ()
    return sections


def question_name(question: Question, position: int) -> str:
    """How people refer to a question: by its written number, or its place from 1."""
    return f"question {question.number if question.number is not None else position + 1}"
