"""Two documents go to one deck.

Decks are named after folders and titles, and Anki knows a deck by its name:
what the second brings is mixed into the first. Give each document of a folder a
title of its own, or say in the front matter of both that they share a deck, or
which they go to.

```markdown title="aws/lambda.md"
# Serverless

## Self-check

### 1. What is a cold start?

The first call on a new instance.
```

```markdown title="aws/step.md"
# Serverless

## Self-check

### 1. What is a state?

A step of a workflow.
```

```diagnostics
aws/step.md:1:1 deck aws::Serverless is that of aws/lambda.md too
```

```markdown title="aws/lambda.md"
---
deck: Serverless
---

# Functions

## Self-check

### 1. What is a cold start?

The first call on a new instance.
```

```markdown title="aws/step.md"
---
deck: Serverless
---

# Functions

## Self-check

### 1. What is a state?

A step of a workflow.
```
"""

from collections.abc import Iterator, Sequence
from posixpath import basename, dirname, splitext
from typing import NamedTuple

from selfcheck_tools.diagnostics import Finding, Related
from selfcheck_tools.model import Document
from selfcheck_tools.rules._rule import Collection, Context, Rule
from selfcheck_tools.text import Span


class Deck(NamedTuple):
    """The name that a document gives to its deck without saying so; empty where it says so."""

    name: str = ""
    span: Span = Span(0, 0)


def collect(document: Document, context: Context) -> Deck:
    if not document.questions or document.metadata.deck:
        return Deck()
    name = document.title or splitext(basename(document.path))[0]
    parts = (*dirname(document.path).split("/"), " ".join(name.split()))
    return Deck("::".join(filter(None, parts)), document.title_span or document.questions[0].head)


def check_all(
    collected: Sequence[tuple[str, Deck]], collection: Collection
) -> Iterator[tuple[str, Finding]]:
    first: dict[str, tuple[str, Deck]] = {}
    for path, deck in collected:
        there, before = first.setdefault(deck.name, (path, deck))
        if there == path or not deck.name:
            continue
        yield (
            path,
            Finding(
                deck.span,
                f"deck {deck.name} is that of {there} too",
                "give the document a title of its own, or write deck: in the front matter of both",
                related=(Related(there, before.span, "the other document"),),
            ),
        )


rule = Rule(
    name="shared-deck",
    manual=__doc__,
    family="metadata",
    collect=collect,
    check_all=check_all,
    facts=Deck,
)
