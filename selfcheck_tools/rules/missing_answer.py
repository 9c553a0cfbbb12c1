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

Where the next question asks nearly the same, the answer may be meant for both.
Then one heading that asks is enough; the help says so.

```markdown
## Self-check

### 1. What is a cold start?

### 2. What is a cold start of a function?

The first call on a new instance.
```

```diagnostics
3:1 question 1 has no answer
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

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document, Question
from selfcheck_tools.rules._prose import unasked
from selfcheck_tools.rules._rule import Context, Rule, asking_line, named


def check(document: Document, context: Context) -> Iterator[Finding]:
    unanswered = [
        pair for pair in named(document) if pair[1].state == "unanswered" and not pair[1].options
    ]
    if not unanswered:
        return
    empty = {question.span for _, question, _ in unasked(document)}
    following = dict(
        zip((q.span for q in document.questions), document.questions[1:], strict=False)
    )
    for name, question in unanswered:
        if question.span not in empty:  # else empty-prompt says that nothing is there at all
            span = asking_line(question, context.source)
            help = "write the answer, or take the question out"
            after = following.get(question.span)
            if after is not None and _is_alike(question, after):
                help = (
                    f"{help}; if the next question's answer is for both, make one question of them"
                )
            yield Finding(span, f"{name} has no answer", help)


def _is_alike(question: Question, after: Question) -> bool:
    """Whether the next question has an answer and asks with most of the same words."""
    if after.state != "answered" or after.kind != "open" or after.section != question.section:
        return False
    ours, theirs = (set(_content(q.prompt.markdown[:500])) for q in (question, after))
    return len(ours & theirs) * 2 >= max(len(ours), len(theirs), 1)


def _content(text: str) -> list[str]:
    """The words of a prompt that carry it."""
    return [word for word in re.findall(r"[^\W_]{4,}", text.casefold()) if word not in _ASKED]


_ASKED = frozenset(("what", "when", "where", "which", "does", "that", "this", "with", "from"))


rule = Rule(
    name="missing-answer", manual=__doc__, family="questions", severity=Severity.ERROR, check=check
)
