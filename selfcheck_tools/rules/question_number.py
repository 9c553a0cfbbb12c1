"""The number of a question is out of order.

People talk about questions by their numbers: with two of the same nobody knows
which one is meant, and after a gap they look for the one that is missing.
Number the questions of a section one after the other.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic?

A list of subscribers.

### 4. What is a message?

A piece of text.

### 5. What is a worker?

A program that takes messages.
```

```diagnostics
11:5 question number 4 follows 2, expected 3
```

The fix numbers the questions from there to the end anew.

```fixed
## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic?

A list of subscribers.

### 3. What is a message?

A piece of text.

### 4. What is a worker?

A program that takes messages.
```

Where most questions have a number, all need one.

```markdown
## Self-check

### 1) What is a queue?

A list of messages.

### What is a topic?

A list of subscribers.

### 2) What is a message?

A piece of text.

### 2) What is a worker?

A program that takes messages.
```

```diagnostics
7:5 question has no number, expected 2
15:5 question number 2 follows 2, expected 3
```

```fixed
## Self-check

### 1) What is a queue?

A list of messages.

### 2) What is a topic?

A list of subscribers.

### 3) What is a message?

A piece of text.

### 4) What is a worker?

A program that takes messages.
```

A section starts again at 1, or goes on where the one before it ends; the first
one starts where it likes. In a Markdown list all items may be written `1.`, for
then Markdown counts them.

```markdown
## Queues

### 7. What is a queue?

A list of messages.

## Topics

### 8. What is a topic?

A list of subscribers.

## Workers

### 1. What is a worker?

A program that takes messages.
```

The fix is safe, with two exceptions. Where the document has a link to a heading
by its old number, as a table of contents has, it is an unsafe one. And an item
of a list is left alone where a longer number would move its text.

```markdown
- [What is a topic?](#3-what-is-a-topic)

## Self-check

### 1. What is a queue?

A list of messages.

### 3. What is a topic?

A list of subscribers.
```

```diagnostics
9:5 question number 3 follows 1, expected 2
```

```fixed unsafe
- [What is a topic?](#3-what-is-a-topic)

## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic?

A list of subscribers.
```
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.rules._renumber import Item, item, renumber
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Source

_HELP = "number the questions from here on one after the other"
_FIXES = 20  # in a run of numbers; the first mends all, and each edits all questions after it
_COUNTED = ("list", "list-headings")  # dialects whose numbers Markdown counts by itself


def check(document: Document, context: Context) -> Iterator[Finding]:
    numbers = [question.number for question in document.questions]
    if not numbers or numbers == list(range(numbers[0] or 0, (numbers[0] or 0) + len(numbers))):
        return
    for run in _runs(document, context.source):
        numbers = [item.number for item in run]
        for count, (at, before, expected) in enumerate(_breaks(numbers)):
            message = _message(run[at], before, expected)
            fix = None
            if count < _FIXES:
                fix = renumber(document, context.source, run, start=at, number=expected)
            yield Finding(run[at].span, message, _HELP, fix)


def _message(item: Item, before: int | None, expected: int) -> str:
    wanted = f"expected {item.prefix}{expected}"
    if item.number is None:
        return f"question has no number, {wanted}"
    found = f"question number {item.prefix}{item.number}"
    if before is None:
        return f"{found} comes first, {wanted}"
    return f"{found} follows {item.prefix}{before}, {wanted}"


# ── runs ────────────────────────────────────────────────────────────────────────────────────────


def _runs(document: Document, source: Source) -> Iterator[list[Item]]:
    """The questions that are numbered one after the other: those of a section, with those of the
    next one where it goes on with the numbers."""
    run: list[Item] = []
    for part in _parts(document, source):
        if run and _goes_on(run, part):
            run += part
            continue
        if run:
            yield run
        run = part
    if run:
        yield run


def _parts(document: Document, source: Source) -> Iterator[list[Item]]:
    """The questions of each section; of those that mostly have no number only the ones that do."""
    everything: list[Item] = []
    for question in document.questions:
        everything.append(item(question, source, everything[-1] if everything else None))
    for _, same in groupby(everything, lambda item: (item.question.section, item.prefix)):
        part = list(same)
        numbered = [item for item in part if item.number is not None]
        if 2 * len(numbered) <= len(part):
            part = numbered
        is_counted = len({item.number for item in part}) == 1 < len(part)
        if part and not (is_counted and document.dialect in _COUNTED):
            yield part


def _goes_on(run: list[Item], part: list[Item]) -> bool:
    if run[0].prefix != part[0].prefix:
        return False
    written = run[-1].number
    counted = _first([item.number for item in run]) + len(run)
    return _first([item.number for item in part]) in (counted, written and written + 1)


def _first(numbers: Sequence[int | None]) -> int:
    """The number that the first of some questions has, or should have."""
    first, second, third = (*numbers[:3], None, None, None)[:3]
    if first is None:
        at, found = next((pair for pair in enumerate(numbers) if pair[1] is not None), (0, 1))
        return max((found or 0) - at, 1)
    is_swapped = first - 1 == second and third in (None, first + 1)
    return first - 1 if is_swapped else first


def _breaks(numbers: Sequence[int | None]) -> Iterator[tuple[int, int | None, int]]:
    """Where a run breaks, the number before that place, and the number that was expected.

    Each break once: the numbers may go on from the odd one (a question was put in or taken out),
    from the one before it (a slip), and after two that have changed places.
    """
    expected, before = _first(numbers), None
    other: int | None = None  # what may follow a break as well
    passed = -1
    for at, number in enumerate(numbers):
        if at == passed:
            continue
        if number is None:
            yield at, before, expected
            if not at or numbers[at - 1] is not None:
                other = expected
            before, expected = expected, expected + 1
            continue
        broken = number not in (expected, other)
        if broken:
            yield at, before, expected
            if number == expected + 1 and expected in numbers[at + 1 : at + 2]:
                passed = at + 1
        before, expected, other = number, number + 1, expected + 1 if broken else None


rule = Rule(name="question-number", manual=__doc__, family="questions", check=check)
