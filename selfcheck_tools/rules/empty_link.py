"""A link has no text or leads nowhere.

Nobody can see a link without a text, and a link without a destination was meant
to get one later. Write what is missing, or take the link out.

```markdown
## Self-check

### 1. What is a cold start?

See [the manual]().
```

```diagnostics
5:5 link "the manual" leads nowhere
```

```markdown
## Self-check

### 1. What is a cold start?

See also [](https://example.org/limits).
```

```diagnostics
5:10 link to https://example.org/limits has no text
```

```fixed unsafe
## Self-check

### 1. What is a cold start?

See also <https://example.org/limits>.
```

An image is as good as a text.

```markdown
## Self-check

### 1. What is a cold start?

[![The steps of a cold start](steps.png)](https://example.org/steps)
```

```files
steps.png
```
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.model import Document, Link
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._rule import Context, Rule, images, links
from selfcheck_tools.text import Edit

_LONGEST = 120
_URL = pattern(r"https?://[^\s<>]+")


def check(document: Document, context: Context) -> Iterator[Finding]:
    shown = sorted(image.span.start for image in images(document))
    for link in links(document):
        if link.bare or link.html or (link.target and link.text.strip()):
            continue
        if link.text.strip():
            message = f'link "{link.text.strip()[:_LONGEST]}" leads nowhere'
            yield Finding(link.span, message, "write an address between the parentheses")
        elif _shows_nothing(link, shown, context):
            target = link.target[:_LONGEST]
            message = (
                f"link to {target} has no text" if target else "link has neither text nor address"
            )
            yield Finding(link.span, message, "write its text between the brackets", _fix(link))


def _shows_nothing(link: Link, shown: Sequence[int], context: Context) -> bool:
    """Whether a link without a text holds none of the images that start at some places, and is no
    anchor (`[](){#name}`)."""
    start, end = link.span.start, link.span.end
    if context.source.text[end : end + 1] == "{":
        return False
    return bisect_left(shown, start) == bisect_left(shown, end)


def _fix(link: Link) -> Fix | None:
    if not _URL.fullmatch(link.target):
        return None
    return Fix((Edit(link.span, f"<{link.target}>"),), "show the address itself", safe=False)


rule = Rule(name="empty-link", manual=__doc__, family="links", check=check)
