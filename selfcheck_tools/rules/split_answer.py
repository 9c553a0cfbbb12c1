"""A heading in the middle of an answer ends it.

What is below a heading of the questions' own level is no part of the answer
above it: it is on no card and in no handout. Make the heading a deeper one, or,
if it is a question, ask in it or number it as the others are.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

### An example

A printer has one.

### 2. What is a topic?

A list of subscribers.
```

```diagnostics
7:1 "An example" ends the answer of question 1, and what is below it is lost
```

```fixed unsafe
## Self-check

### 1. What is a queue?

A list of messages.

#### An example

A printer has one.

### 2. What is a topic?

A list of subscribers.
```

A deeper heading is a part of the answer. One that starts another part of the
document, or that says "References" or the like, ends it on purpose.

```markdown
## Self-check

### 1. What is a queue?

#### In short

A list of messages.

### Further reading

The manual.

### 2. What is a topic?

A list of subscribers.

## Afterword

Read on.
```

Where the questions have no numbers, and such headings are no rarer than one for
four questions, the document is a text whose headings partly ask, and nothing is
said.

```markdown
# Messaging

## What is a queue?

A list of messages.

## History

It is an old one.

## What is a topic?

A list of subscribers.

## The future

Nobody knows.
```
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.dialects import FURNITURE
from selfcheck_tools.model import Document, Heading
from selfcheck_tools.reading.page import letters, plain
from selfcheck_tools.rules._rule import Context, Rule, named
from selfcheck_tools.text import Edit, Source, Span

_HELP = "make it a deeper heading, or number it if it is a question"
_SHOWN = 50
_RARE = 4  # questions for each heading that is none, where nothing is numbered
_LONGEST = 60  # letters of a heading that is one


def check(document: Document, context: Context) -> Iterator[Finding]:
    if all(heading.role != "break" for heading in document.headings):
        return
    names = {question.head.start: name for name, question in named(document)}
    stray = [span.start for span in document.stray]
    ends = _ends(document.headings)
    counted = Counter((heading.level, heading.role) for heading in document.headings)
    is_numbered = 2 * sum(q.number is not None for q in document.questions) > len(names)
    asked: Heading | None = None  # the question before, with nothing shallower since
    for heading, end in zip(document.headings, ends, strict=True):
        if heading.role == "question":
            asked = heading
        elif asked is None or heading.level < asked.level:
            asked = None
        elif heading.role == "break" and heading.level == asked.level and end is not None:
            name = names.get(asked.span.start + _indent(context.source, asked))
            if name is None or _is_furniture(heading):
                continue
            usual = counted[heading.level, "question"], counted[heading.level, "break"]
            if not is_numbered and usual[0] < _RARE * usual[1]:
                continue
            first = bisect_left(stray, heading.span.end)
            if first < len(stray) and stray[first] < end:
                yield Finding(heading.span, _message(heading, name), _HELP, _fix(context, heading))


def _ends(headings: tuple[Heading, ...]) -> list[int | None]:
    """For each heading where the next question starts, if it is of the same level and nothing
    shallower stands before it."""
    ends: list[int | None] = []
    question, shallowest = None, 7
    for heading in reversed(headings):
        follows = question is not None and question.level == heading.level <= shallowest
        ends.append(question.span.start if question is not None and follows else None)
        if heading.role == "question":
            question, shallowest = heading, heading.level
        shallowest = min(shallowest, heading.level)
    return ends[::-1]


def _is_furniture(heading: Heading) -> bool:
    name = letters(heading.text)
    return len(name) > _LONGEST or FURNITURE.match(name) is not None


def _indent(source: Source, heading: Heading) -> int:
    text = source.text[heading.span.start : heading.span.end]
    return len(text) - len(text.lstrip())


def _message(heading: Heading, name: str) -> str:
    title = plain(heading.text)
    title = title if len(title) <= _SHOWN else f"{title[: _SHOWN - 1]}…"
    return f'"{title}" ends the answer of {name}, and what is below it is lost'


def _fix(context: Context, heading: Heading) -> Fix | None:
    """One sign more, where signs make the heading."""
    start = heading.span.start + _indent(context.source, heading)
    if heading.level > 5 or not context.source.text.startswith("#" * heading.level, start):
        return None
    edit = Edit(Span(start, start), "#")
    return Fix((edit,), "make it a part of the answer", safe=False)


rule = Rule(name="split-answer", manual=__doc__, family="questions", check=check)
