"""What a terminal shows of a line, and where the carets stand."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck_tools import reports
from selfcheck_tools.reports import terminal
from selfcheck_tools.text import Source, Span
from tests.reports.made import diagnosed, finding


def excerpt(text: str, marked: str, width: int = 40) -> list[str]:
    """The line shown, and the one with its carets."""
    diagnostic, sources = finding(text, marked)
    lines = "".join(reports.text([diagnostic], sources, width=width)).splitlines()
    return lines[3:5]


# ── excerpts ────────────────────────────────────────────────────────────────────────────────────


def test_only_the_first_line_of_several_is_marked() -> None:
    assert excerpt("one\n  two three\nfour", "three\nfou") == [
        "2 |   two three",
        "  |       ^^^^^",
    ]


def test_an_empty_span_has_a_caret_and_so_has_an_empty_line() -> None:
    for text, line in (("", "1 |"), ("x", "1 | x"), ("x\r\n", "1 | x")):
        found = diagnosed(Source("a.md", text), Span(0, 0))
        lines = "".join(reports.text([found], {"a.md": Source("a.md", text)})).splitlines()
        assert lines[3:5] == [line, "  | ^"]


def test_a_caret_may_stand_after_the_line() -> None:
    found = diagnosed(Source("a.md", "one\r\ntwo"), Span(3, 3))
    lines = "".join(reports.text([found], {"a.md": Source("a.md", "one\r\ntwo")})).splitlines()
    assert lines[3:5] == ["1 | one", "  |    ^"]


def test_a_long_line_is_trimmed_around_its_fault() -> None:
    words = "word " * 2_000
    assert excerpt(f"{words}![](a.png)", "![](a.png)") == [
        "1 | …ord word word word word ![](a.png)",
        "  |                          ^^^^^^^^^^",
    ]
    assert excerpt(f"![](a.png) {words}", "![](a.png)") == [
        "1 | ![](a.png) word word word word wor…",
        "  | ^^^^^^^^^^",
    ]
    assert excerpt(f"{words}![](a.png) {words}", "![](a.png)") == [
        "1 | … word word word ![](a.png) word wo…",
        "  |                  ^^^^^^^^^^",
    ]


def test_a_fault_that_is_longer_than_the_line_is_shown_from_its_start() -> None:
    assert excerpt("see " + "x" * 100 + " there", "x" * 100) == [
        "1 | …" + "x" * 34 + "…",
        "  |  " + "^" * 35,
    ]


WIDE = [
    ("漢字 ok", "ok", "漢字 ok", 5, 2),
    ("漢字 ok", "漢字", "漢字 ok", 0, 4),
    ("e\u0301a\u0308 ok", "ok", "e\u0301a\u0308 ok", 3, 2),
    ("שָׁלוֹם ok", "ok", "שָׁלוֹם ok", 5, 2),
    ("각 ok", "ok", "각 ok", 3, 2),
    ("👩‍👩‍👧‍👦 ok", "ok", "👩‍👩‍👧‍👦 ok", 3, 2),
    ("👍🏽 ok", "ok", "👍🏽 ok", 3, 2),
    ("❤️ ok", "ok", "❤️ ok", 3, 2),
    ("1️⃣ ok", "ok", "1️⃣ ok", 3, 2),
    ("🇩🇪 ok", "ok", "🇩🇪 ok", 3, 2),
    ("\tok", "ok", "    ok", 4, 2),
    ("ab\tok", "ok", "ab  ok", 4, 2),
    ("a\tb", "\t", "a   b", 1, 3),
    ("می\u200cخواهم ok", "ok", "می\u200cخواهم ok", 8, 2),
]


@pytest.mark.parametrize(("text", "marked", "shown", "before", "width"), WIDE)
def test_columns_are_those_of_a_terminal(
    text: str, marked: str, shown: str, before: int, width: int
) -> None:
    assert excerpt(text, marked) == [f"1 | {shown}", "  | " + " " * before + "^" * width]


VISIBLE = [
    ("\x1b[31mred\x07", "␛[31mred␇"),
    ("a\x00b\x7f\x0c", "a␀b<U+007F>␌"),
    ("\x9b2J", "<U+009B>2J"),
    ("\ufefftext", "<U+FEFF>text"),
    ("\u202etxt\u2066", "<U+202E>txt<U+2066>"),
    ("a\u200bb\u00adc", "a<U+200B>b<U+00AD>c"),
    ("a\u2028b", "a<U+2028>b"),
    ("caf\udce9", "caf\ufffd"),
    ("\u0301a", "◌\u0301a"),
    ("a\u00a0b\u3000c", "a\u00a0b\u3000c"),
]


@pytest.mark.parametrize(("text", "shown"), VISIBLE)
def test_nothing_reaches_the_terminal_that_it_would_obey(text: str, shown: str) -> None:
    diagnostic, sources = finding(text, text, message=text, help=text)
    said = "".join(reports.text([diagnostic], sources))
    assert said == "".join(reports.text([diagnostic], sources)).encode().decode()
    assert f": {shown}\n" in said
    assert f"1 | {shown}\n" in said
    assert f"help: {shown}\n" in said


def test_a_pile_of_accents_is_cut() -> None:
    line, carets = excerpt("Z" + "\u0301" * 5_000 + "!", "!")
    assert line.count("\u0301") < 20
    assert (line[:6], line[-1], carets) == ("1 | …◌", "!", "  |   ^")


def test_a_place_on_a_line_as_long_as_a_book_is_found_at_once() -> None:
    source = Source("a.md", "x" * 5_000_000)
    found = diagnosed(source, Span(2_500_000, 2_500_001))
    said = "".join(reports.full([found] * 2_000, {"a.md": source}, width=40))
    assert said.count("1 | …xxxxx") == 2_000


# ── the short way for simple texts ──────────────────────────────────────────────────────────────


def test_simple_texts_are_those_that_are_drawn_as_they_are() -> None:
    for char in map(chr, range(sys.maxunicode + 1)):
        if terminal._is_simple(char):
            assert [*terminal._cells(char)] == [(0, char, 1)]
    assert all(terminal._is_simple(text) for text in ("Which?", "naïve – “Größe” … €", "Что?"))


_LINES = st.text("ab \n\r\té漢\u0301\x1b\u2026", max_size=30)


@given(st.lists(_LINES, max_size=8).map("".join) | st.text("ab c", max_size=300), st.data())
def test_the_short_way_shows_what_the_long_one_does(text: str, data: st.DataObject) -> None:
    source = Source("a.md", text)
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    room = data.draw(st.integers(8, 60))
    short = terminal.window(source, span, room)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terminal, "_is_simple", lambda text: False)
        assert terminal.window(source, span, room) == short
