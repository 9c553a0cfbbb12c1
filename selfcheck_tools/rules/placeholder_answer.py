"""An answer is only a placeholder.

The learner gets a card whose back says "TODO", and in a list of unanswered
questions this one does not appear, because something stands there. Write the
answer, or delete the placeholder, so that the question counts as unanswered.

```markdown
## Self-check

### 1. What is a cold start?

TODO

### 2. What is a warm start?

*To be completed*

### 3. What is a Lambda layer?

Answer goes here...
```

```diagnostics
5:1 answer of question 1 is only the placeholder "TODO"
9:1 answer of question 2 is only the placeholder "To be completed"
13:1 answer of question 3 is only the placeholder "Answer goes here..."
```

An answer that has more to say, or that speaks of such words, is none.

```markdown
## Self-check

### 1. What does TODO mean in a comment?

A comment that marks work that is left for later.

### 2. What is a cold start?

The first call on a new instance.

TODO: say how long it takes.
```

Which texts count as placeholders is configured by `placeholders` in
selfcheck.toml, a list of regular expressions.
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule, asking_line, named

_LONG = 40


def check(document: Document, context: Context) -> Iterator[Finding]:
    for name, question in named(document):
        if question.state != "placeholder":
            continue
        answer = question.answer
        span = answer.span if answer is not None else asking_line(question, context.source)
        message = f"answer of {name} is only a placeholder"
        if answer is not None:
            message = f'answer of {name} is only the placeholder "{_shown(answer.markdown)}"'
        yield Finding(span, message, "write the answer, or delete the placeholder")


def _shown(markdown: str) -> str:
    """The first line of a placeholder without emphasis, shortened."""
    line = markdown.strip().split("\n", 1)[0].strip("*_` \t")
    return line if len(line) <= _LONG else f"{line[: _LONG - 1]}…"


rule = Rule(
    name="placeholder-answer",
    manual=__doc__,
    family="questions",
    severity=Severity.ERROR,
    check=check,
)
