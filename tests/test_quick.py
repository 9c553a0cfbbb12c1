"""The quick block parser gives what markdown-it's own gives."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from selfcheck_tools.quick import QuickBlocks


def parser(*, quick: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])
    if quick:
        enabled = md.block.ruler.get_active_rules()
        md.block = QuickBlocks()
        md.block.ruler.enableOnly(enabled)
    return md.use(footnote_plugin, inline=False).use(deflist_plugin)


PLAIN, QUICK = parser(quick=False), parser(quick=True)


def same(text: str) -> bool:
    one, two = ([token.as_dict() for token in md.parse(text)] for md in (PLAIN, QUICK))
    return one == two


PIECES = st.sampled_from(
    ["- ", "1. ", "2) ", "> ", "# ", "```", "~~~", "***", "---", "===", "    ", "\t", "  ", "\n",
     "\n\n", "<div>", "</div>", "[a]: b", "[^1]: c", ": d", "| a | b |", "|-|-|", "word", "*", "_"]
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_markdown_gives_the_same_tokens(text: str) -> None:
    assert same(text)


def test_real_documents_give_the_same_tokens(shared: Path) -> None:
    for path in sorted(shared.glob("*/**/*.md")):
        assert same(path.read_text(encoding="utf-8", errors="replace")), path.name
