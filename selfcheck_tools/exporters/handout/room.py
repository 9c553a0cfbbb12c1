"""How much room a question needs on paper, to be answered by hand."""

import re
import unicodedata
from math import ceil
from typing import NamedTuple

from selfcheck_tools import render
from selfcheck_tools.model import Document, Question

A_LINE = 55  # characters of handwriting on a line of 150 mm
LEAST, MOST = 2, 20  # lines for an answer of known length
UNKNOWN = 6  # lines for an answer that nobody has written yet
DRAWN = 10  # lines for an answer that is a picture and says nothing
A_BLANK = 12  # underscores of the shortest blank
A_SIGN = 1.4  # underscores that a character takes when it is written by hand

_PICTURE = re.compile(r"<img\b[^>]*>")


class Room(NamedTuple):
    """Room to write, as high as so many lines; `drawn` where a picture is wanted."""

    lines: int
    drawn: bool = False


def room(document: Document, question: Question, a_line: int = A_LINE) -> Room:
    """The room that a question gets: as its author says, or else as long as its answer, when so many
    characters are written on `a_line`. A choice is ticked and a blank filled in; they get none."""
    if question.room is None and question.kind != "open":
        return Room(0)
    known = question.answer is not None and question.state != "placeholder"
    html = render.html(document, question.answer) if question.answer and known else ""
    text = render.plain_text(_PICTURE.sub("", html))
    drawn = "<img" in html and not text
    lines = sum(ceil(width(line) / a_line) for line in text.split("\n"))
    fitting = UNKNOWN if not known else DRAWN if drawn else min(max(LEAST, lines), MOST)
    return Room(fitting if question.room is None else question.room, drawn)


def blank(question: Question) -> int:
    """The underscores of each blank of a cloze. All are alike, so that none tells what it is for."""
    longest = max((width(cloze.text) for cloze in question.clozes), default=0)
    return max(A_BLANK, ceil(longest * A_SIGN / 6) * 6)


def width(text: str) -> int:
    """The length of a text as written by hand: Chinese characters and the like take two places."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text.strip())
