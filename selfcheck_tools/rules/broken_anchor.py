"""A link leads to a heading that does not exist.

Whoever follows it lands at the top of the page and has to search. GitHub names
a heading by its text in lower case, with hyphens for spaces and without
punctuation, and adds `-1` where a name comes again; `id` in HTML and `{#id}`
name a place too.

```markdown
# Serverless

[Cold starts](#cold-start), [Limits](#limits)

## Cold starts

They take longer.

## Limits

15 minutes.
```

```diagnostics
3:15 there is no heading or id #cold-start
```

Links into other documents of the collection are followed.

```markdown title="lambda.md"
## Self-check

### 1. What is a cold start?

See [limits](limits.md#memory), [time](limits.md#time-and-money).
```

```markdown title="limits.md"
# Limits

## Memory

10 GB.

## Time

15 minutes.
```

```diagnostics
lambda.md:5:40 limits.md has no heading or id #time-and-money
```

Only letters and digits are compared, for other programs name headings otherwise
than GitHub.

```markdown
[What's new](#whats_new), [back](#top)

## What's new?

Much.
```
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.media import local_path
from selfcheck_tools.model import Document
from selfcheck_tools.reading.anchors import anchors, essence, slug
from selfcheck_tools.rules._near import nearest
from selfcheck_tools.rules._rule import Collection, Context, Rule, links
from selfcheck_tools.text import Span

_MOST_HINTS = 20  # for each compares a name with all others
_LONGEST = 200


class Fragment(NamedTuple):
    """A place that a link leads to: in which document, under which name."""

    path: str
    name: str
    span: Span


class Facts(NamedTuple):
    """What a document offers to links, and the links that lead to such places and were not found
    in their own document as they are written."""

    titles: tuple[str, ...]
    ids: tuple[str, ...]
    links: tuple[Fragment, ...]


def collect(document: Document, context: Context) -> Facts:
    own: frozenset[str] | None = None  # seldom needed
    found = []
    for link in links(document):
        target, sign, fragment = link.target.partition("#")
        if not sign or _is_special(fragment):
            continue
        name = unquote(fragment)
        if not target:
            own = frozenset(anchors(document.titles, document.ids)) if own is None else own
            if name in own:
                continue
            found.append(Fragment("", name, link.target_span))
        elif (path := local_path(document.path, target)) is not None:
            found.append(Fragment(path, name, link.target_span))
    return Facts(document.titles, document.ids, tuple(found))


def check_all(
    collected: Sequence[tuple[str, Facts]], collection: Collection
) -> Iterator[tuple[str, Finding]]:
    by_path = dict(collected)
    offered: dict[str, tuple[str, ...]] = {}
    forms: dict[str, frozenset[str]] = {}
    for path, facts in collected:
        hints = 0
        for place in facts.links:
            there = place.path or path
            if there not in by_path:
                continue
            if there not in forms:
                offered[there] = anchors(by_path[there].titles, by_path[there].ids)
                forms[there] = _forms(offered[there])
            if _is_in(place.name, forms[there]):
                continue
            hints += 1
            near = None
            if hints <= _MOST_HINTS:
                near = nearest(slug(place.name)[:_LONGEST], offered[there], likeness=0.75)
            help = f"did you mean #{near}?" if near else "name a heading as GitHub does"
            what = f"{there} has no" if there != path else "there is no"
            name = place.name[:_LONGEST]
            yield path, Finding(place.span, f"{what} heading or id #{name}", help)


def _is_special(fragment: str) -> bool:
    """Whether a fragment names nothing in a document: its top, a text, a footnote, a route."""
    return fragment.lower() in ("", "top", "readme") or fragment.startswith(
        (":~:", "/", "!", "fn", "{", "$")
    )


def _forms(names: Sequence[str]) -> frozenset[str]:
    return frozenset(names) | {essence(name) for name in names}


def _is_in(name: str, forms: frozenset[str]) -> bool:
    name = name.removeprefix("user-content-")
    return name in forms or essence(name) in forms


rule = Rule(
    name="broken-anchor",
    manual=__doc__,
    family="links",
    collect=collect,
    check_all=check_all,
    facts=Facts,
)
