"""Runs the rules, honours allowances, combines and proves fixes."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from selfcheck_tools import codec
from selfcheck_tools.diagnostics import Diagnostic, Finding
from selfcheck_tools.files import Files
from selfcheck_tools.fingerprints import Subject, blamed, subject, subjects
from selfcheck_tools.likeness import near
from selfcheck_tools.model import Allowance, Document, Fragment
from selfcheck_tools.read import read
from selfcheck_tools.rules import RULES, Collection, Context, Judged, Near, Rule
from selfcheck_tools.rules.unused_allowance import has_ended
from selfcheck_tools.text import Edit, Source, Span, apply

_ROUNDS = 10


class Checked(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What one document gave: all that is needed of it when the whole collection is checked.

    `facts` holds what the rules of the collection collected, encoded, by the name of the facts;
    `subjects` the questions in their order, so that what is found later can be told where it stands.
    """

    path: str
    diagnostics: tuple[Diagnostic, ...]
    facts: dict[str, bytes]
    allowances: tuple[Allowance, ...]
    questions: int
    answered: int
    subjects: tuple[Subject, ...] = ()


def check(
    documents: Iterable[tuple[Document, Source]],
    files: Files,
    rules: Sequence[Rule] = RULES,
    *,
    today: str = "",
) -> list[Diagnostic]:
    """All that the rules say of some documents, by path, position and rule.

    `today`, as in 2027-01-31, tells which allowances have run out; none has if it is empty.
    """
    checked: list[Checked] = []
    sources: dict[str, Source] = {}
    for document, source in documents:
        checked.append(check_document(document, source, files, rules))
        sources[document.path] = source
    found = [d for each in checked for d in each.diagnostics]
    together = Together(checked, sources, cache(near))
    for rule in rules:
        if rule.check_all is not None:
            found += check_collection(rule, together, files)
    return judged(checked, found, rules, sources, today)


def check_document(
    document: Document, source: Source, files: Files, rules: Sequence[Rule] = RULES
) -> Checked:
    """What the rules say of one document by itself, what is allowed included, and the facts that
    they collect from it."""
    found: list[Diagnostic] = []
    facts: dict[str, bytes] = {}
    within = subjects(document.questions)
    sources = {document.path: source}
    plain = Context(source, files, {})
    for rule in rules:
        context = Context(source, files, rule.options) if rule.options else plain
        try:
            if rule.check is not None:
                findings = rule.check(document, context)
                found += (
                    _diagnostic(document.path, rule, finding, within, sources)
                    for finding in findings
                )
            if rule.collect is not None and rule.facts_name not in facts:
                facts[rule.facts_name] = codec.encode(rule.collect(document, context))
        except Exception as error:
            error.add_note(f"in rule {rule.name}, reading {document.path}")
            raise
    return Checked(
        document.path,
        tuple(in_order(found)),
        facts,
        document.allowances,
        len(document.questions),
        sum(question.state == "answered" for question in document.questions),
        within,
    )


class Together:
    """All documents of a collection, with what several rules ask of them computed once.

    Of the sources, by path, only those are asked for that a finding speaks of. `near` is that of
    `likeness`, or remembers what that gave.
    """

    def __init__(
        self, checked: Iterable[Checked], sources: Mapping[str, Source], near: Near
    ) -> None:
        self.checked = sorted(checked, key=lambda each: each.path)
        self.sources, self.near = sources, near
        self.within = {each.path: each.subjects for each in self.checked}
        self._gathered: dict[str, Any] = {}

    def facts(self, rule: Rule) -> list[tuple[str, bytes]]:
        """The facts that a rule collected, encoded, by the documents' paths in order."""
        return [(each.path, each.facts[rule.facts_name]) for each in self.checked]

    def gathered(self, rule: Rule) -> Any:
        """What a rule looks at: the facts of all documents, or what it gathers from them."""
        if rule.facts_name not in self._gathered:
            decode = codec.decoder(rule.facts)
            pairs = [(path, decode(raw)) for path, raw in self.facts(rule)]
            gather = rule.gather
            self._gathered[rule.facts_name] = pairs if gather is None else gather(pairs)
        return self._gathered[rule.facts_name]


def check_collection(rule: Rule, together: Together, files: Files) -> list[Diagnostic]:
    """What a rule of the collection says."""
    assert rule.check_all is not None
    within, sources = together.within, together.sources
    collection = Collection(files, rule.options, together.near)
    try:
        findings = rule.check_all(together.gathered(rule), collection)
        return [
            _diagnostic(path, rule, finding, within[path], sources) for path, finding in findings
        ]
    except Exception as error:
        error.add_note(f"in rule {rule.name}, reading the collection")
        raise


def judged(
    checked: Iterable[Checked],
    found: Iterable[Diagnostic],
    rules: Sequence[Rule],
    sources: Mapping[str, Source],
    today: str,
) -> list[Diagnostic]:
    """What is left of some findings after the allowances, and what is to be said of these, by
    path, position and rule."""
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in found:
        by_path.setdefault(diagnostic.path, []).append(diagnostic)
    names = Names(frozenset(BY_NAME), frozenset(rule.name for rule in rules))
    for each in checked:
        if each.allowances:
            own = by_path.get(each.path, [])
            by_path[each.path] = list(_judged(each, own, rules, names, sources, today))
    return [d for path in sorted(by_path) for d in in_order(by_path[path])]


class Names(NamedTuple):
    """The names of all rules, and of those in force."""

    known: frozenset[str]
    in_force: frozenset[str]


BY_NAME = {rule.name: rule for rule in RULES}


def _judged(
    checked: Checked,
    found: Sequence[Diagnostic],
    rules: Sequence[Rule],
    names: Names,
    sources: Mapping[str, Source],
    today: str,
) -> Iterator[Diagnostic]:
    path, allowances = checked.path, checked.allowances
    valid = [allowance for allowance in allowances if not has_ended(allowance, today)]
    used: dict[Span, set[str]] = {}
    yield from [d for d in found if not _silence(d, valid, used)]
    for rule in (rule for rule in rules if rule.judge is not None):
        for allowance in allowances:
            busy = frozenset(used.get(allowance.span, ()))
            assert rule.judge is not None
            for finding in rule.judge(Judged(allowance, busy, *names, today)):
                judgement = _diagnostic(path, rule, finding, checked.subjects, sources)
                if not _silence(judgement, valid, {}):
                    yield judgement


def _silence(
    diagnostic: Diagnostic, allowances: Iterable[Allowance], used: dict[Span, set[str]]
) -> bool:
    """Whether allowances cover a finding; which do is noted in `used`."""
    start, silenced = diagnostic.finding.span.start, False
    for allowance in allowances:
        covers = allowance.covers
        if diagnostic.rule in allowance.rules and (
            covers.start <= start < max(covers.end, covers.start + 1)
        ):
            used.setdefault(allowance.span, set()).add(diagnostic.rule)
            silenced = True
    return silenced


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics by path, position and rule."""
    return sorted(
        diagnostics,
        key=lambda d: (d.path, d.finding.span.start, d.finding.span.end, d.rule, d.finding.message),
    )


def _diagnostic(
    path: str,
    rule: Rule,
    finding: Finding,
    within: Sequence[Subject],
    sources: Mapping[str, Source],
) -> Diagnostic:
    source, span = sources[path], finding.span
    if finding.related:
        related = tuple(
            msgspec.structs.replace(other, place=sources[other.path].place(other.span))
            for other in finding.related
        )
        finding = msgspec.structs.replace(finding, related=related)
    return Diagnostic(
        path,
        rule.name,
        rule.severity,
        finding,
        source.place(span),
        subject(within, span.start),
        blamed(source, span),
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
