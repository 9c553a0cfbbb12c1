"""The front matter cannot be read.

Title, deck, tags and language are lost, silently for whoever reads the page on
a website. Mend the line; values that hold a colon or start with a bracket need
quotes.

```markdown
---
title: [Queues
---

## Self-check

### 1. What is a queue?

A line of waiting messages.
```

```diagnostics
3:1 front matter cannot be read: expected ',' or ']', but got '<stream end>'
```

A key that must be a text, and is a list or a table, is not read either.

```markdown
---
title: Queues
deck: [Work, Queues]
---

## Self-check

### 1. What is a queue?

A line of waiting messages.
```

```diagnostics
3:1 front matter cannot be read: `deck` must be a text
```

```markdown
---
title: "Queues: an introduction"
tags: [messaging]
---

## Self-check

### 1. What is a queue?

A line of waiting messages.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "bad-front-matter":
            yield Finding(
                note.span,
                f"front matter cannot be read: {note.detail}",
                "write `key: value` lines between the two `---`; quote values with special signs",
            )


rule = Rule(
    name="malformed-front-matter",
    manual=__doc__,
    family="metadata",
    severity=Severity.ERROR,
    check=check,
)
