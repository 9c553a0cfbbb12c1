"""A comment to the program is not understood.

What it was to set stays as it is: a key that guards the learner's history,
tags, points, or the room for an answer. Write `name=value` pairs with no blanks
in them, below the question that they belong to.

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: kye=cold-start points=two room=6 -->

The first call on a new instance.

### 2. What is a warm start?

<!-- selfcheck: tags=lambda, basics -->

A later call on it.
```

```diagnostics
5:17 comment has the unknown word kye
5:32 comment has points=two, which is no number
11:30 comment has basics, which is no name=value
```

A comment that stands in no question sets nothing.

```markdown
<!-- selfcheck: tags=lambda -->

## Self-check

### 1. What is a cold start?

<!-- self-check: points=2 -->

The first call on a new instance.
```

```diagnostics
1:1 comment to selfcheck stands in no question
7:6 comment to selfcheck must begin with selfcheck:
```

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: key=cold-start tags=lambda,basics points=2.5 room=6 -->
<!-- our self-check: is it long enough? -->

The first call on a new instance.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.reading.directives import NAMES
from selfcheck_tools.rules._rule import Context, Rule

_PAIRS = "write name=value with no blanks in it, where name is one of " + ", ".join(NAMES)


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "bad-directive":
            yield Finding(note.span, *_said(note.detail))
        elif note.kind == "stray-directive":
            yield Finding(
                note.span,
                "comment to selfcheck stands in no question",
                "move it below the line that asks",
            )


def _said(written: str) -> tuple[str, str]:
    """What is wrong with a word of a comment, and what to do."""
    name, equals, value = written.partition("=")
    if not equals and name.lower().replace("-", "").replace("_", "").replace(" ", "") == (
        "selfcheck"
    ):
        return "comment to selfcheck must begin with selfcheck:", "write <!-- selfcheck: … -->"
    if not equals:
        return f"comment has {name}, which is no name=value", _near(name, (*NAMES, "allow"))
    if name not in NAMES:
        return f"comment has the unknown word {name}", _near(name, NAMES)
    if not value.strip(","):
        return f"comment has {name} without a value", _PAIRS
    return f"comment has {written}, which is no number", "write it in digits, as in points=2"


def _near(name: str, names: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), names, 1)
    return f"did you mean {near[0]}?" if near else _PAIRS


rule = Rule(name="malformed-directive", manual=__doc__, family="metadata", check=check)
