"""An attribute of raw HTML runs code or loads something.

No export lets it through: cards and handouts are opened on other people's
machines. The element stays without it, and does not do what it was meant to do.
The attributes are those that start with `on` and name an event, srcdoc,
formaction, and style where it loads or runs something.

```markdown
## Self-check

### 1. What is a queue?

<p onclick="reveal()">A list of messages.</p>

<p style="background: url(https://example.org/x.png)">It has two ends.</p>
```

```diagnostics
5:4 attribute onclick is left out of every export
7:4 attribute style is left out of every export
```

Other attributes are no finding, and neither is code.

```markdown
## Self-check

### 1. What does `<p onclick="reveal()">` do?

<p align="center">It calls a function.</p>
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "active-attribute":
            yield Finding(
                note.span,
                f"attribute {note.detail} is left out of every export",
                "take it out; to show it, put the tag in a code block or between backticks",
            )


rule = Rule(
    name="unsafe-attribute",
    manual=__doc__,
    family="safety",
    severity=Severity.WARNING,
    check=check,
)
