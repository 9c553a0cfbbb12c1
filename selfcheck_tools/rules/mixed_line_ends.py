"""Lines of one file end in different ways.

Every later edit then shows up in version control as a change of lines that
nobody touched, and some tools take the file for one long line. The fix ends all
lines as most of them end.

```markdown
## Self-check

### 1. What is a queue?⟨U+000D⟩

A list of messages.
```

```diagnostics
3:24 line ends in CR LF, as 1 of 5 lines; the others end in LF
```

```fixed
## Self-check

### 1. What is a queue?

A list of messages.
```

A file whose lines all end in CR LF is no finding.

```markdown
## Self-check⟨U+000D⟩
⟨U+000D⟩
### 1. What is a topic?⟨U+000D⟩
⟨U+000D⟩
A name that messages are sent to.⟨U+000D⟩
```
"""

from collections import Counter
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.rules._signs import joined
from selfcheck_tools.text import LINE_END, Edit, Span

_NAMES = {"\n": "LF", "\r\n": "CR LF", "\r": "CR"}


def check(document: Document, context: Context) -> Iterator[Finding]:
    text = context.source.text
    if "\r" not in text or text.count("\r") == text.count("\n") == text.count("\r\n"):
        return
    counts = Counter(LINE_END.findall(text))
    if len(counts) < 2:
        return
    usual = max(counts, key=lambda end: (counts[end], end == "\n"))
    edits = [
        Edit(Span(match.start(), match.end()), usual)
        for match in LINE_END.finditer(text)
        if match.group() != usual
    ]
    first = edits[0].span
    own = text[first.start : first.end]
    yield Finding(
        first,
        f"line ends in {_NAMES[own]}, as {counts[own]:,} of {counts.total():,} lines; "
        f"{'most' if len(counts) > 2 else 'the others'} end in {_NAMES[usual]}",
        f"end all lines in {_NAMES[usual]}",
        Fix(joined(context.source, edits), f"end all lines in {_NAMES[usual]}"),
    )


rule = Rule(
    name="mixed-line-ends", manual=__doc__, family="text", severity=Severity.INFO, check=check
)
