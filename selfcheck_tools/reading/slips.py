"""Signs within a text that do not do what their author meant: notes, without an opinion."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from markdown_it.token import Token

from selfcheck_tools.dialects import BAD_HEADING, BAD_LIST_TASK, BAD_TASK
from selfcheck_tools.markdown import parse
from selfcheck_tools.model import Note
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.blocks import masked
from selfcheck_tools.reading.page import Page
from selfcheck_tools.text import Span

# The elements of HTML, and the common ones of SVG and MathML; all others are none.
ELEMENTS = frozenset(
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink "
    "blockquote body br button canvas caption center cite code col colgroup command data datalist dd "
    "del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame "
    "frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins isindex kbd "
    "keygen label legend li link listing main map mark marquee math menu menuitem meta meter nav "
    "nobr noembed noframes noscript object ol optgroup option output p param picture plaintext portal "
    "pre progress q rb rbc rp rt rtc ruby s samp script search section select selectedcontent slot "
    "small source spacer span strike strong style sub summary sup svg table tbody td template "
    "textarea tfoot th thead time title tr track tt u ul var video wbr xmp "
    "animate circle clippath defs desc ellipse filter foreignobject g line lineargradient marker mask "
    "path pattern polygon polyline radialgradient rect stop switch symbol text textpath tspan use view "
    "annotation maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom "
    "mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder "
    "munderover semantics".split()
)
TAG = pattern(r"</?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])[^<>]{0,1000}>")


def is_plain(token: Token) -> bool:
    """Whether an inline text holds nothing that could be a slip, but for stars: most do."""
    content = token.content
    return not (token.children or "\n" in content or content[:1] == "#" or len(content) > _LONGEST)


def slips(page: Page, index: int, token: Token) -> Iterator[Note]:
    """What in the text of an inline token has not become what it looks like."""
    content = token.content
    if "<" in content and token.children:
        yield from _tags(page, token)
    if "**" in content and len(content) <= _LONGEST:
        yield from _emphasis(page, token)
    if page.blocks.tokens[index - 1].type == "paragraph_open":
        if "[" in content or "#" in content:
            yield from _line_starts(page, index, token)
        if "\n" in content:
            yield from _markers(page, token)


_LONGEST = 4_000


def _note(page: Page, token: Token, kind: str, start: int, end: int, detail: str = "") -> Note:
    span = page.places.span(token, page.places.lines(token), start, end)
    return Note(kind, span, detail)


def _tags(page: Page, token: Token) -> Iterator[Note]:
    """Tags of elements that do not exist: `List<String>`."""
    lines: list[tuple[int, int]] = []
    for child in token.children or ():
        match = TAG.match(child.content) if child.type == "html_inline" else None
        if match is not None and match[1].lower() not in ELEMENTS:
            lines = lines or page.places.lines(token)
            start, end = child.meta.get("at", (0, len(token.content)))
            yield Note("unknown-tag", page.places.span(token, lines, start, end), match[1])


def _line_starts(page: Page, index: int, token: Token) -> Iterator[Note]:
    """Checkboxes and headings that are none for want of a blank."""
    tokens = page.blocks.tokens
    in_item = index > 1 and tokens[index - 2].type == "list_item_open"
    offset = 0
    for number, line in enumerate(token.content.split("\n")):
        text = line.lstrip()
        kind = ""
        if (in_item and not number and (match := BAD_TASK.match(text))) or (
            match := BAD_LIST_TASK.match(text)
        ):
            kind = "bad-checkbox"
        elif (match := BAD_HEADING.match(text)) and (
            match.end() > 1 or (not number and _TITLE.match(text))
        ):
            kind = "bad-heading"
        if kind and match is not None:
            start = offset + len(line) - len(text)
            yield _note(page, token, kind, start, start + match.end(), text)
        offset += len(line) + 1


# One sign alone may be a hashtag, or the number of an issue.
_TITLE = pattern(r"#(?:\d{1,4}[.)]\s|(?=[^\W\d_])\S{2,40}\s+(?!#)\S)")


# ── lists ───────────────────────────────────────────────────────────────────────────────────────

# What looks like an item and stands in a paragraph is no item: a list may interrupt a paragraph
# only if it starts with 1 (CommonMark 5.3), and nothing does that is indented by four or more.
_MARKER = pattern(r"\n(?P<indent>[ \t]*)(?P<marker>(?P<number>\d{1,9})[.)]|[-*+])[ \t]+\S")


def _markers(page: Page, token: Token) -> Iterator[Note]:
    """The first of a run of items that the paragraph above has swallowed."""
    content = token.content
    found = list(_MARKER.finditer(content))
    for match, following in zip_longest(found, found[1:]):
        before = content.rfind("\n", 0, match.start()) + 1
        above = content[before : match.start()].rstrip().rstrip("*_")
        goes_on = following is not None and _follows(match, following)
        if not goes_on and not above.endswith((":", "：", "?", "？")):
            continue
        indent = match["indent"]
        shallow = len(indent) < 4 and "\t" not in indent
        start, end = match.span("marker")
        yield _note(page, token, "swallowed-marker", start, end, "shallow" if shallow else "deep")
        return


def _follows(one: "re.Match[str]", other: "re.Match[str]") -> bool:
    if one["number"] and other["number"]:
        return int(other["number"]) == int(one["number"]) + 1
    return one["marker"] == other["marker"]


# ── emphasis ────────────────────────────────────────────────────────────────────────────────────

# What surely is bold (CommonMark 6.2, rules 5 to 8), so that most texts need no closer look.
_BOLD = pattern(
    r"(?:\*\*(?=\w)|(?<!\w)\*\*(?=[^\s*]))[^*\n]*(?:(?<=\w)\*\*|(?<=[^\s*\w])\*\*(?!\w))"
)
_PAIR = pattern(
    r"(?<![*\\/])\*\*(?P<left>[ \t]*)(?P<text>[^\s*](?:[^*\n]{0,200}[^\s*])?)(?P<right>[ \t]*)\*\*(?![*/])"
)
_WORD = pattern(r"[^\W\d_]{3}")


def _emphasis(page: Page, token: Token) -> Iterator[Note]:
    """Pairs of `**` that are shown as they stand, and one at the start that has no other."""
    content = token.content
    if "**" not in _BOLD.sub("", content):
        return
    children = token.children or parse(content, inline=True)[0].children or ()
    shown = [child.content for child in children if child.type == "text" and "**" in child.content]
    if not shown:
        return
    visible = masked(content)
    lines = page.places.lines(token)
    for match in _PAIR.finditer(visible):
        if kind := _broken(match, shown):
            yield Note("broken-bold", page.places.span(token, lines, *match.span()), kind)
    if visible.count("*") == 2 and shown[0].startswith("**") and content.startswith("**"):
        first = content[2:3]
        if first.isalnum() and not first.islower():
            yield Note("broken-bold", page.places.span(token, lines, 0, 2), "open")


def _broken(match: "re.Match[str]", shown: list[str]) -> str:
    """In which way a pair of `**` is no bold; empty if it is, or is something else altogether."""
    if not _WORD.search(match["text"]):
        return ""
    if not any(match.group() in each for each in shown):
        return ""
    left, right = bool(match["left"]), bool(match["right"])
    before = match.string[max(match.start() - 1, 0) : match.start()]
    if left and right and before not in ("", "\n"):  # "one ** two ** three"
        return ""
    words = match["text"].split()
    if (left and not _WORD.search(words[0])) or (right and not _WORD.search(words[-1])):
        return ""  # "2 ** 3"
    if before.isascii() and before.isalnum():  # "x**2": the sign of a power
        return ""
    return "padded" if left or right else "stuck"


# ── prose as code ───────────────────────────────────────────────────────────────────────────────

_BEFORE = 4_000
_PROSE = pattern(r"`[A-Za-z]+ [A-Za-z][A-Za-z'’/-]* [A-Za-z'’/ ,;-]{12,200}[.?!:]?`")
# Words that hardly stand in code or on a command line: no keywords of a language among them.
_GLUE = frozenset(
    "the of to are that be can you it was a an this which your has have will its they".split()
)


def prose_code(page: Page, code: Sequence[tuple[int, int]]) -> Iterator[Note]:
    """Code spans of five or more words that are plain English, as one note with their number.

    `code` are the lines of the code blocks, in order: what stands there is left alone.
    """
    source, text = page.source, page.source.clean
    first, count = None, 0
    for match in _PROSE.finditer(text):
        words = match.group().split(" ")
        if len(words) < 5 or len(_GLUE.intersection(words)) < 2:
            continue
        line = text.rfind("\n", 0, match.start()) + 1
        if text.count("`", max(line, match.start() - _BEFORE), match.start()) % 2:
            continue  # it starts where another one ends
        if code and is_in(code, source.line_of(match.start())):
            continue
        first = first or Span(match.start(), match.end())
        count += 1
    if first is not None:
        yield Note("prose-code", first, str(count))


def is_in(code: Sequence[tuple[int, int]], line: int) -> bool:
    """Whether a line stands in one of some runs of lines that are in order."""
    at = bisect_right(code, (line, 1 << 60)) - 1
    return at >= 0 and line < code[at][1]
