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
    text = source.text
    if not any(end in text for end in _ENDS) and not text.endswith((" ", "\t")):
        return
    edits = [Edit(span, "") for span in _idle(document, source)]
    if not edits:
        return
    count = f", as {len(edits):,} lines do" if len(edits) > 1 else ""
    yield Finding(
        edits[0].span,
        f"line ends in white space that shows nowhere{count}",
        "let the editor take out white space at the end of lines",
        Fix(joined(source, edits), "take white space at the end of lines out"),
    )


def _idle(document: Document, source: Source) -> Iterator[Span]:
    """White space at line ends that breaks no line and stands in nothing that keeps it."""
    spans = code_spans(document)
    spans += [part.span for question in document.questions for part in question.math]
    if document.metadata.span is not None:
        spans.append(document.metadata.span)
    is_kept = within(sorted(spans))
    lines = [
        source.text[s.start : s.end] for s in map(source.line_span, range(len(source.line_starts)))
    ]
    paragraph_end, in_html, is_plain = 0, False, True
    for number, line in enumerate(lines):
        if number >= paragraph_end:
            paragraph_end = _paragraph_end(lines, number)
            paragraph = lines[number:paragraph_end]
            in_html = any("<" in each for each in paragraph)
            is_plain = not any(sign in each for each in paragraph for sign in _OPENERS)
        bare = line.rstrip(" \t")
        if bare == line or in_html:
            continue
        start = source.line_starts[number]
        is_last = number + 1 >= paragraph_end or bare.lstrip(" >").startswith("#")
        if is_kept(start + max(len(line) - 1, 0)) or is_kept(start):
            continue
        if is_last or (is_plain and line[len(bare) :] == " "):
            yield Span(start + len(bare), start + len(line))


def _paragraph_end(lines: list[str], number: int) -> int:
    """The line after the last of the lines that stand together with one."""
    end = number + 1
    while end < len(lines) and lines[end].strip(" \t") and lines[number].strip(" \t"):
        end += 1
    return end


rule = Rule(
    name="trailing-white-space",
    manual=__doc__,
    family="text",
    severity=Severity.TASTE,
    check=check,
)
