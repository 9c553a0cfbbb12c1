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
2:10 front matter names the unknown dialect heading
```

Keys that other programs read, such as `layout` or `date`, and keys that are not
nearly one of ours, are left in peace.

```markdown
---
title: Queues
layout: page
difficulty: 3
---

## Self-check

### 1. What is a queue?

A line of waiting messages.
```
"""

from collections.abc import Iterator, Sequence

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.dialects import DIALECTS
from selfcheck_tools.model import Document
from selfcheck_tools.reading.metadata import KNOWN
from selfcheck_tools.rules._rule import Context, Rule

_NAMES = tuple(dialect.name for dialect in DIALECTS)


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "unknown-key":
            near = _near(note.detail, (*KNOWN, "lang"))
            if near:
                message = f"front matter has the unknown key {note.detail}"
                yield Finding(note.span, message, f"did you mean {near}?")
        elif note.kind == "unknown-dialect":
            near = _near(note.detail, _NAMES)
            help = f"did you mean {near}?" if near else f"there are {', '.join(_NAMES)}"
            message = f"front matter names the unknown dialect {note.detail}"
            yield Finding(note.span, message, help)


def _near(written: str, known: Sequence[str]) -> str:
    """The name that was probably meant, if there is one."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(written.lower(), known, 1, 0.75)), "")


rule = Rule(name="unknown-metadata", manual=__doc__, family="metadata", check=check)
