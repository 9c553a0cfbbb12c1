"""Lines end in white space that shows nowhere.

It does no harm to a reader, but editors that take it out make every later
change look larger than it is. Two spaces that break a line are left alone, and
so is code.

```markdown
## Self-check

### 1. What is a queue?␠

A list␠
of messages.␠␠
␠␠
It is read␠␠
from one end.
```

```diagnostics
3:24 line ends in white space that shows nowhere, as 4 lines do
```

```fixed
## Self-check

### 1. What is a queue?

A list
of messages.

It is read␠␠
from one end.
```

In code white space may be meant.

````markdown
## Self-check

### 1. What does this print?

```text
a␠␠
b
```
````
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.rules._signs import code_spans, joined, within
from selfcheck_tools.text import Edit, Source, Span

_ENDS = (" \n", "\t\n", " \r", "\t\r")

# What white space at the end of a line, but not of a paragraph, may stand in and be kept by: code
# and formulas. HTML keeps it everywhere.
_OPENERS = ("`", "$", "\\")


def check(document: Document, context: Context) -> Iterator[Finding]:
    source = context.source
    lines = _spaced(source)
    edits = [Edit(span, "") for span in _idle(document, source, lines)] if lines else []
    if not edits:
        return
    count = f", as {len(edits):,} lines do" if len(edits) > 1 else ""
    yield Finding(
        edits[0].span,
        f"line ends in white space that shows nowhere{count}",
        "let the editor take out white space at the end of lines",
        Fix(joined(source, edits), "take white space at the end of lines out"),
    )


def _spaced(source: Source) -> list[int]:
    """The lines that end in white space."""
    text = source.text
    found = {source.line_of(len(text))} if text.endswith((" ", "\t")) else set()
    for end in _ENDS:
        at = text.find(end)
        while at >= 0:
            found.add(source.line_of(at))
            at = text.find(end, at + 1)
    return sorted(found)


def _idle(document: Document, source: Source, lines: list[int]) -> Iterator[Span]:
    """White space at line ends that breaks no line and stands in nothing that keeps it."""
    spans = code_spans(document)
    spans += [part.span for question in document.questions for part in question.math]
    if document.metadata.span is not None:
        spans.append(document.metadata.span)
    is_kept = within(sorted(_whole_lines(source, span) for span in spans))
    end, in_html, is_plain = 0, False, True
    for number in lines:
        span = source.line_span(number)
        line = source.text[span.start : span.end]
        bare = line.rstrip(" \t")
        if number >= end:
            first, end = _paragraph(source, number, end)
            text = source.text[source.line_start(first) : source.line_start(end)]
            in_html = "<" in text
            is_plain = not any(sign in text for sign in _OPENERS)
        if in_html or is_kept(span.start):
            continue
        is_last = number + 1 >= end or bare.lstrip(" >").startswith("#")
        if is_last or (is_plain and line[len(bare) :] == " "):
            yield Span(span.start + len(bare), span.end)


def _whole_lines(source: Source, span: Span) -> Span:
    last = source.line_of(max(span.end - 1, span.start))
    return Span(source.line_start(source.line_of(span.start)), source.line_span(last).end + 1)


def _paragraph(source: Source, number: int, least: int) -> tuple[int, int]:
    """The first line and the line after the last of those that stand together with one."""
    first, end, count = number, number + 1, len(source.line_starts)
    if _is_blank(source, number):
        return first, end
    while first > least and not _is_blank(source, first - 1):
        first -= 1
    while end < count and not _is_blank(source, end):
        end += 1
    return first, end


def _is_blank(source: Source, number: int) -> bool:
    span = source.line_span(number)
    return not source.text[span.start : span.end].strip(" \t")


rule = Rule(
    name="trailing-white-space",
    manual=__doc__,
    family="text",
    severity=Severity.TASTE,
    check=check,
)
