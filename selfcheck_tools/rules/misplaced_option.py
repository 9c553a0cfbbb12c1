"""An option is written so that it is none.

A first option on the line of the question is read as part of the question, and
an item without a letter among lettered ones as part of the option before it.
Give each option a line and a letter of its own.

```markdown
1. Which keeps messages?  - A. a socket
   - B. a queue
   - C. a port

   Answer: B

2. Which forgets them?
   - A. a queue
   - B. a socket
   - none of these

   Answer: B
```

```diagnostics
1:29 option stands on the line of its question
10:4 item among the options has no single letter
```

```markdown
1. Which keeps messages?
   - A. a socket
   - B. a queue

   Answer: B
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Context, Rule

_SAID = {
    "glued-option": (
        "option stands on the line of its question",
        "start a new line with it, indented as the other options are",
    ),
    "unlabelled-option": (
        "item among the options has no single letter",
        "give it one letter, as the other options have",
    ),
}


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind in _SAID:
            yield Finding(note.span, *_SAID[note.kind])


rule = Rule(name="misplaced-option", manual=__doc__, family="choices", check=check)
