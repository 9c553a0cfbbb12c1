"""Runs the rules and honours allowances."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from selfcheck_tools import codec
from selfcheck_tools.diagnostics import Diagnostic, Finding, Related
from selfcheck_tools.files import Files
from selfcheck_tools.fingerprints import Subject, blamed, called, subject, subjects
from selfcheck_tools.likeness import near
from selfcheck_tools.model import Allowance, Document
from selfcheck_tools.rules import RULES, Collection, Context, Judged, Near, Rule
from selfcheck_tools.rules.unused_allowance import has_ended
from selfcheck_tools.text import Place, Source, Span


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
    within = {document.path: subjects(document.questions, source)}
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
        within[document.path],
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
        return [_diagnostic(path, rule, finding, within, sources) for path, finding in findings]
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
    within = {path: checked.subjects}
    yield from [d for d in found if not _silence(d, valid, used)]
    for rule in (rule for rule in rules if rule.judge is not None):
        for allowance in allowances:
            busy = frozenset(used.get(allowance.span, ()))
            assert rule.judge is not None
            for finding in rule.judge(Judged(allowance, busy, *names, today)):
                judgement = _diagnostic(path, rule, finding, within, sources)
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


_Within = Mapping[str, Sequence[Subject]]


def _diagnostic(
    path: str, rule: Rule, finding: Finding, within: _Within, sources: Mapping[str, Source]
) -> Diagnostic:
    """A finding with where it stands; sources are asked only for places that are no prompt's."""
    if finding.related:
        related = tuple(
            Related(other.path, other.span, other.message, _place(other, within, sources))
            for other in finding.related
        )
        finding = Finding(finding.span, finding.message, finding.help, finding.fix, related)
    found = subject(within[path], finding.span.start)
    if found is not None and found.at == finding.span:
        place, text = found.place, found.prompt
    else:
        place, text = sources[path].place(finding.span), blamed(sources[path], finding.span)
    return Diagnostic(path, rule.name, rule.severity, finding, place, called(found), text)


def _place(other: Related, within: _Within, sources: Mapping[str, Source]) -> Place:
    found = subject(within.get(other.path, ()), other.span.start)
    if found is not None and found.at == other.span:
        return found.place
    return sources[other.path].place(other.span)
