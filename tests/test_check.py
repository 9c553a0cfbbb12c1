"""The engine: which findings come through, in which order, and how fixes are combined."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcheck_tools import reports
from selfcheck_tools.check import Together, check, check_collection, check_document
from selfcheck_tools.diagnostics import Diagnostic, Finding, Fix, Severity
from selfcheck_tools.files import Disk, Memory
from selfcheck_tools.fixing import fix
from selfcheck_tools.likeness import near
from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.rules import RULES, Context, Rule
from selfcheck_tools.text import Edit, Source, Span

NOTHING = Memory({})


def document(text: str, path: str = "a.md") -> tuple[Document, Source]:
    source = Source(path, text)
    return read(source), source


def places(found: list[Diagnostic], source: Source) -> list[tuple[str, int, int, str]]:
    return [
        (each.rule, *source.position(each.finding.span.start), each.finding.message)
        for each in found
    ]


# ── findings ────────────────────────────────────────────────────────────────────────────────────


def test_the_seed_has_four_questions_without_answers_and_three_broken_images(
    shared: Path,
) -> None:
    folder = shared / "seed"
    source = Source.from_bytes("aws-serverless.md", (folder / "aws-serverless.md").read_bytes())
    found = check([(read(source), source)], Disk(str(folder)))
    found = [each for each in found if each.severity.rank < Severity.INFO.rank]
    images = "image images/"
    assert places(found, source) == [
        ("missing-alt-text", 107, 1, "image has no alternative text"),
        ("broken-image", 107, 5, f"{images}runtimes-supported.png does not exist"),
        ("missing-alt-text", 111, 1, "image has no alternative text"),
        ("broken-image", 111, 5, f"{images}runtimes-deprecated.png does not exist"),
        ("missing-alt-text", 147, 1, "image has no alternative text"),
        (
            "broken-image",
            147,
            5,
            f"{images}aws-lambda-use-cases-and-best-practices.jpg does not exist",
        ),
        ("missing-answer", 156, 1, "question 12 has no answer"),
        ("missing-answer", 160, 1, "question 13 has no answer"),
        ("missing-answer", 164, 1, "question 14 has no answer"),
        ("contained-question", 164, 9, "question 14 is asked before, in question 13"),
        ("missing-answer", 167, 1, "question 15 has no answer"),
    ]


TWO = "## Self-check\n\n### 1. What is a queue?\n\n### 3. What is a queue?\n\n![](a.png)\n"


def test_findings_come_by_path_position_and_rule() -> None:
    found = check([document(TWO, "b.md"), document(TWO, "a.md")], NOTHING, RULES[::-1])
    assert [(each.path, each.finding.span.start, each.rule) for each in found] == sorted(
        (each.path, each.finding.span.start, each.rule) for each in found
    )
    assert [each.rule for each in found if each.path == "a.md"] == [
        "missing-title",
        "missing-answer",
        "question-number",
        "duplicate-question",
        "image-only-answer",
        "missing-alt-text",
        "broken-image",
    ]


def test_each_finding_has_the_severity_of_its_rule() -> None:
    severities = {each.rule: each.severity for each in check([document(TWO)], NOTHING)}
    assert severities["missing-answer"] is Severity.ERROR
    assert severities["question-number"] is Severity.WARNING


def test_the_collection_needs_only_what_each_document_gave() -> None:
    read_all = [document(TWO, "a.md"), document(TWO, "b.md")]
    checked = [check_document(*each, NOTHING) for each in read_all]
    sources = {source.path: source for _, source in read_all}
    found = [
        *checked[0].diagnostics,
        *checked[1].diagnostics,
        *(
            diagnostic
            for rule in RULES
            if rule.check_all is not None
            for diagnostic in check_collection(rule, Together(checked, sources, near), NOTHING)
        ),
    ]
    assert sorted(found, key=str) == sorted(check(read_all, NOTHING), key=str)
    assert (checked[0].questions, checked[0].answered) == (2, 1)
    msgspec.msgpack.encode(checked)  # plain values, so that they can be kept


def test_rules_may_share_what_they_collect() -> None:
    taken = []

    def collect(document: Document, context: Context) -> str:
        taken.append(document.path)
        return document.path

    def check_all(collected: object, collection: object) -> Iterator[tuple[str, Finding]]:
        assert collected == [("a.md", "a.md")]
        yield "a.md", Finding(Span(0, 1), "seen")

    both = [
        Rule(name=name, manual="", collect=collect, check_all=check_all, facts_of="paths")
        for name in ("one-rule", "other-rule")
    ]
    found = check([document("x")], NOTHING, both)
    assert [each.rule for each in found] == ["one-rule", "other-rule"]
    assert taken == ["a.md"]
    (raw,) = check_document(*document("x"), NOTHING, both).facts.values()
    assert msgspec.msgpack.decode(raw) == "a.md"


def test_the_order_in_which_documents_come_makes_no_difference() -> None:
    documents = [document(TWO, f"{name}.md") for name in "abc"]
    assert check(documents, NOTHING) == check(documents[::-1], NOTHING)


def test_a_rule_that_fails_is_named_with_its_file() -> None:
    def broken(document: Document, context: Context) -> Iterator[Finding]:
        raise ZeroDivisionError
        yield

    def all_broken(collected: object, collection: object) -> Iterator[tuple[str, Finding]]:
        raise ZeroDivisionError
        yield

    one = Rule(name="broken-rule", manual="", check=broken)
    with pytest.raises(ZeroDivisionError) as caught:
        check([document("x", "notes/a.md")], NOTHING, [one])
    assert caught.value.__notes__ == ["in rule broken-rule, reading notes/a.md"]
    whole = Rule(
        name="broken-rule", manual="", collect=lambda document, context: (), check_all=all_broken
    )
    with pytest.raises(ZeroDivisionError) as caught:
        check([document("x")], NOTHING, [whole])
    assert caught.value.__notes__ == ["in rule broken-rule, reading the collection"]


def test_an_allowance_silences_a_rule_of_the_collection_where_it_speaks() -> None:
    allowed = TWO.replace(
        "![](a.png)", "<!-- selfcheck: allow duplicate-question, missing-answer: on purpose -->"
    )
    assert [each.rule for each in check([document(allowed)], NOTHING)] == [
        "missing-title",
        "missing-answer",
        "question-number",
    ]


# ── fixes ───────────────────────────────────────────────────────────────────────────────────────


def rule(name: str, *fixes: Fix, until: str = "") -> Rule:
    """A rule that offers fixes for as long as the text does not hold `until`."""

    def offers(document: Document, context: Context) -> Iterator[Finding]:
        for each in fixes:
            if not until or until not in context.source.text:
                yield Finding(each.edits[0].span, name, fix=each)

    return Rule(name=name, manual="", check=offers)


def edit(start: int, end: int, text: str, *more: Edit, safe: bool = True) -> Fix:
    return Fix((Edit(Span(start, end), text), *more), "x", safe)


def mended(text: str, *rules: Rule, unsafe: bool = False) -> str:
    return fix(Source("a.md", text), NOTHING, rules, unsafe=unsafe).source.text


def test_fixes_that_stand_apart_are_applied_together() -> None:
    assert mended("abcd", rule("a", edit(0, 1, "X"), edit(1, 2, "Y"), until="X")) == "XYcd"


def test_of_two_fixes_that_overlap_the_first_is_taken_and_the_other_has_to_come_again() -> None:
    both = rule("a", edit(0, 2, "X"), edit(1, 3, "Y"), until="X")
    assert mended("abcd", both) == "Xcd"


def test_two_insertions_at_one_place_touch() -> None:
    assert mended("ab", rule("a", edit(1, 1, "X"), edit(1, 1, "Y"), until="X")) == "aXb"


def test_an_insertion_beside_a_replacement_touches_it() -> None:
    assert mended("abc", rule("a", edit(0, 1, "X"), edit(1, 1, "Y"), until="X")) == "Xbc"
    assert mended("abc", rule("a", edit(1, 1, "Y"), edit(1, 2, "X"), until="Y")) == "aYbc"


def test_a_fix_is_taken_whole_or_not_at_all() -> None:
    two = edit(0, 1, "Y", Edit(Span(3, 4), "Z"))
    one = edit(2, 4, "X")
    assert mended("abcd", rule("a", one, until="Z"), rule("b", two, until="Z")) == "YbcZ"
    late = edit(1, 2, "Y", Edit(Span(3, 4), "Z"))
    first = edit(0, 2, "X")
    assert mended("abcd", rule("a", late, until="X"), rule("b", first, until="X")) == "Xcd"


def test_fixes_that_undo_each_other_are_a_bug_that_names_the_rules() -> None:
    there = rule("to-b", edit(0, 1, "b"), until="b")
    back = rule("to-a", edit(0, 1, "a"), until="a")
    with pytest.raises(RuntimeError, match=r"fixes of to-[ab] do not settle on a\.md"):
        mended("a", there, back)


def test_an_unsafe_fix_is_applied_only_when_asked_for() -> None:
    unsafe = rule("a", edit(0, 1, "X", safe=False), until="X")
    assert mended("abc", unsafe) == "abc"
    assert mended("abc", unsafe, unsafe=True) == "Xbc"


ONE = "## Self-check\n\n### 1. What is a queue?\n\nA list.\n"
ANSWER = ONE.index("A list")


def test_a_fix_that_calls_itself_safe_and_is_not_is_refused() -> None:
    lies = rule("lies", edit(ANSWER, ANSWER + 1, "The"), until="The list")
    numbers = rule("numbers", edit(ONE.index("1."), ONE.index("1.") + 1, "2"), until="2.")
    result = fix(Source("a.md", ONE), NOTHING, [lies, numbers])
    assert result.source.text == ONE.replace("1.", "2.")
    assert result.refused == ("lies",)
    assert [each.rule for each in result.mended] == ["numbers"]


def test_a_safe_fix_may_change_the_text_where_it_comes_out_the_same() -> None:
    emphasis = rule("stars", edit(ANSWER, ANSWER + 6, "*A* list"), until="*A*")
    assert fix(Source("a.md", ONE), NOTHING, [emphasis]).refused == ("stars",)
    text = ONE.replace("A list", "*A* list")
    same = rule("lines", edit(ANSWER, ANSWER + 3, "_A_"), until="_A_")
    assert mended(text, same) == ONE.replace("A list", "_A_ list")


def test_a_fix_that_loses_a_question_is_refused() -> None:
    head = ONE.index("###")
    lost = rule("lost", edit(head, head + 4, ""), until="\n\n1. ")
    assert fix(Source("a.md", ONE), NOTHING, [lost]).refused == ("lost",)


def test_a_fix_keeps_all_bytes_that_it_does_not_speak_of() -> None:
    data = (
        b"\xef\xbb\xbf## Self-check\r\n\r\n### 1. A?\r\r\nx \xff\r\n\r\n### 3. B\xe9?\r\n\r\ny\x00"
    )
    numbers = [each for each in RULES if each.name == "question-number"]
    result = fix(Source.from_bytes("a.md", data), NOTHING, numbers)
    assert result.source.to_bytes() == data.replace(b"3.", b"2.")


# ── whatever the text ───────────────────────────────────────────────────────────────────────────

_PIECES = st.sampled_from(
    "## Self-check\n\n|### 1. |### 2) |### |## |1. |2. | - A. |- [x] |Answer: A\n|Q: |A: |\n\n|\n|"
    "![](a.png)|![x](b%20c.png \"t\")|<img src=a.png>|<img alt='' src='../x'>|TODO|`code`|```\n|"
    "<details><summary>|</summary>|</details>|<!-- selfcheck: allow missing-answer: x -->|\t|"
    "What is a queue?|[x]: y\n|\r\n|\x00|\x1b[31m|\udcff|\u202e|漢|👩‍👩‍👧|é".split("|")
)


@settings(deadline=None, max_examples=300)
@given(st.lists(_PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_is_checked_mended_and_reported(text: str) -> None:
    source = Source("a.md", text)
    found = check([(read(source), source)], NOTHING)
    for each in found:
        assert 0 <= each.finding.span.start <= each.finding.span.end <= len(text)
        assert "\n" not in each.finding.message
    for name in reports.REPORTS:
        said = "".join(reports.REPORTS[name](found, {"a.md": source}, width=60))
        said.encode()
        assert "\x1b" not in said
    result = fix(source, NOTHING, unsafe=True)
    assert fix(result.source, NOTHING).source.text == result.source.text


def test_linting_imports_nothing_heavy() -> None:
    heavy = ("weasyprint", "genanki", "jinja2", "yaml", "nh3", "pygments", "selfcheck_tools.render")
    code = (
        "import sys, selfcheck_tools.check, selfcheck_tools.reports, selfcheck_tools.rules\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
