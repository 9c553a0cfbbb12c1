"""Papers of chosen questions and in versions: read back from the PDF, each key against its paper."""

import io
import os
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from selfcheck_tools.cli import main
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import Context, Selection
from selfcheck_tools.exporters.handout.papers import Paper, papers, whole
from selfcheck_tools.files import Memory
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.conftest import ROOT

# ── documents whose every word can be told ──────────────────────────────────────────────────────


class Asked(NamedTuple):
    """A question as it is written: its name is a word of its prompt."""

    name: str
    markdown: str
    options: tuple[str, ...] = ()  # a word of each
    right: frozenset[str] = frozenset()  # of these words
    answer: str = ""  # a word of the answer
    stays: bool = False  # no option may move
    last: str = ""  # the one that stays last


def choice(name: str, count: int, right: Sequence[int], *, listed: bool = False, last: str = "",
           prompt: str = "Which is", says: str = "") -> Asked:  # fmt: skip
    """A question of `count` options, in a list of tasks or under letters."""
    words = tuple(f"o{name}x{at}" for at in range(count)) + ((last,) if last else ())
    chosen = frozenset(words[at] for at in right)
    if listed:
        lines = [f"- [{'x' if word in chosen else ' '}] {word}" for word in words]
        solution = ""
    else:
        lines = [f"- {'ABCDEFGH'[at]}. {word}" for at, word in enumerate(words)]
        solution = f"\nAnswer: {', '.join('ABCDEFGH'[at] for at in sorted(right))}\n"
    text = f"{prompt} {name}?\n\n" + "\n".join(lines) + f"\n{solution}\n{says}\n"
    return Asked(name, text, words, chosen, stays=bool(says or "option B" in prompt), last=last)


def open_one(name: str) -> Asked:
    return Asked(name, f"What is {name}?\n\nIt is a{name}.\n", answer=f"a{name}")


def some(rng: random.Random, count: int, prefix: str = "k") -> list[Asked]:
    """Questions of all kinds."""
    made = []
    for at in range(count):
        name = f"{prefix}{at}z"
        kind = at % 6 if at < 6 else rng.randrange(6)
        size = rng.randint(3, 6)
        right = rng.sample(range(size), rng.randint(1, 3))
        made.append(
            open_one(name) if kind == 0
            else choice(name, size, right[:1]) if kind == 1
            else choice(name, size, right, listed=True) if kind == 2
            else choice(name, size, [size], last="All of the above") if kind == 3
            else choice(name, size, right[:1], says="B is wrong, for it waits.") if kind == 4
            else choice(name, size, right, listed=True, prompt="Is option B in")
        )  # fmt: skip
    return made


def document(asked: Sequence[Asked], *, sections: int = 1, title: str = "Paper") -> str:
    parts = [f"# {title}\n"]
    for at, each in enumerate(asked):
        if at * sections // len(asked) != (at - 1) * sections // len(asked) or at == 0:
            name = "Self-check" if sections == 1 else f"Part s{at * sections // len(asked)}s"
            parts.append(f"## {name}\n")
        parts.append(f"### {at + 1}. {each.markdown}")
    return "\n".join(parts)


# ── reading papers back ─────────────────────────────────────────────────────────────────────────


def text_of(path: Path | str) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(Path(path).read_bytes())).pages]
    return " ".join(" ".join(pages).split())


def exam_of(path: Path | str) -> dict[int, tuple[str, dict[str, str]]]:
    """Of each number the question's name, and the options by their letters."""
    found: dict[int, tuple[str, dict[str, str]]] = {}
    parts = re.split(r"(?<!\S)(\d+)\. (?=(?:Which|What|Is|The))", text_of(path))
    for number, body in zip(parts[1::2], parts[2::2], strict=True):
        name = re.search(r"\b\w+\d+z\b", body)
        assert name is not None, body
        options = dict(re.findall(r"\b([A-H])\. (o\w+|All of the above)", body))
        found[int(number)] = (name[0], options)
    assert list(found) == list(range(1, len(found) + 1))
    return found


def key_of(path: Path | str) -> dict[int, tuple[str, str]]:
    """Of each number the question's name, if it is said, and what the key says."""
    text = re.sub(r",\s", ",", text_of(path))
    found: dict[int, tuple[str, str]] = {}
    # Rows of letters: numbers, then as many answers.
    for row in re.finditer(r"(?<!\S)((?:\d+ )+)((?:[A-H](?:,[A-H])* ?)+)(?!\S)", text):
        numbers, letters = row[1].split(), row[2].split()
        assert len(letters) == len(numbers), row[0]
        found |= {int(n): ("", each) for n, each in zip(numbers, letters, strict=True)}
    parts = re.split(r"(?<!\S)(\d+)\. (?=(?:Which|What|Is|The))", text)
    for number, body in zip(parts[1::2], parts[2::2], strict=True):
        name = re.search(r"\b\w+\d+z\b", body)
        assert name is not None, body
        answer = re.match(r"[?.]?\s*((?:[A-H],)*[A-H]\b|.*?\ba\w+z\b)", body[name.end() :])
        assert answer is not None, body
        found[int(number)] = (name[0], answer[1])
    return found


def check(exam: Path | str, key: Path | str, asked: Sequence[Asked]) -> list[str]:
    """Proves that a key fits its paper; gives the names of the questions in their order."""
    written = {each.name: each for each in asked}
    paper, answers = exam_of(exam), key_of(key)
    assert set(answers) == set(paper)
    for number, (name, options) in paper.items():
        question = written[name]
        said, answer = answers[number]
        assert said in ("", name)
        assert sorted(options.values()) == sorted(question.options)
        if question.options:
            chosen = {options[letter] for letter in answer.split(",")}
            assert chosen == question.right, (number, name)
            assert list(options) == list("ABCDEFGH"[: len(options)])
        else:
            assert answer.endswith(question.answer)
        if question.stays:
            assert tuple(options.values()) == question.options
        if question.last:
            assert list(options.values())[-1] == question.last
    return [name for name, _ in paper.values()]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("seed", "sections"), [("", 1), ("spring", 1), ("x", 3)])
def test_each_key_fits_its_paper(seed: str, sections: int) -> None:
    asked = some(random.Random(seed), 24)
    Path("a.md").write_text(document(asked, sections=sections))
    given_seed = ["--seed", seed] if seed else []
    assert main(["export", "a.md", "--versions", "3", *given_seed]) == 0
    orders, options = [], []
    for letter in "ABC":
        exam = f"build/a-exam-{letter}.pdf"
        orders.append(check(exam, f"build/a-answer-key-{letter}.pdf", asked))
        options.append({name: shown for name, shown in exam_of(exam).values() if shown})
        for name in (exam, f"build/a-answer-key-{letter}.pdf"):
            text = text_of(name)
            pages = len(PdfReader(name).pages)
            assert text.count(f"Version\xa0{letter} ·") + text.count(f"Version {letter} ·") == pages
            assert f"Version\xa0{letter}" in str(PdfReader(name).metadata.title)  # type: ignore[union-attr]
    names = [each.name for each in asked]
    assert all(sorted(order) == sorted(names) for order in orders)
    assert len({tuple(order) for order in (*orders, names)}) == 4
    assert sum(options[0][name] != options[1][name] for name in options[0]) > 5
    if sections == 3:
        for order in orders:
            assert [names.index(name) * 3 // 24 for name in order] == [0] * 8 + [1] * 8 + [2] * 8


def test_clozes_and_their_keys() -> None:
    lines = [f"C: The c{at}z has a [ac{at}z] in it.\n" for at in range(8)]
    Path("a.md").write_text("\n".join(lines))
    assert main(["export", "a.md", "--versions", "2"]) == 0
    asked = [Asked(f"c{at}z", "", answer=f"ac{at}z") for at in range(8)]
    orders = [check(f"build/a-exam-{v}.pdf", f"build/a-answer-key-{v}.pdf", asked) for v in "AB"]
    assert orders[0] != orders[1]


def test_a_merged_paper_of_picked_questions_and_its_key() -> None:
    first, second = some(random.Random(1), 12, "k"), some(random.Random(2), 12, "m")
    Path("c").mkdir()
    Path("c/a.md").write_text(document(first, title="One"))
    Path("c/b.md").write_text(document(second, title="Two"))
    Path("c/selfcheck.toml").write_text("[anki]\ndeck = 'Term 2'\n")
    to = ["--to", "exam,answer-key"]
    assert main(["export", "c", "--merge", "--pick", "9", *to]) == 0
    plain = check("build/Term-2-exam.pdf", "build/Term-2-answer-key.pdf", [*first, *second])
    assert len(plain) == 9
    assert plain == sorted(plain, key=lambda name: (name[0], int(name[1:-1])))
    assert "One" in text_of("build/Term-2-exam.pdf")
    assert main(["export", "c", "--merge", "--pick", "9", "--versions", "2", *to]) == 0
    for letter in "AB":
        pair = (f"build/Term-2-{kind}-{letter}.pdf" for kind in ("exam", "answer-key"))
        assert sorted(check(*pair, [*first, *second])) == sorted(plain)


def test_another_question_moves_no_other() -> None:
    asked = some(random.Random(3), 12)
    arguments = ["export", "a.md", "--versions", "2", "--seed", "s"]
    orders = []
    for all_asked in (asked, [*asked[:5], open_one("new99z"), *asked[5:]]):
        Path("a.md").write_text(document(all_asked))
        assert main(arguments) == 0
        orders.append([list(exam_of(f"build/a-exam-{v}.pdf").values()) for v in "AB"])
    for before, after in zip(*orders, strict=True):
        assert [shown for shown in after if shown[0] != "new99z"] == before
        assert len(after) == 13


def test_the_bytes_are_the_same_whatever_the_hash_seed() -> None:
    Path("a.md").write_text(document(some(random.Random(4), 8)))
    made = []
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "selfcheck_tools", "export", "a.md", "--versions", "2",
                   "--pick", "5", "--output", seed]  # fmt: skip
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        subprocess.run(command, check=True, env=env, capture_output=True)
        made.append({path.name: path.read_bytes() for path in Path(seed).iterdir()})
        subprocess.run([*command[:3], "clean", "a.md"], check=True, env=env, capture_output=True)
    assert made[0] == made[1]
    assert len(made[0]) == 5


def test_handouts_and_cards_in_versions_say_what_is_right() -> None:
    asked = [choice(f"k{at}z", 4, [at % 4], listed=at % 2 == 0) for at in range(8)]
    Path("a.md").write_text(document(asked))
    assert main(["export", "a.md", "--versions", "1", "--to", "handout,flashcards"]) == 0
    text = text_of("build/a-handout-A.pdf")
    for each in asked:
        body = re.search(rf"{each.name}\?(.*?)Answer: ([A-D])", text)
        assert body is not None
        (right,) = each.right
        assert f"{body[2]}. {right}" in body[1]
    front, back = (page.extract_text() for page in PdfReader("build/a-flashcards-A.pdf").pages)
    fronts = [dict(re.findall(r"([A-D])\.\s+(o\w+)", part)) for part in front.split("Which")[1:]]
    backs = re.findall(r"([A-D])\.\s+(o\w+)", back)
    assert [shown[letter] for shown, (letter, _) in zip(fronts, backs, strict=True)] == [
        word for _, word in backs
    ]
    assert {word for _, word in backs} == {word for each in asked for word in each.right}
    assert front.count("Version") == back.count("Version") == 8


# ── orders and choices ──────────────────────────────────────────────────────────────────────────


def made(
    keys: Sequence[str], selection: Selection, markdown: str = ""
) -> tuple[list[Paper], list[str]]:
    """The papers of a document of questions with these keys, and what is said of them."""
    text = markdown or "## Self-check\n\n" + "".join(f"### {key}?\n\nYes.\n\n" for key in keys)
    source = Source("a.md", text)
    said: list[str] = []
    context = Context(
        files=Memory({}),
        source=lambda document: source,
        keys=lambda document: keys,
        changed=lambda name, digest: 0,
        omit=lambda omission: None,
        say=said.append,
        selection=selection,
        collection="All",
    )
    return papers([read(source)], context), said


def asked_in(paper: Paper, keys: Sequence[str]) -> list[str]:
    return [keys[entry.at] for entry in paper.entries]


KEYS = st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=1, max_size=12, unique=True)


@given(KEYS, st.text(max_size=4), st.integers(0, 12))
def test_a_new_question_moves_no_other(keys: list[str], seed: str, at: int) -> None:
    chosen = Selection(versions=3, seed=seed)
    more = [*keys[:at], "new", *keys[at:]]
    for before, after in zip(made(keys, chosen)[0], made(more, chosen)[0], strict=True):
        left = [key for key in asked_in(after, more) if key != "new"]
        assert left == asked_in(before, keys)
        assert [entry.number for entry in after.entries] == [*range(1, len(more) + 1)]


@given(KEYS, st.text(max_size=4), st.integers(0, 12), st.integers(1, 9))
def test_a_new_question_replaces_at_most_one(
    keys: list[str], seed: str, at: int, pick: int
) -> None:
    chosen = Selection(pick=pick, seed=seed)
    more = [*keys[:at], "new", *keys[at:]]
    (before,), _ = made(keys, chosen)
    (after,), _ = made(more, chosen)
    old, new = asked_in(before, keys), asked_in(after, more)
    assert len(old) == min(pick, len(keys))
    assert set(new) - set(old) <= {"new"} or len(old) < pick
    assert len(set(old) - set(new)) <= 1
    assert old == [key for key in keys if key in old]  # in the document's order


def test_seeds_and_versions_make_other_papers() -> None:
    keys = [f"k{at}" for at in range(12)]
    orders = {
        tuple(asked_in(paper, keys))
        for seed in ("", "a", "b")
        for paper in made(keys, Selection(versions=4, seed=seed))[0]
    }
    assert len(orders) == 12
    assert [paper.version for paper in made(keys, Selection(versions=26))[0]][-1] == "Z"


PARTS = """\
---
tags: [term-1]
---
# T

## 1. Basics

### 3. Is it one?
<!-- selfcheck: tags=Easy,aws -->

Yes.

### 5. Is it two?

## Advanced use

### 9. Is it three?
<!-- selfcheck: tags=aws -->
"""


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), [3, 5, 9]),
        (Selection(tags=("easy",)), [0]),
        (Selection(tags=("AWS",)), [0, 2]),
        (Selection(tags=("easy", "TERM-1")), [0, 1, 2]),
        (Selection(sections=("basics",)), [0, 1]),
        (Selection(sections=("1. Basics", "2 advanced  USE")), [0, 1, 2]),
        (Selection(unanswered=True), [1, 2]),
        (Selection(unanswered=True, sections=("Basics",)), [1]),
        (Selection(tags=("aws",), unanswered=True), [2]),
    ],
)
def test_what_is_chosen_is_numbered_from_1(selection: Selection, expected: list[int]) -> None:
    (paper,), said = made("abc", selection, PARTS)
    if selection == Selection():
        assert [entry.number for entry in paper.entries] == expected
        return
    assert [entry.at for entry in paper.entries] == expected
    assert [entry.number for entry in paper.entries] == [*range(1, len(expected) + 1)]
    assert said == [f"{len(expected)} of 3 questions are printed"]


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(tags=("eazy",)), "--tag: no question has the tag eazy; did you mean Easy?"),
        (Selection(tags=("x",)), "there are Easy, aws, term-1"),
        (Selection(sections=("basic",)), "the section basic; did you mean 1. Basics?"),
        (
            Selection(tags=("easy",), unanswered=True),
            "--unanswered leaves no question of those of --tag easy: nothing to print",
        ),
    ],
)
def test_what_chooses_nothing_is_said(selection: Selection, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        made("abc", selection, PARTS)
    assert words in str(caught.value)


def test_too_few_to_pick_from_is_said() -> None:
    assert made("abc", Selection(pick=4), PARTS)[1] == [
        "--pick 4 takes all where there are fewer: a has 3"
    ]


# ── the command ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            "--pick 2 --to anki",
            "--pick chooses what is printed; anki takes all questions: leave it",
        ),
        ("--tag x --merge --to json,exam,jsonl", "json and jsonl take all questions: leave them"),
        ("--versions 2 --to book", "--versions makes single papers; book holds all documents"),
        ("--seed x", "--seed is what --pick and --versions go by: add one of them"),
        ("--seed x --tag y --to exam", "add one of them"),
        ("--versions 27", "--versions 27: there are letters for 26"),
        ("--tag x", "--tag: no question has a tag"),
        ("--tag-retired --pick 2", "add anki to --to"),
    ],
)
def test_wrong_use_is_said(arguments: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.md").write_text("## Self-check\n\n### Why?\n\nSo.\n")
    assert main(["export", ".", *arguments.split()]) == 2
    assert words in capsys.readouterr().err
    assert not Path("build").exists()


def test_formats_follow_from_what_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.md").write_text("## Self-check\n\n### 4. Why?\n\nSo.\n\n### 5. When?\n")
    Path("b.md").write_text("## Self-check\n\n### 4. Who?\n\nI.\n")
    assert main(["export", ".", "--unanswered"]) == 0
    assert list(Path("build").glob("[!.]*")) == [Path("build/a-handout.pdf")]
    shown = capsys.readouterr().out
    assert "1 of 3 questions are printed; none of b\n" in shown
    assert "a.md:7:1: question 5 has no answer (handout)" in shown
    assert "Draft. No answer yet: 1." in text_of("build/a-handout.pdf")
    assert main(["export", "b.md", "--versions", "1", "--seed", "s", "--output", "v"]) == 0
    assert sorted(path.name for path in Path("v").glob("[!.]*")) == [
        "b-answer-key-A.pdf",
        "b-exam-A.pdf",
    ]
    assert "shuffled by the seed “s”: it makes the same papers again\n" in capsys.readouterr().out
    assert main(["export", "b.md", "--pick", "1", "--output", "v"]) == 0
    assert "picked without --seed: the same papers each time" in capsys.readouterr().out


def test_cut_cards_are_not_missing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.md").write_text(f"## Self-check\n\n### Why?\n\n{'so ' * 1200}\n")
    assert main(["export", "a.md", "--to", "flashcards"]) == 0
    assert "1 question from 1 document in 1 file; 1 cut text: marked" in capsys.readouterr().out


def test_a_prompt_of_several_blocks_is_set_as_such() -> None:
    Path("a.md").write_text("Q: Which of these holds?\n- x\n- y\n\nA: Both.\n")
    assert main(["export", "a.md", "--to", "handout,answer-key"]) == 0
    assert "1. Which of these holds? x y Both." in text_of("build/a-handout.pdf")
    assert "1. Which of these holds? Both." in text_of("build/a-answer-key.pdf")


def test_pictures_of_merged_documents_do_not_change_places() -> None:
    from tests.test_handout import png

    for name, wide in (("a", 11), ("b", 22)):
        Path(name).mkdir()
        Path(name, "d.md").write_text(f"## Self-check\n\n### Is it {name}?\n\n![p](x.png)\n")
        Path(name, "x.png").write_bytes(png(wide, 9))
    assert main(["export", ".", "--merge", "--to", "handout"]) == 0
    (path,) = Path("build").glob("[!.]*")
    pictures = [image.image for page in PdfReader(path).pages for image in page.images]
    assert [image.width for image in pictures if image] == [11, 22]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("### 3. A?\n\na\n\n### 7. B?\n\nb\n", [3, 7]),
        ("1. A?\n\n   a\n\n<!-- -->\n\n1. B?\n\n   b\n\n<!-- -->\n\n1. C?\n\n   c\n", [1, 2, 3]),
        ("## One\n\n### 1. A?\n\na\n\n## Two\n\n### 1. B?\n\nb\n", [1, 1]),
    ],
)
def test_no_two_questions_under_one_heading_have_one_number(
    written: str, expected: list[int]
) -> None:
    paper = whole(read(Source("a.md", f"# T\n\n{written}")))
    assert [entry.number for entry in paper.entries] == expected
