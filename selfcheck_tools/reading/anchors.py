"""What a link's fragment can lead to: headings by the names that GitHub gives them, and ids."""

import re
from collections.abc import Iterable, Iterator

from selfcheck_tools.patterns import pattern

# GitHub's name of a heading: lower case, a hyphen for each space, nothing but letters, digits,
# hyphens and underscores, and a number where a name comes again.
_DROPPED = pattern(r"[^\w\- ]+")
_ASCII = {code: None for code in range(128) if not (chr(code).isalnum() or chr(code) in "-_")}
_ASCII_TABLE: dict[int, str | None] = {
    **_ASCII,
    ord(" "): "-",
    **{code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)},
}
_LINKED = pattern(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_TAG = pattern(r"<[^<>]*>")
_EMPHASIS = pattern(r"(?<!\w)_+|_+(?!\w)")

# In code too: a name too many only hides a fault.
_ID = pattern(
    r"\b(?:id|name)\s{0,9}=\s{0,9}(?:\"([^\"\n]{1,300})\"|'([^'\n]{1,300})'|([^\s\"'<>]{1,300}))",
    re.IGNORECASE,
)
_SIGNS = ("id=", "name=", "ID=", "NAME=", "id =", "name =")
_ATTRIBUTE = pattern(r"\{:?[ ]{0,9}#([\w:.-]{1,300})")
_HTML_HEADING = pattern(
    r"<h[1-6]\b[^<>]{0,300}>(.{0,500}?)</h[1-6]\s{0,9}>", re.IGNORECASE | re.DOTALL
)


def anchors(titles: Iterable[str], ids: Iterable[str]) -> tuple[str, ...]:
    """The names that a document with these headings and ids offers to links, each once."""
    found: dict[str, int] = {}
    for title in titles:
        for name in _names(title):
            _add(found, name)
    for name in ids:
        found.setdefault(name, 0)
    return tuple(found)


def written_ids(text: str) -> tuple[str, ...]:
    """The names that a text gives to places itself, and those of its headings in HTML."""
    found: list[str] = []
    if "<" in text:
        found += (slug(_TAG.sub("", html)) for html in _HTML_HEADING.findall(text))
        if "=" in text and any(sign in text for sign in _SIGNS):
            found += (match[1] or match[2] or match[3] for match in _ID.finditer(text))
    if "{" in text:
        found += _ATTRIBUTE.findall(text)
    return tuple(dict.fromkeys(found))


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
