"""An allowance silences nothing.

It was written for a fault that is mended, or that stands somewhere else: it
looks like a debt that nobody has, and will hide the next fault of its kind.
Take it out.

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: allow missing-answer: comes with chapter 4 -->

The first call on a new instance.
```

```diagnostics
5:23 allowance of missing-answer silences nothing
```

```fixed
## Self-check

### 1. What is a cold start?



The first call on a new instance.
```

An allowance covers the question that it stands in, or the whole document where
it stands before the first question.

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: allow missing-answer: comes with chapter 4 -->
```

Rules that are not in force, and names that are no rules, are another matter.
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.model import Allowance
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._rule import Judged, Rule
from selfcheck_tools.text import Edit, Span


def judge(judged: Judged) -> Iterator[Finding]:
    allowance = judged.allowance
    if has_ended(allowance, judged.today):
        return
    idle = [
        at
        for at, name in enumerate(allowance.rules)
        if name in judged.in_force and name not in judged.used
    ]
    for at in idle:
        yield Finding(
            allowance.places[at],
            f"allowance of {allowance.rules[at]} silences nothing",
            "take it out",
            Fix((_without(allowance, at, alone=len(idle) == len(allowance.rules)),), "take it out"),
        )


def has_ended(allowance: Allowance, today: str) -> bool:
    """Whether an allowance's date has passed; what is no date never passes."""
    return bool(today and DATE.match(allowance.until)) and allowance.until < today


DATE = pattern(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\Z", re.ASCII)


def _without(allowance: Allowance, at: int, *, alone: bool) -> Edit:
    """The edit that takes one name out of an allowance, or all of it if no name would be left."""
    places = allowance.places
    if alone:
        return Edit(allowance.span, "")
    if at + 1 < len(places):
        return Edit(Span(places[at].start, places[at + 1].start), "")
    return Edit(Span(places[at - 1].end, places[at].end), "")


rule = Rule(name="unused-allowance", manual=__doc__, family="allowances", judge=judge)
