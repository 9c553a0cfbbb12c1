"""Text is more than the parser takes.

What stands deeper than sixty lists and quotes is lost: it reaches no deck and
no page. Look for marks that were repeated by accident.

```markdown
## Self-check

### 1. What is a queue?

>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> A line.
```

```diagnostics
5:1 text is nested deeper than 60 levels and is lost
```

A paragraph with very many opening signs, such as 5,000 brackets in 10,000
characters, would take minutes to parse, and one of a million characters more
memory than there may be. It is shown as it stands, without links or emphasis.
Split it, or put it into a code block.

```markdown
## Self-check

### 1. What is a queue?

> > > A [line](https://example.org) of `waiting` messages.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.markdown import UNPARSED
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule

_HELP = {
    "too-deep": "take away list or quote marks",
    "too-tangled": "split it, or put it into a code block",
}


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind in UNPARSED:
            yield Finding(note.span, UNPARSED[note.kind], _HELP[note.kind])


rule = Rule(
    name="unparsed-text", manual=__doc__, family="markdown", severity=Severity.ERROR, check=check
)
