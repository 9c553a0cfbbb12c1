"""A question asks nothing.

The card has an empty front, and the handout a number with nothing behind it.
Write the question, or take it out.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

### 2.

### 3. TODO

A list of subscribers.

### 4. ???

A piece of text.
```

```diagnostics
7:1 question 2 asks nothing and has no answer
9:1 question 3 asks nothing, only "TODO" stands there
13:1 question 4 asks nothing, only "???" stands there
```

Where the other questions are asked in their headings, what is below a bare
number is no question but an answer that lost its question.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

### 2.

A list of subscribers.

### 3. What is a message?

A piece of text.
```

```diagnostics
7:1 question 2 asks nothing: its number stands alone
```

An image, a formula, a piece of code and a sign ask, and so does the text below
the numbers, where all numbers stand alone.

```markdown
## Self-check

### Question 1

What is a queue?

A list of messages.

### Question 2

What does the next sign mean?

A list of subscribers.
```

```markdown
## Self-check

### 1. `??`

The first value, or the second one where the first is null.

### 2. ![A yellow diamond](diamond.png)

You have the right of way.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._prose import unasked
from selfcheck_tools.rules._rule import Context, Rule, asking_line

_SHOWN = 20


def check(document: Document, context: Context) -> Iterator[Finding]:
    for name, question, is_below in unasked(document):
        text = question.prompt.markdown.strip()
        if is_below:
            message = f"{name} asks nothing: its number stands alone"
            help = "write the question behind the number; what is below it is read as the question"
        else:
            message, help = f"{name} asks nothing", "write the question, or take it out"
            if text and len(text) <= _SHOWN:
                message += f', only "{text}" stands there'
            elif question.state == "unanswered":
                message += " and has no answer"
        yield Finding(asking_line(question, context.source), message, help)


rule = Rule(
    name="empty-prompt", manual=__doc__, family="questions", severity=Severity.ERROR, check=check
)
