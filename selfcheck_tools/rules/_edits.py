"""Edits that several rules make."""

from selfcheck_tools.diagnostics import Fix
from selfcheck_tools.text import Edit, Source, Span


def blank_line(source: Source, offset: int, title: str) -> Fix | None:
    """An empty line above the line of an offset; None where the prefix of a quote stands before
    it. It moves what follows into another block, so it is never safe."""
    start = source.line_start(source.line_of(offset))
    if not start or source.text[start:offset].strip(" \t"):
        return None
    end = "\r\n" if source.text[start - 2 : start] == "\r\n" else "\n"
    return Fix((Edit(Span(start, start), end),), title, safe=False)


def swallows(detail: str) -> str:
    """What a note of something unclosed says it has swallowed: " and swallows 2 questions"."""
    headings, asking = map(int, detail.split())
    count, noun = (asking, "question") if asking else (headings, "heading")
    return f" and swallows {count} {noun}{'' if count == 1 else 's'}" if count else ""
