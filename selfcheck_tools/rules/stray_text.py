"""A text among the questions belongs to none of them.

No card and no handout has it. Write it into the answer that it belongs to, or
before the first question.

```markdown
Q: What is a queue?
A: A list of messages.

---

Nobody needs more than one.

---

Q: What is a topic?
A: A list of subscribers.
```

```diagnostics
6:1 text belongs to no question
```

What stands before the first question, after the last one, or before or after a
heading between two questions introduces or closes, and is none.

```markdown
# Messaging

A queue and a topic are not the same.

## Self-check

Answer in a sentence.

### 1. What is a queue?

A list of messages.

## More

Answer in two.

### 1. What is a topic?

A list of subscribers.
```
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._prose import first_line, summed
from selfcheck_tools.rules._rule import Context, Rule

_HELP = "write it into the answer that it belongs to, or before the first question"


def check(document: Document, context: Context) -> Iterator[Finding]:
    if not document.stray or not document.questions:
        return
    starts = [question.span.start for question in document.questions]
    headings = [heading.span.start for heading in document.headings]
    found = []
    for span in document.stray:
        at = bisect_right(starts, span.start)
        if not 0 < at < len(starts):
            continue
        heading = bisect_left(headings, starts[at]) - 1
        if heading >= 0 and starts[at - 1] < headings[heading] < starts[at]:
            continue
        found.append(
            Finding(first_line(span, context.source), "text belongs to no question", _HELP)
        )
    yield from summed(
        found, document.path, lambda count: f"{count} texts belong to no question", _HELP
    )


rule = Rule(
    name="stray-text", manual=__doc__, family="questions", severity=Severity.INFO, check=check
)
