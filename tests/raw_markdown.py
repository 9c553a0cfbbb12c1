"""An honest look at a card: what of it a learner reads, and what of that is unrendered Markdown."""

import re
from html.parser import HTMLParser
from unicodedata import category

_HIDDEN = frozenset(("script", "style", "template"))
_CODE = frozenset(("code", "pre", "kbd", "samp"))
_BLOCKS = frozenset(
    "p div ul ol li pre blockquote h1 h2 h3 h4 h5 h6 table tr td th dl dt dd details summary hr br "
    "section figure figcaption label".split()
)
# Where a line begins: that of a block, or one within a block.
_LINE = r"(?:\A|[\n\u2029]) *"
SIGNS = {
    "bold": r"\*\*|(?<!\w)__(?=\w)",
    "emphasis": r"(?<![\w*\\])\*(?=\w)[^*\n]{1,60}(?<=\w)\*(?![\w*])|(?<!\w)_(?=\w)[^_\n]{1,60}(?<=\w)_(?!\w)",
    "strike": r"~~\S",
    "link": r"\]\(|\]\[",
    "picture": r"!\[",
    "fence": r"```|~~~",
    "tick": r"(?<!`)`{1,2}(?!`)",
    "heading": rf"{_LINE}#{{1,6}} ",
    "rule": rf"{_LINE}(?:-{{3,}}|\*{{3,}}|_{{3,}}|={{3,}}) *(?=[\n\u2029]|\Z)",
    "item": rf"{_LINE}[-*+] +\S|\n *\d+[.)] +\S",
    "quote": rf"{_LINE}> ",
    "box": r"\[[ xX]\] ",
    "table": rf"\|[ :]*-{{3,}}|{_LINE}\|.*\| *(?=[\n\u2029]|\Z)",
    "footnote": r"\[\^",
    "definition": rf"{_LINE}\[[^\]\n]+\]: ",
    "tag": r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>|<!--|-->",
    "entity": r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});",
    "formula": r"\$\$|\$[^$\s](?:[^$\n]*[\\^_{}][^$\n]*)\$",
    "directive": r"selfcheck:",
    "label": rf"{_LINE}(?:Q|A|C|Question|Answer|Correct answer): ",
    "brace": r"\{\{|\}\}",
}


class _Reader(HTMLParser):
    """The text outside of code; a paragraph separator between blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.all: list[str] = []  # with what is in code
        self.media = False
        self._hidden = self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        if tag in _CODE:
            self._code += 1
            self.parts.append("\u2420")  # something is there
        self.media |= tag in ("img", "audio", "video", "svg")
        if tag in _BLOCKS:
            self.parts.append("\u2029")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN
        self._code -= tag in _CODE
        if tag in _BLOCKS:
            self.parts.append("\u2029")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.all.append(data)
        if not self._hidden and not self._code:
            self.parts.append(data)


def prose(html: str) -> str:
    """What is read on a side of a card outside of code and formulas."""
    reader = _read(html)
    text = re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]", "\u2420", "".join(reader.parts), flags=re.DOTALL)
    return re.sub(r"\[anki:play:[^\]]*\]", "\u2420", text)


def everything(html: str) -> str:
    """What is read on a side of a card."""
    return "".join(_read(html).all)


def is_empty(html: str) -> bool:
    """Whether nothing is there: no text, code, picture or sound."""
    reader = _read(html)
    seen = (c for c in "".join(reader.all) if not c.isspace() and category(c) not in ("Cf", "Cc"))
    return not reader.media and not any(seen)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def raw_markdown(html: str) -> list[tuple[str, str]]:
    """What looks unrendered on a side of a card: the kind of sign, and what stands around it."""
    text = prose(html)
    return [
        (kind, " ".join(text[max(0, match.start() - 30) : match.end() + 40].split()))
        for kind, written in SIGNS.items()
        for match in re.finditer(written, text)
    ]
