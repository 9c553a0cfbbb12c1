"""Documents to measure with: as many as wanted, each of the same shape and its own words.

The shape is that of a working document: fifteen questions in 16 kB, answered with nested lists whose
items start with inline code, four still without an answer, three pictures that are missing.
"""

import random
from pathlib import Path

_STARTS = (
    "al be cor da el fa gra hi in jo ka lo mer no or pa qua ri sol ta ur ve wi xe yo zan".split()
)
_MIDDLES = "bra cti dor fen gu lis mon nar pel ros sti tra vin wel zor".split()
_ENDS = "a e ion ity ment ness ous ing er al ive ate".split()
WORDS = [start + middle + end for start in _STARTS for middle in _MIDDLES for end in _ENDS]
_SMALL = "the a of to and in is that for it with as on by this from or can be when".split()


def document(seed: int, *, answered: int = 11) -> str:
    """One document; the same for the same seed. So many of its questions have an answer."""
    chance = random.Random(seed)
    parts = [f"# {_phrase(chance, 3).capitalize()}\n\n## Self-check\n"]
    for number in range(1, 16):
        space = " " if number % 2 else ""
        parts.append(f"### {number}. What is {_phrase(chance, 4)} for?{space}\n")
        if number <= answered:
            parts.append(_answer(chance, picture=number in (3, 7, 11)))
    return "\n".join(parts)


def _answer(chance: random.Random, *, picture: bool) -> str:
    lines = [f"- `{_phrase(chance, 2)}` {_sentence(chance, 14)}:\n"]
    for _ in range(5):
        lines.append(
            f"    - `{_phrase(chance, 2).title()}`: {_sentence(chance, 20)} {_sentence(chance, 17)}\n"
        )
    if picture:
        lines.append(f"- `{_phrase(chance, 2)}`:\n![](images/{chance.choice(WORDS)}.png)\n")
    return "\n".join(lines)


def _phrase(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(words))


def _sentence(chance: random.Random, words: int) -> str:
    said = [chance.choice(_SMALL if at % 2 else WORDS) for at in range(words)]
    return f"{' '.join(said).capitalize()}."


def write(folder: Path, count: int, *, answered: int = 11) -> None:
    """So many documents in twenty folders."""
    for seed in range(count):
        place = folder / f"part{seed % 20:02}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"topic{seed:05}.md").write_text(
            document(seed, answered=answered), encoding="utf-8"
        )
