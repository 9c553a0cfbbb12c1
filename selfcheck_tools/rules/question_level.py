"""The heading of a question has another level than the others.

A deeper heading makes the question a part of the one before it, in the outline,
in the table of contents, and in whatever reads the document by its headings.
Give all questions of a section the same level.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

#### 2. What is a topic?

A list of subscribers.

### 3. What is a message?

A piece of text.
```

```diagnostics
7:1 question 2 is a heading of level 4, the questions around it are of level 3
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

Where nothing else shows that such a heading is a question, it is read as a part
of the answer before it, and no card is made of it.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic?

A list of subscribers.

#### 3. What is a message?

A piece of text.
```

```diagnostics
11:1 "3. What is a message?" is read as a part of the answer of question 2
```

```fixed unsafe
## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic?

A list of subscribers.

### 3. What is a message?

A piece of text.
```

Headings within an answer may count and ask what they like as long as they do
not go on with the number of the question.

```markdown
## Self-check

### 1. What is a queue?

#### 1. Why is it needed?

Programs leave messages for each other in it.

#### 2. What does it cost

A request each.

### 2. What is a topic?

A list of subscribers.
```
"""

from bisect import bisect_right
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.model import Document
from selfcheck_tools.reading.page import ends_asking, numbered, plain
from selfcheck_tools.rules._rule import Context, Rule, named
from selfcheck_tools.text import Edit, Source, Span

_HELP = "give it the level of the other questions"
_SHOWN = 50


def check(document: Document, context: Context) -> Iterator[Finding]:
    notes = [note for note in document.notes if note.kind == "odd-level"]
    if notes:
        names = {question.head: name for name, question in named(document)}
        for note in notes:
            level, usual = (int(part) for part in note.detail.split())
            name = names.get(note.span, "question")
            message = f"{name} is a heading of level {level}, the questions around it are of level"
            fix = _fix(context.source, note.span, level, usual, safe=True)
            yield Finding(note.span, f"{message} {usual}", _HELP, fix)
    yield from _swallowed(document, context.source)


def _swallowed(document: Document, source: Source) -> Iterator[Finding]:
    """The headings in an answer that go on with the number of its question, and ask."""
    usual = next((h.level for h in document.headings if h.role == "question"), 0)
    deeper = [h for h in document.headings if h.role == "answer" and h.level > usual]
    if not usual or not deeper:
        return
    names = list(named(document))
    starts = [question.span.start for _, question in names]
    for heading in deeper:
        match = numbered(heading.text)
        if match is None or not ends_asking(plain(heading.text)):
            continue
        at = max(bisect_right(starts, heading.span.start) - 1, 0)
        name, question = names[at]
        after = names[at + 1][1].number if at + 1 < len(names) else None
        number = int(match["number"].rpartition(".")[2])
        if question.number is None or number != question.number + 1 or number == after:
            continue
        title = plain(heading.text)
        title = title if len(title) <= _SHOWN else f"{title[: _SHOWN - 1]}…"
        message = f'"{title}" is read as a part of the answer of {name}'
        fix = _fix(source, heading.span, heading.level, usual, safe=False)
        yield Finding(heading.span, message, _HELP, fix)


def _fix(source: Source, span: Span, level: int, usual: int, *, safe: bool) -> Fix | None:
    """Another number of signs, where signs make the heading."""
    at = source.text.find("#" * level, span.start, span.end)
    if at < 0 or source.text[span.start : at].strip(" \t>0123456789.)-*+"):
        return None
    edit = Edit(Span(at, at + level), "#" * usual)
    return Fix((edit,), f"make it a heading of level {usual}", safe=safe)


rule = Rule(name="question-level", manual=__doc__, family="questions", check=check)
