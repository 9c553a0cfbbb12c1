"""What questions ask and answer, as facts that the rules about asking twice share."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain
from typing import Literal, NamedTuple

import msgspec

from selfcheck_tools.diagnostics import Finding, Related
from selfcheck_tools.identity import digest, normal
from selfcheck_tools.model import Document, Question
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._rule import Collection, Context, named
from selfcheck_tools.text import Span

NAME = "asked"  # under which the facts are kept


class Asked(msgspec.Struct, frozen=True, gc=False, array_like=True, omit_defaults=True):
    """What a question asks and answers.

    `text` is the normal form of its prompt, a line for each sentence that ends with a question mark;
    `rest` a digest of what it shows besides, whatever the order; `answer` one of the answer, of
    which `size` is the number of characters without spaces and emphasis.
    """

    text: str
    span: Span
    name: str
    rest: str = ""
    answer: str = ""
    size: int = 0


Facts = tuple[Asked, ...]
Collected = Sequence[tuple[str, Sequence[Asked]]]


class Place(msgspec.Struct, frozen=True, gc=False):
    """A question: which of all it is, its path, and all that it asks and shows, in one line."""

    at: int
    path: str
    asked: Asked
    key: str


class Again(NamedTuple):
    """A question that asks, or answers, what one before it does."""

    kind: Literal["duplicate", "contained", "containing", "near", "answer"]
    later: Place
    before: Place


# ── of one document ─────────────────────────────────────────────────────────────────────────────


def collect(document: Document, context: Context) -> Facts:
    return tuple(_asked(document, context))


def _asked(document: Document, context: Context) -> Iterator[Asked]:
    for name, question in named(document):
        rest = _rest(question)
        text = _sentences(question.prompt.markdown)
        if text or rest:
            answer, size = _answer(question)
            yield Asked(text, question.prompt.span, name, rest, answer, size)


def _rest(question: Question) -> str:
    """A digest of what a question shows besides its prompt; empty if that is nothing."""
    shown = [
        image.path or image.target
        for image in question.images
        if question.answer is None or not _covers(question.answer.span, image.span)
    ]
    material = normal(question.material.markdown) if question.material is not None else ""
    if not (shown or material or question.options or question.clozes):
        return ""
    options = sorted(normal(option.content.markdown) for option in question.options)
    gaps = [normal(cloze.text) for cloze in question.clozes]
    if not (material or any(options) or any(gaps) or shown):
        return ""
    return digest("\0".join(part) for part in ([material], options, gaps, sorted(shown)))


def _covers(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start < outer.end


_END = pattern(r"[?？؟]+[*_\"'”’»)]{0,3}\s+(?=\S)")


def _sentences(markdown: str) -> str:
    """The normal form of a prompt, with a new line after each question mark within that ends a
    sentence; one that stands in code ends none."""
    whole = normal(markdown)
    if (markdown.isascii() and "?" not in markdown[:-1]) or not _END.search(markdown):
        return whole
    parts = [part for part in map(normal, _END.split(markdown)) if part]
    return "\n".join(parts) if " ".join(parts) == whole else whole


# White space, emphasis and code marks make no difference, nor does the case of a letter.
_KEPT = bytes(ord(chr(byte).lower()) if byte < 128 else byte for byte in range(256))
_GONE = b" \t\r\n\f\v*_`"


def _answer(question: Question) -> tuple[str, int]:
    """A digest of an answer and its length; an empty one for none. An explanation of options is
    none: several may rest on the same one."""
    if question.answer is None or question.options or question.state != "answered":
        return "", 0
    data = question.answer.markdown.encode("utf-8", "surrogatepass").translate(_KEPT, _GONE)
    if not data:
        return "", 0
    shown = "\0".join(image.path or "" for image in question.images)
    size = len(data) if data.isascii() else len(data.decode("utf-8", "surrogatepass"))
    return sha256(data + shown.encode("utf-8", "surrogatepass")).hexdigest()[:16], size


# ── of all ──────────────────────────────────────────────────────────────────────────────────────


def every(collected: Collected) -> list[Place]:
    """All questions in the order of their paths and places."""
    places: list[Place] = []
    for path, facts in collected:
        for asked in facts:
            places.append(Place(len(places), path, asked, _key(asked.text, asked.rest)))
    return places


def _key(text: str, rest: str) -> str:
    if "\n" in text:
        text = text.replace("\n", " ")
    return f"{text} \0{rest}" if rest else text


def duplicates(places: Sequence[Place]) -> Iterator[Again]:
    """The questions that ask just what one before them asks; each names the first."""
    first: dict[str, Place] = {}
    for place in places:
        before = first.setdefault(place.key, place)
        if before is not place:
            yield Again("duplicate", place, before)


# A sentence with one of these hangs on what stands before it.
_HANGING = frozenset(
    "it its this these those they them their he him his she her one ones both each such same former "
    "latter above below following also else then so too".split()
)
_WORDS, _LETTERS = 3, 6


def _stands_alone(sentence: str) -> bool:
    """Whether a sentence says what it asks about."""
    words = sentence.split()
    enough = len(words) >= _WORDS or (not sentence.isascii() and len(sentence) >= _LETTERS)
    return enough and _HANGING.isdisjoint(words) and words[-1] != "that"


def contained(places: Sequence[Place]) -> Iterator[Again]:
    """The questions that are one sentence of another, or that have one as a sentence."""
    compound = {
        place.key: place for place in reversed(places) if "\n" in place.asked.text
    }  # of equal ones the first
    parts = {
        place.key: [
            _key(sentence, place.asked.rest)
            for sentence in dict.fromkeys(place.asked.text.split("\n"))
            if _stands_alone(sentence)
        ]
        for place in compound.values()
    }
    first: dict[str, Place | None] = dict.fromkeys(chain.from_iterable(parts.values()))
    if not first:
        return
    for place in reversed(places):
        if place.key in first:
            first[place.key] = place
    for key, keys in parts.items():
        place = compound[key]
        for other in map(first.__getitem__, keys):
            if other is None or other is place:
                continue
            if other.at < place.at:
                yield Again("containing", place, other)
            else:
                yield Again("contained", other, place)


def nearly(places: Sequence[Place], collection: Collection) -> Iterator[Again]:
    """The questions that ask nearly what one before them asks, and show the same besides."""
    texts = tuple(place.key for place in places)
    for before, later in collection.near(texts):
        yield Again("near", places[later], places[before])


def named_from(place: Place, path: str) -> str:
    """What a question is called in a file."""
    return place.asked.name if place.path == path else f"{place.asked.name} of {place.path}"


def finding(again: Again, message: str, help: str, note: str) -> tuple[str, Finding]:
    """What a rule says of a question that is asked again; `{}` stands for the one before."""
    later, before = again.later, again.before
    there = named_from(before, later.path)
    said = f"{later.asked.name} {message.replace('{}', there)}"
    related = (Related(before.path, before.asked.span, note),)
    return later.path, Finding(later.asked.span, said, help, related=related)
