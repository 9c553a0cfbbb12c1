"""A table row has fewer cells than the header.

The missing cells are shown empty (GFM 4.10), which may be meant, or a pipe was
forgotten and the cells stand in the wrong columns. Write the empty cells too.

```markdown
## Self-check

### 1. Which services queue?

| Service | Order | Price |
| ------- | ----- | ----- |
| SQS     | none  | low   |
| FIFO    | kept
```

```diagnostics
8:1 row has 2 cells and the header 3
```

```markdown
## Self-check

### 1. Which services queue?

| Service | Order |
| ------- | ----- |
| SQS     |       |
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "short-rows":
            rows, cells, columns = map(int, note.detail.split())
            more = "" if rows == 1 else f"; {rows} rows of this table have fewer cells"
            noun = "cell" if cells == 1 else "cells"
            yield Finding(
                note.span,
                f"row has {cells} {noun} and the header {columns}{more}",
                "write the empty cells too",
            )


rule = Rule(
    name="missing-cells", manual=__doc__, family="markdown", severity=Severity.INFO, check=check
)
