"""A link label is defined twice.

The first definition counts and the second means nothing (CommonMark 0.31.2,
section 4.7), so that a link can lead to another place than the line that its
author looks at. Case makes no difference. Take one out, or give it a label of
its own.

```markdown
## Self-check

### 1. What is a cold start?

See [the manual][manual] and [the limits][limits].

[manual]: https://example.org/lambda
[limits]: https://example.org/limits
[Manual]: https://example.org/manual
```

```diagnostics
9:1 label "manual" is defined before, with another address
```

One that says the same again can be taken out without a thought.

```markdown
## Self-check

### 1. What is a cold start?

See [the manual][manual].

[manual]: https://example.org/lambda
[manual]: https://example.org/lambda
```

```diagnostics
8:1 label "manual" is defined before, with the same address
```

```fixed
## Self-check

### 1. What is a cold start?

See [the manual][manual].

[manual]: https://example.org/lambda
```

```markdown
See [the manual][manual] and [the limits][limits].

[manual]: https://example.org/lambda
[limits]: https://example.org/limits
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Related
from selfcheck_tools.model import Document
from selfcheck_tools.rules._definitions import without
from selfcheck_tools.rules._rule import Context, Rule

_COMMENTS = ("", "#")


def check(document: Document, context: Context) -> Iterator[Finding]:
    again = [each for each in document.definitions if each.again and each.target not in _COMMENTS]
    first = {each.label: each for each in document.definitions if not each.again} if again else {}
    for each in again:
        before = first[each.label]
        is_same = (each.target, each.title) == (before.target, before.title)
        edit = without(context.source, each.span) if is_same else None
        yield Finding(
            each.span,
            f'label "{each.label.lower()}" is defined before, with '
            f"{'the same' if each.target == before.target else 'another'} address",
            "take one out, or give it a label of its own",
            Fix((edit,), "take it out") if edit is not None else None,
            (Related(document.path, before.span, "this one counts"),),
        )


rule = Rule(name="duplicate-definition", manual=__doc__, family="links", check=check)
