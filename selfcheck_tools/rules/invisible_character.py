"""The text holds an invisible character.

It comes along when text is copied from a web page or a chat, and does harm
unseen: a word with a zero width space in it is not found by a search, and code
with one does not run. The fix takes such characters out; it is unsafe because
the text becomes another one, even if it looks the same.

```markdown
## Self-check

### 1. What is a mes⟨U+200B⟩sage?

A piece⟨U+2063⟩ of data.
```

```diagnostics
3:21 invisible character U+200B (zero width space)
5:8 invisible character U+2063 (invisible separator)
```

```fixed unsafe
## Self-check

### 1. What is a message?

A piece of data.
```

In code a space that does not break is another character than a space, though
it looks like one. The fix puts a space there.

```markdown
## Self-check

### 1. How are the functions listed?

    aws lambda⟨U+00A0⟩list-functions
```

```diagnostics
5:15 invisible character U+00A0 (no-break space) in code
```

```fixed unsafe
## Self-check

### 1. How are the functions listed?

    aws lambda list-functions
```

Where writing needs them they are right: joiners and non-joiners in emoji and in
Arabic and Indic scripts, zero width spaces in Thai and Khmer, direction marks
in texts with right-to-left letters. Soft hyphens, word joiners and spaces that
do not break are right in prose. (Unicode: UAX 31, UTS 51.)

```markdown
## Self-check

### 1. خانه⟨U+200C⟩ها یعنی چه؟

👩⟨U+200D⟩💻 ثم 5⟨U+00A0⟩km
```
"""

import re
from collections.abc import Callable, Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.signs import BREAKS, HARD_SPACES, INVISIBLE, JOINERS, MARKS, TAGS
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.rules._signs import called, code_spans, joined, times, within
from selfcheck_tools.text import Edit, Source, Span

_LOOKED_FOR = INVISIBLE | JOINERS | MARKS | HARD_SPACES | BREAKS
_IN_CODE = HARD_SPACES | BREAKS
_SPACES = HARD_SPACES | frozenset("\u2028\u2029")
_RIGHT_TO_LEFT = pattern("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_HANGUL = frozenset("\u115f\u1160\u3164\uffa0")


def check(document: Document, context: Context) -> Iterator[Finding]:
    source = context.source
    signs = source.signs & _LOOKED_FOR
    if not signs:
        return
    if _RIGHT_TO_LEFT.search("".join(source.signs)):
        signs -= MARKS
    spans = code_spans(document)
    if not spans:
        signs -= _IN_CODE
    in_code = within(spans)
    tags = sorted(signs & TAGS)
    for sign in sorted(signs - TAGS):
        yield from _finding(source, sign, re.compile(sign), in_code)
    if tags:
        pattern = re.compile(f"(?<![\U0001f3f4{tags[0]}-{tags[-1]}])[{tags[0]}-{tags[-1]}]+")
        yield from _finding(source, tags[0], pattern, in_code)


def _finding(
    source: Source, sign: str, pattern: re.Pattern[str], in_code: Callable[[int], bool]
) -> Iterator[Finding]:
    text = source.text
    new = " " if sign in _SPACES else ""
    edits = [
        Edit(Span(match.start(), match.end()), new)
        for match in pattern.finditer(text)
        if (match.start() or sign != "\ufeff")  # at the start it is a byte order mark
        and (sign not in _IN_CODE or (in_code(match.start()) and not _is_drawn(source, match)))
        and not _is_needed(text, match.start(), sign)
    ]
    if not edits:
        return
    where = " in code" if sign in _IN_CODE else ""
    yield Finding(
        edits[0].span,
        f"invisible character {called(sign)}{where}{times(len(edits))}",
        "put a space there" if new else "take it out",
        Fix(joined(source, edits), "take invisible characters out", safe=False),
    )


def _is_drawn(source: Source, match: "re.Match[str]") -> bool:
    """Whether the line is one of a tree, as the command `tree` draws it with such spaces."""
    line = source.line_span(source.line_of(match.start()))
    drawing = source.text[line.start : min(line.end, line.start + 200)]
    return any("\u2500" <= sign <= "\u257f" for sign in drawing)


def _is_needed(text: str, at: int, sign: str) -> bool:
    """Whether the writing around an invisible character needs it."""
    before, after = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    if sign in JOINERS:
        return _joins(before) or (sign == "\u200d" and _is_pictorial(before, after))
    if sign == "\u200b":
        return _is_spaceless(before) or _is_spaceless(after)
    if sign == "\u180e":
        return "\u1800" <= before <= "\u18af"
    if sign in _HANGUL:
        return "\u1100" <= before <= "\u11ff" or "\u1100" <= after <= "\u11ff"
    return False


def _joins(sign: str) -> bool:
    """Whether a letter is of a script that joins letters: from Arabic to the Vedic signs."""
    return (
        "\u0600" <= sign <= "\u1cff"
        or "\ua800" <= sign <= "\uabff"
        or "\ufb50" <= sign <= "\ufefc"
        or "\U00010a00" <= sign <= "\U00011fff"
        or "\U0001e900" <= sign <= "\U0001e95f"
    )


def _is_pictorial(before: str, after: str) -> bool:
    """UTS 51: a joiner stands between pictures; tones and U+FE0F may come before it."""
    return (before == "\ufe0f" or before >= "\u2190") and after >= "\u2190"


def _is_spaceless(sign: str) -> bool:
    """Whether a letter is of a script without spaces: Thai, Lao, Tibetan, Myanmar, Khmer, Tai."""
    return (
        "\u0e00" <= sign <= "\u109f"
        or "\u1780" <= sign <= "\u17ff"
        or "\u1950" <= sign <= "\u1aaf"
        or "\ua9e0" <= sign <= "\uaa7f"
    )


rule = Rule(
    name="invisible-character",
    manual=__doc__,
    family="text",
    severity=Severity.WARNING,
    check=check,
)
