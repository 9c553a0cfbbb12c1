"""Two questions are written with the same key.

The key says which question is which: of two notes with one key Anki keeps one,
and the other question is lost with its history. Give each a key of its own, or
take the key out of the one that is new.

```markdown title="lambda.md"
## Self-check

### 1. What is a cold start?

<!-- selfcheck: key=start -->

The first call on a new instance.
```

```markdown title="serverless.md"
## Self-check

### 1. What is a warm start?

<!-- selfcheck: key=start tags=lambda -->

A later call on it.
```

```diagnostics
serverless.md:5:21 key start is written before, at question 1 of lambda.md
```

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: key=cold-start -->

The first call on a new instance.

### 2. What is a warm start?

<!-- selfcheck: key=warm-start -->

A later call on it.
```
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selfcheck_tools.diagnostics import Finding, Related, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Collection, Context, Rule, named
from selfcheck_tools.text import Span


class Written(NamedTuple):
    """A key, where it is written, and what people call its question."""

    key: str
    span: Span
    name: str


def collect(document: Document, context: Context) -> tuple[Written, ...]:
    if not any(question.key for question in document.questions):
        return ()
    return tuple(
        Written(question.key, question.key_span or question.prompt.span, name)
        for name, question in named(document)
        if question.key
    )


def check_all(
    collected: Sequence[tuple[str, Sequence[Written]]], collection: Collection
) -> Iterator[tuple[str, Finding]]:
    first: dict[str, tuple[str, Written]] = {}
    for path, facts in collected:
        for written in facts:
            there, before = first.setdefault(written.key, (path, written))
            if before is written:
                continue
            where = before.name if there == path else f"{before.name} of {there}"
            yield (
                path,
                Finding(
                    written.span,
                    f"key {written.key} is written before, at {where}",
                    "give each a key of its own, or take it out of the question that is new",
                    related=(Related(there, before.span, "written here before"),),
                ),
            )


rule = Rule(
    name="duplicate-key",
    manual=__doc__,
    family="metadata",
    severity=Severity.ERROR,
    collect=collect,
    check_all=check_all,
    facts=tuple[Written, ...],
)
