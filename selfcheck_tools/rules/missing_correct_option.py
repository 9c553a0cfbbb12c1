"""A question with options has no correct one.

Nobody can answer it, and the card says so of every choice. Tick the correct
option, or name its letter below the options.

```markdown
## Self-check

### 1. Which service runs containers?

- [ ] Amazon ECS
- [ ] Amazon SQS

### 2. Which service queues messages?

- [ ] Amazon ECS
- [x] Amazon SQS
```

```diagnostics
3:1 question 1 has no correct option
```

A letter below the options, in a line of its own, says the same as a tick.

```markdown
1. Which service runs containers?
   - A. Amazon ECS
   - B. Amazon SQS

   Answer: A

2. Which service queues messages?
   - A. Amazon ECS
   - B. Amazon SQS
```

```diagnostics
7:1 question 2 has no correct option
```

Where the answer is told in words alone, it is no choice but an open question:
write the options as plain lines.

```markdown
## Self-check

### 1. Is it Amazon ECS or Amazon SQS that queues messages?

Amazon SQS.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule, asking_line, named, unknown_labels


def check(document: Document, context: Context) -> Iterator[Finding]:
    for name, question in named(document):
        if not question.options or question.state != "unanswered" or unknown_labels(question):
            continue
        yield Finding(
            asking_line(question, context.source),
            f"{name} has no correct option",
            "tick the correct option, or name its letter below the options",
        )


rule = Rule(
    name="missing-correct-option",
    manual=__doc__,
    family="choices",
    severity=Severity.ERROR,
    check=check,
)
