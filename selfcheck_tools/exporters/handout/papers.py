"""Papers: what one PDF asks, in which order and under which numbers.

A selection says which questions, how many, and in how many versions. What is chosen and what is
shuffled goes by digests of a seed and a question's key, so that another question more moves no other.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import Context, Selection, stem, telling_sections, title
from selfcheck_tools.exporters._order import fixed
from selfcheck_tools.exporters._referring import by_letter, by_place
from selfcheck_tools.exporters.handout.directions import direction
from selfcheck_tools.model import Document, Question

VERSIONS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Entry(NamedTuple):
    """A question on a paper."""

    document: Document
    at: int  # its position in the document
    number: int  # on the paper
    heading: str = ""  # what it stands under
    order: tuple[int, ...] = ()  # of its options: which stands in each place; empty: as written

    @property
    def question(self) -> Question:
        return self.document.questions[self.at]


class Paper(NamedTuple):
    """What one PDF asks."""

    stem: str  # what its files are called after
    title: str
    documents: tuple[Document, ...]  # that it takes questions from
    entries: tuple[Entry, ...]
    language: str
    direction: str
    author: str
    description: str
    tags: tuple[str, ...]
    version: str = ""  # a letter

    @property
    def is_headed(self) -> bool:
        return any(entry.heading for entry in self.entries)


def parts_of(paper: Paper) -> tuple[object, ...]:
    """All that a paper is made of, each document once."""
    entries = [(e.document.path, e.at, e.number, e.heading, e.order) for e in paper.entries]
    return (paper._replace(entries=()), entries)


def whole(document: Document) -> Paper:
    """A document as it stands."""
    sections = telling_sections(document)
    headings = [
        sections[question.section].title if sections and question.section is not None else ""
        for question in document.questions
    ]
    numbers = _numbers(document, headings)
    entries = tuple(
        Entry(document, at, number, heading)
        for at, (number, heading) in enumerate(zip(numbers, headings, strict=True))
    )
    about = document.metadata
    return Paper(
        stem(document),
        title(document),
        (document,),
        entries,
        about.language or "en",
        direction(document),
        about.author,
        about.description,
        about.tags,
    )


def _numbers(document: Document, headings: Sequence[str]) -> Sequence[int]:
    """The numbers of questions as written, or by their places where that would call two under one
    heading alike: in Markdown all items of a list may begin with `1.`."""
    places = range(1, len(document.questions) + 1)
    written = [
        place if question.number is None else question.number
        for place, question in zip(places, document.questions, strict=True)
    ]
    return written if len({*zip(headings, written, strict=True)}) == len(written) else places


def papers(documents: Sequence[Document], context: Context) -> list[Paper]:
    """What a context's selection makes of documents: papers with at least a question each.

    UsageError when it names what there is not, or leaves nothing. Papers that are not whole are
    numbered from 1.
    """
    selection = context.selection
    found = [whole(document) for document in documents]
    if selection == Selection(seed=selection.seed):
        return found
    found = _filtered(found, context)
    if selection.merge:
        found = [_merged(found, context)]
    if selection.pick:
        found = [_picked(paper, context) for paper in found]
        _say_short(found, context)
    if selection.versions:
        found = [
            _shuffled(paper, version, context)
            for paper in found
            for version in VERSIONS[: selection.versions]
        ]
    return [_numbered(paper) for paper in found]


def file_name(collection: str) -> str:
    """What files of a whole collection are called after."""
    return re.sub(r"[^\w.+-]+", "-", collection).strip("-.") or "all"


def _numbered(paper: Paper) -> Paper:
    numbered = (entry._replace(number=n) for n, entry in enumerate(paper.entries, 1))
    return paper._replace(entries=tuple(numbered))


# ── choosing ────────────────────────────────────────────────────────────────────────────────────


def _filtered(found: Sequence[Paper], context: Context) -> list[Paper]:
    """What the selection leaves of each paper, and what it leaves anything of."""
    selection = context.selection
    steps: list[tuple[str, Callable[[Entry], bool]]] = []
    if selection.tags:
        steps.append((_list("--tag", selection.tags), _has_tag(found, selection.tags)))
    if selection.sections:
        steps.append((_list("--section", selection.sections), _is_in(found, selection.sections)))
    if selection.unanswered:
        steps.append(("--unanswered", lambda entry: entry.question.state != "answered"))
    left, done = [*found], ""
    for option, keeps in steps:
        left = [p._replace(entries=tuple(filter(keeps, p.entries))) for p in left]
        if not any(paper.entries for paper in left):
            of = f" of those of {done}" if done else ""
            raise UsageError(f"{option} leaves no question{of}: nothing to print")
        done = f"{done} {option}".strip()
    if steps:
        _say_left(found, left, context)
    return [paper for paper in left if paper.entries]


def _list(option: str, values: Iterable[str]) -> str:
    return " ".join(f"{option} {value}" for value in values)


def _has_tag(found: Sequence[Paper], wanted: Sequence[str]) -> Callable[[Entry], bool]:
    def tags(entry: Entry) -> tuple[str, ...]:
        return (*entry.document.metadata.tags, *entry.question.tags)

    there = {_folded(tag): tag for paper in found for e in paper.entries for tag in tags(e)}
    known = _known("tag", wanted, there, _folded)
    return lambda entry: any(_folded(tag) in known for tag in tags(entry))


def _is_in(found: Sequence[Paper], wanted: Sequence[str]) -> Callable[[Entry], bool]:
    def section(entry: Entry) -> str:
        at = entry.question.section
        return entry.document.sections[at].title if at is not None else ""

    titles = [section(entry) for paper in found for entry in paper.entries]
    there = {_unnumbered(title): title for title in titles if title}
    known = _known("section", wanted, there, _unnumbered)
    return lambda entry: _unnumbered(section(entry)) in known


def _known(
    noun: str, wanted: Sequence[str], there: Mapping[str, str], folded: Callable[[str], str]
) -> set[str]:
    """What is wanted, as it is compared with what is there; UsageError where it is not."""
    for name in wanted:
        if folded(name) in there:
            continue
        near = get_close_matches(folded(name), there, 1)
        if not there:
            raise UsageError(f"--{noun}: no question has a {noun}")
        hint = (
            f"did you mean {there[near[0]]}?"
            if near
            else f"there are {_some(sorted(there.values()))}"
        )
        raise UsageError(f"--{noun}: no question has the {noun} {name}; {hint}")
    return {folded(name) for name in wanted}


_SOME = 8  # tags, titles or documents that a message names


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _unnumbered(name: str) -> str:
    """A section's title as it is compared: "2.1 Queues" is "queues"."""
    folded = _folded(name)
    return re.sub(r"^\d+(?:\.\d+)*[.)]?\s+", "", folded) or folded


def _picked(paper: Paper, context: Context) -> Paper:
    """The questions whose keys, seeded, come first, in the order that they had."""
    seed, count = context.selection.seed, context.selection.pick
    ranked = sorted(paper.entries, key=lambda entry: _rank(seed, _key(entry, context)))
    kept = {(entry.document.path, entry.at) for entry in ranked[:count]}
    return paper._replace(
        entries=tuple(entry for entry in paper.entries if (entry.document.path, entry.at) in kept)
    )


def _say_left(found: Sequence[Paper], left: Sequence[Paper], context: Context) -> None:
    count, total = (sum(len(paper.entries) for paper in each) for each in (left, found))
    without = [paper.stem for paper, kept in zip(found, left, strict=True) if not kept.entries]
    none = f"; none of {_some(without)}" if without else ""
    context.say(f"{count} of {total} questions are printed{none}")


def _say_short(found: Sequence[Paper], context: Context) -> None:
    pick = context.selection.pick
    short = [paper for paper in found if len(paper.entries) < pick]
    if short:
        counts = [f"{paper.stem} has {len(paper.entries)}" for paper in short]
        context.say(f"--pick {pick} takes all where there are fewer: {_some(counts)}")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SOME} more" if len(names) > _SOME else ""
    return ", ".join(names[:_SOME]) + more


# ── merging and shuffling ───────────────────────────────────────────────────────────────────────


def _merged(found: Sequence[Paper], context: Context) -> Paper:
    """One paper of several, each under its title."""
    entries = (entry._replace(heading=p.title) for p in found for entry in p.entries)
    authors = {paper.author for paper in found}
    return Paper(
        stem=file_name(context.collection),
        title=context.collection,
        documents=tuple(document for paper in found for document in paper.documents),
        entries=tuple(entries),
        language=Counter(paper.language for paper in found).most_common(1)[0][0],
        direction=Counter(paper.direction for paper in found).most_common(1)[0][0],
        author=authors.pop() if len(authors) == 1 else "",
        description="",
        tags=tuple(dict.fromkeys(tag for paper in found for tag in paper.tags)),
    )


def _shuffled(paper: Paper, version: str, context: Context) -> Paper:
    """A version of a paper: sections stay together and in order; documents that were merged do not."""
    seed = context.selection.seed

    def rank(entry: Entry) -> bytes:
        return _rank(seed, version, _key(entry, context))

    entries = paper.entries
    if context.selection.merge:
        entries = tuple(entry._replace(heading="") for entry in entries)
    mixed = [
        _mixed(entry, seed, version, _key(entry, context))
        for _, run in groupby(entries, key=lambda entry: entry.heading)
        for entry in sorted(run, key=rank)
    ]
    return paper._replace(entries=tuple(mixed), version=version)


def _mixed(entry: Entry, seed: str, version: str, key: str) -> Entry:
    """A question with its options in another order, but for those that must keep their place."""
    options = entry.question.options
    movable = [at for at, stays in enumerate(_pinned(entry.question)) if not stays]
    ranked = sorted(movable, key=lambda at: _rank(seed, version, key, options[at].content.markdown))
    order = [*range(len(options))]
    for place, at in zip(movable, ranked, strict=True):
        order[place] = at
    return entry._replace(order=tuple(order))


def _pinned(question: Question) -> tuple[bool, ...]:
    """For each option, whether it must keep its place."""
    labels = [option.label for option in question.options]
    asks = [part.markdown for part in (question.prompt, question.material) if part]
    says = question.answer.markdown if question.answer else ""
    if (
        any(by_letter(text, labels, anywhere=False) or by_place(text) for text in asks)
        or by_letter(says, labels, anywhere=True)
        or by_place(says)
    ):
        return (True,) * len(labels)
    return fixed([option.content.markdown for option in question.options], labels)


def _key(entry: Entry, context: Context) -> str:
    return context.keys(entry.document)[entry.at]


def _rank(*parts: str) -> bytes:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
