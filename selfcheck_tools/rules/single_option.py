"""A question offers only one option.

There is nothing to choose: whoever turns the card over knows the answer before
reading it. Add the options that are wrong, or write the answer without a box.

```markdown
## Self-check

### 1. Which service queues messages?

- [x] Amazon SQS

### 2. Which service runs containers?

- [x] Amazon ECS
- [ ] Amazon SQS
```

```diagnostics
5:1 question 1 has only one option
```

```markdown
## Self-check

### 1. Which service queues messages?

- Amazon SQS
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule, named


def check(document: Document, context: Context) -> Iterator[Finding]:
    for name, question in named(document):
        if len(question.options) == 1:
            yield Finding(
                question.options[0].span,
                f"{name} has only one option",
                "add options that are wrong, or write the answer without a checkbox",
            )


rule = Rule(name="single-option", manual=__doc__, family="choices", check=check)
