"""Whether what follows a question is an answer, a placeholder for one, or nothing that shows."""

import re
from collections.abc import Iterable

from markdown_it.token import Token

from selfcheck_tools.model import State
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.blocks import COMMENT
from selfcheck_tools.reading.fragments import MEDIA, Child, Reading, Run
from selfcheck_tools.reading.page import plain


def state_of(reading: Reading, body: Iterable[Child], mark: Run | None) -> State:
    """What the blocks below a question are; `mark` is what stands behind "Answer:", if it does."""
    content = [child for child in body if not child.furniture]
    if mark is not None and content and not mark.span:
        content = content[1:]
    if not content:
        return "unanswered"
    first, *rest = content
    if all(_is_empty(reading, child) for child in content):
        return "unanswered"
    text = (
        reading.page.source.clean[mark.span.start : mark.span.end]
        if mark is not None and mark.span
        else _child_text(reading, first)
    )
    if text is not None and is_placeholder(reading, text):
        others = [c for c in rest if not _is_resource(reading, c)]
        filled = [
            c for c in others if not is_placeholder(reading, _child_text(reading, c) or "x y z.")
        ]
        if not filled:
            return "placeholder"
    return "answered"


def _is_empty(reading: Reading, child: Child) -> bool:
    """Whether a block renders nothing: an empty fence, list item, quote or heading."""
    return not any(
        _shows(token) for token in reading.page.blocks.tokens[child.at : child.close + 1]
    )


def _shows(token: Token) -> bool:
    """Whether something of a token would be seen."""
    if token.type == "html_block":
        text = COMMENT.sub("", token.content)
        return bool(MEDIA.search(text) or re.sub(r"<[^<>]*>|&nbsp;", "", text).strip())
    content = token.content.strip()
    return bool(content) and not (len(content) <= _SHORT and _BLANK.fullmatch(content))


# What stands there and is not seen, or is only the start of something: white space, and characters
# of no width, written as themselves or as entities; an empty box to tick; "A:".
_SHORT = 60
_BLANK = pattern(
    r"(?:&(?:nbsp|ensp|emsp|thinsp|zwnj|zwj|ZeroWidthSpace|NoBreak|shy|#160|#8203|#xA0|#x200B);|"
    r"[\s\u00ad\u200b-\u200f\u2060\ufeff])+|\[[ xX]?\]|[*_]{0,2}A[*_]{0,2}[:：][*_]{0,2}",
    re.IGNORECASE,
)


def _child_text(reading: Reading, child: Child) -> str | None:
    """The text of a paragraph, list or quote that holds a single line of it."""
    inlines = [
        token
        for token in reading.page.blocks.tokens[child.at : child.close + 1]
        if token.content and token.type in ("inline", "fence", "code_block", "html_block")
    ]
    if len(inlines) == 1 and inlines[0].type in ("inline", "html_block"):
        return inlines[0].content
    return None


_UNWRITTEN = pattern(r"\b(?:todo|tbd|fixme)\b", re.IGNORECASE)
_WRAPPINGS = " \t\n\"'“”‘’()[]<>{}«»~:#"


def is_placeholder(reading: Reading, text: str) -> bool:
    """Whether a text says only that there is no answer yet."""
    text = COMMENT.sub("", text).strip()
    if len(text) > 400 or (text[:1] == text[-1:] == "`" and not _UNWRITTEN.search(text)):
        return False  # a sign in code is an answer
    text = plain(text).strip(_WRAPPINGS)
    if text.startswith("_"):
        text = text.strip("_").strip(_WRAPPINGS) or text
    bare = text.rstrip(".!… ")
    return bool(
        (bare and reading.placeholders.fullmatch(bare)) or reading.placeholders.fullmatch(text)
    )


def _is_resource(reading: Reading, child: Child) -> bool:
    """Whether a block is a list of nothing but links, or the line that announces one."""
    tokens = reading.page.blocks.tokens[child.at : child.close + 1]
    lines = [token.content for token in tokens if token.type == "inline"]
    if tokens[0].type in ("bullet_list_open", "ordered_list_open"):
        return all(re.fullmatch(r"\W*(?:\[.*\]\(.*\)|<?https?://\S+)\W*", line) for line in lines)
    return len(lines) == 1 and len(lines[0]) < 40 and plain(lines[0]).endswith(":")
