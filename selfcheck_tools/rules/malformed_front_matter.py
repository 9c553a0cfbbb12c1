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
2:8 front matter cannot be read: a bracket that nothing closes
```

So is all of it when the line of dashes below it is missing; the page then shows
the keys as text.

```markdown
---
title: Queues
tags: [messaging]

## Self-check

### 1. What is a queue?

A line of waiting messages.
```

```diagnostics
1:1 front matter cannot be read: no `---` closes it
```

Of a key that is written twice, programs differ in which one they take.

```markdown
---
title: Queues
tags: [messaging]
title: Topics
---

## Self-check

### 1. What is a queue?

A line of waiting messages.
```

```diagnostics
4:1 front matter has the key title twice
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

A line of dashes at the top that begins no front matter is a thematic break.

```markdown
---

# Queues

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
                "write `key: value` lines between two lines of `---`; quote values with signs",
            )
        elif note.kind == "repeated-key":
            yield Finding(
                note.span,
                f"front matter has the key {note.detail} twice",
                "take one of the two out",
            )


rule = Rule(
    name="malformed-front-matter",
    manual=__doc__,
    family="metadata",
    severity=Severity.ERROR,
    check=check,
)
