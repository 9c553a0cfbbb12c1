"""Sources, spans and edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck_tools.text import Edit, Position, Source, Span, apply


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("ab\ncd", 3, (2, 1)),
        ("ab\r\ncd", 4, (2, 1)),
        ("ab\rcd", 3, (2, 1)),
        ("a\x0cb\u2028c\x85d", 6, (1, 7)),  # no line ends for Markdown
        ("é😀x", 2, (1, 3)),  # code points, not bytes or UTF-16
        ("ab\n", 3, (2, 1)),
        ("", 0, (1, 1)),
    ],
)
def test_position(text: str, offset: int, expected: tuple[int, int]) -> None:
    assert Source("a", text).position(offset) == Position(*expected)


@given(st.binary())
def test_any_bytes_come_back(data: bytes) -> None:
    source = Source.from_bytes("a", data)
    assert source.to_bytes() == data
    assert len(source.clean) == len(source.text)
    source.clean.encode()


def test_line_span_leaves_the_line_end_out() -> None:
    source = Source("a", "ab\r\n\rc")
    assert [source.line_span(line) for line in range(3)] == [Span(0, 2), Span(4, 4), Span(5, 6)]


def test_edits_apply_in_any_order() -> None:
    assert (
        apply("abc", [Edit(Span(3, 3), "!"), Edit(Span(0, 1), "x"), Edit(Span(1, 1), "-")])
        == "x-bc!"
    )


@pytest.mark.parametrize("spans", [[(0, 2), (1, 3)], [(2, 9)], [(2, 1)]])
def test_edits_that_overlap_or_leave_the_text_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="overlaps another or leaves the text"):
        apply("abc", [Edit(Span(*span), "") for span in spans])
