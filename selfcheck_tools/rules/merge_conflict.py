"""The marks of a merge conflict were left in.

The document holds two versions of the same text, and the marks make headings
and quotes of it. Keep one version and take the marks out. Conflicts that are
shown in a code block are left alone.

```markdown
## Self-check

### 1. What is a queue?

<<<<<<< main
A line of messages.
=======
A list of messages.
>>>>>>> rewording
```

```diagnostics
5:1 merge conflict is not resolved
```

````markdown
## Self-check

### 1. What does a conflict look like?

```text
<<<<<<< main
A line of messages.
=======
A list of messages.
>>>>>>> rewording
```
````
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "conflict":
            help = "keep one version and take the three marks out"
            yield Finding(note.span, "merge conflict is not resolved", help)


rule = Rule(
    name="merge-conflict", manual=__doc__, family="markdown", severity=Severity.ERROR, check=check
)
