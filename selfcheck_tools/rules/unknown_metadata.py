"""The front matter says something that nobody reads.

A misspelled key is as good as none: the deck keeps its old name, the tags do
not arrive. Correct it, or take it out.

```markdown
---
title: Queues
tag: messaging
---

## Self-check

### 1. What is a queue?

A line of waiting messages.
```

```diagnostics
3:1 front matter has the unknown key tag
```

So is a dialect that does not exist.

```markdown
---
dialect: heading
---

## Self-check

### 1. What is a queue?

A line of waiting messages.
```

```diagnostics
1:1 front matter names the unknown dialect heading
```

Keys that other programs read, such as `layout` or `date`, are left in peace.

```markdown
---
title: Queues
layout: page
---

## Self-check

### 1. What is a queue?

A line of waiting messages.
```
"""

from collections.abc import Iterator
from difflib import get_close_matches

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.dialects import DIALECTS
from selfcheck_tools.metadata import KNOWN
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Span

_NAMES = tuple(dialect.name for dialect in DIALECTS)


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "unknown-key":
            message = f"front matter has the unknown key {note.detail}"
            yield Finding(note.span, message, _hint(note.detail, KNOWN))
    written = document.metadata.dialect
    if written and written not in _NAMES:
        span = document.metadata.span or Span(0, 0)
        message = f"front matter names the unknown dialect {written}"
        yield Finding(
            context.source.line_span(0) if span else span, message, _hint(written, _NAMES)
        )


def _hint(written: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(written.lower(), known, 1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"


rule = Rule(name="unknown-metadata", manual=__doc__, family="metadata", check=check)
