"""A link or an image leads to code that would run.

No export lets such an address through, so the link leads nowhere. Addresses
that run are those that start with `javascript:`, `vbscript:` or
`data:text/html`, in any case, with entities for letters, and with the control
characters and white space that browsers pass over (WHATWG: URL standard).

```markdown
## Self-check

### 1. What is a queue?

A [list](javascript:alert(1)) of messages.

<a href=" Java&#115;cript:alert(1)">More</a>
```

```diagnostics
5:3 address starts with javascript: and is left out of every export
7:10 address starts with javascript: and is left out of every export
```

Other addresses are no finding, and neither is code.

```markdown
## Self-check

### 1. What does `[a](javascript:alert(1))` do?

Nothing, as <https://example.org/javascript:alert> says.
```
"""

from bisect import bisect_left
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document, Image, Link
from selfcheck_tools.reading.hazards import runs
from selfcheck_tools.rules._rule import Context, Rule, images
from selfcheck_tools.text import Span


def check(document: Document, context: Context) -> Iterator[Finding]:
    told: list[int] = []
    for note in document.notes:
        if note.kind == "active-address":
            told.append(note.span.start)
            yield _finding(note.span, note.detail)
    told.sort()
    for part in _parts(document):
        if not (scheme := runs(part.target)):
            continue
        span = part.span
        if bisect_left(told, span.start) == bisect_left(told, span.end):  # no raw HTML
            yield _finding(span, scheme)


def _parts(document: Document) -> Iterator[Image | Link]:
    yield from images(document)
    yield from document.links
    for question in document.questions:
        yield from question.links
        yield from question.audio


def _finding(span: Span, scheme: str) -> Finding:
    return Finding(
        span,
        f"address starts with {scheme} and is left out of every export",
        "write the address of a page; to show this one, put it between backticks",
    )


rule = Rule(
    name="unsafe-target", manual=__doc__, family="safety", severity=Severity.ERROR, check=check
)
