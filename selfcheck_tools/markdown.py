"""The Markdown parser, with places: CommonMark, GitHub's tables, strikethrough and autolinks,
footnotes, definition lists and TeX math.

markdown-it gives inline tokens no position. Here each inline rule that makes something blamable
notes in its token's `meta["at"]` where in the inline content it stood, and `Places` maps that to
offsets in the source (specification: https://spec.commonmark.org/0.31.2/,
https://github.github.com/gfm/, https://pandoc.org/MANUAL.html#math for where `$` means math).
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from selfcheck_tools.patterns import pattern
from selfcheck_tools.quick import QuickBlocks
from selfcheck_tools.text import Source, Span

# Deeper containers are dropped by markdown-it, and Python's own stack sets a limit not far above.
MAX_NESTING = 60

# Inline rules look ahead from each opener, so a text full of openers costs its square. Past this
# many steps a text is shown as it stands (a paragraph of 10,000 characters may hold 5,000 links),
# and so is one whose tokens would fill the memory.
_TANGLED = 50_000_000
_LONGEST = 1_000_000
# What is not parsed, by the kind of its note, in words.
UNPARSED = {
    "too-deep": f"text is nested deeper than {MAX_NESTING} levels and is lost",
    "too-tangled": (
        "paragraph is too long or has too many opening signs to be parsed and is shown as it stands"
    ),
}

_FOOTNOTE = pattern(r"\[\^[^\]\s]+\]:?")
_DEFINITION = pattern(r"^ {0,3}[:~][ \t]", re.MULTILINE)

_PLACED = {
    "image": ("image",),
    "link": ("link_open",),
    "autolink": ("link_open",),
    "html_inline": ("html_inline",),
    "backticks": ("code_inline",),
    "math": ("math_inline", "math_inline_double"),
    "bare_url": ("link_open",),
    "footnote_ref": ("footnote_ref",),
}


def parse(
    text: str,
    *,
    env: dict[str, Any] | None = None,
    reading: bool = False,
    inline: bool = False,
) -> list[Token]:
    """The tokens of a text; with `inline`, of a text without blocks.

    With `reading`, inline text that holds nothing the model wants is left unparsed (its token has
    no children). `env` receives and provides link definitions, as markdown-it has it.
    """
    md = _parser(_features(text), reading)
    env = {} if env is None else env
    return md.parseInline(text, env) if inline else md.parse(text, env)


def to_html(tokens: list[Token], env: dict[str, Any]) -> str:
    """Tokens as HTML, raw tags and all: it must still be sanitised."""
    md = _parser(frozenset(_FEATURES), False)
    return str(md.renderer.render(tokens, md.options, env))


# What a text must hold for a construct to be in it. Each block rule is tried at every line of a
# paragraph, so one that can find nothing is left out: the tokens are the same, a fifth sooner.
_FEATURES: dict[str, Callable[[str], bool]] = {
    "footnote": lambda text: "[^" in text and _FOOTNOTE.search(text) is not None,
    "deflist": lambda text: _DEFINITION.search(text) is not None,
    "math": lambda text: "$" in text or "\\(" in text or "\\[" in text,
    "math_block": lambda text: "$$" in text or "\\[" in text,
    "table": lambda text: "|" in text,
    "fence": lambda text: "```" in text or "~~~" in text,
    "blockquote": lambda text: ">" in text,
    "html_block": lambda text: "<" in text,
    "reference": lambda text: "]:" in text,
}
_BLOCK_RULES = ("table", "fence", "blockquote", "html_block", "reference")


def _features(text: str) -> frozenset[str]:
    return frozenset(name for name, is_in in _FEATURES.items() if is_in(text))


@cache
def _parser(features: frozenset[str], reading: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    enabled = md.block.ruler.get_active_rules()
    md.block = QuickBlocks()
    md.block.ruler.enableOnly(enabled)
    md.enable(["table", "strikethrough"])
    if "footnote" in features:
        from mdit_py_plugins.footnote import footnote_plugin

        md.use(footnote_plugin, inline=False, move_to_end=False)
    if "deflist" in features:
        from mdit_py_plugins.deflist import deflist_plugin

        md.use(deflist_plugin)
    if "math_block" in features:
        md.block.ruler.before("fence", "math_block", _math_block, {"alt": ["paragraph"]})
    if "math" in features:
        md.inline.ruler.before("escape", "math", _math)
    md.block.ruler.disable([name for name in _BLOCK_RULES if name not in features])
    md.inline.ruler.before("escape", "bare_url", _bare_url)
    setattr(md, "validateLink", lambda url: True)  # noqa: B010  # judged when rendering
    for name, kinds in _PLACED.items():
        place = _placing(kinds)
        for rule in md.inline.ruler.__rules__:
            if rule.name == name:
                md.inline.ruler.at(name, place(rule.fn))
    md.core.ruler.at("inline", _read_inline if reading else _inline)
    if reading:
        md.core.ruler.disable("text_join")
    return md


def _placing(
    kinds: tuple[str, ...],
) -> Callable[[Callable[[StateInline, bool], bool]], Callable[[StateInline, bool], bool]]:
    def wrap(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
        def placed(state: StateInline, silent: bool) -> bool:
            start, count = state.pos, len(state.tokens)
            if not rule(state, silent):
                return False
            if not silent:
                for token in state.tokens[count:]:  # the first may be text that was pending
                    if token.type in kinds:
                        token.meta["at"] = (start, state.pos)
                        break
            return True

        return placed

    return wrap


def _read_inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and is_interesting(token.content):
            _parse_inline(state, token)


def is_interesting(content: str) -> bool:
    """Whether a text may hold something that the model wants; the rest need not be parsed to be
    read. One search a sign: ten times as fast as one regular expression."""
    return (
        "[" in content
        or "<" in content
        or "$" in content
        or "\\" in content
        or "://" in content
        or "www." in content
    )


def _inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            _parse_inline(state, token)


def _parse_inline(state: StateCore, token: Token) -> None:
    token.children = []
    if is_tangled(token.content):
        text = Token("text", "", 0)
        text.content = token.content
        token.children.append(text)
    else:
        state.md.inline.parse(token.content, state.md, state.env, token.children)


def is_tangled(content: str) -> bool:
    """Whether an inline text has too many openers, or is too long, to be parsed at a reasonable
    cost."""
    if len(content) < 4_000:
        return False
    if len(content) > _LONGEST:
        return True
    openers = content.count("[") + content.count("<") + content.count("`") + content.count("$")
    return len(content) * openers > _TANGLED


_PRICE = pattern(r"[\d.,]+\s?(?:[kKmMbB]n?)?(?:[\s,;)/–-]|$)")
_TEXISH = pattern(r"[\\^_={}<>+*/|]|^.{1,3}$")


def _math(state: StateInline, silent: bool) -> bool:
    """`$…$`, `$$…$$`, `\\(…\\)` and `\\[…\\]`, where they are no prices, variables or escapes."""
    src, pos = state.src, state.pos
    if src.startswith("$$", pos):
        opener, closer = "$$", "$$"
    elif src.startswith("$", pos):
        opener, closer = "$", "$"
    elif src.startswith("\\(", pos):
        opener, closer = "\\(", "\\)"
    elif src.startswith("\\[", pos):
        opener, closer = "\\[", "\\]"
    else:
        return False
    start = pos + len(opener)
    end = _math_end(src, start, min(state.posMax, start + _LONGEST_FORMULA), closer)
    if end < 0:
        return False
    text = src[start:end]
    if closer == "$" and not _is_dollar_math(src, pos, end, text):
        return False
    if opener[0] == "\\" and not _TEXISH.search(text.strip()):
        return False
    if not silent:
        display = opener in ("$$", "\\[")
        token = state.push("math_inline_double" if display else "math_inline", "math", 0)
        token.content = text.strip()
        token.markup = opener
    state.pos = end + len(closer)
    return True


_LONGEST_FORMULA = 10_000  # so that unclosed openers do not each search to the end


def _math_end(src: str, start: int, limit: int, closer: str) -> int:
    """Where the formula ends, or -1."""
    end = src.find(closer, start, limit)
    while closer[0] == "$" and end > 0 and src[end - 1] == "\\":
        end = src.find(closer, end + 1, limit)
    if end < 0 or not src[start:end].strip():
        return -1
    return end


def _is_dollar_math(src: str, pos: int, end: int, text: str) -> bool:
    before = src[pos - 1] if pos else " "
    after = src[end + 1] if end + 1 < len(src) else " "
    return not (
        text[0].isspace()
        or text[-1].isspace()
        or "`" in text
        or before.isalnum()
        or before == "$"
        or after.isalnum()
        or after in "$_{("
        or (_PRICE.match(text) and re.search(r"[^\W\d_]{2}", text) and "\\" not in text)
        or (_PRICE.match(text) and re.search(r"\s[-–/]?$|^[\d.,]+\s*[-–/(,;]", text))
    )


def _math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula that opens a line with `$$` or `\\[` and closes one with its counterpart."""
    if state.is_code_block(start):
        return False
    begin = state.bMarks[start] + state.tShift[start]
    opener = state.src[begin : begin + 2]
    closer = {"$$": "$$", "\\[": "\\]"}.get(opener)
    if closer is None:
        return False
    lines: list[str] = []
    for line in range(start, end):
        from_ = begin + 2 if line == start else state.bMarks[line] + state.tShift[line]
        if line > start and from_ < state.eMarks[line] and state.sCount[line] < state.blkIndent:
            return False
        text = state.src[from_ : state.eMarks[line]].rstrip()
        if text.endswith(closer):
            lines.append(text[: -len(closer)])
            break
        if closer in text or (not text and opener == "\\["):
            return False
        lines.append(text)
    else:
        return False
    content = "\n".join(lines).strip()
    if not content or (opener == "\\[" and not _TEXISH.search(content)):
        return False
    if silent:
        return True
    state.line = line + 1
    token = state.push("math_block", "math", 0)
    token.block = True
    token.content = content
    token.map = [start, state.line]
    token.markup = opener
    return True


# `www.` starts no inline rule of its own: it is looked for in what has become text.
WWW = pattern(r"(?<![\w/.@:-])www\.[^\s<>\x00-\x20]+\.[^\s<>\x00-\x20]+", re.IGNORECASE)

# GFM 6.9: what a bare URL may end with, and what it may not.
_URL = pattern(r"://[^\s<>\x00-\x20]+")
_URL_TAIL = frozenset("?!.,:*_~'\"")
_ENTITY, _ENTITY_LENGTH = pattern(r"&[A-Za-z0-9]+;\Z"), 40
_SCHEME = pattern(r"(?:\A|[^A-Za-z0-9_])(https?|ftp)\Z", re.IGNORECASE)


def _bare_url(state: StateInline, silent: bool) -> bool:
    """`https://…` as it stands, an autolink as GitHub has it."""
    if silent or state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    scheme = _SCHEME.search(state.pending[-6:])  # the longest scheme and what is before it
    if scheme is None:
        return False
    match = _URL.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    tail = trim_url(match.group())
    if len(tail) <= 3:
        return False
    url = scheme[1] + tail
    state.pending = state.pending[: -len(scheme[1])]
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": state.md.normalizeLink(url)}
    opening.markup = opening.info = "bare"
    state.push("text", "", 0).content = url
    closing = state.push("link_close", "a", -1)
    closing.markup = closing.info = "bare"
    opening.meta["from"] = state.pos - len(scheme[1])
    state.pos += len(tail)
    return True


def trim_url(url: str) -> str:
    """A bare URL without the punctuation that belongs to the sentence around it."""
    surplus = url.count(")") - url.count("(")
    while url:
        if url[-1] in _URL_TAIL or (url[-1] == ")" and surplus > 0):
            surplus -= url[-1] == ")"
            url = url[:-1]
        elif url[-1] == ";" and (entity := _ENTITY.search(url[-_ENTITY_LENGTH:])):
            url = url[: -len(entity.group())]
        else:
            break
    return url


class Places:
    """Maps places within inline content to spans of the source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._row = -1
        self._cell_end = 0
        self._last: tuple[Token, list[tuple[int, int]]] | None = None

    def lines(self, token: Token) -> list[tuple[int, int]]:
        """For each line of an inline token's content, its offset there and in the source.

        Ask in the order of the document: equal cells of one table row are told apart by it. A line
        that cannot be found (a table cell with an escaped pipe) is left out.
        """
        if self._last is not None and self._last[0] is token:
            return self._last[1]
        assert token.map is not None
        found: list[tuple[int, int]] = []
        text, offset = self._source.clean, 0
        first = token.map[0]
        contents = token.content.split("\n")
        for number, content in enumerate(contents):
            start = self._source.line_start(first + number)
            end = self._source.line_span(first + number).end
            if len(contents) == 1:
                if first != self._row:
                    self._row, self._cell_end = first, start
                at = text.find(content, max(start, self._cell_end), end)
                if at < 0:
                    at = text.find(content, start, end)
                if at >= 0:
                    self._cell_end = at + len(content)
            else:
                at = text.rfind(content, start, end)
            if at >= 0:
                found.append((offset, at))
            offset += len(content) + 1
        if len(contents) > 1:  # a long paragraph may hold many questions
            self._last = token, found
        return found

    def within(self, token: Token, span: Span) -> list[tuple[str, int]]:
        """The lines of an inline token's content that a span touches, and where each starts in the
        source."""
        lines, content = self.lines(token), token.content
        found: list[tuple[str, int]] = []
        for at in range(max(bisect_right(lines, span.start, key=itemgetter(1)) - 1, 0), len(lines)):
            offset, start = lines[at]
            if start >= span.end:
                break
            end = content.find("\n", offset)
            line = content[offset : end if end >= 0 else len(content)]
            if start + len(line) > span.start:
                found.append((line, start))
        return found

    def span(self, token: Token, lines: list[tuple[int, int]], start: int, end: int) -> Span:
        """Where content[start:end] of an inline token stands; its whole lines if that is unknown."""
        begin, finish = self._offset(token, lines, start), self._offset(token, lines, end)
        if begin is None or finish is None or finish < begin:
            assert token.map is not None
            whole = self._source.line_span(token.map[0])
            return Span(whole.start, self._source.line_span(token.map[1] - 1).end)
        return Span(begin, finish)

    def _offset(self, token: Token, lines: list[tuple[int, int]], at: int) -> int | None:
        index = bisect_right(lines, at, key=itemgetter(0)) - 1
        if index < 0:
            return None
        content_start, source_start = lines[index]
        next_line = lines[index + 1][0] if index + 1 < len(lines) else len(token.content) + 1
        return source_start + at - content_start if at < next_line else None
