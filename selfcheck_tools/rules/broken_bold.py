"""Stars that were to make text bold are shown as they stand.

`**` opens only before a letter or sign and closes only after one, and beside a
letter it needs a letter on its other side too (CommonMark 6.2). Take blanks
away within the stars; put punctuation outside of them.

```markdown
## Self-check

### 1. What is a queue?

A ** line** of **waiting **messages.
```

```diagnostics
5:3 ** line** is not bold, for a blank stands within the stars
5:16 **waiting ** is not bold, for a blank stands within the stars
```

```fixed unsafe
## Self-check

### 1. What is a queue?

A **line** of **waiting** messages.
```

Stars at the start of a paragraph that nothing closes are shown too.

```markdown
## Self-check

### 1. What is a queue?

**Note: order is kept.
```

```diagnostics
5:1 ** opens bold text that nothing closes
```

```markdown
## Self-check

### 1. What is a queue?

A **line** of messages. 2 ** 3 is 8, `src/**` is all, and **kwargs are named.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Edit, Source, Span

_SAID = {
    "padded": ("is not bold, for a blank stands within the stars", "take the blank away"),
    "stuck": (
        "is not bold, for its stars stand between punctuation and a letter",
        "put the punctuation outside of the stars, or a blank beside them",
    ),
    "open": ("opens bold text that nothing closes", "close it with **, or write \\** for stars"),
}


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "broken-bold":
            text = " ".join(context.source.text[note.span.start : note.span.end].split())
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"
            said, help = _SAID[note.detail]
            fix = _fix(note.span, context.source) if note.detail == "padded" else None
            yield Finding(note.span, f"{shown} {said}", help, fix)


_SHOWN = 40


def _fix(span: Span, source: Source) -> Fix | None:
    """The stars close to the text; a blank that parted words goes outside."""
    text = source.text[span.start : span.end]
    inner = text[2:-2]
    if not text.startswith("**") or not text.endswith("**") or not inner.strip():
        return None
    before = source.text[max(span.start - 1, 0) : span.start]
    after = source.text[span.end : span.end + 1]
    left = " " if inner[0].isspace() and before.isalnum() else ""
    right = " " if inner[-1].isspace() and after.isalnum() else ""
    edit = Edit(span, f"{left}**{inner.strip()}**{right}")
    return Fix((edit,), "put the stars close to the text", safe=False)


rule = Rule(name="broken-bold", manual=__doc__, family="markdown", check=check)
