"""How decks are named, divided, linked and dressed, as the real Anki has it after the import."""

from collections.abc import Iterator

import pytest

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import AnkiOptions
from selfcheck_tools.files import Memory
from selfcheck_tools.read import read
from selfcheck_tools.templates import Templates, overridden
from selfcheck_tools.text import Source
from tests.anki_oracle import Anki
from tests.test_anki import made, made_of

SECTIONS = """\
# Lambda

## Basics

### 1. What is Lambda?

Functions as a service.

## Cold starts

### 2. What is a cold start?

The first call on a new instance.
"""
CHOICE = "# T\n\n## Self-check\n\n### 1. Which?\n\n- [x] This\n- [ ] That\n"


@pytest.fixture
def anki() -> Iterator[Anki]:
    with Anki() as collection:
        yield collection


def front(matter: str, text: str = SECTIONS) -> str:
    return f"---\n{matter}\n---\n\n{text}"


# ── decks ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "text", "options", "decks"),
    [
        ("lambda.md", SECTIONS, AnkiOptions(), ["Lambda"]),
        ("aws/compute/lambda.md", SECTIONS, AnkiOptions(), ["aws::compute::Lambda"]),
        ("aws/lambda.md", SECTIONS, AnkiOptions(deck="Cloud"), ["Cloud::aws::Lambda"]),
        ("aws/lambda.md", SECTIONS, AnkiOptions(deck="A::B"), ["A::B::aws::Lambda"]),
        ("aws/lambda.md", front("deck: X::Y"), AnkiOptions(deck="Cloud"), ["X::Y"]),
        (
            "lambda.md",
            SECTIONS,
            AnkiOptions(sections=True),
            ["Lambda::Basics", "Lambda::Cold starts"],
        ),
        (
            "lambda.md",
            front("deck: X"),
            AnkiOptions(sections=True),
            ["X::Basics", "X::Cold starts"],
        ),
        ("choice.md", CHOICE, AnkiOptions(sections=True), ["T"]),
        ("a::b/lambda.md", SECTIONS, AnkiOptions(), ["a∷b::Lambda"]),
        ("lambda.md", front('deck: "X:: ::Y"'), AnkiOptions(), ["X::Y"]),
    ],
)
def test_decks_are_named_after_folders_titles_and_sections(
    anki: Anki, path: str, text: str, options: AnkiOptions, decks: list[str]
) -> None:
    anki.take(made(text, path=path, options=options).data)
    assert anki.decks() == decks


@pytest.mark.parametrize(
    ("split", "packages"),
    [
        ("document", ["a/one.apkg", "a/two.apkg", "b/three.apkg", "top.apkg"]),
        ("folder", ["a.apkg", "b.apkg", "collection.apkg"]),
        ("none", ["collection.apkg"]),
    ],
)
def test_packages_hold_a_document_a_folder_or_all(
    anki: Anki, split: str, packages: list[str]
) -> None:
    text = "# {}\n\n## Self-check\n\n### 1. What is {}?\n\nA word.\n"
    paths = ["a/one.md", "a/two.md", "b/three.md", "top.md"]
    documents = [read(Source(path, text.format(path, path))) for path in paths]
    found = made_of(documents, options=AnkiOptions(split=split))
    assert sorted(found.packages) == packages
    for data in found.packages.values():
        anki.take(data)
    assert len(anki.notes()) == len(paths)
    assert anki.decks() == ["a::a/one.md", "a::a/two.md", "b::b/three.md", "top.md"]


def test_order_runs_through_all_decks_of_a_package(anki: Anki) -> None:
    """A title that sorts late does not make its questions late."""
    text = "# {}\n\n## Self-check\n\n### 1. First of {}?\n\nA.\n\n### 2. Second of {}?\n\nB.\n"
    documents = [
        read(Source(f"{at}.md", text.format(name, name, name))) for at, name in enumerate("ZA")
    ]
    anki.take(made_of(documents, options=AnkiOptions(split="none")).data)
    prompts = [note.fields["Question"] for note in anki.notes()]
    assert prompts == ["First of Z?", "Second of Z?", "First of A?", "Second of A?"]


# ── what a note says of its place ───────────────────────────────────────────────────────────────


def test_tags_say_where_a_question_is_from(anki: Anki) -> None:
    anki.take(made(front("tags: [aws]")).data)
    assert [note.tags for note in anki.notes()] == [
        ("aws", "Lambda::Basics"),
        ("aws", "Lambda::Cold_starts"),
    ]
    assert len(anki.col.find_notes("tag:Lambda")) == 2


def test_a_card_links_to_its_document_where_that_can_be_read(anki: Anki) -> None:
    options = AnkiOptions(url="https://example.org/notes/")
    anki.take(made(SECTIONS, path="aws/my notes ü.md", options=options).data)
    first = anki.shown()[0]
    url = "https://example.org/notes/aws/my%20notes%20%C3%BC.md"
    assert f'<a href="{url}">Lambda › Basics</a>' in first.answer


def test_without_an_address_there_is_no_link(anki: Anki) -> None:
    anki.take(made(SECTIONS).data)
    assert "<a " not in anki.shown()[0].answer
    assert "Lambda › Basics" in anki.shown()[0].answer


# ── reversed and shuffled ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "text", "cards"),
    [
        (AnkiOptions(), SECTIONS, 2),
        (AnkiOptions(reversed=True), SECTIONS, 4),
        (AnkiOptions(), front("reversed: yes"), 4),
        (AnkiOptions(reversed=True), front("reversed: no"), 2),
        (AnkiOptions(reversed=True), CHOICE, 1),
    ],
)
def test_a_second_card_asks_for_the_question(
    anki: Anki, options: AnkiOptions, text: str, cards: int
) -> None:
    anki.take(made(text, options=options).data)
    assert len(anki.shown()) == cards


@pytest.mark.parametrize(
    ("options", "text", "setting"),
    [
        (AnkiOptions(), CHOICE, ""),
        (AnkiOptions(shuffle=True), CHOICE, "shuffle"),
        (AnkiOptions(), front("shuffle: on", CHOICE), "shuffle"),
        (AnkiOptions(shuffle=True), front("shuffle: off", CHOICE), ""),
        # No letter is shown, and the first option may stand anywhere.
        (AnkiOptions(shuffle=True), CHOICE.replace("Which?", "Why is option B wrong?"), ""),
        (AnkiOptions(shuffle=True), f"{CHOICE}\nB is wrong.\n", ""),
        (AnkiOptions(shuffle=True), f"{CHOICE}\nThe first option is right.\n", ""),
    ],
)
def test_a_choice_says_whether_its_options_change_places(
    anki: Anki, options: AnkiOptions, text: str, setting: str
) -> None:
    anki.take(made(text, options=options).data)
    assert [note.fields["Settings"] for note in anki.notes()] == [setting]


# ── a user's own templates ──────────────────────────────────────────────────────────────────────


def own(**files: str) -> Templates:
    names = {"css": "style.css", "front": "question-front.html", "cloze": "cloze-front.html"}
    return overridden(Memory({f"own/anki/{names[k]}": text for k, text in files.items()}), "own")


def test_a_single_template_can_be_replaced(anki: Anki) -> None:
    anki.take(made(SECTIONS, template=own(front="<p>{{Question}}</p>")).data)
    shown = anki.shown()[0]
    assert shown.question == "<p>What is Lambda?</p>"
    assert shown.css.startswith("/* The look of all cards.")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"front": "<p>\n{{Qestion}}"},
            "question-front.html:2: no field Qestion; did you mean Question?",
        ),
        (
            {"front": "{{Question}}{{#Extra}}"},
            "question-front.html: nothing closes {{#Extra}}",
        ),
        (
            {"front": "{{Question}}\n{{/Extra}}"},
            "question-front.html:2: {{/Extra}} closes what is not open",
        ),
        (
            {"front": "What?"},
            "question-front.html: shows no field of its note, so that all cards are alike",
        ),
        (
            {"cloze": "{{Text}}"},
            "cloze-front.html: shows no field of its note, so that all cards are alike",
        ),
    ],
)
def test_a_template_that_anki_would_refuse_is_named(files: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        made(SECTIONS, template=own(**files))
    assert str(raised.value) == f"template anki/{said}"


def test_filters_and_special_fields_are_understood(anki: Anki) -> None:
    text = "{{text:Question}} {{ hint:Extra }} {{Deck}} {{Tags}} {{^Link}}none{{/Link}}"
    anki.take(made(SECTIONS, template=own(front=text)).data)
    assert "What is Lambda?" in anki.shown()[0].question
