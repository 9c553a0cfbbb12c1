"""Raw HTML that acts: notes of elements, attributes and addresses that no exporter lets through.

The HTML is taken from the parser's tokens, so that nothing in code is looked at. What counts as
an address that runs is the WHATWG's URL standard: a browser strips control characters and spaces
around an address and drops tabs and line ends within it (https://url.spec.whatwg.org/).
"""

import re
from collections.abc import Iterator
from html import unescape

from markdown_it.token import Token

from selfcheck_tools.model import Note
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.blocks import COMMENT
from selfcheck_tools.reading.page import Page

_NAMES = (
    "script|style|iframe|frame|frameset|object|embed|applet|portal|form|button|select|textarea|"
    "base|meta|link"
)
_VOID = frozenset(("embed", "base", "meta", "link", "frame"))
_CLOSING = {  # of the elements whose content is no HTML
    name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")
}

# A tag that may be worth a look: one search, which stops at `<` only.
_CANDIDATE = pattern(rf"<(?:(?:{_NAMES})\b|[A-Za-z][\w:-]*[\s/]+[A-Za-z_:])", re.IGNORECASE)
_TAG = pattern(
    r"<(?P<name>[A-Za-z][\w:-]{0,40})(?=[\s/>])"
    r"(?P<rest>(?:[^<>\"']|\"[^\"]{0,4000}\"|'[^']{0,4000}'){0,4000}+)>"
)
_ATTRIBUTE = pattern(
    r"(?P<name>[^\s\"'<>/=]{1,60}+)\s{0,60}+"
    r"(?:=\s{0,60}+(?:\"(?P<d>[^\"]*+)\"|'(?P<s>[^']*+)'|(?P<b>[^\s\"'<>`]++)))?"
)
_HANDLER = pattern(r"on[a-z]{3,30}\Z")
_ADDRESSES = frozenset(
    "href src action formaction data poster background cite xlink:href longdesc".split()
)
_RUNS = pattern(r"(?:javascript|vbscript):|data:text/html|data:application/xhtml", re.IGNORECASE)
_STYLED = pattern(r"url\s*\(|expression\s*\(|-moz-binding|behavior\s*:|@import", re.IGNORECASE)
_EDGE = "".join(map(chr, range(0x21)))
_WITHIN = pattern(r"[\t\n\r]|%0[9ad]", re.IGNORECASE)


def runs(address: str) -> str:
    """What kind of address it is that a browser would run (`javascript:`); empty for another."""
    if ":" not in address and "&" not in address:
        return ""
    bare = _WITHIN.sub("", address[:200].lstrip(_EDGE))
    match = _RUNS.match(bare)
    return match.group().lower() if match else ""


def hazards(page: Page) -> Iterator[Note]:
    """The elements, attributes and addresses in raw HTML that act."""
    if "<" not in page.source.text or not _CANDIDATE.search(page.source.text):
        return
    for token in page.blocks.tokens:
        if token.type == "html_block":
            yield from _scanned(page, token, token.content, 0)
        elif token.type == "inline" and token.children and "<" in token.content:
            closed = _closed(token.children)
            for child in token.children:
                if child.type == "html_inline" and child.meta:
                    yield from _scanned(page, token, child.content, child.meta["at"][0], closed)


def _closed(children: list[Token]) -> frozenset[str]:
    """The elements that a text ends; a tag without its end is shown as text, and harmless."""
    tags = (child.content for child in children if child.type == "html_inline")
    return frozenset(tag[2:].rstrip("> \t\n").lower() for tag in tags if tag.startswith("</"))


def _scanned(
    page: Page, token: Token, content: str, base: int, closed: frozenset[str] | None = None
) -> Iterator[Note]:
    if not _CANDIDATE.search(content):
        return
    lines = page.places.lines(token)
    visible = COMMENT.sub(lambda match: " " * len(match.group()), content)
    done = 0
    for match in _TAG.finditer(visible):
        if match.start() < done:
            continue
        name = match["name"].lower()
        shown = closed is not None and not (name in closed or match.group().endswith("/>"))
        if shown and name not in _VOID | {"img", "input", "source"}:
            continue
        for kind, start, end, detail in _found(name, match):
            yield Note(kind, page.places.span(token, lines, base + start, base + end), detail)
        if name in _CLOSING:
            closing = _CLOSING[name].search(visible, match.end())
            done = closing.start() if closing else len(visible)


def _found(name: str, match: "re.Match[str]") -> Iterator[tuple[str, int, int, str]]:
    """What acts in a tag: the kind of note, where, and what."""
    rest, at = match["rest"], match.start("rest")
    attributes: dict[str, tuple[str, re.Match[str], str]] = {}
    for found in _ATTRIBUTE.finditer(rest):
        group = next((each for each in "dsb" if found[each] is not None), "")
        value = unescape(found[group]) if group else ""
        attributes.setdefault(found["name"].lower(), (value, found, group))
    if _is_active(name, attributes):
        yield "active-element", match.start(), match.end(), name
    for attribute, (value, found, group) in attributes.items():
        start, end = at + found.start(), at + found.end()
        if _is_acting(attribute, value):
            yield "active-attribute", start, end, attribute
        elif attribute in _ADDRESSES and group and (scheme := runs(value)):
            yield "active-address", at + found.start(group), at + found.end(group), scheme


def _is_acting(attribute: str, value: str) -> bool:
    if attribute == "style":
        return _STYLED.search(value[:2_000]) is not None
    return attribute in ("srcdoc", "formaction") or _HANDLER.match(attribute) is not None


_ACTIVE = frozenset(_NAMES.split("|"))


def _is_active(name: str, attributes: dict[str, tuple[str, "re.Match[str]", str]]) -> bool:
    if name == "meta":
        return "http-equiv" in attributes
    if name == "base":
        return "href" in attributes or "target" in attributes
    return name in _ACTIVE
