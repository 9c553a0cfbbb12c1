"""What a stylesheet cannot do to an answer's HTML before it is printed."""

import re
from collections.abc import Callable
from functools import partial
from html import escape, unescape

ACROSS = 72  # characters of a table that fit the width of A4, whatever its columns
TALL = 24  # lines from which a code block may be torn between pages


def _wide(across: int) -> int:
    """Columns from which a table is set smaller, where so many characters fit."""
    return across // 12


def _widest(across: int) -> int:
    """Columns that fit side by side; a table of more goes on below, first column repeated."""
    return max(4, across * 16 // ACROSS)


def _long(across: int) -> int:
    """Characters from which a line of code may not fit."""
    return across * 64 // ACROSS


_TAG = re.compile(r'<(?:[^<>"]|"[^"]*")*>')
_IMG = re.compile(r"<img\b[^>]*>")
_SIZE = re.compile(r'\s(?P<name>width|height)="(?P<value>\d{1,5})(?P<unit>%|px|)"')
_FIGURE = re.compile(r"<p>(\s*(?:<img\b(?![^>]*class=\"math)[^>]*>\s*(?:<br>\s*)?)+)</p>")
# "For example:", which no page may end with: what it leads to is on the next.
_LEADING = re.compile(
    r"<p>((?:(?!</p>).){0,300}[:：](?:</(?!p)\w+>)*)</p>(?=\s*<(?:pre|ul|ol|table)\b)", re.DOTALL
)
_HEADING = re.compile(r"(?P<open></?h)(?P<level>[1-6])\b")
_TABLE = re.compile(r"<table\b(?P<rest>[^>]*)>(?P<body>.*?)</table>", re.DOTALL)
_CELL = re.compile(r"<t[hd]\b.*?</t[hd]>", re.DOTALL)
_EMPTY_CORNER = re.compile(r"<tr>\s*<th\b[^>]*></th>\s*<th\b")
_UNSCOPED = re.compile(r"<th(?=[ >])(?![^>]*\bscope=)")
_FIRST_CELL = re.compile(r"(<tr>\s*)<td(\b[^>]*>[^<]*(?:<(?!td\b|th\b|/td>|table\b)[^<]*)*)</td>")
_SPANNING = re.compile(r"<table\b|\b(?:col|row)span=")
_CODE = re.compile(r"<pre class=\"highlight\"><code>(.*?)\n?</code></pre>", re.DOTALL)
# Pygments' names for what is set like its surroundings. Each span costs the engine a box: without
# these a handout full of code takes two thirds of the time.
_PLAIN = re.compile(r'<span class="(?:w|p|n|nx|nn|nv|na|nb|bp|o|err)">([^<]*)</span>')
# A word of hundreds of characters (a key, say). The engine would measure all of it for each line.
_MONSTER = re.compile(rf"{_TAG.pattern}|(?:[^\s<>&]|&#?\w+;){{400,}}")
_SIGNS = re.compile(r"(?:[^&]|&#?\w+;){100}")


def polished(html: str, *, alt: str, level: int, across: int = ACROSS) -> str:
    """Safe HTML made ready for print.

    `alt` is said of pictures that say nothing themselves; headings come below `level`; so many
    characters of a table fit `across` the text.
    """
    if "<img" in html:
        html = _IMG.sub(lambda match: _image(match.group(), alt), html)
        html = _FIGURE.sub(r'<p class="figure">\1</p>', html)
    if "<h" in html:
        html = _lowered(html, level)
    if "<a " in html:
        html = _noted(html)
    html = _LEADING.sub(r'<p class="leads">\1</p>', html)
    html = _TABLE.sub(partial(_table, across), html)
    html = _CODE.sub(partial(_code, _long(across)), html)
    return _MONSTER.sub(_unless_tag(lambda word: _SIGNS.sub(r"\g<0><wbr>", word)), html)


def _unless_tag(change: Callable[[str], str]) -> "Callable[[re.Match[str]], str]":
    """What replaces a match that is either a tag, which stays, or text."""
    return lambda match: match[0] if match[0].startswith("<") else change(match[0])


def _image(tag: str, alt: str) -> str:
    """An image with an alternative text, and with the author's measures as a style: the engine
    takes no measures from attributes."""
    tag = tag.replace(' alt=""', f' alt="{escape(alt)}"')
    sizes = {match["name"]: match for match in _SIZE.finditer(tag) if int(match["value"])}
    size = sizes.get("width") or sizes.get("height")  # of both one, so that no limit distorts it
    if size is None or (size["name"] == "height" and size["unit"] == "%"):
        return tag
    style = f"{size['name']}:{size['value']}{size['unit'] or 'px'}"
    return f'{_SIZE.sub("", tag)[:-1]} style="{style}">'


def _lowered(html: str, level: int) -> str:
    levels = [int(match["level"]) for match in _HEADING.finditer(html)]
    down = level + 1 - min(levels, default=level + 1)
    return _HEADING.sub(
        lambda match: f"{match['open']}{max(1, min(6, int(match['level']) + down))}", html
    )


# ── links ───────────────────────────────────────────────────────────────────────────────────────

_LINK = re.compile(
    r'<a\b[^>]*?\shref="(?P<url>(?:https?|ftp)://[^"]*)"[^>]*>(?P<text>.*?)</a>', re.DOTALL
)
_NOTE = re.compile(r'<span class="note">[^<]*</span>')
_BARE = re.compile(r"^\w+://(?:www\.)?|/$")


def _noted(html: str) -> str:
    """HTML with the address of each link in a note behind it, once each, but for those that are
    their own text."""
    noted: set[str] = set()

    def note(match: "re.Match[str]") -> str:
        text = unescape(_TAG.sub("", match["text"])).strip()
        url = match["url"]
        if url in noted or _BARE.sub("", text) == _BARE.sub("", unescape(url)):
            return match[0]
        noted.add(url)
        return f'{match[0]}<span class="note">{url}</span>'

    return _LINK.sub(note, html)


def unnoted(html: str) -> str:
    """Polished HTML without the notes of its links."""
    return _NOTE.sub("", html)


# ── tables and code ─────────────────────────────────────────────────────────────────────────────


def _table(across: int, match: "re.Match[str]") -> str:
    """A table that fits the page: in several parts if it has very many columns, set small if many,
    and with words that may be broken if they would take more than their column's share."""
    body = match["body"]
    columns = max([1, *(len(_CELL.findall(row)) for row in body.split("</tr>")[:-1])])
    simple = not _SPANNING.search(body)
    body = _with_row_heads(_evened(body, columns) if simple else body)
    rows = [_CELL.findall(row) for row in body.split("</tr>")[:-1]]
    widest = _widest(across)
    if columns > widest and simple:
        starts = range(1, columns, widest - 1)
        parts = ([[row[0], *row[at : at + widest - 1]] for row in rows] for at in starts)
        return "\n".join(_set(match["rest"], _rows(part), widest, across) for part in parts)
    return _set(match["rest"], body, columns, across)


def _with_row_heads(body: str) -> str:
    """Rows that begin with a header say so; where the corner of a table is empty, all below it are
    headers of their rows."""
    rows = body.split("</tr>")
    corner = len(rows) > 2 and _EMPTY_CORNER.search(rows[0])
    for at, row in enumerate(rows):
        if corner and at:
            row = _FIRST_CELL.sub(r"\1<th\2</th>", row)
        if "<td" in row and "<thead" not in row:
            row = _UNSCOPED.sub('<th scope="row"', row)
        rows[at] = row
    return "</tr>".join(rows)


def _evened(body: str, columns: int) -> str:
    """Rows that are too short, filled up with empty cells."""
    *rows, end = body.split("</tr>")
    full = [
        row
        + ("<th></th>" if "<thead" in row else "<td></td>") * (columns - len(_CELL.findall(row)))
        for row in rows
    ]
    return "</tr>".join((*full, end))


def _rows(rows: list[list[str]]) -> str:
    head, *body = ["<tr>" + "".join(row) + "</tr>" for row in rows]
    return f"<thead>{head}</thead><tbody>{''.join(body)}</tbody>"


def _set(attributes: str, body: str, columns: int, across: int) -> str:
    share = max(2, across // columns)
    word = re.compile(rf"{_TAG.pattern}|(?:[^\s<>&]|&#?\w+;){{{share},}}")
    body = word.sub(_unless_tag(lambda long: f'<span class="long">{long}</span>'), body)
    wide = "wide" if columns >= _wide(across) else "few"
    kind = "crowded" if columns > _widest(across) else wide
    return f'<table class="{kind}"{attributes}>{body}</table>'


def _code(long: int, match: "re.Match[str]") -> str:
    """A code block whose long lines hang, with a mark where they go on, so that one sees where the
    next begins."""
    lines = _PLAIN.sub(r"\1", match[1]).split("\n")
    lengths = [_length(line) for line in lines]
    tall = " tall" if sum(1 + length // long for length in lengths) > TALL else ""
    if max(lengths) > long:
        body = "".join(
            f'<span class="line wrapped">{_breakable(line, long)}\n</span>'
            if length > long
            else f'<span class="line">{line}\n</span>'
            for line, length in zip(lines, lengths, strict=True)
        )
    else:
        body = "\n".join(lines)
    return f'<pre class="highlight{tall}"><code>{body}</code></pre>'


def _length(html: str) -> int:
    return len(unescape(_TAG.sub("", html)))


# What stands between two spaces of a line of code, tags included.
_WORD = re.compile(rf"(?:{_TAG.pattern}|[^\s<])+")


def _breakable(line: str, long: int) -> str:
    """A line without colours in words that are too long for it: the engine breaks those where it
    must only within one piece of text."""

    def word(match: "re.Match[str]") -> str:
        whole = match[0].count("<span") == match[0].count("</span") and match[0].count("<span")
        return _TAG.sub("", match[0]) if whole and _length(match[0]) > long else match[0]

    return _WORD.sub(word, line)
