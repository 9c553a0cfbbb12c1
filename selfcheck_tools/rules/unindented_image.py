"""An image below a list item is not indented.

It belongs to the item only because a paragraph may go on in the next line
without the item's indentation (CommonMark 0.31.2, section 5.2, laziness). So it
stands within the item's sentence rather than below it, and a blank line that
somebody puts before it, as most people would, moves it out of the list and ends
the list. Leave a line blank and indent the image like the item's text.

```markdown
## Self-check

### 1. Which runtimes are there?

- Supported runtimes:
![Node.js, Python, Java and Ruby](images/supported.png)

- Deprecated runtimes:
![Older versions of the same](images/deprecated.png)
```

```diagnostics
6:1 2 images are not indented like the list items that they belong to
```

```fixed unsafe
## Self-check

### 1. Which runtimes are there?

- Supported runtimes:

  ![Node.js, Python, Java and Ruby](images/supported.png)

- Deprecated runtimes:

  ![Older versions of the same](images/deprecated.png)
```

It is one finding a document, for it is one habit. An image that is indented is
none, nor one in a paragraph of its own.

```markdown
## Self-check

### 1. Which runtimes are there?

- Supported runtimes:
  ![Node.js, Python, Java and Ruby](images/supported.png)

The others:
![Older versions of the same](images/deprecated.png)
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Related, Severity
from selfcheck_tools.model import Document, Note
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Edit, Source, Span


def check(document: Document, context: Context) -> Iterator[Finding]:
    notes = [note for note in document.notes if note.kind == "unindented-image"]
    if not notes:
        return
    message = f"{len(notes)} images are not indented like the list items that they belong to"
    if len(notes) == 1:
        message = "image is not indented like the list item that it belongs to"
    yield Finding(
        notes[0].span,
        message,
        "leave a line blank before it and indent it like the item's text",
        Fix(
            tuple(_edit(context.source, note) for note in notes),
            "make each image a paragraph of its list item",
            safe=False,
        ),
        tuple(Related(document.path, note.span, "here too") for note in notes[1:]),
    )


def _edit(source: Source, note: Note) -> Edit:
    start = source.line_start(source.line_of(note.span.start))
    newline = "\r\n" if source.text[start - 2 : start] == "\r\n" else source.text[start - 1 : start]
    return Edit(Span(start, note.span.start), newline + " " * int(note.detail))


rule = Rule(
    name="unindented-image", manual=__doc__, family="images", severity=Severity.INFO, check=check
)
