"""Every dialect in many variations: whatever the style, the questions found are those written."""

import random
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcheck_tools.read import read
from selfcheck_tools.reading.page import plain
from selfcheck_tools.text import Source

SUBJECTS = (
    "a queue", "a `topic`", "the *offset*", "back-pressure", "an index", "a B-tree", "TCP", "the GIL",
    "a mutex", "RAID 5", "a closure", "`null`", "a monad", "the CAP theorem", "a quorum", "DNS",
)  # fmt: skip
FORMS = (
    "What is {}?",
    "Why does one need {}?",
    "Explain {}.",
    "How does {} work?",
    "Is {} always needed?",
)
BODIES = (
    "It is a thing that helps.",
    "First this.\n\n- one\n- two\n  - deep\n\nThen that.",
    "```python\n# 1. not a heading\n### neither\nprint('- [ ] no option')\n```\n\nAs shown.",
    "1. first\n2. second\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "> A quote.\n\nAnd a [link](https://example.org/x), and a question: why not?",
    "Some text with $x^2$ and `code`, and a price of $5.\n\n#### Deeper\n\nMore.",
    "Text.\n\n<details><summary>More on it</summary>\n\nHidden.\n\n</details>",
)


class Written(NamedTuple):
    """A file, and what it asks and answers."""

    text: str
    prompts: list[str]
    options: int = 0
    right: int = 0


def questions(rng: random.Random, least: int = 2) -> list[tuple[str, str]]:
    count = rng.randrange(least, 9)
    subjects = rng.sample(SUBJECTS, count)
    return [(rng.choice(FORMS).format(subject), rng.choice(BODIES)) for subject in subjects]


def around(rng: random.Random, body: str, *, title: str = "Notes on systems", toc: str = "") -> str:
    """A body with what surrounds questions in the wild."""
    parts = [f"# {title}\n"]
    if rng.random() < 0.5:
        parts.append("[![build](https://img.example/b.svg)](https://ci.example)\n")
    if rng.random() < 0.5:
        parts.append("Welcome. These notes help to prepare. Is that not nice?\n")
    if toc and rng.random() < 0.5:
        parts.append(f"## Table of contents\n\n{toc}")
    parts.append(body)
    if rng.random() < 0.4:
        parts.append("## License\n\nMIT. See the file.\n")
    return "\n".join(parts)


def headings(rng: random.Random) -> Written:
    asked = questions(rng)
    level = rng.choice((2, 3, 4))
    number = rng.choice(
        ("{}. ", "{}) ", "({}) ", "Q{}: ", "Question {}: ", "{} - ", "**{}.** ", "")
    )
    section = rng.choice(
        ("Self-check", "SELF CHECK:", "Selfcheck", "✅ Self-check questions", "Self\u2011check")
    )
    lines = [f"{'#' * (level - 1)} {section}\n"] if level > 2 else []
    for at, (prompt, body) in enumerate(asked, 1):
        body = body.replace("#### Deeper", f"{'#' * (level + 1)} Deeper")
        lines.append(f"{'#' * level} {number.format(at)}{prompt}\n\n{body}\n")
        if rng.random() < 0.2:
            lines.append("**[⬆ Back to top](#notes-on-systems)**\n")
    if rng.random() < 0.5:
        lines.append(
            f"{'#' * level} {rng.choice(('References', 'Further reading', 'See also'))}\n\n- [x](https://a.b)\n"
        )
    return Written(around(rng, "\n".join(lines)), [prompt for prompt, _ in asked])


def details(rng: random.Random) -> Written:
    asked = questions(rng)
    lines = []
    shape = rng.choice(
        (
            "<details>\n<summary><b>{0}</b></summary><br>\n\n{1}\n\n</details>\n",
            "<details><summary>{0}</summary>\n\n{1}\n\n</details>\n",
            "<details>\n  <summary>\n    <strong>{0}</strong>\n  </summary>\n\n{1}\n\n</details>\n",
            "<details open>\n<summary>\n\n**{0}**\n\n</summary>\n<p>\n\n{1}\n\n</p>\n</details>\n",
        )
    )
    for at, (prompt, body) in enumerate(asked):
        if not at % 4 and rng.random() < 0.7:
            lines.append(f"## Part {'ABC'[at // 4]}\n")
        lines.append(shape.format(prompt, body))
    return Written(around(rng, "\n".join(lines)), [prompt for prompt, _ in asked])


def list_headings(rng: random.Random) -> Written:
    asked = questions(rng)
    level = "#" * rng.choice((2, 3, 4))
    mark = rng.choice((".", ")"))
    spaces = rng.choice((1, 2, 3))
    lines, rows = [], []
    for at, (prompt, body) in enumerate(asked, 1):
        lead = f"{at}{mark}{' ' * spaces}"
        inner = body.replace("\n", "\n" + " " * len(lead)).replace(" " * len(lead) + "\n", "\n")
        lines.append(f"{lead}{level} {prompt}\n\n{' ' * len(lead)}{inner}\n")
        if rng.random() < 0.4:
            lines.append("**[⬆ Back to Top](#table-of-contents)**\n")
        rows.append(f"| {at} | [{plain(prompt)}](#q{at}) |")
    toc = "| No. | Questions |\n| --- | --- |\n" + "\n".join(rows) + "\n\n"
    return Written(around(rng, "\n".join(lines), toc=toc), [prompt for prompt, _ in asked])


def choices(rng: random.Random) -> list[tuple[str, bool]]:
    texts = rng.sample(
        ("red", "`green`", "blue and *white*", "none of these", "all", "a 10% share"),
        rng.randrange(2, 6),
    )
    right = rng.randrange(len(texts))
    return [(text, at == right or rng.random() < 0.15) for at, text in enumerate(texts)]


def tasks(rng: random.Random) -> Written:
    asked = questions(rng)
    number = rng.choice(("#### Q{}. ", "### {}. ", "## {}) "))
    lines, options, right = [], 0, 0
    for at, (prompt, _) in enumerate(asked, 1):
        given = choices(rng)
        options, right = options + len(given), right + sum(correct for _, correct in given)
        code = "```js\nlet a = 1;\n```\n\n" if rng.random() < 0.4 else ""
        items = "\n".join(f"- [{'x' if correct else ' '}] {text}" for text, correct in given)
        note = "\nBecause it is so.\n" if rng.random() < 0.5 else ""
        lines.append(f"{number.format(at)}{prompt}\n\n{code}{items}\n{note}")
    return Written(around(rng, "\n".join(lines)), [prompt for prompt, _ in asked], options, right)


def letters(rng: random.Random) -> Written:
    asked = questions(rng)
    alphabet = rng.choice(("ABCDEF", "abcdef", "АБВГДЕ", "أبجدهو"))
    item = rng.choice(("- {}: {}", "- {}. {}", "- {}) {}", "* **{}.** {}"))
    word = rng.choice(("Answer", "Correct answer", "**Answer**", "Solution"))
    join = rng.choice((", ", ",", "", " and "))
    wrap = rng.choice(("{}", "<details><summary>Answer</summary>\n\n{}\n\n</details>"))
    as_list = rng.random() < 0.5
    lines, options, right = [], 0, 0
    for at, (prompt, _) in enumerate(asked, 1):
        given = choices(rng)
        options, right = options + len(given), right + sum(correct for _, correct in given)
        solution = join.join(
            letter for letter, (_, correct) in zip(alphabet, given, strict=False) if correct
        )
        items = "\n".join(
            item.format(letter, text) for letter, (text, _) in zip(alphabet, given, strict=False)
        )
        end = wrap.format(f"{word}: {solution}\n\nThe reason is simple.")
        body = f"{items}\n\n{end}\n"
        if as_list:
            inner = body.replace("\n", "\n    ").rstrip(" ")
            lines.append(f"{at}.  {prompt}\n\n    {inner}")
        else:
            lines.append(f"### {at}. {prompt}\n\n{body}")
    return Written(around(rng, "\n".join(lines)), [prompt for prompt, _ in asked], options, right)


def lines(rng: random.Random) -> Written:
    asked = questions(rng)
    ask, answer = rng.choice(
        (("Q:", "A:"), ("Question:", "Answer:"), ("**Q:**", "**A:**"), ("Q{}:", "A{}:"))
    )
    gap, rule = rng.choice(("\n", "\n\n")), rng.choice(("", "---\n\n"))
    text = "".join(
        f"{ask.format(at)} {prompt}{gap}{answer.format(at)} {body if body[0].isalpha() else 'So.'}\n\n{rule}"
        for at, (prompt, body) in enumerate(asked, 1)
    )
    return Written(
        text if rng.random() < 0.5 else around(rng, text), [prompt for prompt, _ in asked]
    )


def line_choices(rng: random.Random) -> Written:
    """Questions by lines, some of them with options."""
    ask, answer = rng.choice((("Q:", "A:"), ("Question:", "Answer:"), ("**Q:**", "**A:**")))
    item = rng.choice(("[ ]", "- {}: {}", "- {}. {}", "* **{}.** {}", "{}. {}", "{}) {}"))
    gap, join = rng.choice(("\n", "\n\n")), rng.choice((", ", " and "))
    text, options, right = "", 0, 0
    asked = questions(rng)
    for at, (prompt, body) in enumerate(asked):
        if at and rng.random() < 0.3:
            text += f"{ask} {prompt}\n{answer} {body if body[0].isalpha() else 'So.'}\n\n"
            continue
        given = choices(rng)
        options, right = options + len(given), right + sum(correct for _, correct in given)
        code = rng.choice(("", "\n\n```js\nlet a;\n\na = 1;\n```"))
        text += f"{ask} {prompt}{code}{gap}"
        if item == "[ ]":
            text += "\n".join(
                f"- [{'x' if correct else ' '}] {option}" for option, correct in given
            )
            text += rng.choice(("", f"\n\n{answer} It is so.")) + "\n\n"
            continue
        lettered = list(zip("ABCDEF", given, strict=False))
        text += "\n".join(item.format(letter, option) for letter, (option, _) in lettered)
        solution = join.join(letter for letter, (_, correct) in lettered if correct)
        why = rng.choice(("", "\n\nThe reason is simple.\n\n- one", ". That is why."))
        text += f"\n\n{answer} {solution}{why}\n\n"
    text = text if rng.random() < 0.5 else around(rng, text)
    return Written(text, [prompt for prompt, _ in asked], options, right)


def bold(rng: random.Random) -> Written:
    asked = [(prompt.rstrip(".?") + "?", body) for prompt, body in questions(rng)]
    shape = rng.choice(("**{1}**", "**{0}. {1}**", "__{0}) {1}__", "**Q{0}: {1}**"))
    asked = [(prompt.replace("*", ""), body) for prompt, body in asked]
    end = rng.choice(("", "<br/>\n\n", "---\n\n"))
    text = "".join(
        f"{shape.format(at, prompt)}\n\n{body.replace('#### Deeper', '- Deeper')}\n\n{end}"
        for at, (prompt, body) in enumerate(asked, 1)
    )
    return Written(around(rng, text), [prompt for prompt, _ in asked])


def answered_items(rng: random.Random) -> Written:
    asked = [(prompt.rstrip(".?") + "?", body) for prompt, body in questions(rng)]
    text = ""
    for at, (prompt, body) in enumerate(asked, 1):
        inner = body.replace("\n", "\n    ").replace("    \n", "\n")
        text += f"{at}.  {prompt}\n\n    {inner}\n\n"
    return Written(around(rng, text), [prompt for prompt, _ in asked])


def tasks_to_do(rng: random.Random) -> Written:
    """Requests of any words, with the answer behind a label."""
    verbs = ("Create", "Deploy", "Get the logs of", "Change")
    asked = [
        (f"{rng.choice(verbs)} {subject}", "")
        for subject in rng.sample(SUBJECTS, rng.randrange(2, 8))
    ]
    label = rng.choice(("show", "Answer", "Show solution", "Click to expand"))
    text = "".join(
        f"### {prompt}\n\n<details><summary>{label}</summary>\n<p>\n\n```bash\nrun it\n```\n\n</p>\n</details>\n\n"
        for prompt, _ in asked
    )
    return Written(around(rng, "## Exercises\n\n" + text), [prompt for prompt, _ in asked])


def files(rng: random.Random) -> Written:
    prompt, body = rng.choice(
        [q for q in questions(rng, 3) if q[0].endswith("?")] or [("What is it?", "This.")]
    )
    if rng.random() < 0.5:
        return Written(f'---\nquestion: "{prompt}"\n---\n\n{body}\n', [prompt])
    return Written(f"# {prompt}\n\n{body}\n", [prompt])


DIALECTS: dict[str, tuple[str | tuple[str, ...], Callable[[random.Random], Written]]] = {
    "headings": ("headings", headings),
    "details": ("details", details),
    "list-headings": ("list-headings", list_headings),
    "task lists": ("headings", tasks),
    "lettered options": (("headings", "list"), letters),
    "lines": ("q-and-a", lines),
    "lines with options": ("q-and-a", line_choices),
    "bold": ("bold", bold),
    "answered items": ("list", answered_items),
    "tasks to do": ("headings", tasks_to_do),
    "files": ("file", files),
}


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), end=st.sampled_from(["\n", "\n", "\r\n"]))
def test_variations(name: str, seed: int, end: str) -> None:
    dialect, write = DIALECTS[name]
    written = write(random.Random(seed))
    document = read(Source("a.md", written.text.replace("\n", end)))
    prompts = [plain(question.prompt.markdown) for question in document.questions]
    assert prompts == [plain(prompt) for prompt in written.prompts]
    assert document.dialect in dialect
    assert all(question.state == "answered" for question in document.questions)
    assert sum(len(question.options) for question in document.questions) == written.options
    correct = sum(option.correct for q in document.questions for option in q.options)
    assert correct == written.right


def test_spans_of_a_choice_by_lines() -> None:
    text = (
        "**Q: Which?**\n\nSee this.\n\nA. One\n   more\nB. Two\nA: B. Because.\nQ: Why?\nA: So.\n"
    )
    choice = read(Source("a.md", text)).questions[0]
    assert choice.material is not None
    assert choice.solution is not None
    assert choice.answer is not None
    spans = [
        choice.head,
        choice.prompt.span,
        choice.material.span,
        *(option.span for option in choice.options),
        *(option.content.span for option in choice.options),
        choice.solution.span,
        choice.answer.span,
    ]
    assert [text[span.start : span.end] for span in spans] == [
        "**Q: Which?**",
        "Which?",
        "See this.",
        "A. One\n   more",
        "B. Two",
        "One\n   more",
        "Two",
        "B",
        "Because.",
    ]
    assert text[choice.span.start : choice.span.end] == text[: text.index("\nQ: Why?")]
