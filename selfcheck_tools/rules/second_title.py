"""A document has a second title.

Its deck and its handout are named after the first, and whoever reads the
outline finds two documents in one. Make the second one a section, or a document
of its own.

```markdown
# Queues

## Self-check

### 1. What is a queue?

A list of messages.

# Topics

Texts on topics.
```

```diagnostics
9:1 document has a second title, "Topics", after "Queues"
```

A heading of level 1 that questions stand under is a section, however it looks.

```markdown
# Queues

### 1. What is a queue?

A list of messages.

# Topics

### 2. What is a topic?

A list of subscribers.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Related, Severity
from selfcheck_tools.dialects import FURNITURE
from selfcheck_tools.model import Document
from selfcheck_tools.reading.page import letters, plain
from selfcheck_tools.rules._rule import Context, Rule

_SHOWN = 50


def check(document: Document, context: Context) -> Iterator[Finding]:
    tops = [heading for heading in document.headings if heading.level == 1]
    if len(tops) < 2 or not document.questions:
        return
    if any(heading.role in ("section", "question") for heading in tops):
        return
    first, *others = tops
    for heading in others:
        name = letters(heading.text)
        if first.role == "title" and not (len(name) <= 60 and FURNITURE.match(name)):
            message = f'document has a second title, "{_shown(heading.text)}"'
            yield Finding(
                heading.span,
                f'{message}, after "{_shown(first.text)}"',
                "make it a section, or a document of its own",
                related=(Related(document.path, first.span, "the first title"),),
            )
            return


def _shown(text: str) -> str:
    text = plain(text)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


rule = Rule(
    name="second-title", manual=__doc__, family="questions", severity=Severity.INFO, check=check
)
