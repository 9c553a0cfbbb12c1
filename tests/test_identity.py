"""Keys survive edits, and no history ever goes to another question."""

import random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcheck_tools import lock as locks
from selfcheck_tools.identity import Match, collection_name, match, normal
from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.conftest import ROOT

WORDS = [a + b + c for a in ("ba", "ke", "lo", "mi", "nu", "po") for b in ("r", "st", "l", "nd") for c in
         ("a", "en", "ick", "or", "um", "ity", "ous", "ing")]  # fmt: skip


class Item(NamedTuple):
    """A question whose true identity is known."""

    true: int
    prompt: str
    answer: str


Files = dict[str, list[Item]]


def documents(files: Files, style: str = "### {n}. {prompt}") -> list[Document]:
    found = []
    for path, items in sorted(files.items()):
        text = "# T\n\n## Self-check\n\n" + "".join(
            style.format(n=n, prompt=item.prompt) + f"\n\n{item.answer}\n\n"
            for n, item in enumerate(items, 1)
        )
        found.append(read(Source(path, text)))
    return found


def keys_of(found: Match, files: Files) -> dict[int, str]:
    return {
        item.true: key
        for path, items in files.items()
        for item, key in zip(items, found.keys[path], strict=True)
    }


def collection(rng: random.Random, *, size: int) -> Files:
    files: Files = {"a.md": [], "b.md": [], "c.md": []}
    for true in range(size):
        prompt = "What is the " + " ".join(rng.sample(WORDS, rng.randrange(2, 7))) + "?"
        answer = " ".join(rng.sample(WORDS, rng.randrange(12, 30))).capitalize() + "."
        rng.choice(list(files.values())).append(Item(true, prompt, answer))
    return files


def known(files: Files, now: int = 1000) -> Match:
    return match(documents(files), {}, now)


# ── what survives what: the table in docs/identity.md ───────────────────────────────────────────

BASE: Files = {
    "a.md": [
        Item(
            0,
            "What is a cold start?",
            "The time it takes to prepare a new instance before it can run.",
        ),
        Item(
            1,
            "What is a warm start?",
            "A call that is served by an instance which is already there.",
        ),
    ],
    "b.md": [
        Item(
            2,
            "Why do queues need a dead-letter queue?",
            "To keep what cannot be processed out of the way.",
        ),
        Item(
            3,
            "What does at-least-once delivery mean?",
            "Each message arrives, and some arrive twice or more.",
        ),
    ],
}


def _edited(path: str, at: int, **change: str) -> Files:
    files = {name: list(items) for name, items in BASE.items()}
    files[path][at] = files[path][at]._replace(**change)
    return files


SURVIVALS: dict[str, tuple[Files, str]] = {
    "the answer is edited": (_edited("a.md", 0, answer="Quite another text, with no word kept."), ""),
    "the prompt is reworded": (_edited("a.md", 0, prompt="How would you define cold starts?"), ""),
    "a typo in the prompt is corrected": (_edited("b.md", 0, prompt="Why do queues need a dead leter queue?"), ""),
    "white space, case and punctuation change": (_edited("b.md", 1, prompt="WHAT  does “at least once” delivery mean"), ""),
    "invisible characters and Unicode form change": (_edited("a.md", 0, prompt="What is a co\u00adld\u00a0sta\u200brt?"), ""),
    "questions are renumbered": (BASE, "### {n}{n}. {prompt}"),
    "the numbering style changes": (BASE, "### {n}) {prompt}"),
    "numbers are dropped": (BASE, "### {prompt}"),
    "the order changes": ({path: items[::-1] for path, items in BASE.items()}, ""),
    "a question is inserted before": (
        {**BASE, "a.md": [Item(9, "What is provisioned concurrency?", "Instances kept ready at a price."), *BASE["a.md"]]},
        "",
    ),
    "a question moves to another file": ({"a.md": BASE["a.md"][:1], "b.md": [*BASE["b.md"], BASE["a.md"][1]]}, ""),
    "a file is renamed": ({"z/renamed.md": BASE["a.md"], "b.md": BASE["b.md"]}, ""),
    "emphasis is added to the prompt": (_edited("a.md", 1, prompt="What is a **warm** start?"), ""),
    "another question is deleted": ({**BASE, "a.md": BASE["a.md"][:1]}, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", SURVIVALS)
def test_the_key_survives_when(name: str) -> None:
    before = known(BASE)
    files, style = SURVIVALS[name]
    after = match(documents(files, style or "### {n}. {prompt}"), before.known, 2000)
    old, new = keys_of(before, BASE), keys_of(after, files)
    assert {true: new[true] for true in new if true in old} == {
        true: old[true] for true in new if true in old
    }


SLIPS = {
    "a letter too few": ("What does a queue decuple?", "What does a queue decouple?"),
    "a letter too much": ("What does a queue decouuple?", "What does a queue decouple?"),
    "another letter": ("What does a queue decoople?", "What does a queue decouple?"),
    "letters out of order": ("What does a queue deocuple?", "What does a queue decouple?"),
    "a letter less at the end": ("What does a queue decoupl?", "What does a queue decouple?"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_slips_in_a_short_prompt_and_its_short_answer_may_be_mended_at_once(name: str) -> None:
    wrong, right = SLIPS[name]
    before = known({"a.md": [Item(0, wrong, "senders from `recievers`")]})
    after = {"a.md": [Item(0, right, "senders from `receivers`")]}
    found = match(documents(after), before.known, 2000)
    assert keys_of(found, after)[0] in before.known


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("What does a queue decouple?", "Nothing of this."),  # another answer altogether
        ("What does a stack decuple?", "senders from `receivers`"),  # another word
        ("What does a queue do?", "senders from `receivers`"),
    ],
)
def test_more_than_slips_is_another_question(prompt: str, answer: str) -> None:
    before = known({"a.md": [Item(0, "What does a queue decuple?", "senders from `recievers`")]})
    after = {"a.md": [Item(1, prompt, answer)]}
    assert keys_of(match(documents(after), before.known, 2000), after)[1] not in before.known


def test_short_words_with_another_letter_are_other_words() -> None:
    before = known({"a.md": [Item(0, "What is a tree?", "A graph without a cycle.")]})
    after = {"a.md": [Item(1, "What is a trie?", "A graph of words.")]}
    assert keys_of(match(documents(after), before.known, 2000), after)[1] not in before.known


def test_a_rewritten_question_gets_a_new_key_and_the_old_one_is_retired() -> None:
    before = known(BASE)
    files = _edited(
        "a.md", 0, prompt="Which port does HTTPS use?", answer="443, unless the URL says otherwise."
    )
    after = match(documents(files), before.known, 2000)
    old = keys_of(before, BASE)[0]
    assert keys_of(after, files)[0] not in before.known
    assert after.known[old].retired


def test_one_word_makes_two_questions() -> None:
    before = {
        "a.md": [
            Item(
                0,
                "What is SQS pricing?",
                "You pay for requests, the first million a month is free.",
            )
        ]
    }
    after = {
        "a.md": [
            Item(
                1,
                "What is SNS pricing?",
                "You pay for publishes and for deliveries to each endpoint.",
            )
        ]
    }
    first = known(before)
    second = match(documents(after), first.known, 2000)
    assert keys_of(second, after)[1] not in first.known


def test_equal_prompts_are_told_apart_by_their_answers() -> None:
    files = {"a.md": [Item(0, "What is shown?", "A heron standing in shallow water at dawn."),
                      Item(1, "What is shown?", "A bridge of iron over a wide grey river.")]}  # fmt: skip
    before = known(files)
    swapped = {"a.md": files["a.md"][::-1]}
    after = match(documents(swapped), before.known, 2000)
    assert keys_of(after, swapped) == keys_of(before, files)
    assert len(set(keys_of(before, files).values())) == 2


def test_twins_that_nobody_can_tell_apart_keep_two_keys() -> None:
    files = {"a.md": [BASE["a.md"][0]], "b.md": [BASE["a.md"][0]._replace(true=9)]}
    before = known(files)
    assert len(set(keys_of(before, files).values())) == 2
    after = match(documents(files), before.known, 2000)
    assert keys_of(after, files) == keys_of(before, files)
    fewer = {"b.md": files["b.md"]}
    assert (
        keys_of(match(documents(fewer), before.known, 2000), fewer)[9] == keys_of(before, files)[9]
    )


def test_pictures_belong_to_a_prompt() -> None:
    text = "Q: Who painted this?\n\n![](one.png)\n\nA: Her\n\n---\n\nQ: Who painted this?\n\n![](two.png)\n\nA: Him\n"
    first = match([read(Source("a.md", text))], {}, 1)
    parts = text.split("\n---\n\n")
    swapped = parts[1] + "\n---\n\n" + parts[0]
    second = match([read(Source("a.md", swapped))], first.known, 2)
    assert second.keys["a.md"] == first.keys["a.md"][::-1]


def test_code_is_part_of_what_is_asked() -> None:
    assert normal("What does `i++` do?") != normal("What does `++i` do?")
    assert normal("**What** is it,\u00a0then?") == normal("what is it then")


GAPPED = "The [violin] has [four] strings, which run over a bridge."


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (GAPPED, GAPPED.replace("run over", "are laid over"), True),
        (GAPPED, GAPPED.replace("[four]", "[4]"), True),
        (GAPPED, GAPPED.replace("[violin]", "{{c1::violin::an instrument}}"), True),
        (GAPPED, GAPPED.replace("bridge", "[bridge]"), True),
        (GAPPED, GAPPED.replace("[four]", "four"), True),
        (GAPPED, "A [violin] with [four] strings of gut cost a month's wages then.", False),
        ("[Venus] is a planet of the sun.", "[Mars] is a planet of the sun.", False),
        ("[Rome] is the capital of [Italy].", "[Oslo] is the capital of [Norway].", False),
        ("[Rome] is the capital of [Italy].", "[Rome] lies on a river in [Italy].", False),
    ],
)
def test_a_sentence_with_gaps_is_known_by_what_it_hides_and_what_it_says(
    before: str, after: str, kept: bool
) -> None:
    first = match([read(Source("a.md", f"C: {before}\n"))], {}, 1)
    second = match([read(Source("a.md", f"C: {after}\n"))], first.known, 2)
    assert (second.keys == first.keys) == kept


def test_an_explicit_key_wins() -> None:
    text = "# T\n\n## Self-check\n\n### 1. A?\n\n<!-- selfcheck: key=mine -->\n\nx\n"
    found = match([read(Source("a.md", text))], {}, 1)
    assert found.keys["a.md"] == ("mine",)


def test_a_key_written_twice_is_reported_and_given_once() -> None:
    text = "# T\n\n## Self-check\n\n" + "".join(
        f"### {n}. Question {n}?\n\n<!-- selfcheck: key=mine -->\n\nx {n}\n\n" for n in (1, 2)
    )
    found = match([read(Source("a.md", text))], {}, 1)
    assert found.keys["a.md"][0] == "mine"
    assert found.keys["a.md"][1] != "mine"
    assert len(found.doubts) == 1


def test_two_collections_that_ask_the_same_have_different_keys() -> None:
    one, other = (match(documents(BASE), {}, 1, collection=name) for name in ("one", "other"))
    assert not {*keys_of(one, BASE).values()} & {*keys_of(other, BASE).values()}
    assert collection_name(documents(BASE)) == collection_name(documents(BASE)[::-1])
    assert collection_name(documents(BASE)) != collection_name(documents({"z.md": BASE["a.md"]}))


def test_a_retired_key_is_not_given_to_a_new_question() -> None:
    first = known(BASE)
    without = {"b.md": BASE["b.md"]}
    second = match(documents(without), first.known, 2000)
    again = {
        "a.md": [
            Item(7, "What is a cold start?", "A motor that is started in winter, for example.")
        ],
        "b.md": BASE["b.md"],
    }
    third = match(documents(again), second.known, 3000)
    assert keys_of(third, again)[7] not in first.known
    back = {**BASE}
    fourth = match(documents(back), second.known, 3000)
    assert keys_of(fourth, back) == keys_of(first, BASE)  # what comes back unchanged is itself


def test_in_doubt_nobody_gets_the_history() -> None:
    answer = "Time, memory, storage on disk and the size of what it {} to its callers."
    prompt = "Which limits does a {} function in production run into first?"
    before = {"a.md": [Item(0, prompt.format("single"), answer.format("returns"))]}
    after = {"a.md": [Item(1, prompt.format("cloud"), answer.format("gives")),
                      Item(2, prompt.format("lone"), answer.format("hands"))]}  # fmt: skip
    first = known(before)
    second = match(documents(after), first.known, 2000)
    assert not set(keys_of(second, after).values()) & set(first.known)
    assert second.doubts


# ── random edit scripts ─────────────────────────────────────────────────────────────────────────


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 40), steps=st.integers(1, 25))
def test_no_edit_script_swaps_two_histories(seed: int, size: int, steps: int) -> None:
    rng = random.Random(seed)
    files = collection(rng, size=size)
    before = known(files)
    owner = {key: true for true, key in keys_of(before, files).items()}
    origins: dict[int, int] = {}
    edited = script(rng, files, steps=steps, fresh=size, origins=origins)
    after = match(documents(edited), before.known, 2000)
    found = keys_of(after, edited)
    assert len(set(found.values())) == len(found)
    untouched = {i for items in files.values() for i in items} & {
        i for items in edited.values() for i in items
    }
    kept = {item.true for item in untouched}
    for true, key in found.items():
        # Once the original is edited or gone, nobody can tell it from its copy.
        while true in origins and origins[true] not in kept and owner.get(key, true) != true:
            true = origins[true]
        assert owner.get(key, true) == true


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(2, 40))
def test_gentle_edits_keep_every_key(seed: int, size: int) -> None:
    rng = random.Random(seed)
    files = collection(rng, size=size)
    before = known(files)
    edited = {f"moved/{path}": list(items) for path, items in files.items()}
    for items in edited.values():
        rng.shuffle(items)
        for at, item in enumerate(items):
            if rng.random() < 0.5:
                items[at] = item._replace(answer=item.answer + " And more of it.")
            else:
                items[at] = item._replace(
                    prompt=item.prompt.upper().replace("WHAT IS THE", "So what is the")
                )
    after = match(documents(edited), before.known, 2000)
    assert keys_of(after, edited) == keys_of(before, files)


def script(
    rng: random.Random, files: Files, *, steps: int, fresh: int, origins: dict[int, int]
) -> Files:
    """The collection after some random edits; `origins` receives what copies were made of."""
    files = {path: list(items) for path, items in files.items()}
    for step in range(steps):
        path = rng.choice(sorted(files))
        items = files[path]
        action = rng.choice(
            ("answer", "prompt", "move", "order", "insert", "delete", "rename", "copy")
        )
        at = rng.randrange(len(items)) if items else 0
        if action == "insert":
            other = collection(rng, size=1)
            new = next(item for found in other.values() for item in found)
            items.insert(at, new._replace(true=fresh + step))
        elif action == "order":
            rng.shuffle(items)
        elif action == "rename":
            files[f"{path[:-3]}-{step}.md"] = files.pop(path)
        elif items and action == "delete":
            items.pop(at)
        elif items and action == "answer":
            items[at] = items[at]._replace(answer=_reworded(rng, items[at].answer))
        elif items and action == "prompt":
            items[at] = items[at]._replace(prompt=_reworded(rng, items[at].prompt))
        elif items and action == "move":
            rng.choice(list(files.values())).append(items.pop(at))
        elif items and action == "copy":  # a new question that starts as a copy of another
            origins[fresh + step] = items[at].true
            twin = items[at]._replace(
                true=fresh + step, prompt=_reworded(rng, _reworded(rng, items[at].prompt))
            )
            items.insert(at, twin._replace(answer=_reworded(rng, _reworded(rng, twin.answer))))
    return files


def _reworded(rng: random.Random, text: str) -> str:
    words = text.split()
    for _ in range(max(1, len(words) // 4)):
        words[rng.randrange(len(words))] = rng.choice(WORDS)
    return " ".join(words)


# ── the lock file ───────────────────────────────────────────────────────────────────────────────


def test_a_lock_reads_back_as_it_was_written() -> None:
    found = known({"a b/ü%\n.md": BASE["a.md"]})
    lock = locks.Lock(found.known, {"anki:note:x y": ("0f", 7)}, "0123abcd")
    assert locks.parse(locks.dump(lock)) == lock


def test_a_lock_is_one_sorted_line_a_question() -> None:
    lines = locks.dump(locks.Lock(known(BASE).known)).splitlines()
    assert lines[0].startswith("#")
    assert lines[1:] == sorted(lines[1:])
    assert len(lines) == 5


def test_merge_conflict_marks_are_refused_with_a_way_back() -> None:
    with pytest.raises(locks.LockError, match=r"selfcheck\.lock:1: merge-conflict.*selfcheck lock"):
        locks.parse("<<<<<<< ours\n")


def test_a_damaged_line_is_named() -> None:
    with pytest.raises(locks.LockError, match=r"selfcheck\.lock:2: damaged"):
        locks.parse("# fine\nquestion half a line\n")


def test_both_sides_of_a_merge_may_stay() -> None:
    found = known(BASE).known
    later = {key: entry._replace(changed=entry.changed + 5) for key, entry in found.items()}
    both = locks.dump(locks.Lock(found)) + locks.dump(locks.Lock(later))
    assert locks.parse(both).known == later


def test_a_time_changes_with_the_digest_and_never_goes_back() -> None:
    times = locks.Times({"n": ("one", 100)}, now=50)
    assert times.changed("n", "one") == 100
    assert times.changed("n", "two") == 101
    assert times.changed("new", "x") == 50


def test_the_manual_lists_exactly_what_is_tested() -> None:
    page = (ROOT / "docs/identity.md").read_text()
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.endswith("| yes |")]
    assert rows == list(SURVIVALS)
