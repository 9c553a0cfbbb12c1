"""What a rule is: a value. And what several rules say of a question in the same words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.files import Files
from selfcheck_tools.likeness import near
from selfcheck_tools.model import Allowance, Document, Image, Link, Question
from selfcheck_tools.text import Source, Span

Value = bool | int | float | str | tuple[str, ...]
Family = Literal[
    "questions",
    "choices",
    "images",
    "links",
    "markdown",
    "text",
    "safety",
    "metadata",
    "collection",
    "allowances",
]


Near = Callable[[tuple[str, ...]], tuple[tuple[int, int], ...]]


class Context(NamedTuple):
    """What a rule may ask besides the document; `options` has a value for each of its options."""

    source: Source
    files: Files
    options: Mapping[str, Value]


class Collection(NamedTuple):
    """What a rule of the whole collection may ask besides the facts.

    `near` is `likeness.near`, or one that remembers what it gave for the same texts.
    """

    files: Files
    options: Mapping[str, Value]
    near: Near = near


class Judged(NamedTuple):
    """An allowance with what became of it: the names among its own that silenced a finding, the
    names of all rules and of those in force, and the day, as in 2027-01-31."""

    allowance: Allowance
    used: frozenset[str]
    known: frozenset[str]
    in_force: frozenset[str]
    today: str


CheckAll = Callable[[Any, Collection], Iterator[tuple[str, Finding]]]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: its name states the fault, its manual is its module's docstring.

    A rule looks at one document with `check`, or collects plain facts from each document with
    `collect` (values with spans, that msgspec can encode and decode as `facts`) and looks at all of
    them with `check_all`, which gets (path, facts) pairs in the order of their paths and yields
    (path, finding) pairs; or it judges each allowance with `judge`. Rules that share a `collect`,
    which then must not look at options, say so with one name in `facts_of`, and what it gives is
    kept once; with `gather` they share what that makes of all pairs, and get it instead. `options` are the names and defaults of what can be configured; a configured value has the type of its default.
    """

    name: str
    manual: str
    family: Family = "questions"
    severity: Severity = Severity.WARNING
    options: Mapping[str, Value] = {}
    check: Callable[[Document, Context], Iterable[Finding]] | None = None
    collect: Callable[[Document, Context], Any] | None = None
    check_all: CheckAll | None = None
    judge: Callable[[Judged], Iterable[Finding]] | None = None
    facts: Any = Any
    facts_of: str = ""
    gather: Callable[[Sequence[tuple[str, Any]]], Any] | None = None

    @property
    def facts_name(self) -> str:
        """Under which name its facts are kept."""
        return self.facts_of or self.name

    @property
    def fault(self) -> str:
        """The manual's first line: the fault in a sentence."""
        return self.manual.strip().split("\n", 1)[0]

    @property
    def fixable(self) -> bool:
        """Whether the manual shows a fix; its examples are tests, so it cannot lie."""
        return "```fixed\n" in self.manual


def named(document: Document) -> Iterator[tuple[str, Question]]:
    """The questions with what people call them: by the written number, or the place from 1.

    In a list whose items are all written `1.` the number names nobody, and the place counts too.
    """
    written = {question.number for question in document.questions}
    numbered = len(written) > 1 or len(document.questions) == 1
    for place, question in enumerate(document.questions, 1):
        number = question.number if numbered and question.number is not None else place
        yield f"question {number}", question


def images(document: Document) -> Iterator[Image]:
    """All pictures of a document, those outside of questions first."""
    yield from document.images
    for question in document.questions:
        yield from question.images


def option_name(question: Question, at: int) -> str:
    """What people call an option: by its letter, or its place from 1."""
    return f"option {question.options[at].label or at + 1}"


def unknown_labels(question: Question) -> tuple[str, ...]:
    """The letters that the solution names and that no option has, as written."""
    if question.solution is None:
        return ()
    labels = {option.label.casefold() for option in question.options}
    return tuple(label for label in question.solution.labels if label.casefold() not in labels)


def links(document: Document) -> Iterator[Link]:
    """All links of a document, those outside of questions first."""
    yield from document.links
    for question in document.questions:
        yield from question.links


def asking_line(question: Question, source: Source) -> Span:
    """The line of a question's head that asks, without the white space around it."""
    head, place = question.head, question.prompt.span.start
    if not head.start <= place < head.end:
        place = head.start  # a head that is only a number, with the prompt below it
    line = source.line_span(source.line_of(place))
    start, end = max(line.start, head.start), min(line.end, head.end)
    text = source.text[start:end]
    return Span(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
