"""A section has nothing in it.

Its heading stands in the outline and in the table of contents, and leads
nowhere. Write its questions, or take the heading out.

```markdown
# Messaging

## Queues

### 1. What is a queue?

A list of messages.

## Topics

## Workers

### 1. What is a worker?

A program that takes messages.
```

```diagnostics
9:1 section "Topics" is empty
```

A heading that has text below it, or deeper headings, is none that is empty; nor
is "Contents", which some programs fill in. What second-title says of a second
heading of level 1 is enough.

```markdown
# Messaging

## Queues

### Self-check

#### 1. What is a queue?

A list of messages.

## Topics

They come with chapter 4.
```
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document, Heading
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.page import letters, plain
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Source, Span

_SHOWN = 50
_GENERATED = ("tableofcontents", "contents", "toc")  # filled in by some programs
_LONGEST = 1000  # characters that are looked through for comments
_COMMENT = pattern(r"<!--.*?-->", re.DOTALL)


def check(document: Document, context: Context) -> Iterator[Finding]:
    if not document.questions:
        return
    for heading, after in zip(document.headings, [*document.headings[1:], None], strict=False):
        if heading.role in ("question", "section", "answer", "title") or heading.level == 1:
            continue
        end = after.span.start if after is not None else len(context.source.text)
        if after is not None and after.level > heading.level:
            continue
        if letters(heading.text[:100]) in _GENERATED:
            continue
        if _is_empty(context.source, Span(heading.span.end, end)):
            yield Finding(
                heading.span,
                f'section "{_title(heading)}" is empty',
                "write its questions, or take the heading out",
            )


def _is_empty(source: Source, span: Span) -> bool:
    """Whether nothing but white space and comments stands somewhere."""
    text = source.text[span.start : span.end].strip()
    if not text.startswith("<!--") or len(text) > _LONGEST:
        return not text
    return not _COMMENT.sub("", text).strip()


def _title(heading: Heading) -> str:
    title = plain(heading.text)
    return title if len(title) <= _SHOWN else f"{title[: _SHOWN - 1]}…"


rule = Rule(name="empty-section", manual=__doc__, family="questions", check=check)
