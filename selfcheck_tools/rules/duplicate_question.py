r"""A question is asked twice.

The learner answers the same card twice, and when one of the two is corrected
the other one stays wrong. Take one out, or say in each what sets it apart.

```markdown title="lambda.md"
## Self-check

### 1. What is a cold start?

The first call on a new instance.

### 2. How long does it take?

About a second.
```

```markdown title="serverless.md"
## Self-check

### 1. What is a function?

Code that runs on request.

### 2. What is a **cold start**?

A call that has to wait for an instance.
```

```diagnostics
serverless.md:7:8 question 2 is asked before, as question 1 of lambda.md
```

Numbers, markup, punctuation, case, white space, invisible characters and the
Unicode form make no difference. What a question shows besides makes one: the
same words about another piece of code, another image, other options or another
gap are another question. So do the signs in `C++` and `C#`.

````markdown
## Self-check

### 1. What does this print?

```python
print(1)
```

Answer: 1

### 2. What does this print?

```python
print(2)
```

Answer: 2

### 3. What is C++?

A language.

### 4. What is C#?

Another one.
````

```markdown
Q: What is a cold start?
A: The first call on a new instance.

Q: What is a warm start?
A: A later call on it.

Q: What is a *Cold Start*
A: A slow call.
```

```diagnostics
7:4 question 3 is asked before, as question 1
```
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selfcheck_tools.diagnostics import Finding, Related
from selfcheck_tools.identity import digest, normal
from selfcheck_tools.model import Document, Question
from selfcheck_tools.rules._rule import Collection, Context, Rule, named
from selfcheck_tools.text import Span


class Asked(NamedTuple):
    """What a question asks, as a digest; where; and what people call it."""

    key: str
    span: Span
    name: str


def collect(document: Document, context: Context) -> tuple[Asked, ...]:
    asked = ((_key(question), question, name) for name, question in named(document))
    return tuple(Asked(key, question.prompt.span, name) for key, question, name in asked if key)


def check_all(
    collected: Sequence[tuple[str, Sequence[Asked]]], collection: Collection
) -> Iterator[tuple[str, Finding]]:
    first: dict[str, tuple[str, Asked]] = {}
    for path, facts in collected:
        for asked in facts:
            there, before = first.setdefault(asked.key, (path, asked))
            if before is not asked:
                where = before.name if there == path else f"{before.name} of {there}"
                yield (
                    path,
                    Finding(
                        asked.span,
                        f"{asked.name} is asked before, as {where}",
                        "take one of the two out, or say in each what sets it apart",
                        related=(Related(there, before.span, "asked here before"),),
                    ),
                )


def _key(question: Question) -> str:
    """A digest of all that a question asks with, whatever its order; empty if it asks nothing."""
    shown = [
        image.path or image.target
        for image in question.images
        if question.answer is None or not _covers(question.answer.span, image.span)
    ]
    prompt = normal(question.prompt.markdown)
    material = normal(question.material.markdown) if question.material is not None else ""
    if not (prompt or material or shown):
        return ""
    options = sorted(normal(option.content.markdown) for option in question.options)
    gaps = [normal(cloze.text) for cloze in question.clozes]
    return digest("\0".join(part) for part in ([prompt, material], options, gaps, sorted(shown)))


def _covers(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start < outer.end


rule = Rule(
    name="duplicate-question",
    manual=__doc__,
    family="collection",
    collect=collect,
    check_all=check_all,
    facts=tuple[Asked, ...],
)
