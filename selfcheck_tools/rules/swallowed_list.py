"""A list is swallowed by the paragraph above it.

Only a list that starts with 1 may interrupt a paragraph, and none that is
indented by four blanks or more (CommonMark 5.3): everything is shown as one
run of text. Put an empty line above the list.

```markdown
## Self-check

### 1. What can start a function?

A request, and these:
2. a schedule
3. a message
```

```diagnostics
6:1 list is swallowed by the paragraph above it
```

```fixed unsafe
## Self-check

### 1. What can start a function?

A request, and these:

2. a schedule
3. a message
```

```markdown
## Self-check

### 1. What can start a function?

A request, and these:
- a schedule
- a message

It was new in
2014. Today it is everywhere.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.rules._edits import blank_line
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "swallowed-marker":
            shallow = note.detail == "shallow"
            help = "put an empty line above the list"
            yield Finding(
                note.span,
                "list is swallowed by the paragraph above it",
                help if shallow else f"{help}, and indent it less",
                blank_line(context.source, note.span.start, help) if shallow else None,
            )


rule = Rule(name="swallowed-list", manual=__doc__, family="markdown", check=check)
