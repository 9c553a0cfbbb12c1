"""Combines fixes and proves them."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from selfcheck_tools.check import check
from selfcheck_tools.diagnostics import Diagnostic
from selfcheck_tools.files import Files
from selfcheck_tools.model import Document, Fragment
from selfcheck_tools.read import read
from selfcheck_tools.rules import RULES, Rule
from selfcheck_tools.text import Edit, Source, Span, apply

_ROUNDS = 10


class Fixed(NamedTuple):
    """A source after its fixes, what they mended, and the rules whose safe fixes were refused
    because they were not: a bug of theirs, or of the reader, that does no harm here."""

    source: Source
    mended: tuple[Diagnostic, ...]
    refused: tuple[str, ...] = ()


def fix(
    source: Source,
    files: Files,
    rules: Sequence[Rule] = RULES,
    *,
    unsafe: bool = False,
    reader: Callable[[Source], Document] = read,
    today: str = "",
) -> Fixed:
    """Applies the fixes of what the rules say of one document, until none is left.

    Only safe fixes unless `unsafe`; a safe one is proven to leave what the questions show as it is.
    RuntimeError when fixes of ours undo each other for ever.
    """
    document = reader(source)
    own = [rule for rule in rules if rule.check_all is None]  # the others need all documents
    mended: list[Diagnostic] = []
    refused: set[str] = set()
    for _ in range(_ROUNDS + len(rules)):
        found = check([(document, source)], files, own, today=today)
        willing = [each for each in found if each.rule not in refused]
        taken = _together(willing, safe=True)
        is_safe = bool(taken)
        if unsafe and not is_safe:
            taken = _together(found, safe=False)
        if not taken:
            return Fixed(source, tuple(mended), tuple(sorted(refused)))
        after, changed = _applied(source, taken, reader)
        if is_safe and not _show_the_same(document, changed):
            refused |= _guilty(document, source, taken, reader)
            continue
        source, document = after, changed
        mended += taken
        refused.clear()  # what is no safe fix in one text may be one in another
    names = ", ".join(sorted({each.rule for each in taken}))
    raise RuntimeError(f"fixes of {names} do not settle on {source.path}")


def _applied(
    source: Source, diagnostics: Iterable[Diagnostic], reader: Callable[[Source], Document]
) -> tuple[Source, Document]:
    # As it will be read: bytes that were no UTF-8 may be together what they were not apart.
    data = Source(source.path, apply(source.text, _edits(diagnostics))).to_bytes()
    after = Source.from_bytes(source.path, data)
    return after, reader(after)


def _guilty(
    document: Document,
    source: Source,
    diagnostics: Sequence[Diagnostic],
    reader: Callable[[Source], Document],
) -> set[str]:
    """The rules whose fixes change what is shown; all of them if it takes all of them."""
    names = {each.rule for each in diagnostics}
    guilty = set()
    for name in names:
        own = [each for each in diagnostics if each.rule == name]
        if not _show_the_same(document, _applied(source, own, reader)[1]):
            guilty.add(name)
    return guilty or names


def _together(found: Iterable[Diagnostic], *, safe: bool) -> list[Diagnostic]:
    """Those whose fixes can be applied together: each whole, none touching one before it."""
    taken: list[Diagnostic] = []
    edits: list[Edit] = []
    for diagnostic in found:
        fix = diagnostic.finding.fix
        if fix is None or fix.safe != safe or any(_touches(edits, edit) for edit in fix.edits):
            continue
        taken.append(diagnostic)
        for edit in fix.edits:
            insort(edits, edit)
    return taken


def _touches(edits: Sequence[Edit], edit: Edit) -> bool:
    """Whether an edit overlaps one of others that are in order, or inserts where one of them is."""
    at = bisect_left(edits, edit)
    return any(
        max(other.span.start, edit.span.start) < min(other.span.end, edit.span.end)
        or (not (other.span and edit.span) and _meet(other.span, edit.span))
        for other in edits[max(at - 1, 0) : at + 1]
    )


def _meet(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _edits(diagnostics: Iterable[Diagnostic]) -> Iterator[Edit]:
    for diagnostic in diagnostics:
        if diagnostic.finding.fix is not None:
            yield from diagnostic.finding.fix.edits


def _show_the_same(one: Document, other: Document) -> bool:
    """Whether the questions of two documents come out as the same HTML."""
    before, after = _fragments(one), _fragments(other)
    if len(before) != len(after):
        return False
    rest = _definitions(one) != _definitions(other) or one.footnotes != other.footnotes
    pairs = zip(before, after, strict=True)
    return all(
        _html(one, old) == _html(other, new)
        for old, new in pairs
        if rest or _markdown(old) != _markdown(new)
    )


def _fragments(document: Document) -> list[Fragment | None]:
    """All that a document's questions show, part by part."""
    return [
        part
        for question in document.questions
        for part in (
            question.prompt,
            question.material,
            question.answer,
            *(option.content for option in question.options),
        )
    ]


def _definitions(document: Document) -> list[tuple[str, str, str]]:
    return [(each.label, each.target, each.title) for each in document.definitions]


def _markdown(fragment: Fragment | None) -> str:
    return fragment.markdown if fragment is not None else ""


def _html(document: Document, fragment: Fragment | None) -> str:
    from selfcheck_tools import render  # slow to load, and seldom needed

    return render.html(document, fragment) if fragment is not None else ""
