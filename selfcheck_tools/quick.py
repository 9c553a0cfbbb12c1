"""markdown-it's block parser with less work: the same tokens, sooner.

At each line it tries its rules one after the other, most of which can tell from the first character
that they do not apply. Here only those are tried that may. (In markdown-it every rule but those named
below starts with a test of that character, or with one that is as cheap.)
"""

import logging
from collections.abc import Callable

from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

_Rule = Callable[[StateBlock, int, int, bool], bool]

# The characters that a line must start with, after white space, for a rule to apply (CommonMark 4).
_STARTS = {
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*+-0123456789",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
    "footnote_def": "[",
    "math_block": "$\\",
}


class QuickBlocks(ParserBlock):
    """The block parser; its rules must not be changed after the first text."""

    def __init__(self) -> None:
        super().__init__()
        self._chains: dict[str, tuple[_Rule, ...]] = {}

    def parse(self, src, md, env, outTokens):  # type: ignore[no-untyped-def]
        """The blocks of a text, appended to some tokens."""
        if src:
            state = _State(src, md, env, outTokens)
            self.tokenize(state, 0, state.lineMax)
            return state.tokens
        return None

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        """Parses some lines into `state.tokens`, as `ParserBlock.tokenize` does."""
        line, is_loose = startLine, False
        begins, ends, shifts, indents = state.bMarks, state.eMarks, state.tShift, state.sCount
        while line < endLine:
            while line < state.lineMax and begins[line] + shifts[line] >= ends[line]:
                line += 1
            state.line = line
            if line >= endLine or indents[line] < state.blkIndent:
                return
            if state.level >= state.md.options.maxNesting:
                state.line = endLine
                return
            first = state.src[begins[line] + shifts[line]]
            chain = self._chains.get(first)
            if chain is None:
                chain = self._chains[first] = self._chain(first)
            for rule in chain:
                if rule(state, line, endLine, False):
                    break
            # What follows a blank line makes the list around it loose; the last one does not.
            state.tight = not is_loose
            line = state.line
            if line - 1 < endLine and begins[line - 1] + shifts[line - 1] >= ends[line - 1]:
                is_loose = True
            if line < endLine and begins[line] + shifts[line] >= ends[line]:
                is_loose = True
                line += 1
                state.line = line

    def _chain(self, first: str) -> tuple[_Rule, ...]:
        names = zip(self.ruler.get_active_rules(), self.ruler.getRules(""), strict=True)
        return tuple(rule for name, rule in names if first in _STARTS.get(name, first))


class _State(StateBlock):
    def push(self, ttype, tag, nesting):  # type: ignore[no-untyped-def]
        """A new token at the end, made without the checks of its constructor."""
        token = _new(Token)
        token.type, token.tag, token.nesting = ttype, tag, nesting
        token.attrs, token.map, token.children = {}, None, None
        token.content = token.markup = token.info = ""
        token.meta, token.block, token.hidden = {}, True, False
        if nesting < 0:
            self.level -= 1
        token.level = self.level
        if nesting > 0:
            self.level += 1
        self.tokens.append(token)
        return token


_new = object.__new__

# Each rule of markdown-it reports to the log that it was called.
for _name in ("blockquote", "code", "fence", "heading", "hr", "html_block", "lheading", "list",
              "paragraph", "reference", "table"):  # fmt: skip
    logging.getLogger(f"markdown_it.rules_block.{_name}").debug = lambda *_, **__: None  # type: ignore[method-assign]
