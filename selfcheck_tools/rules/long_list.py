"""An answer is a list that is too long to learn.

The members of a set hold on to nothing, and of a dozen of them one forgets a
different one each time. Ask for the few that matter, for groups of them, or for
each of them by its purpose (rules 9 and 10 in Piotr Wozniak's "Twenty rules of
formulating knowledge": avoid sets, avoid enumerations). `max-items` is how many
may be asked for at once (10). Lists that have more than a paragraph in an item,
lists of links, and explanations of questions with options do not count.

```markdown
## Self-check

### 1. Which colours do messages have?

- Red
- Green
- Blue
- White
- Black
- Grey
```

```options
max-items = 5
```

```diagnostics
5:1 answer of question 1 lists 6 things, more than 5
```

```markdown
## Self-check

### 1. Which colours do messages have?

- Red
- Green
- Blue
- White
- Black
- Grey
```
"""

from bisect import bisect_right
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._prose import first_line, summed
from selfcheck_tools.rules._rule import Context, Rule, named

_HELP = "ask for the few that matter, for groups, or for each by its purpose"


def check(document: Document, context: Context) -> Iterator[Finding]:
    most = int(str(context.options["max-items"]))
    long = [n for n in document.notes if n.kind == "list" and int(n.detail) > most]
    if not long:
        return
    names = list(named(document))
    starts = [question.span.start for _, question in names]
    found: dict[str, Finding] = {}
    for note in long:
        at = bisect_right(starts, note.span.start) - 1
        if at < 0:
            continue
        name, question = names[at]
        answer = question.answer
        if question.kind == "choice" or answer is None or name in found:
            continue
        if answer.span.start <= note.span.start < answer.span.end:
            message = f"answer of {name} lists {note.detail} things, more than {most}"
            found[name] = Finding(first_line(note.span, context.source), message, _HELP)
    yield from summed(
        list(found.values()),
        document.path,
        lambda count: f"{count} answers list more than {most} things",
        _HELP,
    )


rule = Rule(
    name="long-list",
    manual=__doc__,
    family="questions",
    severity=Severity.INFO,
    options={"max-items": 10},
    check=check,
)
