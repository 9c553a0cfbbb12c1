r"""A code block is closed by the end of a block within it.

A block that shows Markdown with code in it ends at the first line of as many
signs as it was opened with (CommonMark 4.5): the rest is no longer code, and
the line that was to close it opens another block, which swallows what follows.
Open and close the outer block with more signs than any block within it.

`````markdown
## Self-check

### 1. How is code shown in Markdown?

```markdown
Use a fence:

```python
print("line")
```

That is all.
```

### 2. How is a list shown?

With hyphens.
`````

```diagnostics
5:1 code block is closed by the end of the block within it
```

`````fixed unsafe
## Self-check

### 1. How is code shown in Markdown?

````markdown
Use a fence:

```python
print("line")
```

That is all.
````

### 2. How is a list shown?

With hyphens.
`````

`````markdown
## Self-check

### 1. How is code shown in Markdown?

````markdown
```python
print("line")
```
````
`````
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.model import Document, Note
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Edit, Source, Span


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "inner-fence":
            yield Finding(
                note.span,
                "code block is closed by the end of the block within it",
                "open and close the outer block with more signs than any block within it",
                _fix(note, context.source),
            )


def _fix(note: Note, source: Source) -> Fix | None:
    """Longer fences around the block; none where it is not known which line was to close it."""
    end = int(note.detail)
    if end < 0:
        return None
    sign = source.text[note.span.start]
    within = re.findall(f"[{sign}]{{3,}}", source.text[note.span.end : end])
    longer = sign * (max(map(len, within)) + 1 - (note.span.end - note.span.start))
    edits = (Edit(Span(note.span.end, note.span.end), longer), Edit(Span(end, end), longer))
    return Fix(edits, "make the outer fence longer", safe=False)


rule = Rule(
    name="inner-fence", manual=__doc__, family="markdown", severity=Severity.ERROR, check=check
)
