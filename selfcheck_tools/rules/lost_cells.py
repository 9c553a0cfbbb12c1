"""A table row has more cells than the header.

The surplus cells are dropped (GFM 4.10): what stands there reaches no reader.
Give the header as many cells, or write a pipe within a cell as `\\|`, in code
spans too.

```markdown
## Self-check

### 1. Which services queue?

| Service | Order |
| ------- | ----- |
| SQS     | none  | cheap |
| FIFO    | kept  |
```

```diagnostics
7:21 row has 3 cells and the header 2, so the last one is dropped
```

```markdown
## Self-check

### 1. Which signs join commands?

| Sign | What it does |
| ---- | ------------ |
| `\\|` | pipes        |
| `&&` | goes on      |
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "long-row":
            cells, columns = map(int, note.detail.split())
            lost = cells - columns
            which = "the last one is" if lost == 1 else f"the last {lost} are"
            yield Finding(
                note.span,
                f"row has {cells} cells and the header {columns}, so {which} dropped",
                "give the header as many cells, or write a pipe within a cell as \\|",
            )


rule = Rule(
    name="lost-cells", manual=__doc__, family="markdown", severity=Severity.ERROR, check=check
)
