"""Which texts ask nearly the same: pairs that do, pairs that do not, and what finding them takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.duplicates import plant
from selfcheck_tools import likeness
from selfcheck_tools.identity import normal
from selfcheck_tools.likeness import is_slip, near

NEAR = """
What is a cold start? | What are cold starts?
What is a cold start? | What exactly is the cold start, please?
What's a topic? | What is a topic?
What happens when a worker doesn't answer? | What happens when a worker does not answer?
Why can't a function keep state? | Why can not functions keep state?
Which caches does a browser use? | What cache do browsers use?
How do you delete an object? | How do I delete objects?
How to rotate a key? | How do you rotate keys?
What is the visibility timeout of a queue? | What is the visibilty timeout of a queue?
What is the visibility timeout of a queue? | What is the visibiltiy timeout of a queue?
What is the visibility timeout of a queue? | What is the visibillity timeout of a queue?
What is the difference between A4 and B5 in paper? | What is the difference between B5 and A4 in paper?
What is gateway pricing? | What is the pricing of a gateway?
In PostgreSQL, what is a partial index? | What is a partial index in PostgreSQL?
How instances are reused? | How are instances reused?
"""

APART = """
What is SQS pricing? | What is SNS pricing?
What is Lambda pricing? | What is API Gateway pricing?
Is Python faster than Ruby? | Is Ruby faster than Python?
What can a function reach? | What cannot a function reach?
What can a function reach? | What must a function reach?
How do you build with Docker? | How do you build without Docker?
How do you turn on tracing? | How do you turn off tracing?
What is the minimum timeout? | What is the maximum timeout?
What is the default timeout? | What is the timeout?
What is new in Python 3.11? | What is new in Python 3.12?
How many bits has IPv4? | How many bits has IPv6?
What does a decorator do? | What is a decorator?
What is in a manifest? | What is a manifest?
What is a lock for? | What is a lock?
What is a lock used for? | What is used in a lock?
How do you migrate from Oracle to Postgres? | How do you migrate from Postgres to Oracle?
How do you migrate from Oracle to Postgres? | How do you migrate to Oracle from Postgres?
What calls a handler? | What does a handler call?
Is a list a queue? | Is a queue a list?
When does a worker scale? | How does a worker scale?
What is a synchronous call? | What is an asynchronous call?
What is the content of a component? | What is the context of a component?
What is the name of the owner? | What is the owner of the name?
What is an index in SQL? | What is an index in Python?
What is reserved concurrency? | What is concurrency?
Why use a queue and not a topic? | Why use a topic and not a queue?
Is it a queue or a topic? | Is it a queue and a topic?
What does HTTP add? | What does HTTPS add?
Was ist ein Container ohne Docker? | Was ist ein Container mit Docker?
Что такое класс? | Что такое касс?
"""


def _pairs(text: str) -> list[tuple[str, str]]:
    return [
        (one, other) for one, _, other in (line.partition(" | ") for line in text.split("\n")[1:-1])
    ]


def _near(*prompts: str) -> tuple[tuple[int, int], ...]:
    return near([normal(prompt) for prompt in prompts])


@pytest.mark.parametrize(("one", "other"), _pairs(NEAR))
def test_the_same_in_other_words_is_near(one: str, other: str) -> None:
    assert _near(one, "What is a fence?", other) == ((0, 2),)
    assert _near(other, one, "How high is a fence?") == ((0, 1),)


@pytest.mark.parametrize(("one", "other"), _pairs(APART))
def test_another_question_is_not_near(one: str, other: str) -> None:
    assert _near(one, "What is a fence?", other) == ()
    assert _near(other, one, "How high is a fence?") == ()


def test_a_word_that_sets_nothing_apart_makes_no_difference() -> None:
    rest = [f"Where is the {word} in AWS?" for word in "door gate roof wall lamp desk".split()]
    assert _near("What is a cold start?", "What is a cold start in AWS?", *rest) == ((0, 1),)
    assert _near("In AWS, what is a cold start?", "What is a cold start?", *rest) == ((0, 1),)
    assert _near("What is a cold start?", "What is a cold start without AWS?", *rest) == ()
    assert _near("What is a cold start?", "What is an AWS cold start?", *rest) == ()
    assert _near("What is a cold start?", "What is not a cold start in AWS?", *rest) == ()


def test_a_slip_in_a_word_that_many_texts_have() -> None:
    rest = [f"Where is the {word} of a gateway?" for word in "door roof wall lamp desk".split()]
    assert _near("What is a gateway?", *rest, "What is a gatweay?") == ((0, 6),)
    assert _near(*rest, "Where is the wall of a gaetway?") == ((2, 5),)


def test_what_begins_with_nul_is_compared_as_it_stands() -> None:
    assert near(["what is this queue \0a", "what is the this queues \0a"]) == ((0, 1),)
    assert near(["what is this queue \0a", "what is this queues \0b"]) == ()


def test_equal_texts_are_told_once_and_name_the_first() -> None:
    assert near(["what is a queue"] * 9) == ()
    assert near(["what is a queue", "what are queues"] * 9) == ((0, 1),)


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("message", "mesage", True),
        ("message", "messgae", True),
        ("message", "messaage", True),
        ("separate", "seperate", True),
        ("message", "nessage", False),
        ("encode", "decode", False),
        ("message", "messaeg", False),
        ("compiler", "compiled", False),
        ("contact", "contract", False),
        ("mutable", "immutable", False),
        ("message", "message", False),
    ],
)
def test_what_a_slip_is(one: str, other: str, slip: bool) -> None:
    assert is_slip(one, other) is is_slip(other, one) is slip


def test_planted_rewordings_are_found_and_little_else() -> None:
    planted = plant(4_000, seed=7)
    found = set(near([normal(prompt) for prompt in planted.prompts]))
    assert len(planted.same) > 40
    assert len(planted.other) > 40
    assert len(found & planted.same.keys()) >= 0.95 * len(planted.same)
    assert len(found & planted.same.keys()) >= 0.98 * len(found)


SHAPES = {
    "planted": lambda n: [normal(prompt) for prompt in plant(n).prompts],
    "equal": lambda n: ["what is a queue"] * n,
    "copies": lambda n: [f"what is a queue of {'abcdefghij'[at % 10]}" for at in range(n)],
    "few words": lambda n: [" ".join("what is the".split() + _digits(at, "abcdef")) for at in range(n)],
    "small words": lambda n: [" ".join(["what queue", *_digits(at, ("in", "of", "on"))]) for at in range(n)],
    "unique": lambda n: [f"what is a {''.join(_digits(at, 'abcdefgh'))}{'x' * 6}" for at in range(n)],
    "slips": lambda n: [f"what is a q{''.join(_digits(at, 'ei'))}{'x' * 6}" for at in range(n)],
    "numbers": lambda n: [f"what is queue {at}" for at in range(n)],
    "repeated": lambda n: ["queue " * (at % 90) for at in range(n)],
    "no letters": lambda n: [" ".join(_digits(at, "=<>&|")) for at in range(n)],
}  # fmt: skip


def _digits(number: int, digits: "str | tuple[str, ...]") -> list[str]:
    found = []
    while number:
        number, digit = divmod(number, len(digits))
        found.append(digits[digit])
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_as_many_texts_take_twice_the_comparisons(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    alike, slip = likeness.alike, likeness.is_slip

    def counted_alike(*arguments: object) -> bool:
        taken.append(1)
        return alike(*arguments)  # type: ignore[arg-type]

    def counted_slip(one: str, other: str) -> bool:
        taken.append(1)
        return slip(one, other)

    monkeypatch.setattr(likeness, "alike", counted_alike)
    monkeypatch.setattr(likeness, "is_slip", counted_slip)
    work = []
    for size in (1_500, 3_000):
        taken.clear()
        found = near(SHAPES[shape](size))
        work.append(len(taken))
        assert len(found) <= size
    # Each text is compared with MOST others at the most, and each part of a word with MOST words.
    assert work[1] <= likeness.MOST * 20 * 3_000
    assert work[1] <= 3 * work[0] + 2_000


@given(st.lists(st.text(alphabet="what is t not of in ab\0\n\u0301é", max_size=40), max_size=12))
def test_any_texts_give_pairs_in_order(texts: list[str]) -> None:
    found = near(texts)
    assert found == near(tuple(texts)) == tuple(sorted(found))
    assert all(0 <= one < other < len(texts) for one, other in found)
    assert all(texts[one] != texts[other] for one, other in found)
    assert len({other for _, other in found}) == len(found)
