"""Which of many short texts ask the same in nearly the same words.

Two texts are near when all that could change the question is equal (numbers, negations, question
words, the words that say what it is about) and the rest is a matter of wording: articles, plurals,
filler words, contractions, one slip of the pen, the order where it means nothing, and where it is
asked ("in AWS"), if that sets little apart. How much such words weigh is told by how rare they are
(Jaccard's likeness weighted by inverse document frequency: Spärck Jones, 1972).

Texts are only compared when their rare words are the same, so the work grows with the length of the
texts and not with the square of their number. Of texts that agree in those, each is compared with
the first `MOST` that are not near each other; of two slips in one text neither is seen through.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from math import log
from typing import NamedTuple

from selfcheck_tools.patterns import pattern

LIKELY = 0.8  # what weighs as much in both, of what weighs in either
MOST = 8

_COMMON, _OFTEN = 0.05, 3  # a word in so many texts, as a share and at least, sets none apart
_SLIP = 6  # letters of a word that a slip is seen through
_ORDER = 64  # words of a text whose order is looked at


def near(texts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Pairs of places, the earlier first, of texts that ask nearly the same; none of equal texts,
    and at most one pair for each text that has such texts before it.

    The texts are normal forms (`identity.normal`). What begins with NUL is compared as it stands.
    The result depends on the texts in their order and on nothing else.
    """
    first: dict[str, int] = {}
    for place, text in enumerate(texts):
        first.setdefault(text, place)
    places = list(first.values())
    before = _near(list(first))
    return tuple(sorted((places[one], places[other]) for other, one in before.items()))


# ── words ───────────────────────────────────────────────────────────────────────────────────────

_ASKING = frozenset("what who whom whose when where why how".split())
_ENGLISH = _ASKING | frozenset("the which does explain describe list name".split())
_PREPOSITIONS = frozenset("of in on at for with as about between within to".split())
_WITHIN = frozenset("in on within".split())
_JOINING = frozenset("and or versus".split())
_MODALS = frozenset("can could should must may might will would shall".split())
# Words that say nothing by themselves.
_FILLERS = frozenset(
    "exactly precisely actually really basically essentially please briefly simply just".split()
)
_LIGHT = (
    _PREPOSITIONS
    | _FILLERS
    | frozenset(
        "a an the is are was were be been being am do does did there and s you i we your my our me "
        "us".split()
    )
)
# Words that change what is asked wherever they stand; and so do numbers.
_HARD = (
    _ASKING
    | _MODALS
    | frozenset(
        "no not nor never none nothing neither without except unless only or versus than if then "
        "else by from into onto out off over under up down before after during above below inside "
        "outside through until since against instead per via while because have all any every each "
        "both either some many much few more most less least fewer fewest same other another first "
        "second third last next previous best worst better worse min max minimum maximum default "
        "always sometimes often new old it this that these those they them its their one two three "
        "true false yes enable disable start stop open close public private".split()
    )
)
_ALIKE = {"which": "what", "whats": "what", "vs": "versus", "has": "have", "had": "have"}
# Words that end in s and are no plurals.
_SINGULAR = frozenset("https ftps smtps ldaps windows macos aws kubernetes news rails".split())
# Words that are one letter away from another word.
_REAL = frozenset(
    "access accept contact contract context content contest consent complement compliment compete "
    "complete country county casual causal martial marital expect except premise promise principal "
    "principle stationary stationery discrete discreet desert dessert caching catching matching "
    "marching loading leading lending binding bonding polling pulling pooling sorting sporting "
    "setting sitting filling falling failing filing felling mapping mopping calling culling locking "
    "looking passing parsing pausing singed signed vector victor reverse reserve training tracing "
    "trading posting porting pointing painting printing sprint device devise advice advise thread "
    "threat stream steam server sever sender slender lesser lessor tablet martin margin morning "
    "warning warming casting coasting costing hosting hoisting planning planing staring starting "
    "string sting bearing barring rating ratting writing waiting editing exiting message massage "
    "personal personnel formally formerly lighting lightning recover record region religion united "
    "untied adopt adapt adoption adaption immigrate emigrate defer differ deference difference "
    "reference preference inference allusion illusion elicit illicit collision collusion".split()
)
_KNOWN = _REAL | _HARD
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = frozenset(map(frozenset, chain.from_iterable(map(pairwise, _ROWS))))
_VOWELS = frozenset("aeiouy")


_FIXED = {**{word: word for word in _HARD | _SINGULAR}, **dict.fromkeys(_LIGHT, ""), **_ALIKE}


class _Canon(dict[str, str]):
    """The form in which a word is compared, empty for one that says nothing."""

    def __init__(self) -> None:
        super().__init__(_FIXED)

    def __missing__(self, word: str) -> str:
        form = _singular(word) if word[-1] in "es" else word
        self[word] = form
        return form


def _singular(word: str) -> str:
    """An English noun without its plural, in a form of its own: "cache" and "caches" give "cach"."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("ie"):
        return f"{word[:-2]}y"
    return word[:-1] if word.endswith(("sse", "xe", "che", "she", "use", "zze")) else word


_NOT = pattern(r"\b(can|(?:is|are|was|were|do|does|did|has|have|had|could|would|should|must|need)(?=n)|won)n? t\b")  # fmt: skip


def _plainer(text: str) -> str:
    """A normal form without contractions: "don t" becomes "do not"."""
    if " t " in text or text[-2:] == " t" or "cannot" in text:
        text = _NOT.sub(lambda match: f"{'will' if match[1] == 'won' else match[1]} not", text)
        text = text.replace("cannot", "can not")
    return text


# ── candidates ──────────────────────────────────────────────────────────────────────────────────


class _Weights(NamedTuple):
    """How often words are used, and in how many texts."""

    counts: Mapping[str, int]
    texts: int
    common: frozenset[str]
    canon: _Canon

    def of(self, words: Iterable[str]) -> float:
        """What words weigh together."""
        return sum(log((self.texts + 1) / (self.counts.get(word) or 1)) for word in words)


def _near(texts: Sequence[str]) -> dict[int, int]:
    """For distinct texts, the earlier text that a later one is near to."""
    canon = _Canon()
    bags: list[tuple[str, ...]] = []  # tuples, which the garbage collector leaves alone
    adjuncts: dict[int, str] = {}
    for text in texts:
        words = _plainer(text).split()
        if (" in " in text or " on " in text) and (word := _adjunct(words, canon)):
            adjuncts[len(bags)] = word
        bags.append(tuple(filter(None, map(canon.__getitem__, words))))
    counts = Counter(chain.from_iterable(map(set, bags)))
    often = max(_OFTEN, len(texts) * _COMMON)
    common = frozenset(word for word, count in counts.items() if count >= often and _can_vary(word))
    weights = _Weights(counts, len(texts), common, canon)
    before: dict[int, int] = {}
    # Sums over the rare words, from which a word can be taken (Zobrist, A new hashing method with
    # application for game playing, 1970).
    own = {word: 0 if word in common else hash(word) for word in counts}
    rare = [sum(map(own.__getitem__, bag)) for bag in bags]
    # A text that has no rare word is told by all that it has.
    plain = common | _HARD
    sums = [
        sum(map(hash, bag)) if plain.issuperset(bag) else total
        for bag, total in zip(bags, rare, strict=True)
    ]
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place, total in enumerate(sums):
        groups[total].append(place)
    _within(groups, texts, weights, before)
    for place, word in adjuncts.items():
        if word not in common and place not in before:
            for other in groups.get(sums[place] - hash(word), ())[:MOST]:
                one, later = sorted((place, other))
                if later not in before and alike(
                    _reading(texts[one], canon), _reading(texts[later], canon), weights
                ):
                    before[later] = one
                    break
    once = frozenset(word for word, count in counts.items() if count == 1)
    for one, later, slip in _slips(bags, rare, own, once):
        if later not in before and alike(
            _reading(texts[one], canon), _reading(texts[later], canon), weights, slip
        ):
            before[later] = one
    return before


def _can_vary(word: str) -> bool:
    """Whether a word is none of those that change a question wherever they stand."""
    return word not in _HARD and word[0] != "\0" and not any(map(str.isdigit, word))


def _adjunct(words: Sequence[str], canon: _Canon) -> str:
    """The last word of a text that ends with "in X" or "in the X"; empty if it does not."""
    if len(words) < 4:
        return ""
    if words[-2] in ("in", "on") or (words[-3] in ("in", "on") and not canon[words[-2]]):
        word = canon[words[-1]]
        return word if word and _can_vary(word) else ""
    return ""


def _within(
    groups: Mapping[int, Sequence[int]],
    texts: Sequence[str],
    weights: _Weights,
    before: dict[int, int],
) -> None:
    """Finds who is near within each group of texts that have the same rare words."""
    for group in groups.values():
        if len(group) < 2:
            continue
        kept = [(group[0], _reading(texts[group[0]], weights.canon))]
        for place in group[1:]:
            reading = _reading(texts[place], weights.canon)
            for other, known in kept:
                if alike(known, reading, weights):
                    before[place] = other
                    break
            else:
                if len(kept) < MOST:
                    kept.append((place, reading))


def _slips(
    bags: Sequence[Sequence[str]], sums: Sequence[int], own: Mapping[str, int], once: frozenset[str]
) -> Iterator[tuple[int, int, tuple[str, str]]]:
    """Pairs of texts that agree but for a slip of the pen in a word that no other text has."""
    alone: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    whole: list[int] = []
    for place, bag in enumerate(bags):
        if once.isdisjoint(bag):
            whole.append(place)
            continue
        words = once.intersection(bag)
        if len(words) == 1:
            (word,) = words
            if _may_slip(word):
                alone[sums[place] - own[word]].append((place, word))
    if not alone:
        return
    taken = {word: part for word, part in own.items() if word not in once and _may_slip(word)}
    for place in whole:
        total = sums[place]
        for word in bags[place]:
            if word in taken and total - taken[word] in alone:
                alone[total - taken[word]].append((place, word))
    for group in alone.values():
        if len(group) > 1:
            yield from _slips_within(group, once)


def _slips_within(
    group: Sequence[tuple[int, str]], once: frozenset[str]
) -> Iterator[tuple[int, int, tuple[str, str]]]:
    """The pairs of a group that agree in all but one word, by what is left of that word without one
    of its letters (Mor and Fraenkel, A hash code method for detecting and correcting spelling
    errors, 1982)."""
    first: dict[int, tuple[int, str]] = {}
    more: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for each in sorted(group, key=lambda each: (each[1] not in once, each)):
        place, word = each
        seen: set[int] = set()
        for part in {word, *(word[:at] + word[at + 1 :] for at in range(1, len(word) - 1))}:
            left = hash(part)
            known = first.setdefault(left, each) if word in once else first.get(left)
            if known is None or known is each:
                continue
            for other, there in (known, *more.get(left, ())):
                if other not in seen and there != word and is_slip(word, there):
                    seen.add(other)
                    yield min(other, place), max(other, place), (word, there)
            if word in once and len(more[left]) < MOST:
                more[left].append(each)


def _may_slip(word: str) -> bool:
    return _SLIP <= len(word) <= 30 and word.isascii() and word.isalpha()


def is_slip(one: str, other: str) -> bool:
    """Whether two words are one but for a letter within that was left out, doubled or put in,
    exchanged with the next, or with one beside it on the keyboard, or a vowel with a vowel."""
    if one in _KNOWN and other in _KNOWN:
        return False
    if len(one) > len(other):
        one, other = other, one
    start = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one)
    )
    if len(one) < len(other):
        return 0 < start < len(other) - 1 and one[start:] == other[start + 1 :]
    if not 0 < start < len(one) - 1:
        return False
    if one[start + 1 :] == other[start + 1 :]:
        two = frozenset((one[start], other[start]))
        return two <= _VOWELS or two in _BESIDE
    swapped = one[start + 1 : start + 2] + one[start] + one[start + 2 :]
    return start < len(one) - 2 and swapped == other[start:]


# ── comparison ──────────────────────────────────────────────────────────────────────────────────


class _Reading(NamedTuple):
    """The words of a text that count, the prepositions and joining words before each and after the
    last, and the modal verbs, whose place means little."""

    words: list[str]
    gaps: list[list[str]]
    modals: list[str]
    english: bool


def _reading(text: str, canon: _Canon) -> _Reading:
    raw = _plainer(text).split()
    if _ENGLISH.isdisjoint(raw):
        return _Reading([canon[word] or word for word in raw], [[]] * (len(raw) + 1), [], False)
    raw = [word for word in raw if word not in _FILLERS]
    words: list[str] = []
    gaps: list[list[str]] = [[]]
    modals: list[str] = []
    for at, word in enumerate(raw):
        after = raw[at + 1] if at + 1 < len(raw) and raw[at + 1][0] != "\0" else ""
        form = canon[word]
        if word == "to" and at and raw[at - 1] in _ASKING:
            continue  # "how to"
        if form in _MODALS:
            modals.append(form)
            continue
        if (word in _PREPOSITIONS and not after) or (
            word == "do" and (not after or after in _PREPOSITIONS or after in _HARD)
        ):
            form = f"{word}!"  # a verb of its own, or what the verb hangs on
        elif word in _PREPOSITIONS or (form or word) in _JOINING:
            gaps[-1].append(form or word)
            continue
        if form:
            words.append(form)
            gaps.append([])
    return _Reading(words, gaps, sorted(modals), True)


def alike(
    first: _Reading, second: _Reading, weights: _Weights, slip: tuple[str, str] | None = None
) -> bool:
    """Whether two texts ask nearly the same; `slip` are two words to be taken for one."""
    if first.modals != second.modals or first.english != second.english:
        return False
    if slip is not None:
        first, second = _mended(first, slip), _mended(second, slip)
    if first.words == second.words:
        return _prepositions(first) == _prepositions(second) and _says_something(first.words)
    if not first.english or max(len(first.words), len(second.words)) > _ORDER:
        return False
    if sorted(first.words) != sorted(second.words):
        count, recount = Counter(first.words), Counter(second.words)
        more, less = count - recount, recount - count
        if more and less:
            return False
        extra = more or less
        shared = (count & recount).keys()
        if not _weigh_little(extra, shared, weights):
            return False
        words = list(extra.elements())
        first = _without(first, words, weights.common) if more else first
        second = _without(second, words, weights.common) if less else second
        if sorted(first.words) != sorted(second.words):
            return False
    if not _says_something(first.words):
        return False
    return (
        first.words == second.words and _prepositions(first) == _prepositions(second)
    ) or _is_reordered(first, second)


def _mended(reading: _Reading, slip: tuple[str, str]) -> _Reading:
    return reading._replace(words=[slip[0] if word == slip[1] else word for word in reading.words])


def _says_something(words: Iterable[str]) -> bool:
    return any(word not in _HARD and word[0] != "\0" and word[-1] != "!" for word in words)


def _prepositions(reading: _Reading) -> list[list[str]]:
    return [[word for word in gap if word != "and"] for gap in reading.gaps]


def _weigh_little(extra: Counter[str], shared: Iterable[str], weights: _Weights) -> bool:
    """Whether the words that only one text has are no more than may be, by weight."""
    if not all(map(_can_vary, extra)) or any(word[-1] == "!" for word in extra):
        return False
    kept = [word for word in shared if _can_vary(word) and word[-1] != "!"]
    whole, part = weights.of(kept), weights.of(extra)
    return bool(kept) and whole >= LIKELY * (whole + part)


def _without(reading: _Reading, extra: Sequence[str], common: frozenset[str]) -> _Reading:
    """A reading without "in X" at its end or its start, where X is these words: one, or some that
    are common. The same reading if they stand elsewhere."""
    size = len(extra)
    words, gaps = reading.words, reading.gaps
    told = sum(word[0] != "\0" for word in words)
    for at in (0, told - size) if size == 1 or common.issuperset(extra) else ():
        if (
            sorted(words[at : at + size]) == sorted(extra)
            and not _WITHIN.isdisjoint(gaps[at])
            and not any(gaps[at + 1 : at + size])
        ):
            return reading._replace(
                words=words[:at] + words[at + size :], gaps=gaps[:at] + gaps[at + size :]
            )
    return reading


def _at_end(words: Sequence[str]) -> bool:
    return all(word[0] == "\0" for word in words)


def _is_reordered(first: _Reading, second: _Reading) -> bool:
    """Whether the second says the same in another order: "A and B" and "B and A", "the price of X"
    and "the X price", "in X, what is Y" and "what is Y in X"."""
    words, others = first.words, second.words
    if words == others or len(words) != len(others):
        return False
    size = len(words)
    start = next(at for at in range(size) if words[at] != others[at])
    end = next(at for at in range(size) if words[-1 - at] != others[-1 - at])
    stop = size - end
    rest, turned = words[start:stop], others[start:stop]
    cut = next(
        (
            at
            for at in range(1, len(rest))
            if rest[at] == turned[0] and rest[at:] + rest[:at] == turned
        ),
        0,
    )
    if not cut:
        return False
    ours, theirs = _prepositions(first), _prepositions(second)
    back = len(rest) - cut  # how long the block is that comes first in the other
    inner = (
        ours[start + 1 : start + cut] == theirs[start + back + 1 : stop]
        and ours[start + cut + 1 : stop] == theirs[start + 1 : start + back]
    )
    if not inner or ours[:start] != theirs[:start] or ours[stop + 1 :] != theirs[stop + 1 :]:
        return False
    before, between, after = (ours[at] for at in (start, start + cut, stop))
    others_before, others_between, others_after = (theirs[at] for at in (start, start + back, stop))
    if after != others_after:
        return False
    if before == others_before:
        joined = [word for word in first.gaps[start + cut] if word in _JOINING]
        rejoined = [word for word in second.gaps[start + back] if word in _JOINING]
        if joined and joined == rejoined:
            return first.gaps[start + cut] == second.gaps[start + back]
        return sorted((between, others_between)) == [[], ["of"]]
    # A block with its preposition that stands in front in one of them.
    if start or not _at_end(words[stop:]):
        return False
    return (
        before == others_between and not between and not others_before and rest[cut] in _ASKING
    ) or (
        others_before == between and not others_between and not before and turned[back] in _ASKING
    )
