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
5:1 code block is not closed and swallows 1 question
```

The next code block may close it: a line with a language can only open a block,
so where such a line stands within a block, the end of that one was forgotten.

````markdown
## Self-check

### 1. What prints a line?

```python
print("line")

### 2. What reads a line?

```python
input()
```
````

```diagnostics
5:1 code block is not closed before the next one and swallows 1 question
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
from selfcheck_tools.rules._edits import swallows
from selfcheck_tools.rules._rule import Context, Rule

_SAID = {"open-fence": "is not closed", "runaway-fence": "is not closed before the next one"}


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind in _SAID:
            yield Finding(
                note.span,
                f"code block {_SAID[note.kind]}{swallows(note.detail)}",
                "close it with a line of as many signs as it was opened with",
            )


rule = Rule(
    name="unclosed-fence", manual=__doc__, family="markdown", severity=Severity.ERROR, check=check
)
