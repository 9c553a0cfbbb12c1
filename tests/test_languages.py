"""The names of languages that need no Pygments to be known."""

from pygments.lexers import get_all_lexers

from selfcheck_tools.reading.slips import ELEMENTS
from selfcheck_tools.render import _KNOWN
from selfcheck_tools.rules._languages import languages


def test_all_that_pygments_knows_is_known() -> None:
    names = {alias.lower() for lexer in get_all_lexers() for alias in lexer[1]}
    assert sorted(names - languages()) == []


def test_no_tag_that_rendering_keeps_is_called_unknown() -> None:
    assert sorted(_KNOWN - ELEMENTS) == []
