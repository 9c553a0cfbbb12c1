"""A line of hyphens that was meant as a rule makes the text above it a heading.

Text directly above `---` is a heading (CommonMark 4.3): it is shown large, and
where questions are headings the answer ends there. Put an empty line between
the two. Only text that is plainly no heading is reported: more than one line,
or a sentence with its full stop.

```markdown
## Self-check

### 1. What is a cold start?

A call that has to wait for a new instance.
---

### 2. What is a warm start?

A later call.
```

```diagnostics
6:1 the text above is a heading because of this line
```

```fixed unsafe
## Self-check

### 1. What is a cold start?

A call that has to wait for a new instance.

---

### 2. What is a warm start?

A later call.
```

```markdown
Serverless
----------

### 1. What is a cold start?

A call that has to wait.

---

### 2. What is a warm start?

A later call.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.rules._edits import blank_line
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "accidental-heading":
            yield Finding(
                note.span,
                "the text above is a heading because of this line",
                "put an empty line above the hyphens, or write the heading with #",
                blank_line(context.source, note.span.start, "put an empty line above the hyphens"),
            )


rule = Rule(name="accidental-heading", manual=__doc__, family="markdown", check=check)
