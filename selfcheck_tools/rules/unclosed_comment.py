"""A comment is not closed.

Everything below it is a comment: the questions there are lost, and nobody sees
that they are. Put `-->` where the comment ends.

```markdown
## Self-check

### 1. What is a queue?

A line of waiting messages.

<!-- to be checked

### 2. What is a topic?

A line that many can read.
```

```diagnostics
7:1 comment is not closed and swallows 1 question
```

The next comment may close it.

```markdown
## Self-check

### 1. What is a queue?

<!-- to be checked ->

A line of waiting messages.

### 2. What is a topic?

<!-- checked -->

A line that many can read.
```

```diagnostics
5:1 comment is not closed before the next one and swallows 1 question
```

```markdown
## Self-check

### 1. What is a queue?

<!-- to be checked -->

A line of waiting messages.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._edits import swallows
from selfcheck_tools.rules._rule import Context, Rule

_SAID = {"open-comment": "is not closed", "runaway-comment": "is not closed before the next one"}


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind in _SAID:
            message = f"comment {_SAID[note.kind]}{swallows(note.detail)}"
            yield Finding(note.span, message, "put --> where the comment ends")


rule = Rule(
    name="unclosed-comment", manual=__doc__, family="markdown", severity=Severity.ERROR, check=check
)
