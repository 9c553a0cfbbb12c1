"""Questions of a document are numbered in different styles.

It looks like two lists, and a reader wonders whether 3) belongs to the same
questions as 2. does. Number all in the style that most have.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

### 2) What is a topic?

A list of subscribers.

### 3. What is a message?

A piece of text.
```

```diagnostics
7:5 question 2 is numbered "2)", most others as in "1."
```

```fixed
## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic?

A list of subscribers.

### 3. What is a message?

A piece of text.
```

Where no style has at least two thirds of the questions nothing is said, for
nobody knows which one is meant; nor in Markdown lists, where another mark
starts another list.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

### 2) What is a topic?

A list of subscribers.
```
"""

from collections import Counter
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Related, Severity
from selfcheck_tools.model import Document, Question
from selfcheck_tools.rules._prose import FEW
from selfcheck_tools.rules._rule import Context, Rule, named
from selfcheck_tools.text import Edit, Source, Span

_LISTS = ("list", "list-headings")
_MARKS = (".", ")", ":")


def check(document: Document, context: Context) -> Iterator[Finding]:
    styles = {question.number_style for question in document.questions} - {""}
    if len(styles) < 2 or document.dialect in _LISTS:
        return
    styled = [(name, question) for name, question in named(document) if question.number_style]
    counted = Counter(question.number_style for _, question in styled)
    usual, count = counted.most_common(1)[0]
    if 3 * count < 2 * len(styled):
        return
    odd = [(name, question) for name, question in styled if question.number_style != usual]
    model = next(question for _, question in styled if question.number_style == usual)
    name, first = odd[0]
    others = [question for _, question in odd[1:]]
    wanted = f'most others as in "{model.number}{usual}"'
    message = f'{name} is numbered "{first.number}{first.number_style}", {wanted}'
    if others:
        message = f"{len(odd)} questions are numbered as in "
        message += f'"{first.number}{first.number_style}", {wanted}'
    yield Finding(
        _numbering(first),
        message,
        "number all questions in one style",
        _fix([question for _, question in odd], usual, context.source),
        tuple(Related(document.path, _numbering(q), "here too") for q in others[:FEW]),
    )


def _numbering(question: Question) -> Span:
    return question.number_span or question.head


def _fix(odd: list[Question], usual: str, source: Source) -> Fix | None:
    """Another mark behind each number, where that is all that sets the styles apart."""
    if usual not in _MARKS:
        return None
    edits = []
    for question in odd:
        end = _numbering(question).end
        mark = Span(end, end + len(question.number_style))
        style = source.text[mark.start : mark.end]
        if style != question.number_style or style not in _MARKS:
            return None
        edits.append(Edit(mark, usual))
    return Fix(tuple(edits), f"number all questions with {usual}")


rule = Rule(
    name="mixed-numbering", manual=__doc__, family="questions", severity=Severity.INFO, check=check
)
