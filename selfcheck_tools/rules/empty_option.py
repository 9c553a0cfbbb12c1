"""An option is empty.

The card shows a letter or a box with nothing beside it. Write the option, or
take it out.

```markdown
## Self-check

### 1. Which service queues messages?

- [x] Amazon SQS
- [ ]
- [ ] Amazon ECS
```

```diagnostics
6:1 option 2 of question 1 is empty
```

An image or a piece of code is no empty option.

```markdown
1. Which sign is the queue?
   - A. ![a tray](tray.png)
   - B. `[]`

   Answer: A
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule, named, option_name


def check(document: Document, context: Context) -> Iterator[Finding]:
    for name, question in named(document):
        for at, option in enumerate(question.options):
            if not option.content.markdown.strip():
                yield Finding(
                    option.span,
                    f"{option_name(question, at)} of {name} is empty",
                    "write the option, or take it out",
                )


rule = Rule(
    name="empty-option",
    manual=__doc__,
    family="choices",
    severity=Severity.ERROR,
    check=check,
)
