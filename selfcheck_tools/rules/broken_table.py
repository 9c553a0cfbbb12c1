"""A table is none, for its header has another number of cells than the line below.

All of it is shown as one paragraph full of pipes (GFM 4.10). Write as many
cells of hyphens as the header has.

```markdown
## Self-check

### 1. Which services queue?

| Service | Order | Price |
| ------- | ----- |
| SQS     | none  | low   |
```

```diagnostics
6:1 header has 3 cells and the line below it 2, so this is no table
```

```markdown
## Self-check

### 1. Which services queue?

| Service | Order |
| ------- | ----- |
| SQS     | none  |
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "broken-table":
            header, below = note.detail.split()
            yield Finding(
                note.span,
                f"header has {header} cells and the line below it {below}, so this is no table",
                "write as many cells of hyphens as the header has",
            )


rule = Rule(name="broken-table", manual=__doc__, family="markdown", check=check)
