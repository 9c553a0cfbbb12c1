"""A checkbox is written so that it is none.

Everybody else shows the brackets as text, and which options are right may be
misread. Write `- [ ]` and `- [x]`, with one blank on each side.

```markdown
## Self-check

### 1. Which keeps messages?

- [x] a queue
- [] a socket
- [x ] a log
```

```diagnostics
6:3 checkbox must be [ ] or [x] with a blank after it
7:3 checkbox must be [ ] or [x] with a blank after it
```

```markdown
## Self-check

### 1. Which keeps messages?

- [x] a queue
- [ ] a socket
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "bad-checkbox":
            yield Finding(
                note.span,
                "checkbox must be [ ] or [x] with a blank after it",
                "write - [ ] for a wrong option and - [x] for a right one",
            )


rule = Rule(name="malformed-checkbox", manual=__doc__, family="choices", check=check)
