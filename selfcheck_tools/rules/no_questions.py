"""A document has no questions.

Nothing of it is exported: no card, no line in the handout. Either it is no
document of questions, or its questions are written in a way that is not
recognised, which is worse, for nobody notices that they are missing.

```markdown
# Serverless

- What is a cold start
- What is a warm start
```

```diagnostics
1:1 document has no questions
```

Write questions as headings, numbered or under a heading that says Self-check.
`selfcheck list` shows what was recognised; the other ways to write questions
are in the manual.

```markdown
# Serverless

## Self-check

### What is a cold start?

The first call on a new instance.
```

An empty file is a document that somebody forgot to write.

```markdown
```

```diagnostics
1:1 document is empty
```

A document that is meant to hold none, an introduction for example, says so:

```markdown
<!-- selfcheck: allow no-questions: how to use this collection -->

# Introduction

Read the documents in the order of their names.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Span

_HELP = (
    "write questions as headings, numbered or under a heading Self-check; if there are to be none, "
    "say so: <!-- selfcheck: allow no-questions: why -->"
)


def check(document: Document, context: Context) -> Iterator[Finding]:
    if document.questions:
        return
    empty = not context.source.text.strip("\ufeff \t\r\n")
    yield Finding(Span(0, 0), "document is empty" if empty else "document has no questions", _HELP)


rule = Rule(name="no-questions", manual=__doc__, family="questions", check=check)
