"""What the rules on prompts and answers measure, and how they sum up what they found."""

from collections.abc import Callable, Sequence

from selfcheck_tools.diagnostics import Finding, Related
from selfcheck_tools.model import CodeBlock, Document, Fragment, Image, Link, Question
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._rule import named
from selfcheck_tools.text import Source, Span

FEW = 3  # pieces of the same advice on one document; more are a habit, and told once

_WORD = pattern(r"[^\W_]+(?:[-'’.][^\W_]+)*")
# What is written but not read: tags, targets of links, addresses.
_UNREAD = pattern(r"<[^<>]{0,500}>|\]\([^()]{0,500}\)|https?://\S{1,500}")
_LETTER = pattern(r"\w")
_UNWRITTEN = frozenset(("TODO", "TBD", "FIXME", "XXX"))


def words(text: str) -> int:
    """How many words a reader of some Markdown sees, roughly."""
    return len(_WORD.findall(_UNREAD.sub(" ", text)))


def read_words(text: str) -> int:
    """The same for a long text, in less time: what stands between white space counts."""
    if "<" in text or "](" in text or "://" in text:
        text = _UNREAD.sub(" ", text)
    return len(text.split()) - text.count("- ") - text.count("* ") - text.count("| ")


def within(span: Span, parts: Sequence[Image | Link | CodeBlock]) -> list[Span]:
    """Where those of some parts stand that stand in a span, in order."""
    return sorted(p.span for p in parts if span.start <= p.span.start < span.end)


def besides(span: Span, parts: Sequence[Span], source: Source) -> str:
    """What stands in a span of a source besides some parts of it, which are in order."""
    done, kept = span.start, []
    for part in parts:
        kept.append(source.clean[done : max(done, part.start)])
        done = max(done, part.end)
    return " ".join([*kept, source.clean[done : max(done, span.end)]])


def first_line(span: Span, source: Source) -> Span:
    """The first line of what stands in a span: enough to show where it is."""
    end = source.line_span(source.line_of(span.start)).end
    return Span(span.start, max(span.start, min(span.end, end)))


def place(fragment: Fragment, start: int, end: int, source: Source) -> Span:
    """Where a piece of a fragment's Markdown stands; all of it where that is not verbatim."""
    span = fragment.span
    found = Span(span.start + start, span.start + end)
    if source.clean[found.start : found.end] == fragment.markdown[start:end]:
        return found
    return span


def unasked(document: Document) -> list[tuple[str, Question, bool]]:
    """The questions whose prompt is empty, with their names, and whether what is below a bare
    number was taken for it; not where the document writes its prompts below bare numbers."""
    if all(
        question.prompt.markdown[:1].isalnum()
        and question.prompt.span.start <= question.head.end
        and question.prompt.markdown not in _UNWRITTEN
        for question in document.questions
    ):
        return []
    found: list[tuple[str, Question, bool]] = []
    below = 0
    for name, question in named(document):
        text = question.prompt.markdown
        is_below = question.prompt.span.start > question.head.end
        below += is_below
        if is_below or not (_LETTER.search(text) or _says_without_letters(text)):
            found.append((name, question, is_below))
        elif text in _UNWRITTEN:
            found.append((name, question, False))
    if 2 * below >= len(document.questions):
        return [each for each in found if not each[2]]
    return found


def _says_without_letters(text: str) -> bool:
    """Whether signs alone say something: a formula, an emoji; not dots and question marks."""
    return bool(text.strip(" \t\n.?…!*_-–—:~#")) and not text.startswith("<")


def summed(
    findings: Sequence[Finding], path: str, message: Callable[[int], str], help: str
) -> Sequence[Finding]:
    """The findings, or if they are many one that counts them and shows where the next ones are."""
    if len(findings) <= FEW:
        return findings
    first, *others = findings
    related = tuple(Related(path, other.span, "here too") for other in others[:FEW])
    return (Finding(first.span, message(len(findings)), help, related=related),)
