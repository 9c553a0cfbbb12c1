"""A question is part of another one.

One of two questions asks again what the other asks by the way: the learner
answers it twice, and when one answer is corrected the other one stays wrong.
Leave the question to the one that asks nothing else.

```markdown title="gateway.md"
## Self-check

### 1. When is a gateway of use? What does a gateway cost?

Where many clients call. A fee for each call.

### 2. What does a gateway cost?

A fee for each call.
```

```markdown title="queues.md"
## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic? When is a gateway of use?

A list of subscribers. Where many clients call.

### 3. What is a **queue**? How long may it grow?

A list. As long as it likes.
```

```diagnostics
gateway.md:7:8 question 2 is asked before, in question 1
queues.md:11:8 question 3 asks again what question 1 asks
```

Sentences are told by their question marks, and compared as by
`duplicate-question`: numbers, markup, punctuation and case make no difference,
and what a question shows besides has to be the same. Parts that two questions
of several sentences share are not reported, nor is a sentence that says nothing
by itself.

```markdown
## Self-check

### 1. What is a queue? How does it work?

A list. First in, first out.

### 2. How does it work?

The picture below the title says it.
```
"""

from collections.abc import Iterator, Sequence

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.rules._asked import NAME, Facts, Place, collect, contained, every, finding
from selfcheck_tools.rules._rule import Collection, Rule


def check_all(places: Sequence[Place], collection: Collection) -> Iterator[tuple[str, Finding]]:
    help = "leave it to the question that asks nothing else"
    for again in contained(places):
        if again.kind == "contained":
            yield finding(again, "is asked before, in {}", help, "asked here, with more")
        else:
            yield finding(again, "asks again what {} asks", help, "asked here before")


rule = Rule(
    name="contained-question",
    manual=__doc__,
    family="collection",
    collect=collect,
    check_all=check_all,
    facts=Facts,
    facts_of=NAME,
    gather=every,
)
