"""A question has no answer.

The learner turns the card over and finds nothing, and the handout has a hole.
Write the answer, or take the question out. Blank lines, comments, horizontal
rules and links back to the top are no answer.

```markdown
# Serverless

## Self-check

### 1. What is a cold start?

### 2. What is a warm start?

A second call on an instance that is already running.

### 3. What does it cost?

<!-- ask the billing team -->
```

```diagnostics
5:1 question 1 has no answer
11:1 question 3 has no answer
```

A question with options needs a correct one instead: see missing-correct-option.

An image, a table or a piece of code is an answer.

```markdown
## Self-check

### 1. Which command lists the functions?

    aws lambda list-functions
```

An answer that is to be written later can wait without a finding, for a reason
that the next reader understands:

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: allow missing-answer: comes with chapter 4 -->

### 2. What is a warm start?

A second call on an instance that is already running.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule, asking_line, named


def check(document: Document, context: Context) -> Iterator[Finding]:
    for name, question in named(document):
        if question.state == "unanswered" and not question.options:
            span = asking_line(question, context.source)
            help = "write the answer, or take the question out"
            yield Finding(span, f"{name} has no answer", help)


rule = Rule(
    name="missing-answer", manual=__doc__, family="questions", severity=Severity.ERROR, check=check
)
