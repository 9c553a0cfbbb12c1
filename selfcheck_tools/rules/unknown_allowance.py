"""An allowance names no rule.

Nothing is silenced, and the author believes that it is. The names of the rules
are those in brackets in the report; `selfcheck explain` lists them.

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: allow mising-answer: comes with chapter 4 -->

### 2. What is a warm start?

<!-- selfcheck: allow: comes with chapter 4 -->
```

```diagnostics
5:23 allowance names mising-answer, which is no rule
9:1 allowance names no rule
```

```markdown
## Self-check

### 1. What is a cold start?

<!-- selfcheck: allow missing-answer: comes with chapter 4 -->
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.rules._rule import Judged, Rule


def judge(judged: Judged) -> Iterator[Finding]:
    allowance = judged.allowance
    if not allowance.rules:
        help = "name the rule: <!-- selfcheck: allow missing-answer: why -->"
        yield Finding(allowance.span, "allowance names no rule", help)
    for name, place in zip(allowance.rules, allowance.places, strict=True):
        if name not in judged.known:
            message = f"allowance names {name[:80]}, which is no rule"
            yield Finding(place, message, _hint(name, judged.known))


def _hint(name: str, known: frozenset[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name[:80].lower(), sorted(known), 1)
    return f"did you mean {near[0]}?" if near else "selfcheck explain lists the rules"


rule = Rule(
    name="unknown-allowance",
    manual=__doc__,
    family="allowances",
    severity=Severity.ERROR,
    judge=judge,
)
