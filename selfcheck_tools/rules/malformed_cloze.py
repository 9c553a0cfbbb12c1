r"""A cloze deletion is written so that it is none, or another one.

The card hides nothing, hides too little, or shows the braces. A deletion is
`{{c1::text}}` or `{{c1::text::hint}}`, with numbers from 1; on a `C:` line it
may be `[text]` too.

```markdown
C: A {{c1::queue keeps messages.

C: A {{c1:topic}} copies {{c2::messages}}.

C: A {{c1::}} reads {{c2::messages}}.

C: A {{c0::worker}} deletes {{c1::messages}}.
```

```diagnostics
1:6 cloze is not closed by }}
3:6 cloze has one colon after its number, and needs two
5:6 cloze hides nothing
7:6 cloze has the number 0, and numbers start at 1
```

The first `}}` ends a deletion, though it belong to a formula; a blank between
the braces keeps the formula whole.

```markdown
C: The mean is {{c1::$\frac{a}{\sqrt{b}}$}}.

C: The mean is {{c1::$\frac{a}{\sqrt{b} }$}}.
```

```diagnostics
1:39 cloze ends at this }}, and braces within it are still open
```

One within the other is not understood; most often the first was not closed.

```markdown
C: A {{c1::queue keeps {{c2::messages}}.
```

```diagnostics
1:6 cloze is not closed before the next one
```

Code, braces of templates, and brackets outside of a `C:` line are no clozes.

```markdown
## Self-check

### 1. What does `{{c1::` open, and `{{ name }}`?

A cloze deletion, and a variable. `int a[]` is neither.

### 2. {{c1::Two}} and {{c3::two}} are {{c1::four::a number}}.
```

An empty pair of brackets on a `C:` line hides nothing.

```markdown
C: A [] keeps [messages].

C: The type of `a` is `int[]` and not [`int*`].
```

```diagnostics
1:6 cloze hides nothing
```
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.dialects import CODE_SPAN
from selfcheck_tools.model import Cloze, Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Source, Span

_OPENING = pattern(r"\{\{c\d{1,3}:(?P<second>:?)")
_EMPTY = pattern(r"(?<![^\s(*_])\[\s{0,8}\](?![(\[:])")
_LINE = pattern(r"^[ \t]{0,3}(?:C|Cloze)[ \t]?:[^\r\n]{0,4000}", re.MULTILINE)

_LENGTH = 2_600  # no deletion is longer, hint and all

_CLOSE = "write }} after the text that it hides"
_FILL = "write the text that it hides"


def check(document: Document, context: Context) -> Iterator[Finding]:
    lines = document.dialect == "q-and-a"
    if not lines and "{{c" not in context.source.text:
        return
    clozes = {cloze.span.start: cloze for q in document.questions for cloze in q.clozes}
    for region in _regions(document, context.source):
        yield from _braces(region, clozes, context.source)
        if lines:
            yield from _brackets(region, context.source)


def _regions(document: Document, source: Source) -> list[Span]:
    """Where clozes are looked for: prompts, and `C:` lines that became none."""
    prompts = [q.prompt.span for q in document.questions if q.clozes or "{{c" in q.prompt.markdown]
    starts = {source.line_of(span.start) for span in prompts}
    questions = sorted((q.span.start, q.span.end) for q in document.questions)
    lines = [
        Span(match.start(), match.end())
        for match in (_LINE.finditer(source.clean) if "C:" in source.clean else ())
        if source.line_of(match.start()) not in starts and not _covers(questions, match.start())
    ]
    return [*prompts, *lines]


def _braces(region: Span, clozes: dict[int, Cloze], source: Source) -> Iterator[Finding]:
    text = source.clean[region.start : region.end]
    if "{{c" not in text:
        return
    code = _code(text)
    done = 0
    for match in _OPENING.finditer(text):
        start = region.start + match.start()
        span = Span(start, region.start + match.end())
        cloze = clozes.get(start)
        if cloze is not None and match["second"]:
            done = max(done, cloze.span.end)
            yield from _closed(cloze, span, source)
        elif start >= done and not _covers(code, match.start()):
            if not match["second"]:
                message = "cloze has one colon after its number, and needs two"
                yield Finding(span, message, "write {{c1::text}}")
            elif text.startswith("}}", match.end()):
                yield Finding(Span(start, span.end + 2), "cloze hides nothing", _FILL)
            elif text.find("}}", match.end(), match.end() + _LENGTH) < 0:
                yield Finding(span, "cloze is not closed by }}", _CLOSE)


def _closed(cloze: Cloze, opening: Span, source: Source) -> Iterator[Finding]:
    """What is wrong with a deletion that has an end."""
    number = source.text[opening.start : opening.end].strip("{c:")
    if cloze.text.startswith(("}}", "::")) or not cloze.text.strip():
        yield Finding(opening, "cloze hides nothing", _FILL)
    elif _OPENING.search(source.clean, opening.end, cloze.span.end):
        yield Finding(opening, "cloze is not closed before the next one", _CLOSE)
    elif cloze.text.count("{") > cloze.text.count("}"):
        yield Finding(
            Span(cloze.span.end - 2, cloze.span.end),
            "cloze ends at this }}, and braces within it are still open",
            "write a blank between the two braces that belong to the text",
        )
    elif number.isdigit() and not int(number):
        message = "cloze has the number 0, and numbers start at 1"
        yield Finding(opening, message, "write {{c1::, or the next number that is free")


def _brackets(region: Span, source: Source) -> Iterator[Finding]:
    text = source.clean[region.start : region.end]
    if "[" not in text or "{{c" in text:
        return
    code = _code(text)
    for match in _EMPTY.finditer(text):
        if not _covers(code, match.start()):
            span = Span(region.start + match.start(), region.start + match.end())
            yield Finding(span, "cloze hides nothing", _FILL)


def _code(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in CODE_SPAN.finditer(text)] if "`" in text else []


def _covers(places: list[tuple[int, int]], at: int) -> bool:
    """Whether one of some places, which are in order, holds an offset."""
    before = bisect_right(places, (at, 1 << 62)) - 1
    return before >= 0 and at < places[before][1]


rule = Rule(
    name="malformed-cloze",
    manual=__doc__,
    family="choices",
    severity=Severity.ERROR,
    check=check,
)
