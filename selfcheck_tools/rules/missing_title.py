"""A document has no title.

Its deck and its handout are named after the file. Write a heading of level 1,
or `title:` in the front matter.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic?

A list of subscribers.
```

```diagnostics
1:1 document has no title
```

```markdown
---
title: Messaging
---

## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic?

A list of subscribers.
```

A document of questions that stand on no headings (`Q:` and `A:`, disclosures,
lists) may do without, and so may one of a single question.

```markdown
Q: What is a queue?
A: A list of messages.

Q: What is a topic?
A: A list of subscribers.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    if document.title or document.metadata.title or document.metadata.deck:
        return
    if document.dialect in ("headings", "list-headings") and len(document.questions) > 1:
        start = document.metadata.span.end if document.metadata.span is not None else 0
        text = context.source.text
        start += len(text[start:]) - len(text[start:].lstrip("\ufeff \t\r\n"))
        yield Finding(
            context.source.line_span(context.source.line_of(start)),
            "document has no title",
            "write a heading of level 1, or title: in the front matter",
        )


rule = Rule(
    name="missing-title", manual=__doc__, family="questions", severity=Severity.INFO, check=check
)
