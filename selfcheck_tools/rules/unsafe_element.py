"""An element of raw HTML runs code, loads another page or asks for input.

No export lets it through: cards and handouts are opened on other people's
machines. What stands in it is lost with it. Show code in a code block, and link
to what would be embedded. The elements are script, style, iframe, frame,
frameset, object, embed, applet, portal, form, button, select, textarea, base,
link, and meta with http-equiv.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

<iframe src="https://example.org/video"></iframe>
```

```diagnostics
7:1 element <iframe> is left out of every export
```

In code it is only text, and so is a tag in a sentence that is never closed.

```markdown
## Self-check

### 1. What does `<script>` do, and where does <iframe> stand?

    <script src="a.js"></script>
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "active-element":
            yield Finding(
                note.span,
                f"element <{note.detail}> is left out of every export",
                "take it out; to show it, put it in a code block or between backticks",
            )


rule = Rule(
    name="unsafe-element", manual=__doc__, family="safety", severity=Severity.ERROR, check=check
)
