"""Which finding is which from one run to the next, for baselines and for platforms that compare.

A fingerprint is made of the rule, the document, the question that the finding stands in and the
text that it blames. It is made of no line, no number and no message, for all of these change when
something is written further up. So a finding keeps its fingerprint when

* lines or questions come, go or move elsewhere in the document, or questions are renumbered;
* the question's answer is edited, but for the text that is blamed;
* the message or the severity of the rule is worded or configured anew.

It gets a new one when the question is asked differently (unless it has an explicit key), when the
blamed text changes, and when the file is renamed (unless the caller knows the document by another
name than its path).

Findings that agree in all of this are told apart by their order in the document. When the first of
three is mended the other two move up and the third fingerprint is gone: the number of those that
are left stays right, which is what a baseline counts.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import msgspec

from selfcheck_tools.diagnostics import Diagnostic
from selfcheck_tools.identity import normal
from selfcheck_tools.model import Question
from selfcheck_tools.patterns import pattern
from selfcheck_tools.text import Place, Source, Span

_LENGTH = 200  # characters of a prompt or of a blamed text that count
_LEAD = pattern(r"\A[\s#>*+-]*(?:\(?\d{1,9}[.):]+)?\s*")  # what headings and items begin with


class Subject(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A question as far as findings name it: its span, its explicit key, and its prompt, with the
    span and the place of that, for most findings of the collection are there.

    The prompt is kept as written: making its normal form costs more than most rules do, and few
    questions have a finding.
    """

    start: int
    end: int
    key: str
    prompt: str
    at: Span
    place: Place


def subjects(questions: Iterable[Question], source: Source) -> tuple[Subject, ...]:
    """The questions of a document in their order."""
    return tuple(
        Subject(
            question.span.start,
            question.span.end,
            question.key,
            blamed(source, question.prompt.span),
            question.prompt.span,
            source.place(question.prompt.span),
        )
        for question in questions
    )


def subject(within: Sequence[Subject], offset: int) -> Subject | None:
    """The question that holds an offset; None outside of questions."""
    at = bisect_right(within, offset, key=_start) - 1
    if at < 0 or not offset < max(within[at].end, within[at].start + 1):
        return None
    return within[at]


def called(subject: Subject | None) -> str:
    """What a question is called: its key after `=`, or its prompt; empty for none."""
    if subject is None:
        return ""
    return f"={subject.key}" if subject.key else subject.prompt


def _start(subject: Subject) -> int:
    return subject.start


def blamed(source: Source, span: Span) -> str:
    """The start of what stands at a span, as written."""
    return source.text[span.start : min(span.end, span.start + _LENGTH)]


def fingerprint(diagnostic: Diagnostic, *, document: str, ordinal: int = 0) -> str:
    """32 hexadecimal digits for a diagnostic, in a document of that name, of which `ordinal` equal
    ones stand before it."""
    parts = (diagnostic.rule, document, *_essence(diagnostic), str(ordinal))
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _essence(diagnostic: Diagnostic) -> tuple[str, str]:
    """The question, by its key or the normal form of its prompt, and what is blamed."""
    subject = diagnostic.subject
    if not subject.startswith("="):  # of nothing but pictures or signs, it has no normal form
        subject = normal(subject) or subject
    return subject, essence(diagnostic.text)


def essence(text: str) -> str:
    """The normal form of a blamed text's first line with text, without number and markers."""
    first = _LEAD.sub("", _LINE_END.split(text.strip(), maxsplit=1)[0], count=1)
    return " ".join((normal(first) or first).split())


_LINE_END = pattern(r"[\r\n]")


def fingerprints(
    diagnostics: Sequence[Diagnostic], names: Mapping[str, str] | None = None
) -> list[str]:
    """The fingerprints of diagnostics, each different, whatever order these are in.

    A document goes by its name in `names`, or else by its path. Give all findings of a document at
    once: those of one alone are counted as if the others were not there.
    """
    names = names or {}
    found = [""] * len(diagnostics)
    counted: Counter[tuple[str, str, str, str]] = Counter()
    order = sorted(range(len(diagnostics)), key=lambda at: _standing(diagnostics[at]))
    for at in order:
        each = diagnostics[at]
        document = names.get(each.path, each.path)
        same = (each.rule, document, *_essence(each))
        found[at] = fingerprint(each, document=document, ordinal=counted[same])
        counted[same] += 1
    return found


def _standing(diagnostic: Diagnostic) -> tuple[str, Span, str]:
    return diagnostic.path, diagnostic.finding.span, diagnostic.finding.message
