"""The lock does not know the questions as they are.

`selfcheck.lock` says which question is which. The longer it waits, the more is
changed at once, and the harder it is to tell a question that was reworded from
a new one, which starts without a history. Run `selfcheck lock`, and commit the
file with the content. A collection without a lock is left in peace.

There is one finding for the collection, at the first question that the lock
knows neither by its prompt nor by its key.

```markdown
## Self-check

### 1. What is a cold start?

The first call on a new instance.
```

```files
selfcheck.lock
```

```diagnostics
3:8 selfcheck.lock does not know this question
```

Without a lock there is nothing to say.

```markdown
## Self-check

### 1. What is a cold start?

The first call on a new instance.
```
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.identity import prompt_digest
from selfcheck_tools.lock import LockError
from selfcheck_tools.model import Document
from selfcheck_tools.rules._lock import lock_of
from selfcheck_tools.rules._rule import Collection, Context, Rule
from selfcheck_tools.text import Span


class Asked(NamedTuple):
    """A question as the lock may know it."""

    prompt: str  # a digest
    key: str
    span: Span


def collect(document: Document, context: Context) -> tuple[Asked, ...]:
    return tuple(Asked(prompt_digest(q), q.key, q.prompt.span) for q in document.questions)


def check_all(
    collected: Sequence[tuple[str, Sequence[Asked]]], collection: Collection
) -> Iterator[tuple[str, Finding]]:
    try:
        lock = lock_of(collection.files)
    except LockError:
        return  # damaged-lock says so
    if lock is None:
        return
    living = {key: entry for key, entry in lock.known.items() if not entry.retired}
    prompts = {entry.prompt for entry in living.values()}
    unknown = [
        (path, asked)
        for path, facts in collected
        for asked in facts
        if asked.prompt not in prompts and not (asked.key and asked.key in living)
    ]
    if unknown:
        path, asked = unknown[0]
        count = f"{len(unknown)} question{'s' if len(unknown) > 1 else ''}"
        message = f"selfcheck.lock does not know {count}, of which this is the first"
        if len(unknown) == 1:
            message = "selfcheck.lock does not know this question"
        help = "run selfcheck lock, and commit selfcheck.lock with the content"
        yield path, Finding(asked.span, message, help)


rule = Rule(
    name="stale-lock",
    manual=__doc__,
    family="metadata",
    severity=Severity.INFO,
    collect=collect,
    check_all=check_all,
    facts=tuple[Asked, ...],
)
