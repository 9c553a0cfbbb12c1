"""A link or an image is written so that it is none.

It shows up as brackets and parentheses, and the image not at all. A destination
with spaces needs angle brackets around it, there is no space between `]` and
`(`, and the text comes before the destination (CommonMark 0.31.2, section 6.3).

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](images/my queue.png)

See [the manual] (https://example.org/queues) and
(the source)[https://example.org/source].
```

```files
images/my queue.png
```

```diagnostics
5:33 image is shown as text, for its destination has spaces
7:17 link is shown as text, for a space parts the two halves
8:1 link is shown as text, for its two halves are the wrong way round
```

```fixed unsafe
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](<images/my queue.png>)

See [the manual](https://example.org/queues) and
[the source](https://example.org/source).
```

Brackets and parentheses that are no attempt at a link are left alone.

```markdown
## Self-check

### 1. What does `f[i](a b)` do?

It calls the function at [i] (see above) with [a, b](two values).
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.model import Document, Note
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Edit, Source, Span

_FAULTS = {
    "spaced-destination": (
        "its destination has spaces",
        "put angle brackets around the destination, or write %20 for each space",
    ),
    "detached-destination": ("a space parts the two halves", "take the space out"),
    "reversed-link": (
        "its two halves are the wrong way round",
        "write the text in brackets, then the destination in parentheses",
    ),
}


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind in _FAULTS:
            why, help = _FAULTS[note.kind]
            what = "image" if note.detail == "image" else "link"
            edits = tuple(_edits(note, context.source))
            message = f"{what} is shown as text, for {why}"
            yield Finding(note.span, message, help, Fix(edits, help, safe=False))


def _edits(note: Note, source: Source) -> Iterator[Edit]:
    start, end = note.span.start, note.span.end
    if note.kind == "spaced-destination":
        yield Edit(Span(start, start), "<")
        yield Edit(Span(end, end), ">")
    elif note.kind == "detached-destination":
        yield Edit(note.span, "")
    else:
        middle = start + 1 + int(note.detail)
        text, target = source.text[start + 1 : middle], source.text[middle + 2 : end - 1]
        yield Edit(note.span, f"[{text}]({target})")


rule = Rule(name="malformed-link", manual=__doc__, family="links", check=check)
