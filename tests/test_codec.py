"""Values as bytes and back, whatever text is in them."""

from hypothesis import given
from hypothesis import strategies as st

from selfcheck_tools.codec import decoder, encode
from selfcheck_tools.diagnostics import Diagnostic, Finding, Fix, Related, Severity
from selfcheck_tools.text import Edit, Place, Span

TEXTS = st.text(st.characters(exclude_categories=()) | st.sampled_from("\x1a\udcff0dc"))


@given(st.dictionaries(TEXTS, st.lists(TEXTS | st.integers(0, 9))), st.binary())
def test_any_text_comes_back(value: dict[str, list[str | int]], data: bytes) -> None:
    pair = (value, data)
    assert decoder(tuple[dict[str, list[str | int]], bytes])(encode(pair)) == pair


@given(TEXTS)
def test_any_finding_comes_back(text: str) -> None:
    fix = Fix((Edit(Span(0, 1), text),), text)
    related = (Related(text, Span(1, 2), text, Place(1, 2, 1, 3)),)
    finding = Finding(Span(0, 1), text, text, fix, related)
    value = (Diagnostic(text, "odd-thing", Severity.INFO, finding, Place(1, 1, 1, 2), text, text),)
    assert decoder(tuple[Diagnostic, ...])(encode(value)) == value
