"""What a document says, as plain frozen data. Every place is a span in the document's source."""

from typing import Literal

import msgspec

from selfcheck_tools.text import Span

State = Literal["answered", "unanswered", "placeholder"]
Kind = Literal["open", "choice", "cloze"]
Role = Literal["title", "section", "question", "break", "answer", "outside"]


class Fragment(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A run of Markdown.

    `span` is where it stands; `markdown` is the same text with the prefixes of the list items or
    quotes around it taken off, so that it can be rendered alone.
    """

    span: Span
    markdown: str


class Image(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A picture that the text refers to.

    `target` is as rendering sees it: a URL, percent-encoded. `path` is the file it names, relative
    to the content folder, decoded; None where it names no local file.
    """

    span: Span
    target_span: Span
    target: str
    path: str | None
    alt: str
    title: str = ""
    html: bool = False  # written as <img>
    decorative: bool = False  # <img alt="">: the author says that it carries nothing


class Link(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A link; `bare` for a URL that stands in the text by itself.

    `target_span` is where the destination stands; the whole link where that is elsewhere.
    """

    span: Span
    target_span: Span
    target: str
    text: str = ""
    bare: bool = False
    html: bool = False  # written as <a>, whose text is not looked at


class Definition(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """`[label]: target "title"`; the label folded as CommonMark compares them."""

    span: Span
    label: str
    target: str
    title: str = ""
    used: bool = False
    again: bool = False  # the label is defined before, so that this means nothing


class CodeBlock(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A fenced or indented block; `language` is the first word after the fence."""

    span: Span
    language: str = ""
    text: str = ""


class Math(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A formula in TeX; `display` when it stands on its own."""

    span: Span
    text: str
    display: bool = False


class Option(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A choice; `label` as written ("A", "ب"), empty for a task-list item."""

    span: Span
    label: str
    content: Fragment
    correct: bool


class Solution(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The letters of the correct options, as written."""

    span: Span
    labels: tuple[str, ...]


class Cloze(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A deletion within the prompt: `span` with its brackets, `text` without, `hint` if given."""

    span: Span
    text: str
    hint: str = ""
    group: int = 0  # the number in {{c1::…}}; 0 for plain brackets


class Question(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One item. `prompt` is its first line, `material` what else belongs to the prompt."""

    span: Span
    head: Span  # the line or lines that ask
    prompt: Fragment
    number: int | None = None
    number_span: Span | None = None
    number_style: str = ""  # what follows the number: ".", ")"
    kind: Kind = "open"
    state: State = "answered"
    section: int | None = None  # index into the document's sections
    material: Fragment | None = None
    options: tuple[Option, ...] = ()
    solution: Solution | None = None
    clozes: tuple[Cloze, ...] = ()
    answer: Fragment | None = None  # the explanation, where the question has options
    images: tuple[Image, ...] = ()
    audio: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    code: tuple[CodeBlock, ...] = ()
    math: tuple[Math, ...] = ()
    tags: tuple[str, ...] = ()
    key: str = ""  # written by the author; empty: the lock knows it
    key_span: Span | None = None
    points: float | None = None
    room: int | None = None


class Section(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A heading that questions stand under."""

    span: Span
    title: str
    level: int


class Heading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A heading that stands in no list, quote or disclosure.

    `role` is what the reader takes it for: the document's title, a section that questions stand
    under, a question, the end of the question before it without being a section ("break"), a
    part of an answer, or none of these.
    """

    span: Span  # its lines
    level: int
    text: str  # its Markdown, number and all
    role: Role


class Note(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Something the reader saw and has no opinion on; a rule may."""

    kind: str
    span: Span
    detail: str = ""


class Allowance(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """`<!-- selfcheck: allow RULE, RULE until=2027-01-31: reason -->`."""

    span: Span
    rules: tuple[str, ...]
    covers: Span  # the question it stands in, or the whole document
    until: str = ""
    reason: str = ""
    places: tuple[Span, ...] = ()  # where each rule is named


class Metadata(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The front matter: what the program knows, and the keys that it does not."""

    span: Span | None = None
    title: str = ""
    deck: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    dialect: str = ""
    author: str = ""
    description: str = ""
    question: str = ""
    key: str = ""
    key_span: Span | None = None
    reversed: bool | None = None
    shuffle: bool | None = None


class Document(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One source as read."""

    path: str
    dialect: str
    title: str = ""
    title_span: Span | None = None
    metadata: Metadata = Metadata()
    sections: tuple[Section, ...] = ()
    headings: tuple[Heading, ...] = ()
    questions: tuple[Question, ...] = ()
    images: tuple[Image, ...] = ()  # outside of questions
    links: tuple[Link, ...] = ()
    code: tuple[CodeBlock, ...] = ()
    stray: tuple[Span, ...] = ()  # text that belongs to no question
    notes: tuple[Note, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    definitions: tuple[Definition, ...] = ()
    titles: tuple[str, ...] = ()  # the Markdown of all headings, in lists and quotes too
    ids: tuple[str, ...] = ()  # other names that links can lead to
    footnotes: tuple[tuple[str, str], ...] = ()  # label, Markdown
    doubt: str = ""  # why the dialect may be another one
    size: int = 0  # of the source, in code points
