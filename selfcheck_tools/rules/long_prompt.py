"""A prompt is longer than one reads at a glance.

What has to be read at each repetition costs the learner time, and the longer it
is the more it answers itself. Say in the answer, or above the questions, what
is not needed to ask (rule 12 in Piotr Wozniak's "Twenty rules of formulating
knowledge": optimize wording). How long a prompt may be is `max-characters`
(300); questions with options, which often tell a story, are not looked at.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

### 2. If a program wants another one to work, and cannot wait, what helps?

A queue.
```

```options
max-characters = 60
```

```diagnostics
7:8 prompt of question 2 has 68 characters, more than 60
```

```markdown
## Self-check

### 1. If a program wants another one to work, and cannot wait, what helps?

A queue.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.reading.page import plain
from selfcheck_tools.rules._prose import summed
from selfcheck_tools.rules._rule import Context, Rule, named

_HELP = "ask in one sentence; say in the answer what is not needed to ask"


def check(document: Document, context: Context) -> Iterator[Finding]:
    most = int(str(context.options["max-characters"]))
    found = []
    for name, question in named(document):
        text = question.prompt.markdown
        if len(text) <= most or question.kind != "open":
            continue
        count = len(plain(text))
        if count > most:
            message = f"prompt of {name} has {count} characters, more than {most}"
            found.append(Finding(question.prompt.span, message, _HELP))
    yield from summed(
        found,
        document.path,
        lambda count: f"{count} prompts have more than {most} characters",
        _HELP,
    )


rule = Rule(
    name="long-prompt",
    manual=__doc__,
    family="questions",
    severity=Severity.INFO,
    options={"max-characters": 300},
    check=check,
)
