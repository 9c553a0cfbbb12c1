"""A question that wants an explanation is answered by code alone.

Code shows how, and not why: the learner recites lines without knowing what they
are for. Say in a sentence what the code shows.

````markdown
## Self-check

### 1. Why does a consumer delete a message?

```python
queue.delete(message)
```

### 2. What is a visibility timeout?

It hides a message that is being worked on:

```python
queue.receive(visibility=30)
```
````

```diagnostics
5:1 answer of question 1 is only code
```

A question that asks for code gets it: how something is done, which command does
it, what is printed.

````markdown
## Self-check

### 1. How do you delete a message?

```python
queue.delete(message)
```

### 2. What is the command that lists the queues?

```sh
aws sqs list-queues
```
````
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._prose import besides, first_line, summed, within, words
from selfcheck_tools.rules._rule import Context, Rule, named

_HELP = "say in a sentence what the code shows"
_WHY = pattern(
    r"\W*(?:why|when|explain|describe|compare|define|what(?:'s|\s+is|\s+are)|warum|wann|"
    r"erkläre|beschreibe|por qué|cuándo|explica|describe|pourquoi|quand|expliquez|décrivez|"
    r"perché|quando|spiega|почему|зачем|когда|объясните|опишите)\b",
    re.IGNORECASE,
)
_CODE = pattern(
    r"\b(?:code|commands?|scripts?|syntax|query|output|result|value|print(?:ed|s)?|printed|regex|"
    r"expression|signature|function|declaration|example|line|shortest|way|formula|method)\b",
    re.IGNORECASE,
)
_FEW = 2  # words beside the code


def check(document: Document, context: Context) -> Iterator[Finding]:
    found = []
    for name, question in named(document):
        if not question.code or question.kind != "open" or question.answer is None:
            continue
        if question.material is not None:  # text before the answer may say what is needed
            continue
        prompt = question.prompt.markdown[:500]
        if not _WHY.match(prompt) or _CODE.search(prompt):
            continue
        span = question.answer.span
        code = within(span, question.code)
        if not code or question.images:
            continue
        if words(besides(span, code, context.source)) <= _FEW:
            found.append(
                Finding(
                    first_line(code[0], context.source), f"answer of {name} is only code", _HELP
                )
            )
    yield from summed(found, document.path, lambda count: f"{count} answers are only code", _HELP)


rule = Rule(
    name="code-only-answer", manual=__doc__, family="questions", severity=Severity.INFO, check=check
)
