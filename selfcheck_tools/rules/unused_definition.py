"""A link definition is used nowhere.

It shows nothing, and whoever corrects the address believes to have corrected a
link. Take it out, or refer to it.

```markdown
## Self-check

### 1. What is a cold start?

See [the manual][manual].

[manual]: https://example.org/lambda
[limits]: https://example.org/limits
```

```diagnostics
8:1 definition "limits" is used nowhere
```

```fixed
## Self-check

### 1. What is a cold start?

See [the manual][manual].

[manual]: https://example.org/lambda
```

Several are one finding. A definition that leads to `#` or nowhere is a comment,
as people write them in Markdown.

```markdown
## Self-check

### 1. What is a cold start?

The first call on a new instance.

[//]: # (ask the billing team what it costs)
[comment]: <> (and how long it takes)
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Related, Severity
from selfcheck_tools.model import Definition, Document
from selfcheck_tools.rules._definitions import without
from selfcheck_tools.rules._rule import Context, Rule

_SHOWN = 5


def check(document: Document, context: Context) -> Iterator[Finding]:
    unused = [each for each in document.definitions if not _is_needed(each)]
    if not unused or any(note.kind == "too-tangled" for note in document.notes):
        return  # what is too tangled was not looked at
    names = [f'"{each.label.lower()}"' for each in unused]
    message = f"definition {names[0]} is used nowhere"
    if len(unused) > 1:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        message = f"{len(names)} definitions are used nowhere: {', '.join(names[:_SHOWN])}{more}"
    edits = [edit for each in unused if (edit := without(context.source, each.span))]
    fix = Fix(tuple(edits), "take them out") if len(edits) == len(unused) else None
    related = tuple(Related(document.path, each.span, "nor is this one") for each in unused[1:])
    yield Finding(unused[0].span, message, "take it out, or refer to it", fix, related)


def _is_needed(definition: Definition) -> bool:
    is_comment = definition.target in ("", "#") or definition.label.startswith(("/", "^"))
    return definition.used or definition.again or is_comment


rule = Rule(
    name="unused-definition", manual=__doc__, family="links", severity=Severity.INFO, check=check
)
