"""How well and how fast nearly equal questions are found: `python -m benchmarks.duplicates [QUESTIONS …]`.

A collection is made of templates and invented terms. One question in fifty is planted anew: reworded
so that it asks the same, or changed in a word so that it asks something else. Printed are the share
of rewordings that are found (recall), the share of what is found that was reworded (precision), the
time against putting the same texts into a dictionary once, and the peak of memory.
"""

import random
import sys
import time
import tracemalloc
from typing import NamedTuple

from benchmarks.measuring import row
from selfcheck_tools.identity import normal
from selfcheck_tools.likeness import near


class Planted(NamedTuple):
    """Prompts; the pairs of places that ask the same, and those that do not, with how they were made."""

    prompts: list[str]
    same: dict[tuple[int, int], str]
    other: dict[tuple[int, int], str]


# Each with the part that can be said otherwise: {a} and {b} are terms, {n} a number.
TEMPLATES = """What is a {a}?
What does the {a} of a {b} do?
What is the difference between a {a} and a {b}?
What is the purpose of the {a} in a {b}?
When does a {a} become a {b}?
How do you connect a {a} with a {b}?
How do you configure the {a} of a {b}?
Why is a {a} faster than a {b}?
Which errors does the {a} report when the {b} fails?
What happens when a {a} doesn't answer within {n} seconds?
How many kinds of {a} does a {b} support?
What are the advantages of a {a} over a {b}?
What is the maximum size of a {a}?
How can the {a} be used without a {b}?
Which command lists the {a} of each {b}?
Where does a {b} keep its {a}?
How long does a {a} live after the {b} stops?
Explain how the {a} calls the {b}.
Who pays for the {a} of a {b}?
What is {a} pricing?""".splitlines()
_HEADS = "ba ce di fo gu ka le mi no pu ra se ti vo zu bra cle dri flo gru pla sne tri sto".split()
_TAILS = "bar cet din fon gul kam lent mir nost pord rant sel tiv vorn zon mond rist ward lem tan".split()


def vocabulary(rng: random.Random, size: int) -> list[str]:
    """Terms of one or two words that nobody knows."""
    words: dict[str, None] = {}
    while len(words) < size:
        middle = "".join(rng.choice(_HEADS) for _ in range(rng.randint(1, 2)))
        words[rng.choice(_HEADS) + middle + rng.choice(_TAILS)] = None
    single = list(words)
    double = [f"{rng.choice(single)} {rng.choice(single)}" for _ in range(size // 2)]
    return single + double


def _slip(rng: random.Random, prompt: str) -> str:
    words = prompt.split()
    long = [at for at, word in enumerate(words) if len(word) >= 7 and word.isalpha()]
    if not long:
        return prompt
    at = rng.choice(long)
    word = words[at]
    place = rng.randrange(1, len(word) - 3)
    kind = rng.randrange(3)
    if kind == 0:
        word = word[:place] + word[place + 1 :]
    elif kind == 1:
        word = word[:place] + word[place] + word[place:]
    else:
        word = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    words[at] = word
    return " ".join(words)


def _article(rng: random.Random, prompt: str) -> str:
    return (
        prompt.replace(" the ", " a ", 1)
        if " the " in prompt
        else prompt.replace(" a ", " the ", 1)
    )


def _plural(rng: random.Random, prompt: str) -> str:
    words = prompt.rstrip("?.").split()
    at = words.index("a") if "a" in words else -1
    if at < 0 or at + 1 >= len(words) or (at + 2 < len(words) and words[at + 2] not in _AFTER):
        return prompt
    words[at : at + 2] = [f"{words[at + 1]}s"]
    return " ".join(words) + "?"


_AFTER = "and do become faster over with report be of keep live stops calls fails in".split()


def _filler(rng: random.Random, prompt: str) -> str:
    first, _, rest = prompt.partition(" ")
    return f"{first} {rng.choice(('exactly', 'actually', 'basically'))} {rest}"


def _contraction(rng: random.Random, prompt: str) -> str:
    return prompt.replace("What is", "What's").replace("doesn't", "does not")


def _order(rng: random.Random, prompt: str) -> str:
    if " between a " in prompt and " and a " in prompt:
        head, _, rest = prompt.rstrip("?").partition(" between a ")
        one, _, other = rest.partition(" and a ")
        return f"{head} between a {other} and a {one}?"
    if prompt.endswith(" pricing?"):
        return f"What is the pricing of {prompt[8:-9]}?"
    return prompt


def _place(rng: random.Random, prompt: str) -> str:
    return f"{prompt.rstrip('?.')} in Zandor?"


def _case(rng: random.Random, prompt: str) -> str:
    return f"**{prompt.lower().rstrip('?.')}** please"


REWORDINGS = {
    "article": _article, "plural": _plural, "slip": _slip, "filler": _filler,
    "contraction": _contraction, "order": _order, "place": _place, "please": _case,
}  # fmt: skip

_CHANGES = (
    ("maximum", "minimum"), ("without", "with"), ("What is a ", "What is in a "), ("When", "Why"),
    ("Why", "When"), ("doesn't", "does"), ("How can", "How must"), ("advantages", "drawbacks"),
    ("after", "before"), ("How many", "What"), ("each", "no"), ("How do", "Why do"), ("of the", "in the"),
    ("Where", "How"), ("Who pays", "Who is paid"), ("lists", "deletes"), ("What is the purpose", "What is in"),
)  # fmt: skip


def _changed(
    prompt: str, rng: random.Random, terms: list[str], a: str, b: str, n: int
) -> tuple[str, str]:
    """The same prompt with one difference that makes another question of it."""
    kind = rng.choice(("term", "term", "word", "word", "word", "swap", "number", "not", "more"))
    if kind == "swap" and b in prompt and not {"difference", "connect"} & set(prompt.split()):
        return kind, prompt.replace(a, "\0").replace(b, a).replace("\0", b)
    if kind == "number" and str(n) in prompt:
        return kind, prompt.replace(str(n), str(n + 1))
    if kind == "not":
        return kind, prompt.replace(" a ", " not a ", 1)
    if kind == "more":
        return kind, prompt.replace(a, f"{rng.choice(terms)} {a}", 1)
    if kind == "word":
        for old, new in rng.sample(_CHANGES, len(_CHANGES)):
            if old in prompt:
                return kind, prompt.replace(old, new, 1)
    return "term", prompt.replace(a, rng.choice([t for t in rng.sample(terms, 3) if t != a]), 1)


def plant(size: int, seed: int = 1) -> Planted:
    """A collection of so many questions."""
    rng = random.Random(seed)
    terms = vocabulary(rng, max(400, min(size // 4, 6000)))
    prompts: list[str] = []
    seen: set[str] = set()
    same: dict[tuple[int, int], str] = {}
    other: dict[tuple[int, int], str] = {}
    while len(prompts) < size:
        template = rng.choice(TEMPLATES)
        (a, b), n = rng.sample(terms, 2), rng.randint(2, 90)
        prompt = template.format(a=a, b=b, n=n)
        if prompt in seen:
            continue
        seen.add(prompt)
        if rng.random() < 0.1:
            prompt = f"{prompt[:-1]} in Zandor{prompt[-1]}"  # what the whole collection is about
        at = len(prompts)
        prompts.append(prompt)
        if rng.random() < 0.02:
            kind = rng.choice(list(REWORDINGS))
            made = REWORDINGS[kind](rng, prompt)
            if (
                "Zandor in Zandor" not in made
                and made not in seen
                and normal(made) != normal(prompt)
            ):
                same[at, len(prompts)] = kind
                seen.add(made)
                prompts.append(made)
        elif rng.random() < 0.02:
            kind, made = _changed(prompt, rng, terms, a, b, n)
            if made not in seen and normal(made) != normal(prompt):
                other[at, len(prompts)] = kind
                seen.add(made)
                prompts.append(made)
    return Planted(prompts, same, other)


def main(sizes: list[int]) -> None:
    head = f"{'questions':>9} {'planted':>7} {'recall':>6} {'precision':>9} {'CPU s':>6} {'x dict':>6} {'MiB':>5}"
    print(head)
    costs: list[float] = []
    for size in sizes:
        planted = plant(size)
        texts = tuple(normal(prompt) for prompt in planted.prompts)
        start = time.process_time()
        found = set(near(texts))
        spent = time.process_time() - start
        fresh = [f"{text} " for text in texts]  # no hashes known yet
        start = time.process_time()
        dict(zip(fresh, range(len(fresh)), strict=True))
        bare = time.process_time() - start
        tracemalloc.start()
        near(texts)
        peak = tracemalloc.get_traced_memory()[1] >> 20
        tracemalloc.stop()
        right = len(found & planted.same.keys())
        recall, precision = right / len(planted.same), right / max(len(found), 1)
        costs.append(spent / size)
        print(
            f"{size:9} {len(planted.same):7} {recall:6.3f}"
            f" {precision:9.3f} {spent:6.2f} {spent / bare:6.0f} {peak:5}"
        )
        if "-v" in sys.argv:
            for pair, kind in planted.same.items():
                if pair not in found:
                    print("  missed", kind, *(planted.prompts[at] for at in pair), sep=" | ")
            for pair in sorted(found - planted.same.keys()):
                print(
                    "  false",
                    planted.other.get(pair),
                    *(planted.prompts[at] for at in pair),
                    sep=" | ",
                )
    print()
    row(f"rewordings found among {size} questions", "those planted", recall, least=0.95)
    row(f"rewordings planted among {size} questions", "all found", precision, least=0.99)
    what = f"near-duplicates: CPU for each of {size} questions"
    row(what, f"for each of {sizes[0]}", costs[-1] / costs[0], most=2)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:] if size != "-v"] or [1_000, 10_000, 100_000])
