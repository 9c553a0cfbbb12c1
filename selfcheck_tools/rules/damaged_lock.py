"""The lock cannot be understood.

Nothing can be exported: without `selfcheck.lock` every question would be new to
the learners who have its card. After a merge delete the marks of the conflict
and keep the lines of both sides; otherwise restore the file from version
control. Then run `selfcheck lock`.

The finding stands at the start of the first document.

```markdown title="lambda.md"
## Self-check

### 1. What is a cold start?

The first call on a new instance.
```

```markdown title="selfcheck.lock"
# selfcheck.lock 1
<<<<<<< ours
collection one
=======
collection two
>>>>>>> theirs
```

```diagnostics
lambda.md:1:1 selfcheck.lock:2: merge-conflict marks
```

A lock that is older than the questions is a sound one: see stale-lock.

```markdown title="lambda.md"
## Self-check

### 1. What is a cold start?

The first call on a new instance.
```

```markdown title="selfcheck.lock"
# selfcheck.lock 1
collection one
```
"""

from collections.abc import Iterator, Sequence

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.lock import LockError
from selfcheck_tools.model import Document
from selfcheck_tools.rules._lock import lock_of
from selfcheck_tools.rules._rule import Collection, Context, Rule
from selfcheck_tools.text import Span


def collect(document: Document, context: Context) -> int:
    return len(document.questions)


def check_all(
    collected: Sequence[tuple[str, int]], collection: Collection
) -> Iterator[tuple[str, Finding]]:
    path = next((path for path, questions in collected if questions), None)
    if path is None:
        return
    try:
        lock_of(collection.files)
    except LockError as error:
        said, _, help = str(error).partition("; ")
        yield path, Finding(Span(0, 0), said, help)


rule = Rule(
    name="damaged-lock",
    manual=__doc__,
    family="metadata",
    severity=Severity.ERROR,
    collect=collect,
    check_all=check_all,
    facts=int,
)
