"""A heading lacks the blank after its signs, so it is none.

The question that it was meant to ask becomes part of the answer before it. Put
a blank after the signs.

```markdown
## Self-check

### 1. What is a queue?

A line of waiting messages.

###2. What is a topic?

A line that many can read.
```

```diagnostics
7:1 heading lacks the blank after ###
```

```fixed unsafe
## Self-check

### 1. What is a queue?

A line of waiting messages.

### 2. What is a topic?

A line that many can read.
```

```markdown
## Self-check

### 1. What is a queue?

A line of waiting messages, also called #fifo.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.model import Document, Note
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Edit, Span


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "bad-heading":
            signs = context.source.text[note.span.start : note.span.end]
            yield Finding(
                note.span,
                f"heading lacks the blank after {signs}",
                "put a blank after the signs",
                _fix(note),
            )


def _fix(note: Note) -> Fix:
    return Fix((Edit(Span(note.span.end, note.span.end), " "),), "put a blank there", safe=False)


rule = Rule(name="malformed-heading", manual=__doc__, family="markdown", check=check)
