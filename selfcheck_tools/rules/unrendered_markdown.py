"""Markdown within an HTML block is shown as it stands.

An HTML block goes on to the next empty line, and nothing in it is Markdown
(CommonMark 4.6): stars, brackets and backticks are shown. Put an empty line
after the tag, or write HTML. Disclosures (`<details>`) are taken apart and need
none here, though other readers do.

```markdown
## Self-check

### 1. What is a queue?

<div align="center">
A line of **waiting** messages.
</div>
```

```diagnostics
6:11 **waiting** is shown as it stands, for it is within HTML
```

```fixed unsafe
## Self-check

### 1. What is a queue?

<div align="center">

A line of **waiting** messages.
</div>
```

```markdown
## Self-check

### 1. What is a queue?

<div align="center">

A line of **waiting** messages.

</div>

### 2. What prints it?

<pre>
print(2 **3** 4)
</pre>
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.model import Document, Note
from selfcheck_tools.rules._edits import blank_line
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Source


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "markdown-in-html":
            text = context.source.text[note.span.start : note.span.end]
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"
            if text[0] in "-+#" or text.startswith("* "):
                shown = "heading" if text[0] == "#" else "list"
            yield Finding(
                note.span,
                f"{shown} is shown as it stands, for it is within HTML",
                "put an empty line after the tag, or write it in HTML",
                _fix(note, context.source),
            )


_SHOWN = 40


def _fix(note: Note, source: Source) -> Fix | None:
    """An empty line between a line that is a tag and one of text; none for other shapes."""
    line = source.line_of(note.span.start)
    above = source.line_span(max(line - 1, 0))
    text = source.text[source.line_start(line) : note.span.start].lstrip()
    if text.startswith(("<", ">")) or not source.text[above.start : above.end].endswith(">"):
        return None
    start = source.line_start(line)
    return blank_line(source, start, "put an empty line after the tag")


rule = Rule(name="unrendered-markdown", manual=__doc__, family="markdown", check=check)
