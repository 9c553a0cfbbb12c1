"""Collects what can be blamed within a document's text: images, links, code, math, comments."""

import re
from bisect import bisect_left
from functools import cached_property
from html import unescape

from markdown_it.token import Token

from selfcheck_tools.markdown import WWW, Places, trim_url
from selfcheck_tools.media import is_audio, local_path
from selfcheck_tools.model import CodeBlock, Image, Link, Math, Note
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.blocks import COMMENT
from selfcheck_tools.reading.directives import Word, words
from selfcheck_tools.reading.fragments import is_import
from selfcheck_tools.reading.page import Page
from selfcheck_tools.reading.unlinked import looks_unlinked, unlinked
from selfcheck_tools.text import Span

Part = Image | Link | CodeBlock | Math

_HTML_TAG = pattern(
    r"<(?P<name>img|a|audio|source|video)\b(?P<rest>(?:[^<>\"']|\"[^\"]{0,4000}\"|'[^']{0,4000}'){0,60})>",
    re.IGNORECASE,
)
_ATTRIBUTE = pattern(
    r"(?P<name>[A-Za-z-]+)\s*=\s*(?:\"(?P<d>[^\"]*)\"|'(?P<s>[^']*)'|(?P<b>[^\s\"'<>=`]+))"
)


class Inlines:
    """The parts of a page in order, and the comments and imports that reach no output.

    `notes` says what looks like a link or an image and is none, and which images stand oddly;
    `headings` is the Markdown of all headings, those in lists and quotes too.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._places = Places(page.source)
        self.parts: list[Part] = []
        self.notes: list[Note] = []
        self.headings: list[str] = []
        cuts: list[Span] = []
        tokens = page.blocks.tokens
        for index, token in enumerate(tokens):
            if token.type == "inline":
                if token.children:
                    self._inline(token, cuts, tokens[index - 2].type == "list_item_open")
                elif token.content.startswith(("import ", "export ")) and is_import(token.content):
                    cuts.append(self._whole(token))
            elif token.type in ("fence", "code_block"):
                language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
                self.parts.append(CodeBlock(self._whole(token), language, token.content))
            elif token.type == "math_block":
                self.parts.append(Math(self._whole(token), token.content, display=True))
            elif token.type == "html_block":
                self._html(token, token.content, 0, cuts)
            elif token.type == "heading_open":
                self.headings.append(tokens[index + 1].content)
        self.parts.sort(key=lambda part: part.span)
        self.cuts = tuple(sorted(set(cuts)))

    @cached_property
    def _starts(self) -> list[int]:
        return [part.span.start for part in self.parts]

    def between(self, span: Span) -> list[Part]:
        """The parts that stand in a span."""
        return self.parts[
            bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)
        ]

    def directives(self, span: Span) -> dict[str, Word]:
        """What `<!-- selfcheck: key=… tags=a,b -->` comments in a span say; the first of each."""
        found: dict[str, Word] = {}
        text = self._page.source.clean
        at = bisect_left(self.cuts, Span(span.start, 0))
        while at < len(self.cuts) and self.cuts[at].start < span.end:
            for word in words(text, self.cuts[at]):
                found.setdefault(word.name, word)
            at += 1
        return found

    def _whole(self, token: Token) -> Span:
        assert token.map is not None
        source = self._page.source
        first, last = token.map
        end = source.line_span(max(first, last - 1)).end
        start = source.line_start(first)
        text = source.text[start:end]
        return Span(start + len(text) - len(text.lstrip()), start + max(len(text.rstrip()), 0))

    def _inline(self, token: Token, cuts: list[Span], opens_item: bool) -> None:
        lines = self._places.lines(token)
        children = token.children or []
        linked = 0
        for at, child in enumerate(children):
            place = child.meta.get("at") if child.meta else None
            if place is None:
                continue
            if child.type == "image":
                linked += 1
                self._image(token, lines, child, place)
                if token.level > 2 and "\n" in token.content:
                    self._note_unindented(token, lines, place, opens_item)
            elif child.type == "link_open":
                linked += 1
                self._link(token, lines, child, place, children[at + 1 :])
            elif child.type == "html_inline":
                if child.content.startswith("<!--"):
                    cuts.append(self._places.span(token, lines, *place))
                else:
                    self._html(token, child.content, place[0], cuts)
            elif child.type.startswith("math_inline"):
                span = self._places.span(token, lines, *place)
                self.parts.append(Math(span, child.content, child.type.endswith("double")))
        content = token.content
        if "www." in content:
            self._www(token, lines, children)
        if "]" in content and looks_unlinked(content, linked):
            taken = [child.meta["at"] for child in children if child.meta and "at" in child.meta]
            for kind, start, end, detail in unlinked(content, taken):
                span = self._places.span(token, lines, start, end)
                self.notes.append(Note(kind, span, detail))

    def _www(self, token: Token, lines: list[tuple[int, int]], children: list[Token]) -> None:
        """Bare `www.…` that stands in no other part."""
        taken = [child.meta["at"] for child in children if child.meta and "at" in child.meta]
        for match in WWW.finditer(token.content):
            if any(start <= match.start() < end for start, end in taken):
                continue
            url = trim_url(match.group())
            span = self._places.span(token, lines, match.start(), match.start() + len(url))
            self.parts.append(Link(span, span, f"http://{url}", url, bare=True))

    def _image(
        self, token: Token, lines: list[tuple[int, int]], child: Token, place: tuple[int, int]
    ) -> None:
        span = self._places.span(token, lines, *place)
        target = str(child.attrs.get("src", ""))
        destination = _destination(token.content, *place)
        target_span = self._places.span(token, lines, *destination) if destination else span
        if is_audio(target):
            self.parts.append(Link(span, target_span, target, child.content))
            return
        self.parts.append(
            Image(
                span,
                target_span,
                target,
                local_path(self._page.source.path, target),
                "".join(c.content for c in child.children or []) or child.content,
                str(child.attrs.get("title", "")),
            )
        )

    def _link(
        self,
        token: Token,
        lines: list[tuple[int, int]],
        child: Token,
        place: tuple[int, int],
        rest: list[Token],
    ) -> None:
        start = child.meta.get("from", place[0])
        text: list[str] = []
        for other in rest:
            if other.type == "link_close":
                break
            text.append(other.content)
        span = self._places.span(token, lines, start, place[1])
        destination = _destination(token.content, *place) if child.info != "bare" else None
        self.parts.append(
            Link(
                span,
                self._places.span(token, lines, *destination) if destination else span,
                str(child.attrs.get("href", "")),
                "".join(text),
                child.info == "bare",
            )
        )

    def _note_unindented(
        self, token: Token, lines: list[tuple[int, int]], place: tuple[int, int], opens_item: bool
    ) -> None:
        """Notes an image on a line of its own that belongs to a list item only because CommonMark
        (5.2, laziness) lets a paragraph go on without the item's indentation."""
        content, source = token.content, self._page.source
        before = content.rfind("\n", 0, place[0])
        if before < 0 or content[before + 1 : place[0]].strip() or len(lines) < 2:
            return
        span = self._places.span(token, lines, *place)
        first = source.line_start(source.line_of(lines[0][1]))
        wanted = source.clean[first : lines[0][1]]
        indent = source.clean[source.line_start(source.line_of(span.start)) : span.start]
        width = len(wanted.expandtabs(4))
        own = len(indent.expandtabs(4))
        if ">" in wanted or indent.strip(" \t") or own >= (width if opens_item else min(width, 2)):
            return
        self.notes.append(Note("unindented-image", span, str(width)))

    def _html(self, token: Token, content: str, base: int, cuts: list[Span]) -> None:
        """The pictures, sounds, links and comments of raw HTML that starts at `base`."""
        if "<" not in content:
            return
        lines: list[tuple[int, int]] | None = None
        hidden: list[tuple[int, int]] = []
        if "<!--" in content:
            lines = self._places.lines(token)
            for match in COMMENT.finditer(content):
                hidden.append(match.span())
                cuts.append(
                    self._places.span(token, lines, base + match.start(), base + match.end())
                )
        for match in _HTML_TAG.finditer(content):
            if any(start <= match.start() < end for start, end in hidden):
                continue
            if lines is None:
                lines = self._places.lines(token)
            self._tag(token, lines, match, base)

    def _tag(
        self, token: Token, lines: list[tuple[int, int]], match: "re.Match[str]", base: int
    ) -> None:
        attributes = {
            found["name"].lower(): (unescape(value), base + match.start("rest") + at)
            for found in _ATTRIBUTE.finditer(match["rest"])
            for group in ("d", "s", "b")
            if (value := found[group]) is not None
            for at in (found.start(group),)
        }
        span = self._places.span(token, lines, base + match.start(), base + match.end())
        name = match["name"].lower()
        target, at = attributes.get("href" if name == "a" else "src", ("", -1))
        if at < 0:
            return
        if name != "img":
            if name == "a" or is_audio(target):
                target_span = self._places.span(token, lines, at, at + len(target))
                self.parts.append(Link(span, target_span, target, html=name == "a"))
            return
        alt = attributes.get("alt", (None, 0))[0]
        end = at + len(target)
        self.parts.append(
            Image(
                span,
                self._places.span(token, lines, at, end),
                target,
                local_path(self._page.source.path, target),
                alt or "",
                attributes.get("title", ("", 0))[0],
                html=True,
                decorative=alt == "",
            )
        )


def _destination(content: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the destination of an inline image stands; None for one by reference."""
    opening = content.rfind("](", start, end)
    if opening < 0 or content[end - 1] != ")":
        return None
    match = _DESTINATION.match(content, opening + 2, end - 1)
    return (
        (match.span("angled") if match["angled"] is not None else match.span("bare"))
        if match
        else None
    )


# CommonMark 6.3: in angle brackets, or up to the first white space.
_DESTINATION = pattern(r"\s*(?:<(?P<angled>[^>\n]*)>|(?P<bare>\S*))")
