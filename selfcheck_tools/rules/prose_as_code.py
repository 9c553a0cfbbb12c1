"""Prose stands in code spans.

A code span says "type this, sign by sign"; it does not break over lines on some
pages, is read out letter by letter by some screen readers and is left out of
translations. Stress words with stars. A single span may quote a message, so
only a habit of three or more is reported, once; `minimum` sets how many.

```markdown
## Self-check

### 1. What is a cold start?

- `It is the first call that has to wait`.
- `No instance of the function is there to answer`.
- `A warm start is the opposite of that`.
```

```diagnostics
5:3 3 code spans hold prose
```

```markdown
## Self-check

### 1. What is a cold start?

The first call, `which has to wait for the instance`.
```

```options
minimum = 1
```

```diagnostics
5:17 1 code span holds prose
```

```markdown
## Self-check

### 1. What is a cold start?

- *It is the first call that has to wait.*
- See `aws lambda list-functions --max-items 5`.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "prose-code":
            count = int(note.detail)
            if count >= int(str(context.options["minimum"])):
                what = "1 code span holds" if count == 1 else f"{count} code spans hold"
                yield Finding(note.span, f"{what} prose", "stress words with * or **")


rule = Rule(
    name="prose-as-code",
    manual=__doc__,
    family="markdown",
    severity=Severity.INFO,
    options={"minimum": 3},
    check=check,
)
