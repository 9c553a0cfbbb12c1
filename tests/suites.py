"""Markdown files as test suites: each `## Case: name` is a case, fenced blocks hold input and output.

`→` is a tab, `␠` a space that would be invisible at a line's end, `⟨U+200B⟩` any character by its
number.
"""

import re
from pathlib import Path
from typing import NamedTuple

_CASE = re.compile(
    r"^## Case: (?P<name>[^\n]+)\n+(?P<body>.*?)(?=^## Case: |\Z)", re.MULTILINE | re.DOTALL
)
_BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<kind>[^\s`]+)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL
)

_NUMBERED = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")


class Case(NamedTuple):
    """A case: its name, and the text of its blocks by kind."""

    name: str
    blocks: dict[str, str]


def cases(path: Path) -> list[Case]:
    """The cases of a suite."""
    return [
        Case(
            match["name"],
            {block["kind"]: block["text"] for block in _BLOCK.finditer(match["body"])},
        )
        for match in _CASE.finditer(path.read_text(encoding="utf-8"))
    ]


def visible(text: str) -> str:
    """Written text with its tabs, spaces and numbered characters as they are meant."""
    text = text.replace("→", "\t").replace("␠", " ")
    return _NUMBERED.sub(lambda match: chr(int(match[1], 16)), text) if "⟨U+" in text else text


def rewrite(path: Path, name: str, kind: str, text: str) -> None:
    """Replaces the text of one block of one case."""
    whole = path.read_text(encoding="utf-8")
    case = next(match for match in _CASE.finditer(whole) if match["name"] == name)
    block = next(b for b in _BLOCK.finditer(whole, case.start(), case.end()) if b["kind"] == kind)
    path.write_text(
        whole[: block.start("text")] + text + whole[block.end("text") :], encoding="utf-8"
    )
