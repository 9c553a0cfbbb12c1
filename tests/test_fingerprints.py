"""Which finding is which: what a fingerprint outlives, and what makes it another."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck_tools.check import check
from selfcheck_tools.diagnostics import Diagnostic, Finding, Severity
from selfcheck_tools.files import Memory
from selfcheck_tools.fingerprints import blamed, essence, fingerprint, fingerprints
from selfcheck_tools.read import read
from selfcheck_tools.rules import RULES
from selfcheck_tools.text import Place, Source, Span

BEFORE = """# Queues

## Self-check

### 1. What is a queue?

![A queue](queue.png) holds messages.

![A queue](queue.png) again.

### 2. What is a *topic*?

### 3. What does it cost?
"""


def found(text: str, path: str = "a.md") -> list[Diagnostic]:
    source = Source(path, text)
    rules = [rule for rule in RULES if rule.name in ("missing-answer", "broken-image")]
    return check([(read(source), source)], Memory({}), rules)


def prints(text: str, path: str = "a.md") -> set[str]:
    return set(fingerprints(found(text, path)))


def test_all_that_a_finding_needs_to_be_known_again_is_with_it() -> None:
    topic = next(each for each in found(BEFORE) if each.place.line == 11)
    assert (topic.rule, topic.place) == ("missing-answer", Place(11, 1, 11, 26))
    assert topic.subject == "What is a *topic*?"
    assert topic.text == "### 2. What is a *topic*?"
    encoded = msgspec.msgpack.encode(topic)
    assert msgspec.msgpack.decode(encoded, type=Diagnostic) == topic


def test_all_are_different() -> None:
    assert len(prints(BEFORE)) == len(found(BEFORE)) == 4


SAME = [
    ("# Queues\n", "# Queues\n\nA paragraph more.\n\nAnd another.\n"),  # lines before
    ("1. What is a queue?", "1. What is AWS?\n\nA cloud.\n\n### 2. What is a queue?"),
    ("### 2. ", "### 7. "),
    ("### 3. ", "### "),
    ("*topic*", "topic"),
    ("What is a *topic*?", "What  is a\ttopic"),
    (" holds messages", " keeps messages in order"),  # the answer, but for what is blamed
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_a_fingerprint_outlives_edits_elsewhere(old: str, new: str) -> None:
    rules = {"missing-answer", "broken-image"}
    after = [each for each in found(BEFORE.replace(old, new)) if each.rule in rules]
    assert set(fingerprints(after)) == prints(BEFORE)


OTHER = [
    ("*topic*", "stream", 1),  # another question
    ("queue.png", "line.png", 2),  # another picture, twice
    ("### 2. What is a *topic*?\n\n", "", 1),
]


@pytest.mark.parametrize(("old", "new", "gone"), OTHER)
def test_what_is_mended_or_asked_differently_has_another(old: str, new: str, gone: int) -> None:
    assert len(prints(BEFORE) - prints(BEFORE.replace(old, new))) == gone


def test_a_document_is_its_path_unless_it_goes_by_another_name() -> None:
    assert not prints(BEFORE, "a.md") & prints(BEFORE, "b.md")
    renamed = fingerprints(found(BEFORE, "b.md"), {"b.md": "a.md"})
    assert renamed == fingerprints(found(BEFORE, "a.md"))


def test_an_explicit_key_names_the_question_whatever_it_asks() -> None:
    text = "## Self-check\n\n### 1. What is a queue?\n\n<!-- selfcheck: key=queue-1 -->\n\n"
    text += "![A queue](queue.png)\n"
    (image,) = found(text)
    assert image.subject == "=queue-1"
    assert prints(text) == prints(text.replace("is a queue", "is it"))


def test_equal_ones_are_counted_in_document_order_whatever_order_they_come_in() -> None:
    all_of_them = found(BEFORE)
    forwards = fingerprints(all_of_them)
    assert fingerprints(all_of_them[::-1]) == forwards[::-1]
    images = [each for each in all_of_them if each.rule == "broken-image"]
    expected = [fingerprint(images[0], document="a.md", ordinal=at) for at in (0, 1)]
    assert fingerprints(images) == expected


def test_a_finding_of_the_collection_knows_its_question_and_place_too() -> None:
    texts = [Source(name, "## Self-check\n\n### 1. What?\n\nx\n") for name in ("a.md", "b.md")]
    rules = [rule for rule in RULES if rule.name == "duplicate-question"]
    (twin,) = check([(read(source), source) for source in texts], Memory({}), rules)
    (alone,) = found("## Self-check\n\n### 1. What?\n")
    assert (twin.rule, twin.place, twin.subject) == (
        "duplicate-question",
        Place(3, 8, 3, 13),
        alone.subject,
    )
    assert twin.finding.related[0].place == Place(3, 8, 3, 13)


def test_blamed_text_is_its_first_line_without_number_and_markers() -> None:
    def of(text: str) -> str:
        return essence(blamed(Source("a.md", text), Span(0, len(text))))

    assert of("### 12. What  is it?") == of("> - 3) What is it?\nmore\n") == of("What is it?")
    assert of("What is it?") != of("What is that?")
    assert of("7.") == of(" \n ") == of("") == ""


_TEXTS = st.text(max_size=5) | st.sampled_from(["x", "y"])


@given(st.lists(st.tuples(_TEXTS, _TEXTS, st.integers(0, 2), _TEXTS), max_size=20))
def test_any_findings_have_different_ones(parts: list[tuple[str, str, int, str]]) -> None:
    each = [
        Diagnostic(path, "odd", Severity.INFO, Finding(Span(at, at), "x"), subject=name, text=text)
        for path, name, at, text in parts
    ]
    assert len(set(fingerprints(each))) == len(each)
