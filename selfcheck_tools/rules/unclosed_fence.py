r"""A code block is not closed.

Everything below it, to the end of the file or of the list item, is code: the
questions there are lost. Close the block with a line of as many signs as it was
opened with.

````markdown
## Self-check

### 1. What prints a line?

```python
print("line")

### 2. What reads a line?

`input()`
````

```diagnostics
5:1 code block is not closed and swallows 1 heading
```

````markdown
## Self-check

### 1. What prints a line?

```python
print("line")
```

### 2. What reads a line?

`input()`
````
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "open-fence":
            swallowed = int(note.detail)
            headings = f"{swallowed} heading{'' if swallowed == 1 else 's'}"
            message = f"code block is not closed and swallows {headings}"
            yield Finding(
                note.span,
                message if swallowed else "code block is not closed",
                "close it with a line of as many signs as it was opened with",
            )


rule = Rule(
    name="unclosed-fence", manual=__doc__, family="markdown", severity=Severity.ERROR, check=check
)
