"""Text right below a table has become a row of it.

A table ends at the first empty line (GFM 4.10): the sentence is squeezed into
the first column. Put an empty line above it.

```markdown
## Self-check

### 1. Which services queue?

| Service | Order |
| ------- | ----- |
| SQS     | none  |
There are others.
```

```diagnostics
8:1 line without a pipe is a row of the table above it
```

```fixed unsafe
## Self-check

### 1. Which services queue?

| Service | Order |
| ------- | ----- |
| SQS     | none  |

There are others.
```

```markdown
## Self-check

### 1. Which services queue?

| Service | Order |
| ------- | ----- |
| SQS     | none  |

There are others.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.rules._edits import blank_line
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "text-row":
            help = "put an empty line above it"
            yield Finding(
                note.span,
                "line without a pipe is a row of the table above it",
                help,
                blank_line(context.source, note.span.start, help),
            )


rule = Rule(name="text-in-table", manual=__doc__, family="markdown", check=check)
