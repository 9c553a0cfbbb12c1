"""A file starts with a byte order mark.

UTF-8 needs none, and tools that do not expect one take it for text: then the
first heading is no heading, and front matter is none. Some editors on Windows
write it; save as "UTF-8" and not as "UTF-8 with BOM".

```markdown
⟨U+FEFF⟩## Self-check

### 1. What is a queue?

A list of messages.
```

```diagnostics
1:1 the file starts with a byte order mark
```

```fixed
## Self-check

### 1. What is a queue?

A list of messages.
```

Without one there is no finding.

```markdown
## Self-check

### 1. What is a topic?

A name that messages are sent to.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Edit, Span


def check(document: Document, context: Context) -> Iterator[Finding]:
    if not context.source.text.startswith("\ufeff"):
        return
    span = Span(0, 1)
    yield Finding(
        span,
        "the file starts with a byte order mark",
        "save the file as UTF-8 without it",
        Fix((Edit(span, ""),), "take the byte order mark out"),
    )


rule = Rule(
    name="byte-order-mark", manual=__doc__, family="text", severity=Severity.INFO, check=check
)
