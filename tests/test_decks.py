"""Real collections and hostile ones as decks, looked at as a learner sees them."""

from pathlib import Path
from string import ascii_uppercase
from urllib.parse import quote

import pytest

from selfcheck_tools.files import Disk, Memory
from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.anki_oracle import Anki
from tests.conftest import ROOT
from tests.raw_markdown import everything, is_empty, raw_markdown
from tests.test_anki import PNG, made

# Sides that hold nothing but what is asked, and what the back adds to that.
BARE = (
    ("Self-check: question", "{{Question}}", "{{Answer}}"),
    ("Self-check: choice", "{{Question}}{{Options}}", "{{Options}}{{Explanation}}"),
    ("Self-check: cloze", "{{cloze:Text}}", "{{cloze:Text}}"),
)


def looked_at(document: Document, files: Disk | Memory) -> tuple[int, list[str]]:
    """How many notes a document makes, all of which ask and answer something; and the kinds of
    unrendered Markdown on their cards."""
    deck = made(document, files)
    if not deck.packages:
        return 0, []
    with Anki() as anki:
        taken = anki.take(deck.data)
        cards = anki.shown()
        assert taken == (len({card.guid for card in cards}), 0, 0, 0)
        assert anki.missing_media() == []
        assert anki.problems() == []
        for sides in BARE:
            anki.lay_out(*sides)
        for card in anki.shown():
            assert not is_empty(card.question), card
            assert not is_empty(card.answer), card
            assert card.question != card.answer, card
    assert [card.due for card in cards] == sorted(card.due for card in cards)
    return taken.new, sorted(kind for card in cards for kind, _ in raw_markdown(card.answer))


def opened(path: Path) -> Document:
    return read(Source.from_bytes(path.name, path.read_bytes()))


@pytest.mark.parametrize("path", sorted(p.name for p in (ROOT / "content").glob("*.md")))
def test_our_own_content_is_complete(path: str) -> None:
    document = opened(ROOT / "content" / path)
    assert looked_at(document, Disk(str(ROOT / "content"))) == (len(document.questions), [])
    deck = made(document, Disk(str(ROOT / "content")))
    with Anki() as anki:
        anki.take(deck.data)
        assert len(anki.media()) == len({i.path for q in document.questions for i in q.images})


# What the README of the collections counts: all questions without those that nobody answered.
COUNTED = {
    "seed/aws-serverless.md": 15 - 4,
    "corpus/details/README.md": 271 - 48,
    "corpus/list-headings/README.md": 416 - 1,
    "corpus/headings-and-details/README.md": 155,
    "corpus/headings-and-details/arabic.md": 43,
    "corpus/headings-and-details/vietnamese.md": 155,
    **{f"corpus/exams/practice-exam-{number}.md": 50 for number in (1, 13, 15, 17, 20)},
}
# What looks like Markdown on their cards and is what the author wrote, as the author's own page
# shows it too. Each was looked at.
WRITTEN = {
    # Three asterisks after seven prompts are a mark of its own; and a process is named `<…>`.
    "corpus/details/README.md": ["bold"] * 7 + ["tag"],
    # Backticks that have no partner.
    "corpus/headings-and-details/arabic.md": ["tick"] * 3,
    # The same once; and two backticks that are spoken of.
    "corpus/headings-and-details/vietnamese.md": ["tick"] * 2,
    # Three texts that start right below a `<p>` with no blank line, which makes them HTML (lint
    # says so); and names of elements and components in angle brackets.
    "corpus/list-headings/README.md": ["emphasis", "fence", *["tag"] * 10, *["tick"] * 6],
}


@pytest.mark.parametrize("path", COUNTED)
def test_real_collections_make_notes_of_all_that_is_answered(shared: Path, path: str) -> None:
    file = shared / path
    assert looked_at(opened(file), Disk(str(file.parent))) == (COUNTED[path], WRITTEN.get(path, []))


def test_cards_make_notes_of_all_but_the_one_whose_sound_is_missing(shared: Path) -> None:
    files = sorted((shared / "corpus/cards").glob("*.md"))
    found = {file.name: looked_at(opened(file), Disk(str(file.parent))) for file in files}
    assert sum(notes for notes, _ in found.values()) == 9 + 5 - 1
    assert found["Audio.md"] == (0, [])
    assert not any(signs for _, signs in found.values())


# ── hostile decks ───────────────────────────────────────────────────────────────────────────────

HEAD = "# Deck\n\n## Self-check\n\n"


def asked(prompt: str, answer: str) -> str:
    return f"{HEAD}### 1. {prompt}\n\n{answer}\n"


def choice(*options: str, solution: str = "A", prompt: str = "Which?") -> str:
    items = "".join(
        f"- {letter}. {o}\n" for letter, o in zip(ascii_uppercase, options, strict=False)
    )
    return asked(prompt, f"{items}\nAnswer: {solution}")


# What stands in a deck, and what a learner must be able to read on the back.
HOSTILE = {
    "fields of a template": (asked("{{Question}}?", "{{Answer}} {{FrontSide}} {{#Link}}x{{/Link}}"), "{{Answer}} {{FrontSide}} {{#Link}}x{{/Link}}"),
    "another way of fields": (asked("<%Question%>?", "<%Answer%> and {{=<% %>=}}"), "{{=<% %>=}}"),
    "filters": (asked("What?", "{{type:Answer}} {{hint:Answer}} {{tts en_US:Answer}}"), "{{tts en_US:Answer}}"),
    "typing": (asked("What?", "[[type:Answer]] [[cloze:1]]"), "[[type:Answer]]"),
    "a sound that is none": (asked("[sound:a.mp3]?", "[sound:b.mp3] [anki:play:a:0] [anki:tts lang=en_US]x[/anki:tts]"), "[sound:b.mp3]"),
    "old formulas": (asked("What?", "[latex]x[/latex] [\\$]y[/\\$] [\\$\\$]z[/\\$\\$]"), "[$]y[/$] [$$]z[/$$]"),
    "formulas in text": (asked("What?", r"Write \\(x\\) or \\[y\\]."), r"Write \(x\) or \[y\]."),
    "a price": (asked("How much?", "From $5 to $6, or US$7."), "From $5 to $6, or US$7."),
    "a formula with braces": (asked("What is $\\frac{{a}}{{b}}$?", "$$\\sqrt{{x}} < \\text{a}}$$ it is"), "it is"),
    "a cloze where none is": (asked("Is {c1::x} one?", "No: {{c1::x}} and {{c2::y::hint}} and }}"), "{{c2::y::hint}} and }}"),
    "a closing of all": (asked("</div></body></html> and?", "</template></style></script></textarea> on"), "on"),
    "a comment that never ends": (asked("What?", "That. <!-- and so on"), "That."),
    "a script": (asked("What?", "<script>document.title = 1</script>That."), "That."),
    "handlers": (asked("What?", '<b onclick="x()" style="position:fixed">That</b>'), "That"),
    "frames and forms": (asked("What?", '<iframe src="https://example.org"></iframe><form><input name=a></form>That'), "That"),
    "ids of the reviewer": (asked("What?", '<div id="qa" class="card cloze front source">That</div>'), "That"),
    "a style": (asked("What?", "<style>.card { display: none }</style>\n\nThat."), "That."),
    "a picture in the text": (asked("What?", "![a](data:image/png;base64,iVBORw0KGgo=) That"), "That"),
    "a link that runs": (asked("What?", "[That](javascript:alert(1)) and [this](vbscript:x)"), "That"),
    "unicode": (asked("Wa\u0308s? \U0001f914", "e\u0301 \ufb01 \u200b\u202eabc\u202c \U0001f468\u200d\U0001f469\u200d\U0001f467"), "\u00e9"),
    "from right to left": (asked("ما هو `HTTP`؟", "بروتوكول **النقل**"), "بروتوكول النقل"),
    "lines of other systems": (asked("What?", "One.\r\n\r\nTwo.\r\n").replace("\n### ", "\r\n### "), "Two."),
    "a byte order mark": ("\ufeff" + asked("What?", "That."), "That."),
    "a table": (asked("What?", "| a | b |\n| --- | --- |\n| `x \\| y` | \\| |\n"), "a"),
    "lists in lists": (asked("What?", "- a\n  1. b\n     - c\n\n       ```\n       ### d\n       ```\n"), "c"),
    "a fence that never ends": (asked("What?", "So:\n\n```python\n### 2. no question\n"), "So:"),
    "a fence in a fence": (asked("What?", "````markdown\n```\n![a](b)\n```\n````\n\nThat."), "That."),
    "code alone": (asked("What?", "```\n{{c1::x}} [sound:a.mp3] \\(x\\)\n```"), "{{c1::x}} [sound:a.mp3] \\(x\\)"),
    "tags of HTML as text": (asked("What is `<b>`?", "The tag `</b>` ends what `<b>` starts; `&lt;` is a sign."), "&lt; is a sign."),
    "entities": (asked("AT&T?", "&amp; &lt;b&gt; &#123;&#123;Answer}} &nbsp; x"), "& <b> {{Answer}}"),
    "a long prompt": (asked("Is it " + "very " * 20000 + "long?", "Yes."), "Yes."),
    "a long answer": (asked("What?", "word " * 200000), "word word"),
    "a word without end": (asked("What?", "x" * 100000), "x" * 1000),
    "deep nesting": (asked("What?", "> " * 15 + "That."), "That."),
    "footnotes": (asked("What?[^1]", "That.[^2]\n\n[^1]: One.\n[^2]: Two."), "That."),
    "an alert": (asked("What?", "> [!NOTE]\n> That."), "That."),
    "tasks": (asked("What is done?", "Look:\n\n1. a\n   - [x] b\n   - [ ] c"), "b"),
    "a hint": (asked("What?", "<details><summary>Hint</summary>\n\n**That**.\n\n</details>"), "That."),
    "odd options": (choice("`{{c1::x}}`", "[sound:a.mp3]", "</label></ul>", "$x$"), "[sound:a.mp3]"),
    "options of code": (choice("\n\n  ```js\n  a()\n  ```\n", "\n\n  ```js\n  b()\n  ```\n"), "a()"),
    "all letters": (choice(*(f"Option {n}" for n in range(26)), solution="Z"), "Option 25"),
    "all options right": (choice("One", "Two", "Three", solution="A, B, C"), "Three"),
    "the same options": (choice("One", "One", "One"), "One"),
    "options that need no letter": (asked("Which?", "- [x] Right\n- [ ] Wrong"), "Right"),
    "a cloze of code": ("C: Use [`a[0]`] and [`b::c`].\n", "Use"),
    "a cloze of a formula": ("C: It is [$\\frac{{a}}{b}$], so [$x$].\n", "so"),
    "a cloze in emphasis": ("C: It is **[very]** _[good]_ [**so**].\n", "very good so"),
    "a cloze with braces": ("C: It is [{{a}}] and }} [b}}].\n", "{{a}} and }} b}}"),
    "a cloze with colons": ("C: It is [a::b] and [c:].\n", "a::b and c:"),
    "a cloze of a high number": ("C: It is {{c99::a}} and {{c3::b}}.\n", "a and b"),
    "a cloze in itself": ("C: It is {{c1::a {{c2::b}} c}}.\n", "a"),
    "a cloze with a link": ("C: It is [a](https://example.org) or [b].\n", "or"),
    "a cloze beside a sound": ("C: It is [a] [sound:b.mp3].\n", "a"),
    "a cloze of an explanation": (f"{HEAD}### 1. It is {{{{c1::a}}}}.\n\nFor {{{{c2::b}}}}.\n", "For {{c2::b}}."),
}  # fmt: skip
# What such a deck says about Markdown and templates is no Markdown that was left unrendered.
SPOKEN = frozenset(("brace", "tag", "entity", "formula"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_deck_shows_what_it_says(name: str) -> None:
    text, words = HOSTILE[name]
    document = read(Source.from_bytes("deck.md", text.encode()))
    notes, signs = looked_at(document, Memory({}))
    assert notes == 1
    assert not {*signs} - SPOKEN
    with Anki() as anki:
        anki.take(made(document).data)
        backs = [" ".join(everything(card.answer).split()) for card in anki.shown()]
        assert any(words in back for back in backs), backs
        assert not any("[anki:play" in card.answer for card in anki.shown())


@pytest.mark.parametrize(
    "answer",
    [
        *(
            "<!-- later -->",
            "<br>",
            "&nbsp;",
            "\u200b",
            "\u00a0",
            "---",
            "<p></p>",
            "<div></div>",
            "[](x)",
        ),
        *(
            "```\n```",
            "[^1]\n\n[^1]:",
            "[a]: https://example.org",
            "<span></span>",
            "<details></details>",
        ),
        *(
            "![](none.png)",
            "![](none.mp3)",
            '<img src="none.png">',
            "<script>1</script>",
            "> ",
            "- ",
        ),
        *(
            "<style>a { b: c }</style>",
            "<b></b>",
            "**",
            "\u00ad",
            "&#8203;",
            "``",
            "$$",
            "| |\n| - |\n",
        ),
    ],
)
def test_an_answer_of_nothing_is_no_card(answer: str) -> None:
    """Whatever is made has a back with something on it."""
    document = read(Source.from_bytes("deck.md", asked("What?", answer).encode()))
    looked_at(document, Memory({}))


@pytest.mark.parametrize(
    "front",
    [
        'deck: "::A::::B::"',
        'deck: "Default"',
        "deck: 'quoted \" and * and _'",
        "deck: ' a :: b '",
        f"deck: {'x' * 300}",
        "deck: \U0001f914::\u0627",
        "tags: ['a b', 'a::b', '::', '\"q\"', 'c*', 'd_e', 'f,g', 'é', 'E\u0301', 'none', '(x)', 'a:b']",
        "tags: [marked, leech, -x, 'tag:y']",
        "description: '<script>1</script> **x** {{Front}}'",
        "language: 'de\"><b>'",
        "title: '{{Question}} </div> [sound:a.mp3]'",
    ],
)
def test_hostile_front_matter_makes_a_deck_that_anki_takes_twice(front: str) -> None:
    text = f"---\n{front}\n---\n\n" + asked("What?", "That.").removeprefix("# Deck\n\n")
    document = read(Source.from_bytes("deck.md", text.encode()))
    notes, signs = looked_at(document, Memory({}))
    assert notes == 1
    assert not {*signs} - SPOKEN
    deck = made(document).data
    with Anki() as anki:
        anki.take(deck)
        held = anki.notes()
        assert anki.take(deck) == (0, 0, 1, 0)
        assert anki.notes() == held


NAMES = ("a b.png", "a%b.png", "a'b.png", "a&b.png", "ä.png", "a\u0308.png", "_a.png", "-a.png", "con.png",
         "A.PNG", "..a.png", "a.b.c.jpeg", "x" * 200 + ".png", "🤔.webp", "a#b.gif", "a?b.svg", "a;b.png",
         "a+b.png", "a[b].png", "a(b).png", "a{{b}}.png", "[sound:a].png", "a\\(b\\).png")  # fmt: skip


def test_pictures_and_sounds_of_any_name_are_found(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {f"i/{name}": PNG + name.encode() for name in NAMES}
    files |= {f"s/{name}.mp3": b"ID3" + name.encode() for name in NAMES}
    pictures = [f"![p](<i/{quote(name)}>)" for name in NAMES]
    sounds = [f"![s](<s/{quote(name)}.mp3>)" for name in NAMES]
    text = asked("What is seen? " + " ".join(pictures), "\n\n".join((*sounds, *pictures)))
    document = read(Source.from_bytes("deck.md", text.encode()))
    assert looked_at(document, Memory(files)) == (1, [])
    with Anki() as anki:
        anki.take(made(document, files).data)
        assert {*anki.media().values()} == {*files.values()}
        (card,) = anki.shown()
        assert card.answer.count("[anki:play:") == len(NAMES)


def test_pictures_and_sounds_are_everywhere() -> None:
    """In prompts, material, options, explanations, gaps, tables, links and footnotes."""
    files: dict[str, bytes | str] = {}

    def both() -> str:
        name = str(len(files))
        files[f"{name}.png"], files[f"{name}.mp3"] = PNG + name.encode(), b"ID3" + name.encode()
        return f"![]({name}.png) ![]({name}.mp3)"

    texts = [
        asked(f"What {both()}?", f"| a |\n| - |\n| {both()} |\n\n[{both()}](https://example.org)[^1]\n\n[^1]: {both()}"),
        choice(both(), both(), prompt=f"Which? {both()}") + f"\nBecause {both()}.\n",
        f"Q: What?\n\n{both()}\n\nA: {both()}\n\n---\n\nC: It is [a] {both()}.\n",
    ]  # fmt: skip
    with Anki() as anki:
        for number, text in enumerate(texts):
            document = read(Source.from_bytes(f"{number}.md", text.encode()))
            assert looked_at(document, Memory(files))[1] == []
            anki.take(made(document, files).data)
        assert {*anki.media().values()} == {*files.values()}
