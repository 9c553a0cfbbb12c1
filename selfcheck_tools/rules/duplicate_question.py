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

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.rules._asked import NAME, Facts, Place, collect, duplicates, every, finding
from selfcheck_tools.rules._rule import Collection, Rule


def check_all(places: Sequence[Place], collection: Collection) -> Iterator[tuple[str, Finding]]:
    for again in duplicates(places):
        help = "take one of the two out, or say in each what sets it apart"
        yield finding(again, "is asked before, as {}", help, "asked here before")


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
