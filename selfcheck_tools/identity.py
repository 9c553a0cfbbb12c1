"""Which question is which: normal forms, fingerprints, and matching against what was known.

A learner's history hangs on a question's key. A question keeps its key through edits that leave it
recognisable; where that is in doubt it gets a new key, for a history given to another question is
worse than a history lost.
"""

import re
import unicodedata
from base64 import b64encode
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from math import log
from posixpath import basename
from typing import NamedTuple

from selfcheck_tools.model import Document, Fragment, Question
from selfcheck_tools.page import plain
from selfcheck_tools.patterns import pattern

SKETCH = 24  # words of a fingerprint
_WIDTH = 3  # characters of a word in it: 18 bits

# Thresholds of similarity, between 0 and 1. A pair is taken when it is `_LIKELY` as a whole and
# its prompts share something, and no other pair of either side comes within `_MARGIN`.
_LIKELY, _SHARED, _MARGIN = 0.6, 0.25, 0.15
_SAME_PROMPT = 0.8  # enough by itself, when the answer was rewritten too
_SLIP = 0.79  # of prompts that differ by a slip: the answers must have something in common, too
_LONG_WORD = 5  # letters, below which another letter makes another word
_SAME_ANSWER = 0.5  # what tells equal prompts apart
_CROWD = 10_000  # more pairs than this in a group of equals are not compared
_WORDS = 8  # an answer of so many words is not equal to another's by chance


class Known(NamedTuple):
    """A question as the lock remembers it."""

    key: str
    path: str
    prompt: str  # digests of the normal forms
    answer: str
    prompt_sketch: str
    answer_sketch: str
    changed: int = 0  # seconds since 1970
    retired: bool = False
    text: str = ""  # the start of the prompt, for people


class Match(NamedTuple):
    """The keys of a document's questions by path, what is known now, and what was in doubt."""

    keys: dict[str, tuple[str, ...]]
    known: dict[str, Known]
    doubts: tuple[tuple[str, int, str], ...]  # path, index of the question, what to say


# ── normal forms ────────────────────────────────────────────────────────────────────────────────

_CODE = pattern(r"(`+)(?!`)(.{1,2000}?)(?<!`)\1(?!`)|(\$\$?)(?=\S)(.{1,2000}?)(?<=\S)\3", re.DOTALL)
_FENCE = pattern(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n(.*?)(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.M | re.S)
_IMAGE = pattern(r"!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])|<img\b[^<>]*>", re.IGNORECASE)
# Letters, digits and the vowel marks that belong to them in many scripts (`\w` leaves those out).
_LETTER = (
    r"[\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u0900-\u0963\u0966-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]"
)
# Words with the signs that tell C++ from C#, and operators that stand alone.
_WORD = pattern(rf"{_LETTER}+(?:[+#]+(?!\w))?|(?<!\S)[-!?:]*[=<>&|+/%^~][^\s\w]*(?!\S)")


@lru_cache(maxsize=2048)  # several rules ask for the same prompts and options
def normal(markdown: str) -> str:
    """A text without its number, markup, case, punctuation, white space, invisible characters and
    Unicode form; code and formulas keep their signs, for there they are what is asked."""
    return " ".join(_normal_words(markdown))


def _normal_words(markdown: str) -> list[str]:
    if "[" in markdown or "<" in markdown:
        markdown = _IMAGE.sub(" ", markdown)
    words: list[str] = []
    done = 0
    if "`" in markdown or "$" in markdown or "~~~" in markdown:
        spans = [(match.span(), match[2]) for match in _FENCE.finditer(markdown)]
        spans += [(match.span(), match[2] or match[4]) for match in _CODE.finditer(markdown)]
        spans.sort()
        for (start, end), code in spans:
            if start < done:
                continue
            words += _words(markdown[done:start])
            words += unicodedata.normalize("NFKC", code).split()
            done = end
    return words + _words(markdown[done:])


def _words(text: str) -> list[str]:
    text = plain(text).replace("_", " ")
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _WORD.findall(text.casefold())


def prompt_words(question: Question) -> list[str]:
    """The words of what a question asks; its pictures belong to them."""
    words = _normal_words(question.prompt.markdown)
    if question.material is not None:
        words += _normal_words(question.material.markdown)
        within = question.material.span
        words += [
            f"\0{basename(image.target)}"
            for image in question.images
            if within.start <= image.span.start < within.end
        ]
    within = question.prompt.span
    for image in question.images:
        if within.start <= image.span.start < within.end:
            words.append(f"\0{basename(image.target)}")
    return words


def prompt_digest(question: Question) -> str:
    """The digest of the words of what a question asks, by way of normal forms that are at hand."""
    pictured = question.images and question.material is not None
    if pictured or "!" in question.prompt.markdown or "<" in question.prompt.markdown:
        return digest(prompt_words(question))
    material = normal(question.material.markdown) if question.material is not None else ""
    return digest(part for part in (normal(question.prompt.markdown), material) if part)


def answer_words(question: Question) -> list[str]:
    """The words of what answers a question: what is hidden in it, options, which of them are right,
    the text."""
    words = [word for cloze in question.clozes for word in _normal_words(cloze.text)]
    for option in question.options:
        words += ["\0right" if option.correct else "\0wrong", *_fragment_words(option.content)]
    words += _fragment_words(question.answer)
    if question.answer is not None:
        within = question.answer.span
        words += [
            f"\0{basename(image.target)}"
            for image in question.images
            if within.start <= image.span.start < within.end
        ]
    return words


def _gapped_words(question: Question) -> list[str]:
    """The words of what a question asks, without those that are hidden in it and their hints."""
    prompt, done = question.prompt, 0
    parts: list[str] = []
    for cloze in question.clozes:
        parts.append(prompt.markdown[done : cloze.span.start - prompt.span.start])
        done = cloze.span.end - prompt.span.start
    return _normal_words(" ".join((*parts, prompt.markdown[done:])))


def _fragment_words(fragment: Fragment | None) -> list[str]:
    return _normal_words(fragment.markdown) if fragment is not None else []


def digest(words: Iterable[str]) -> str:
    """A digest of words, 16 hexadecimal digits; empty for none."""
    text = " ".join(words)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16] if text else ""


def sketch(words: Iterable[str]) -> str:
    """A fingerprint of a set of words: the smallest of their hashes, three characters each
    (bottom-k sketch: Cohen and Kaplan, Summarizing data using bottom-k sketches, 2007)."""
    hashes = {_hash(word) for word in words}
    return "".join(sorted(hashes)[:SKETCH])


@lru_cache(maxsize=32_768)  # a text says most of its words again
def _hash(word: str) -> str:
    hashed = sha256(word.encode("utf-8", "surrogatepass")).digest()[:3]
    return b64encode(hashed, b"-_").decode()[:_WIDTH]


def _sketched(text: str) -> frozenset[str]:
    return frozenset(text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH))


# ── matching ────────────────────────────────────────────────────────────────────────────────────


class _Asked(NamedTuple):
    """A question as it stands now."""

    path: str
    at: int
    explicit: str
    prompt: str
    answer: str
    prompt_sketch: str
    answer_sketch: str
    words: int
    text: str
    gapped: bool  # a sentence with gaps, whose sketch is of what stands around them


def match(
    documents: Sequence[Document], known: Mapping[str, Known], now: int, *, collection: str = ""
) -> Match:
    """Finds for each question of the whole content folder the key that it has had, or a new one.

    By explicit key, then exact prompt, then answer, then clear similarity; never by position.
    What vanished is kept as retired. New keys are those of the collection of that name.
    """
    asked: list[_Asked] = []
    paths: list[str] = []
    for document in documents:
        paths.append(document.path)
        asked += [_asked(document.path, at, each) for at, each in enumerate(document.questions)]
    keys: dict[int, str] = {}
    doubts: dict[int, str] = {}
    free = dict(known)
    _by_explicit_key(asked, keys, free, doubts)
    _by_prompt(asked, keys, free)
    _by_answer(asked, keys, free)
    _by_likeness(asked, keys, free, doubts)
    _new_keys(asked, keys, known, collection)
    return Match(
        _by_path(paths, asked, keys),
        _remembered(asked, keys, known, now),
        tuple((asked[at].path, asked[at].at, doubt) for at, doubt in sorted(doubts.items())),
    )


def _asked(path: str, index: int, question: Question) -> _Asked:
    prompt, answer = prompt_words(question), answer_words(question)
    around = _gapped_words(question) if question.clozes else prompt
    return _Asked(
        path,
        index,
        question.key,
        digest(prompt),
        digest(answer),
        sketch(around),
        sketch(answer),
        len(answer),
        " ".join(question.prompt.markdown.split())[:60],
        bool(question.clozes),
    )


def _by_explicit_key(
    asked: list[_Asked], keys: dict[int, str], free: dict[str, Known], doubts: dict[int, str]
) -> None:
    taken: set[str] = set()
    for at, question in enumerate(asked):
        if not question.explicit:
            continue
        if question.explicit in taken:
            doubts[at] = f"the key {question.explicit} is written at another question too"
            continue
        taken.add(question.explicit)
        keys[at] = question.explicit
        free.pop(question.explicit, None)


def _groups(
    asked: list[_Asked], keys: Mapping[int, str], free: Mapping[str, Known], field: str
) -> Iterator[tuple[list[int], list[str]]]:
    """Unmatched questions and known ones that agree in a digest."""
    now: defaultdict[str, list[int]] = defaultdict(list)
    then: defaultdict[str, list[str]] = defaultdict(list)
    for at, question in enumerate(asked):
        if at not in keys and getattr(question, field):
            now[getattr(question, field)].append(at)
    for key, entry in free.items():
        if getattr(entry, field) in now:
            then[getattr(entry, field)].append(key)
    for value, questions in now.items():
        if value in then:
            yield questions, then[value]


def _by_prompt(asked: list[_Asked], keys: dict[int, str], free: dict[str, Known]) -> None:
    for questions, entries in list(_groups(asked, keys, free, "prompt")):
        questions, entries = list(questions), list(entries)
        alone = len(questions) == 1 and len(entries) == 1
        twins = _same_answers(asked, free, questions, entries)
        for at, key in twins.items():
            _take(keys, free, at, key)
        questions = [at for at in questions if at not in twins]
        entries = [key for key in entries if key in free]
        entries = [key for key in entries if not free[key].retired] or entries
        if alone and questions and not free[entries[0]].retired:
            _take(keys, free, questions[0], entries[0])
            continue
        _take_alike(asked, keys, free, questions, entries, "answer_sketch", _SAME_ANSWER)


def _take_alike(
    asked: list[_Asked],
    keys: dict[int, str],
    free: dict[str, Known],
    questions: list[int],
    entries: list[str],
    field: str,
    least: float,
) -> None:
    """Takes the pairs of a group that are clearly alike in a sketch; in a crowd nothing is clear."""
    if len(questions) * len(entries) > _CROWD:
        return
    pairs = [
        (likeness, at, key)
        for at in questions
        for key in entries
        if (likeness := _plain_likeness(getattr(asked[at], field), getattr(free[key], field)))
        >= least
    ]
    for at, key in _clear(pairs):
        _take(keys, free, at, key)


def _same_answers(
    asked: list[_Asked], free: Mapping[str, Known], questions: list[int], entries: list[str]
) -> dict[int, str]:
    """Of questions with one prompt, those with the very same answer too. Nobody can tell such twins
    apart, so each keeps to its file and they keep their order."""
    pairs: dict[int, str] = {}
    for same_file in (True, False):
        pool: defaultdict[tuple[str, str], deque[str]] = defaultdict(deque)
        taken = set(pairs.values())
        for key in entries:
            if key not in taken:
                pool[free[key].answer, free[key].path if same_file else ""].append(key)
        for at in questions:
            twins = pool.get((asked[at].answer, asked[at].path if same_file else ""))
            if at not in pairs and twins:
                pairs[at] = twins.popleft()
    return pairs


def _by_answer(asked: list[_Asked], keys: dict[int, str], free: dict[str, Known]) -> None:
    for questions, entries in list(_groups(asked, keys, free, "answer")):
        entries = [key for key in entries if not free[key].retired]
        if len(questions) == 1 == len(entries) and asked[questions[0]].words >= _WORDS:
            _take(keys, free, questions[0], entries[0])
            continue
        _take_alike(asked, keys, free, questions, entries, "prompt_sketch", _SHARED)


def _by_likeness(
    asked: list[_Asked], keys: dict[int, str], free: dict[str, Known], doubts: dict[int, str]
) -> None:
    left = [at for at in range(len(asked)) if at not in keys]
    entries = {key: entry for key, entry in free.items() if not entry.retired}
    if not left or not entries:
        return
    weights = _weights(
        [*(asked[at].prompt_sketch for at in left), *(e.prompt_sketch for e in entries.values())]
    )
    index: defaultdict[str, list[str]] = defaultdict(list)
    for key, entry in entries.items():
        for word in _sketched(entry.prompt_sketch):
            index[word].append(key)
        for word in _sketched(entry.answer_sketch):
            index["\0" + word].append(key)
    pairs: list[tuple[float, int, str]] = []
    for at in left:
        for key in _candidates(asked[at], index):
            likeness = _likeness(asked[at], entries[key], weights)
            if likeness >= _LIKELY - _MARGIN:
                pairs.append((likeness, at, key))
    for at, key in _clear(pairs, least=_LIKELY):
        _take(keys, free, at, key)
    for likeness, at, key in pairs:
        if at not in keys and likeness >= _LIKELY and at not in doubts:
            doubts[at] = f"may be what was “{entries[key].text}”, but so may others"


_COMMON = 200  # a word in more questions than this finds nobody


def _candidates(question: _Asked, index: Mapping[str, list[str]]) -> set[str]:
    found: Counter[str] = Counter()
    for word in _sketched(question.prompt_sketch):
        if len(index.get(word, ())) <= _COMMON:
            found.update(index.get(word, ()))
    for word in _sketched(question.answer_sketch):
        if len(index.get("\0" + word, ())) <= _COMMON:
            found.update(index.get("\0" + word, ()))
    return {key for key, _ in found.most_common(50)}


def _likeness(question: _Asked, entry: Known, weights: Mapping[str, float]) -> float:
    """How alike two questions are: prompts weighted by how rare their words are, and answers."""
    prompts = _weighted_likeness(question.prompt_sketch, entry.prompt_sketch, weights)
    if prompts < _SLIP and _differ_by_a_slip(question.text, entry.text):
        prompts = _SLIP
    if not question.answer or not entry.answer:
        return prompts if prompts >= _SAME_PROMPT else 0.0
    if prompts < _SHARED:
        return 0.0
    answers = _plain_likeness(question.answer_sketch, entry.answer_sketch)
    both = (prompts + answers) / 2
    if question.gapped:  # "… is a planet" may be said of several: what is hidden has to agree too
        return both
    return max(both, prompts) if prompts >= _SAME_PROMPT else both


def _differ_by_a_slip(one: str, other: str) -> bool:
    """Whether two texts are the same but for a letter too much, too few, another or out of order
    (the distance of Damerau, 1964) in one longer word: in a short prompt that is much of it."""
    first, second = _normal_words(one), _normal_words(other)
    pairs = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
    return len(first) == len(second) and len(pairs) == 1 and _is_slip(*pairs[0])


def _is_slip(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _LONG_WORD or not (one.isalpha() and other.isalpha()):
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        return abs(len(one) - len(other)) == 1
    one, other = one[at:], other[at:]
    crossed = one[:2] == other[1::-1] and one[2:] == other[2:]
    return crossed or other[1:] in (one, one[1:]) or one[1:] == other


def _weights(sketches: Iterable[str]) -> dict[str, float]:
    counted: Counter[str] = Counter()
    total = 0
    for text in sketches:
        counted.update(_sketched(text))
        total += 1
    return {word: log((total + 1) / count) + 0.1 for word, count in counted.items()}


def _weighted_likeness(one: str, other: str, weights: Mapping[str, float]) -> float:
    first, second = _sketched(one), _sketched(other)
    union = sum(weights.get(word, 1.0) for word in first | second)
    return sum(weights.get(word, 1.0) for word in first & second) / union if union else 0.0


def _plain_likeness(one: str, other: str) -> float:
    """The Jaccard likeness that two bottom-k sketches estimate."""
    first, second = _sketched(one), _sketched(other)
    union = sorted(first | second)[:SKETCH]
    return sum(word in first and word in second for word in union) / len(union) if union else 0.0


def _clear(pairs: list[tuple[float, int, str]], *, least: float = 0.0) -> Iterator[tuple[int, str]]:
    """The pairs that are the best of both their sides by a margin."""
    by_question: defaultdict[int, list[float]] = defaultdict(list)
    by_key: defaultdict[str, list[float]] = defaultdict(list)
    for likeness, at, key in pairs:
        by_question[at].append(likeness)
        by_key[key].append(likeness)
    for likeness, at, key in sorted(pairs, reverse=True):
        rivals = [*by_question[at], *by_key[key]]
        rivals.remove(likeness)
        rivals.remove(likeness)
        if likeness >= least and all(likeness - rival >= _MARGIN for rival in rivals):
            yield at, key


def _take(keys: dict[int, str], free: dict[str, Known], at: int, key: str) -> None:
    keys[at] = key
    del free[key]


def _new_keys(
    asked: list[_Asked], keys: dict[int, str], known: Mapping[str, Known], collection: str
) -> None:
    taken = {*known, *keys.values()}
    occurrences: Counter[str] = Counter()
    for at, question in enumerate(asked):
        if at not in keys:
            keys[at] = _new_key(question.prompt, taken, collection, occurrences)
            taken.add(keys[at])


def _new_key(prompt: str, taken: set[str], collection: str, occurrences: Counter[str]) -> str:
    """A key from the digest of a prompt and its occurrence, that nobody has or had.

    The name of the collection goes in too: a learner may have decks of two authors who both ask
    "What is DNS?", and one must not be taken for the other.
    """
    while True:
        written = f"{prompt}\0{occurrences[prompt]}\0{collection}"
        occurrences[prompt] += 1
        key = sha256(written.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        if key not in taken:
            return key


def collection_name(documents: Sequence[Document]) -> str:
    """A name for a collection that has none yet: a digest of where it stands and what it asks, so
    that the same content gets the same name."""
    parts = [f"{d.path}\0{digest(prompt_words(q))}" for d in documents for q in d.questions]
    return digest(sorted(parts)) or digest(("empty",))


def _by_path(
    paths: Iterable[str], asked: list[_Asked], keys: Mapping[int, str]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {path: [] for path in paths}
    for at, question in enumerate(asked):
        found[question.path].append(keys[at])
    return {path: tuple(here) for path, here in found.items()}


def _remembered(
    asked: list[_Asked], keys: Mapping[int, str], known: Mapping[str, Known], now: int
) -> dict[str, Known]:
    result = dict(known)
    for key in known.keys() - set(keys.values()):
        result[key] = known[key]._replace(retired=True)
    for at, question in enumerate(asked):
        key = keys[at]
        before = known.get(key)
        same = before is not None and (before.prompt, before.answer) == (
            question.prompt,
            question.answer,
        )
        changed = before.changed if before is not None and same else now
        if before is not None and not same:
            changed = max(now, before.changed + 1)
        now_known = Known(
            key,
            question.path,
            question.prompt,
            question.answer,
            question.prompt_sketch,
            question.answer_sketch,
            changed,
            False,
            question.text,
        )
        if now_known != before:  # or else one of two equals would stay in memory for nothing
            result[key] = now_known
    return result
