"""Markdown that does not mean what its author meant: notes for the rules, without an opinion."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from markdown_it.token import Token

from selfcheck_tools.markdown import MAX_NESTING, is_tangled
from selfcheck_tools.model import Note
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.blocks import COMMENT
from selfcheck_tools.reading.bodies import Body
from selfcheck_tools.reading.options import glued_option
from selfcheck_tools.reading.outline import level_notes, list_notes
from selfcheck_tools.reading.page import Head, Page, asks, numbered
from selfcheck_tools.reading.slips import ELEMENTS, TAG, is_in, is_plain, prose_code, slips
from selfcheck_tools.reading.tables import broken_tables, uneven_rows
from selfcheck_tools.text import Source, Span


def pitfalls(page: Page, heads: Sequence[Head], bodies: Sequence[Body]) -> Iterator[Note]:
    """What the Markdown of a page is that its author hardly meant, as notes that rules speak of."""
    tokens = page.blocks.tokens
    for index in page.blocks.unclosed:
        yield Note("open-details", tokens[index].meta["span"])
    for head, body in zip(heads, bodies, strict=True):
        for span in body.unlabelled:
            yield Note("unlabelled-option", span)
        glued = glued_option(head, body.options)
        if glued is not None:
            yield Note("glued-option", glued)
    yield from level_notes(page, heads)
    code: list[tuple[int, int]] = []
    ends = set[int]()  # fences that end one before them instead of opening a block
    text = page.source.clean
    has_stars = "**" in text
    for index, token in enumerate(tokens):
        nesting = token.nesting
        if nesting < 0:
            continue
        kind = token.type
        if nesting:
            if kind == "heading_open" and token.markup == "-":
                yield from _heading_notes(page, index, token)
            elif kind in _LISTS:
                yield from list_notes(page, index)
            elif kind == "table_open":
                yield from uneven_rows(page, index, token)
            if token.level >= MAX_NESTING - 1 and token.map:
                yield Note("too-deep", _whole(page.source, token))
        elif kind == "inline":
            if not is_plain(token) or (has_stars and "**" in token.content):
                yield from _text_notes(page, index, token)
        elif kind == "html_block":
            yield from _html_notes(page, token)
        elif kind in _CODE_BLOCKS and token.map:
            code.append((token.map[0], token.map[1]))
            if kind == "fence":
                yield from _fence_notes(page, index, token, ends)
            else:
                yield from _code_notes(page, token)
    if "`" in text:
        yield from prose_code(page, code)
    if "<<<<<<< " in text:
        yield from _conflicts(page, code)


_LISTS = ("bullet_list_open", "ordered_list_open")
_CODE_BLOCKS = ("fence", "code_block")


def _whole(source: Source, token: Token) -> Span:
    first, last = token.map or (0, 1)
    return Span(source.line_start(first), source.line_span(last - 1).end)


def _text_notes(page: Page, index: int, token: Token) -> Iterator[Note]:
    content = token.content
    if is_tangled(content):
        yield Note("too-tangled", _whole(page.source, token))
        return
    yield from slips(page, index, token)
    if "|" in content and "\n" in content and "-" in content:
        yield from broken_tables(page, index, token)


def _swallowed(text: str) -> str:
    """How many headings a text holds that has become something else, and how many of them ask."""
    headings = [line[:_LINE].strip("# \t\r") for line in _HEADINGS.findall(text)]
    asking = sum(numbered(each) is not None or asks(each) for each in headings)
    return f"{len(headings)} {asking}"


_LINE = 200
_HEADINGS = pattern(r"^ {0,3}#{1,6}[ \t][^\n]+", re.MULTILINE)


# ── code blocks ─────────────────────────────────────────────────────────────────────────────────


def _fence_notes(page: Page, index: int, token: Token, ends: set[int]) -> Iterator[Note]:
    """A fence that is never closed, or by a line that was to close another one."""
    assert token.map is not None
    source, fence = page.source, token.markup
    first, last = token.map
    span = source.line_span(first)
    end = source.line_span(last - 1)
    closing = source.clean[end.start : end.end].strip(" \t>")
    is_closed = last - first > 1 and closing.startswith(fence) and not closing.strip(fence[0])
    if not is_closed:
        if index not in ends:
            yield Note("open-fence", span, _swallowed(token.content))
        return
    opening = _OPENING[fence[0]].search(token.content)
    if opening is None or len(opening[1]) < len(fence):
        return
    swallowed = _swallowed(token.content[: opening.start()])
    real = _real_end(page, index, token)
    shows = token.info.strip().lower() in _SHOWS_FENCES
    if not shows and (real is None or not swallowed.endswith(" 0")):
        yield Note("runaway-fence", span, swallowed)
        return
    start = source.clean.find(fence, span.start, span.end)
    stop = -1
    if real is not None:
        ends.add(real)
        line = source.line_span(page.blocks.lines(real)[0])
        stop = source.clean.find(fence, line.start, line.end)
    yield Note("inner-fence", Span(start, start + len(fence)), str(stop))


# A line that opens a block and cannot close one.
_OPENING = {
    "`": re.compile(r"^ {0,3}(`{3,})[ \t]*[A-Za-z][\w+#.-]*[ \t]*$", re.MULTILINE),
    "~": re.compile(r"^ {0,3}(~{3,})[ \t]*[A-Za-z][\w+#.-]*[ \t]*$", re.MULTILINE),
}
_AHEAD = 200
_SHOWS_FENCES = ("markdown", "md", "mdx", "rmd", "qmd")


def _real_end(page: Page, index: int, token: Token) -> int | None:
    """The fence below a block that was to close it: one without a language before any heading."""
    tokens = page.blocks.tokens
    for at in range(index + 1, min(len(tokens), index + _AHEAD)):
        other = tokens[at]
        if other.level < token.level or other.type == "heading_open":
            return None
        is_like = (other.type, other.level, other.markup) == ("fence", token.level, token.markup)
        if is_like and not other.info.strip():
            return at
    return None


def _code_notes(page: Page, token: Token) -> Iterator[Note]:
    """An indented block that reads as sentences or as a list of them."""
    lines = [line[:_LINE] for line in token.content.split("\n", _LOOK)[:_LOOK] if line.strip()]
    if (
        lines
        and all(_SENTENCE.match(line) and not _CODE.search(line) for line in lines)
        and (_ENDS.search(lines[-1]) or sum(_ITEM.match(line) is not None for line in lines) > 1)
    ):
        surplus = 4 + min(len(line) - len(line.lstrip(" ")) for line in lines)
        yield Note("indented-prose", _trimmed(page.source, token), str(surplus))


def _trimmed(source: Source, token: Token) -> Span:
    """A token's lines without the white space around them."""
    span = _whole(source, token)
    text = source.clean[span.start : span.end]
    return Span(span.start + len(text) - len(text.lstrip()), span.start + len(text.rstrip()))


_LOOK = 12
# Words and the punctuation of sentences, no signs of code; a list's mark before them.
_SENTENCE = pattern(
    r" *(?:[-*+]|\d{1,3}[.)])?[ \t]*[*_`\"“]{0,3}[^\W\d_][\w'’-]*[,;:*_`\"”]{0,3}"
    r"(?:[ \t]+[*_`\"“(]{0,3}[\w'’-]+[)*_`\"”]{0,3}[,;:.?!]?[*_`\"”]{0,2}){4,}"
)

_ENDS = pattern(r"[.?!:。][*_\"”)]{0,3}\s*\Z")
_ITEM = pattern(r" *(?:[-*+]|\d{1,3}[.)]) ")
_CODE = pattern(r"[{}=<>;|\\$~^]|\(\)|://|--|\w\(|^ *(?:[-*+] +)?[a-z][\w-]*: ")


# ── headings ────────────────────────────────────────────────────────────────────────────────────


def _heading_notes(page: Page, index: int, token: Token) -> Iterator[Note]:
    """A sentence that the line below it, meant as a rule, has made a heading."""
    assert token.map is not None
    content = page.blocks.tokens[index + 1].content
    is_sentence = content.endswith((".", ";", ",", "。")) and content.count(" ") > 4
    if is_sentence or "\n" in content or len(content) > _LINE:
        line = page.source.line_span(token.map[1] - 1)
        start = page.source.clean.find("-", line.start, line.end)
        yield Note("accidental-heading", Span(max(start, line.start), line.end))


# ── HTML ────────────────────────────────────────────────────────────────────────────────────────


def _html_notes(page: Page, token: Token) -> Iterator[Note]:
    content = token.content
    if content.lstrip().startswith("<!--"):
        yield from _comment_notes(page, token)
    if _RAW_TEXT.search(content):
        return
    visible = COMMENT.sub(_blanked, content) if "<!--" in content else content
    lines = page.places.lines(token)
    unknown = (match for match in TAG.finditer(visible) if match[1].lower() not in ELEMENTS)
    for match in islice(unknown, _MANY):
        yield Note("unknown-element", page.places.span(token, lines, *match.span()), match[1])
    literal = _literal(visible)
    if literal is not None:
        yield Note("markdown-in-html", page.places.span(token, lines, *literal))


_MANY = 50  # of one block; finding the place of each costs what the block is long
# What holds text that is no Markdown, and what asks that its text be read as Markdown.
_RAW_TEXT = pattern(r"<(?:pre|code|script|style|textarea|svg|math)\b|\bmarkdown\s*=", re.I)
_LITERAL = pattern(
    r"(?<![\w*])\*\*[^\s*][^*\n<>]{0,80}(?<!\s)\*\*(?![\w*])"
    r"|!?\[[^\]\[\n]{0,80}\]\((?:https?:|\.{0,2}/|#|[\w-]+[./])[^()\n\s]{0,300}\)"
    r"|(?<![`\w])`[^`\n<>]{1,80}`(?![`\w])"
    r"|(?<=\n)[ \t]*(?:[-*+] [^\n]+\n[ \t]*[-*+] \S|#{1,6} [^\W\d_])"
)


def _literal(visible: str) -> tuple[int, int] | None:
    """Where the first piece of Markdown stands in HTML that no reader takes apart."""
    match = _LITERAL.search(visible)
    if match is None:
        return None
    text = match.group().lstrip()
    return match.end() - len(text), match.end()


def _blanked(match: "re.Match[str]") -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _comment_notes(page: Page, token: Token) -> Iterator[Note]:
    """A comment without an end, or with the end of another one below it."""
    content = token.content
    at = content.rfind("<!--")
    end = content.find("-->", at + 2)
    if end < 0:
        inner = content.find("-->")
        start = content.find("<!--", max(inner, 0))
        yield _comment(page, token, "open-comment", start, content[start:])
        return
    start = content.find("<!--")
    end = content.find("-->", start + 2)
    again = content.find("\n<!--", start, end)
    if again >= 0:
        yield _comment(page, token, "runaway-comment", start, content[start:again])


def _comment(page: Page, token: Token, kind: str, start: int, text: str) -> Note:
    span = page.places.span(token, page.places.lines(token), start, start + 4)
    return Note(kind, span, _swallowed(text))


# ── conflicts ───────────────────────────────────────────────────────────────────────────────────


def _conflicts(page: Page, code: Sequence[tuple[int, int]]) -> Iterator[Note]:
    """The marks that a merge leaves, in their order, where no code block shows them."""
    source = page.source
    start: Span | None = None
    is_parted = False
    for match in _MARK.finditer(source.clean):
        mark = match.group()[0]
        if mark == "<":
            start, is_parted = Span(*match.span()), False
        elif mark == "=":
            is_parted = start is not None
        elif start is not None and is_parted:
            if not all(is_in(code, source.line_of(at)) for at in (start.start, match.start())):
                yield Note("conflict", start)
            start = None


_MARK = pattern(r"^(?:<{7} [^\r\n]{1,200}|={7}(?=\r?$)|>{7} )", re.MULTILINE)
