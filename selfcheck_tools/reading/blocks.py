"""A document's blocks in order, with disclosure elements (`<details>`, `<summary>`) made visible.

markdown-it hands over raw HTML as opaque runs of lines, and what stands between a tag and the next
blank line never becomes Markdown. Here such runs are taken apart: each tag becomes a token of its
own (`details_open`, `summary_open`, …) and the text around them is parsed.
"""

import re
from itertools import islice
from textwrap import dedent
from typing import Any, NamedTuple

from markdown_it.token import Token

from selfcheck_tools.markdown import Places, is_interesting, parse
from selfcheck_tools.patterns import pattern
from selfcheck_tools.text import Source, Span

_TAG = pattern(r"<(/?)(details|summary)\b[^<>]*>", re.IGNORECASE)
_HIDDEN = pattern(r"<!--.*?(?:-->|\Z)|(?<!`)(`++).*?(?<!`)\1(?!`)", re.DOTALL)
_ONLY_BREAKS = pattern(r"(?:\s|</?(?:br|p|div|hr|center|b|strong|h[1-6])\b[^<>]{0,80}>)*\Z", re.I)
COMMENT = pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)


class References(dict[str, dict[str, Any]]):
    """Link definitions by label, as markdown-it fills it; knows which were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.used: set[str] = set()

    def get(self, label: str, default: Any = None) -> Any:
        found = super().get(label, default)
        if found is not None:
            self.used.add(label)
        return found


class Blocks(NamedTuple):
    """The tokens of a document, and for each where its counterpart is."""

    tokens: list[Token]
    close: list[int]  # index of the closing token; the token's own index where there is none
    depth: list[int]  # how many closed disclosure elements a token stands in
    unclosed: list[int]  # indices of `details_open` without an end
    kinds: dict[str, list[int]]  # indices of the tokens of each type

    def of(self, *types: str) -> list[int]:
        """The indices of the tokens of some types, in order."""
        if len(types) == 1:
            return self.kinds.get(types[0], [])
        return sorted(index for type in types for index in self.kinds.get(type, ()))

    def lines(self, index: int) -> tuple[int, int]:
        """First line and line after the last, counted from 0, of the block that a token opens."""
        found = self.tokens[index].map
        return (found[0], found[1]) if found else (0, 0)


def blocks(source: Source, text: str, env: dict[str, Any]) -> Blocks:
    """The blocks of a source; `text` is what to parse, line for line as long as the source."""
    tokens = parse(text, env=env, reading=True)
    if _TAG.search(text):
        tokens = list(_expanded(source, tokens, env))
    return _matched(tokens)


def _expanded(source: Source, tokens: list[Token], env: dict[str, Any]) -> list[Token]:
    places = Places(source)
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "html_block" and _TAG.search(token.content):
            result += _taken_apart(source, places, token, env)
        elif (
            token.type == "paragraph_open"
            and "<" in (inline := tokens[index + 1]).content
            and _TAG.search(masked(inline.content))
        ):
            result += _taken_apart(source, places, inline, env)
            index += 2
        else:
            result.append(token)
        index += 1
    return result


def masked(content: str) -> str:
    """The content with comments and code spans blanked, as long as before."""
    return _HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), content)


def _taken_apart(source: Source, places: Places, token: Token, env: dict[str, Any]) -> list[Token]:
    assert token.map is not None
    content, level, first = token.content, token.level, token.map[0]
    if token.type == "inline":
        level -= 1
    lines = places.lines(token)
    # In an HTML block backticks hide nothing; in a paragraph they do.
    visible = masked(content) if token.type == "inline" else COMMENT.sub(_blank, content)
    result: list[Token] = []
    done, line = 0, first
    ends = [(m.start(), m.end(), m) for m in _TAG.finditer(visible)]
    for start, end, match in [*ends, (len(content), len(content), None)]:
        piece = content[done:start]
        if not _ONLY_BREAKS.match(piece):
            clip = places.span(token, lines, done, start)
            result += _piece(piece, level, line, clip, env)
        line += content.count("\n", done, start)
        if match is not None:
            tag = Token(f"{match.group(2).lower()}_{'close' if match.group(1) else 'open'}", "", 0)
            tag.map, tag.level, tag.block = [line, line + 1], level, True
            tag.meta["span"] = places.span(token, lines, start, end)
            tag.content = match.group()
            result.append(tag)
        line += content.count("\n", start, end)
        done = end
    return result


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _piece(piece: str, level: int, shift: int, clip: Span, env: dict[str, Any]) -> list[Token]:
    head, newline, rest = piece.partition("\n")
    if not rest.strip() and _SENTENCE.match(head):
        return _paragraph(head.strip(), level, shift, clip, env)
    text = head.lstrip() + newline + dedent(rest)
    lead = re.match(r"(?:\s*</?(?:br|p)\s*/?>)*", text)  # would start an HTML block
    if lead and "\n" not in lead.group():
        text = text[lead.end() :]
    known = len(env.get("references", ())), len(env.get("duplicate_refs", ()))
    tokens = parse(text, env=env, reading=True)
    for found in (
        *islice(env.get("references", {}).values(), known[0], None),
        *env.get("duplicate_refs", ())[known[1] :],
    ):
        found["map"] = [found["map"][0] + shift, found["map"][1] + shift]
    for token in tokens:
        token.level += level
        if token.map:
            token.map = [token.map[0] + shift, token.map[1] + shift]
        token.meta["clip"] = clip
    return tokens


# A line that can only be a paragraph: no need for the block rules.
_SENTENCE = pattern(r"\s*(?:[^\W\d_]|</?(?:b|strong|i|em|code|span)>)")


def _paragraph(text: str, level: int, line: int, clip: Span, env: dict[str, Any]) -> list[Token]:
    opening, closing = Token("paragraph_open", "p", 1), Token("paragraph_close", "p", -1)
    if is_interesting(text):
        inline = parse(text, env=env, reading=True, inline=True)[0]
    else:
        inline = Token("inline", "", 0, content=text)
    inline.level = 1
    for token in (opening, inline, closing):
        token.level += level
        token.map = [line, line + 1]
        token.meta["clip"] = clip
    closing.map = None
    return [opening, inline, closing]


def _matched(tokens: list[Token]) -> Blocks:
    close = list(range(len(tokens)))
    kinds: dict[str, list[int]] = {}
    stack: list[int] = []
    for index, token in enumerate(tokens):
        nesting, kind = token.nesting, token.type
        if nesting < 0:
            if stack:
                close[stack.pop()] = index
            continue
        if nesting:
            stack.append(index)
        if kind in kinds:
            kinds[kind].append(index)
        else:
            kinds[kind] = [index]
    depth = [0] * len(tokens)
    unclosed: list[int] = []
    if "details_open" in kinds or "summary_open" in kinds:
        unclosed = _disclosures(kinds, close, depth)
    return Blocks(tokens, close, depth, unclosed, kinds)


def _disclosures(kinds: dict[str, list[int]], close: list[int], depth: list[int]) -> list[int]:
    """Notes where disclosures end and how deep each token stands; gives those that never end."""
    ends: set[int] = set()
    for name in ("details", "summary"):
        opened: list[int] = []
        tags = [(at, 1) for at in kinds.get(f"{name}_open", ())]
        tags += [(at, -1) for at in kinds.get(f"{name}_close", ())]
        for at, step in sorted(tags):
            if step > 0:
                opened.append(at)
            elif opened:
                close[opened.pop()] = at
        if name == "details":
            unclosed = opened
    starts = {at for at in kinds.get("details_open", ()) if close[at] != at}
    ends = {close[at] for at in starts}
    level = 0
    for index in range(len(depth)):
        level -= index in ends
        depth[index] = level
        level += index in starts
    return unclosed
