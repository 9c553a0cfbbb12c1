"""What a link's fragment can lead to: headings by the names that GitHub gives them, and ids."""

import re
from collections.abc import Iterable, Iterator

# GitHub's name of a heading: lower case, a hyphen for each space, nothing but letters, digits,
# hyphens and underscores, and a number where a name comes again.
_DROPPED = re.compile(r"[^\w\- ]+")
_ASCII = {code: None for code in range(128) if not (chr(code).isalnum() or chr(code) in "-_")}
_ASCII_TABLE: dict[int, str | None] = {
    **_ASCII,
    ord(" "): "-",
    **{code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)},
}
_LINKED = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_TAG = re.compile(r"<[^<>]*>")
_EMPHASIS = re.compile(r"(?<!\w)_+|_+(?!\w)")

# In code too: a name too many only hides a fault.
_ID = re.compile(
    r"\b(?:id|name)\s{0,9}=\s{0,9}(?:\"([^\"\n]{1,300})\"|'([^'\n]{1,300})'|([^\s\"'<>]{1,300}))",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"\{:?[ ]{0,9}#([\w:.-]{1,300})")
_HTML_HEADING = re.compile(
    r"<h[1-6]\b[^<>]{0,300}>(.{0,500}?)</h[1-6]\s{0,9}>", re.IGNORECASE | re.DOTALL
)


def anchors(text: str, headings: Iterable[str]) -> tuple[str, ...]:
    """The names that a document with these headings offers to links, each once."""
    found: dict[str, int] = {}
    for heading in headings:
        for name in _names(heading):
            _add(found, name)
    if "<h" in text or "<H" in text:
        for html in _HTML_HEADING.findall(text):
            _add(found, slug(_TAG.sub("", html)))
    if "=" in text and ("id" in text or "name" in text or "ID" in text or "NAME" in text):
        for match in _ID.finditer(text):
            found.setdefault(match[1] or match[2] or match[3], 0)
    if "{" in text:
        for name in _ATTRIBUTE.findall(text):
            found.setdefault(name, 0)
    return tuple(found)


def slug(text: str) -> str:
    """The name of a heading that shows a text."""
    if text.isascii():
        return text.strip().translate(_ASCII_TABLE)
    return _DROPPED.sub("", text.strip().lower()).replace(" ", "-")


def essence(name: str) -> str:
    """The letters and digits of a name alone: what all ways to name a heading agree on."""
    return "".join(filter(str.isalnum, name.casefold()))


def _names(heading: str) -> Iterator[str]:
    """The names that a heading's Markdown can have; more than one where it is unclear what an
    underscore or a tag is."""
    if "[" in heading:
        heading = _LINKED.sub(r"\1", heading)
    if "<" in heading:
        yield slug(heading)  # where the tag stands in code, it is text
        heading = _TAG.sub("", heading)
    yield slug(heading)
    if "_" in heading and (other := _EMPHASIS.sub("", heading)) != heading:
        yield slug(other)
    if "{" in heading:
        yield slug(heading.partition("{")[0])


def _add(found: dict[str, int], name: str) -> None:
    if name not in found:
        found[name] = 0
        return
    number = found[name] + 1
    while f"{name}-{number}" in found:
        number += 1
    found[name] = number
    found[f"{name}-{number}"] = 0
