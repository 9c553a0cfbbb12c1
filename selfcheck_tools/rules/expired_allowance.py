"""An allowance has run out.

It was given until a day that has passed, so the finding is reported again.
Mend what it allowed, or give it another day and a reason that still holds.

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: allow missing-answer until=2020-01-31: comes with chapter 4 -->
```

```diagnostics
5:1 allowance ran out on 2020-01-31
```

The day is the last one on which the allowance holds, and is written as in
ISO 8601: year, month, day.

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: allow missing-answer until=easter: comes with chapter 4 -->
```

```diagnostics
5:1 allowance until easter has no date
```

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: allow missing-answer until=2999-12-31: comes with chapter 4 -->
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.rules._rule import Judged, Rule
from selfcheck_tools.rules.unused_allowance import DATE, has_ended


def judge(judged: Judged) -> Iterator[Finding]:
    allowance = judged.allowance
    if allowance.until and not DATE.match(allowance.until):
        message = f"allowance until {allowance.until[:40]} has no date"
        yield Finding(allowance.span, message, "write the day as in until=2027-01-31")
    elif has_ended(allowance, judged.today):
        yield Finding(
            allowance.span,
            f"allowance ran out on {allowance.until}",
            "mend what it allowed, or give it another day",
        )


rule = Rule(name="expired-allowance", manual=__doc__, family="allowances", judge=judge)
