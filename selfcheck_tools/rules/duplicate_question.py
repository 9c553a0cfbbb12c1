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

Where two documents share many questions, one is likely a copy of the other, and
is reported once.

```markdown title="a.md"
Q: What is a queue?
A: A line.

Q: What is a topic?
A: A text for all.

Q: What is a worker?
A: One who takes.

Q: What is a log?
A: A list that only grows.
```

```markdown title="copy.md"
Q: What is a queue?
A: A line.

Q: What is a topic?
A: A text for all.

Q: What is a worker?
A: One who takes.

Q: What is a log?
A: A list that only grows.
```

```diagnostics
copy.md:1:4 4 questions are asked before, in a.md
```
"""

from collections.abc import Iterator, Sequence

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.rules._asked import (
    NAME,
    Again,
    Facts,
    Place,
    collect,
    duplicates,
    every,
    finding,
)
from selfcheck_tools.rules._rule import Collection, Rule


def check_all(places: Sequence[Place], collection: Collection) -> Iterator[tuple[str, Finding]]:
    copied: dict[tuple[str, str], list[Again]] = {}
    for again in duplicates(places):
        copied.setdefault((again.later.path, again.before.path), []).append(again)
    for (path, before), found in copied.items():
        if path == before or len(found) < _COPIED:
            yield from (
                finding(again, "is asked before, as {}", _HELP, "asked here before")
                for again in found
            )
            continue
        _, first = finding(found[0], "", "", "the first of them")
        message = f"{len(found)} questions are asked before, in {before}"
        help = "take one of the two documents out, or those questions from one of them"
        yield path, Finding(first.span, message, help, related=first.related)


_HELP = "take one of the two out, or say in each what sets it apart"
_COPIED = 4  # questions that two documents share, from which on one of them is taken for a copy


rule = Rule(
    name="duplicate-question",
    manual=__doc__,
    family="collection",
    collect=collect,
    check_all=check_all,
    facts=Facts,
    facts_of=NAME,
    gather=every,
)
