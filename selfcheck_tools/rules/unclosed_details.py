"""A disclosure is not closed.

On a website the rest of the page folds away with it, and which text belongs to
the question is a guess. Put `</details>` where the answer ends.

```markdown
<details><summary>What is a queue?</summary>

A line of waiting messages.

<details><summary>What is a topic?</summary>

A line that many can read.

</details>
```

```diagnostics
1:1 disclosure is not closed
```

```markdown
<details><summary>What is a queue?</summary>

A line of waiting messages.

</details>
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind == "open-details":
            yield Finding(
                note.span, "disclosure is not closed", "put </details> where the answer ends"
            )


rule = Rule(
    name="unclosed-details", manual=__doc__, family="markdown", severity=Severity.ERROR, check=check
)
