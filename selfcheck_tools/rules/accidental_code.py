"""Prose is indented so far that it is code.

Four blanks after an empty line make a code block (CommonMark 4.4): the text is
shown in one long line of another font, with its stars and brackets. Take the
surplus blanks away.

```markdown
## Self-check

### 1. What is a cold start?

A call that has to wait.

    It happens when no instance of the function is idle.
```

```diagnostics
7:5 prose is indented by 4 blanks too many and is shown as code
```

```fixed unsafe
## Self-check

### 1. What is a cold start?

A call that has to wait.

It happens when no instance of the function is idle.
```

In a list the text of an item decides how far is too far.

```markdown
## Self-check

### 1. What is a cold start?

- A call that has to wait.

    It happens when no instance of the function is idle.

### 2. Which command lists the functions?

    aws lambda list-functions
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.model import Document, Note
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Edit, Source, Span


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "indented-prose":
            blanks = int(note.detail)
            yield Finding(
                note.span,
                f"prose is indented by {blanks} blanks too many and is shown as code",
                f"take {blanks} blanks away before each line, or fence it if it is code",
                _fix(note, blanks, context.source),
            )


def _fix(note: Note, blanks: int, source: Source) -> Fix | None:
    """The lines further to the left; none where a tab, a quote or a list's mark stands before."""
    edits: list[Edit] = []
    first, last = source.line_of(note.span.start), source.line_of(note.span.end)
    for line in range(first, last + 1):
        span = source.line_span(line)
        text = source.text[span.start : span.end]
        if not text.strip():
            continue
        if not text.startswith(" " * blanks) or text.lstrip(" ") != text.lstrip():
            return None
        edits.append(Edit(Span(span.start, span.start + blanks), ""))
    return Fix(tuple(edits), "take the surplus blanks away", safe=False) if edits else None


rule = Rule(name="accidental-code", manual=__doc__, family="markdown", check=check)
