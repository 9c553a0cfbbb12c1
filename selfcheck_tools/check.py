"""Runs the rules, honours allowances, combines and proves fixes."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from selfcheck_tools.diagnostics import Diagnostic, Finding
from selfcheck_tools.files import Files
from selfcheck_tools.model import Allowance, Document, Fragment
from selfcheck_tools.read import read
from selfcheck_tools.rules import RULES, Collection, Context, Rule
from selfcheck_tools.text import Edit, Source, Span, apply

_ROUNDS = 10


class Checked(msgspec.Struct, frozen=True):
    """What one document gave: all that is needed of it when the whole collection is checked.

    `facts` holds what each rule of the collection collected, by the rule's name.
    """

    path: str
    diagnostics: tuple[Diagnostic, ...]
    facts: dict[str, Any]
    allowances: tuple[Allowance, ...]
    questions: int
    answered: int


def check(
    documents: Iterable[tuple[Document, Source]], files: Files, rules: Sequence[Rule] = RULES
) -> list[Diagnostic]:
    """All that the rules say of some documents, by path, position and rule."""
    checked = [check_document(document, source, files, rules) for document, source in documents]
    return in_order(
        [
            *(d for each in checked for d in each.diagnostics),
            *check_collection(checked, files, rules),
        ]
    )


def check_document(
    document: Document, source: Source, files: Files, rules: Sequence[Rule] = RULES
) -> Checked:
    """What the rules say of one document by itself, and the facts that they collect from it."""
    found: list[Diagnostic] = []
    facts: dict[str, Any] = {}
    for rule in rules:
        context = Context(source, files, rule.options)
        try:
            if rule.check is not None:
                findings = rule.check(document, context)
                found += (_diagnostic(document.path, rule, finding) for finding in findings)
            if rule.collect is not None:
                facts[rule.name] = rule.collect(document, context)
        except Exception as error:
            error.add_note(f"in rule {rule.name}, reading {document.path}")
            raise
    return Checked(
        document.path,
        tuple(in_order(d for d in found if not _is_allowed(d, document.allowances))),
        facts,
        document.allowances,
        len(document.questions),
        sum(question.state == "answered" for question in document.questions),
    )


def check_collection(
    checked: Sequence[Checked], files: Files, rules: Sequence[Rule] = RULES
) -> list[Diagnostic]:
    """What the rules say of all documents together, from the facts of each."""
    ordered = sorted(checked, key=lambda each: each.path)
    allowances = {each.path: each.allowances for each in ordered}
    found: list[Diagnostic] = []
    for rule in rules:
        if rule.check_all is None:
            continue
        facts = [(each.path, each.facts[rule.name]) for each in ordered]
        try:
            collection = Collection(files, rule.options)
            found += (
                _diagnostic(path, rule, finding)
                for path, finding in rule.check_all(facts, collection)
            )
        except Exception as error:
            error.add_note(f"in rule {rule.name}, reading the collection")
            raise
    return in_order(d for d in found if not _is_allowed(d, allowances[d.path]))


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics by path, position and rule."""
    return sorted(diagnostics, key=lambda d: (d.path, d.finding.span, d.rule, d.finding.message))


def _diagnostic(path: str, rule: Rule, finding: Finding) -> Diagnostic:
    return Diagnostic(path, rule.name, rule.severity, finding)


def _is_allowed(diagnostic: Diagnostic, allowances: Sequence[Allowance]) -> bool:
    start = diagnostic.finding.span.start
    return any(
        diagnostic.rule in allowance.rules
        and allowance.covers.start <= start < max(allowance.covers.end, allowance.covers.start + 1)
        for allowance in allowances
    )


# ── fixing ──────────────────────────────────────────────────────────────────────────────────────


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
) -> Fixed:
    """Applies the fixes of what the rules say of one document, until none is left.

    Only safe fixes unless `unsafe`; a safe one is proven to leave what the questions show as it is.
    RuntimeError when fixes of ours undo each other for ever.
    """
    document = reader(source)
    mended: list[Diagnostic] = []
    refused: set[str] = set()
    for _ in range(_ROUNDS + len(rules)):
        found = check_document(document, source, files, rules).diagnostics
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
    names = ", ".join(sorted({each.rule for each in taken}))
    raise RuntimeError(f"fixes of {names} do not settle on {source.path}")


def _applied(
    source: Source, diagnostics: Iterable[Diagnostic], reader: Callable[[Source], Document]
) -> tuple[Source, Document]:
    after = Source(source.path, apply(source.text, _edits(diagnostics)))
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
