"""An answer is too long for a card.

Nobody recites a page: the learner skims it, marks the card as known, and knows
the half of it. Ask for its parts one by one, and keep in each answer what that
question asks for (rule 4 in Piotr Wozniak's "Twenty rules of formulating
knowledge": stick to the minimum information principle). `max-words` is how long
an answer may be (350 words); code does not count, and neither do explanations
of questions with options, for they are read and not recited.

```markdown
## Self-check

### 1. What is a queue?

A list of messages that programs leave for each other.

### 2. What is a topic?

A list of subscribers.
```

```options
max-words = 8
```

```diagnostics
5:1 answer of question 1 has 10 words, more than 8
```

```markdown
## Self-check

### 1. What is a queue?

A list of messages that programs leave for each other.
```

Where more than three answers are that long, one finding counts them.

```markdown
Q: What is a queue?
A: A long list of messages that wait.

Q: What is a topic?
A: A list of many subscribers.

Q: What is a message?
A: A short piece of text.

Q: What is a worker?
A: It takes messages from queues.
```

```options
max-words = 2
```

```diagnostics
2:4 4 answers have more than 2 words, the longest 7
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document, Question
from selfcheck_tools.rules._prose import first_line, read_words, summed
from selfcheck_tools.rules._rule import Context, Rule, named

_HELP = "ask for its parts one by one, or keep only what the question asks for"
_SHORTEST = 5  # characters of a word on average, with the space after it


def check(document: Document, context: Context) -> Iterator[Finding]:
    most = int(str(context.options["max-words"]))
    found, longest = [], 0
    for name, question in named(document):
        count = _words(question, most)
        if count > most:
            longest = max(longest, count)
            message = f"answer of {name} has {count} words, more than {most}"
            assert question.answer is not None
            found.append(Finding(first_line(question.answer.span, context.source), message, _HELP))
    yield from summed(
        found,
        document.path,
        lambda count: f"{count} answers have more than {most} words, the longest {longest}",
        _HELP,
    )


def _words(question: Question, most: int) -> int:
    """How many words an answer has; exact only where there are more than `most`."""
    answer = question.answer
    if answer is None or question.kind == "choice" or len(answer.markdown) < _SHORTEST * most:
        return 0
    text, span = answer.markdown, answer.span
    if len(text.split()) <= most:
        return 0
    code = (c for c in question.code if span.start <= c.span.start < span.end)
    return read_words(text) - sum(len(c.text.split()) for c in code)


rule = Rule(
    name="long-answer",
    manual=__doc__,
    family="questions",
    severity=Severity.INFO,
    options={"max-words": 350},
    check=check,
)
