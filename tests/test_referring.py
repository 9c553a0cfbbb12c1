"""Prompts and explanations that speak of options: shuffled, they would say something else."""

import pytest

from selfcheck_tools.exporters._referring import by_letter, by_place

NAMES = """\
B is wrong, for it waits. · Only (c) holds, not (C). · **B** and **D** are about queues. · See option C.
A is right because it is short. · A: it is short. · A, since queues are long. · Because A holds.
It is not A. · Not “A”, but the other. · A and B both wait. · `B` is the odd one. · A is correct.
- A. right\\n- B. wrong · Both are fine, but C is cheaper. · B) is wrong · B's reason is bad
Antwort B ist falsch. · A ist falsch, denn es wartet. · La réponse C est fausse. · A est juste.
故B错误 · 选项B正确 · Вариант B неверен. · Đáp án C · B、D 都对 · The answer is D.
"""
NAMES_NONE = """\
A queue is a list. · An A-level of work. · It waits. A queue does not. · In C++ and C# it is so.
A B-tree holds keys. · `let B = 2` · Use $A$ and $B$. · E.g. a queue. · [see](B) · DNS
```\\nB\\n```\\nThat is all. · A long line\\n\\nA queue holds it. · It is in the D.C. area · a and b
"""
ASKS = "Why is option B wrong? · Which of (A) and (B) is right? · Is answer (C) right? · Warum ist Antwort B falsch?"
ASKS_NONE = (
    "What do hosts A and B exchange? · Which is valid in C? · A queue is what? · What is plan B?"
)
PLACES = """\
The second option is wrong. · The first is right. · Option 2 is wrong. · The first two answers hold.
Die zweite Antwort ist falsch. · La troisième réponse · Второй вариант неверен · 第二个选项 · 选项二错误
"""
PLACES_NONE = (
    "The other options are wrong. · First it waits. · A second queue holds 2. · The last message"
)


def phrases(text: str) -> list[str]:
    return [p.replace("\\n", "\n") for line in text.splitlines() for p in line.split(" · ")]


@pytest.mark.parametrize("text", phrases(NAMES))
def test_explanations_that_name_letters(text: str) -> None:
    assert by_letter(text, "ABCD", anywhere=True)


@pytest.mark.parametrize("text", phrases(NAMES_NONE))
def test_explanations_that_name_none(text: str) -> None:
    assert not by_letter(text, "ABCD", anywhere=True)


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("В — неверно", "АБВГ", True),
        ("Неверно В.", "АБВГ", True),
        ("В очереди сообщение ждёт.", "АБВГ", False),
        ("(ب) صحيحة", "أبجد", True),
        ("b is wrong, a queue waits", "abcd", True),
        ("it is a queue", "abcd", False),
        ("B is wrong", ["", "", ""], True),  # letters by the order
        ("F is wrong", "ABCD", False),  # there is none
        ("B is wrong", [], False),
    ],
)
def test_letters_are_those_of_the_options(text: str, labels: list[str], expected: bool) -> None:
    assert by_letter(text, labels, anywhere=True) is expected


@pytest.mark.parametrize("text", phrases(ASKS))
def test_prompts_that_name_options(text: str) -> None:
    assert by_letter(text, "ABCD", anywhere=False)


@pytest.mark.parametrize("text", phrases(ASKS_NONE))
def test_prompts_that_name_none(text: str) -> None:
    assert not by_letter(text, "ABCD", anywhere=False)


@pytest.mark.parametrize("text", phrases(PLACES))
def test_places_that_are_named(text: str) -> None:
    assert by_place(text)


@pytest.mark.parametrize("text", phrases(PLACES_NONE))
def test_places_that_are_not(text: str) -> None:
    assert not by_place(text)
