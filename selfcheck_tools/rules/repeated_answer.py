"""Two questions have the same answer.

Somebody copied an answer and forgot to change it, or two questions ask the same
in other words. Where both are meant, let one of them say what the other does
not.

```markdown
## Self-check

### 1. What happens to a message that nobody deletes?

It comes back when the visibility timeout is over, and after some attempts it
moves to the dead-letter queue, if there is one.

### 2. What happens to a message that is older than the retention period?

It comes back when the *visibility timeout* is over, and after some attempts
it moves to the dead-letter queue, if there is one.
```

```diagnostics
8:8 question 2 has the answer of question 1
```

White space, emphasis and the case of letters make no difference; images do.
A short answer may well be right twice. Which is short is for
`min-characters` to say, not counting spaces: 80, unless set.

```markdown
## Self-check

### 1. Where does a queue keep messages?

On several machines, in memory and on disk.

### 2. Where does a topic keep messages?

On several machines, in memory and on disk.
```

```markdown
## Self-check

### 1. Where does a queue keep messages?

On several machines, in memory and on disk.

### 2. Where does a topic keep messages?

On several machines, in memory and on disk.
```

```options
min-characters = 30
```

```diagnostics
7:8 question 2 has the answer of question 1
```

A question that is asked twice is left to the rules about that.
"""

from collections.abc import Iterator, Sequence

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.rules._asked import (
    NAME,
    Again,
    Facts,
    Place,
    collect,
    contained,
    duplicates,
    every,
    finding,
    nearly,
)
from selfcheck_tools.rules._rule import Collection, Rule


def check_all(places: Sequence[Place], collection: Collection) -> Iterator[tuple[str, Finding]]:
    least = collection.options["min-characters"]
    assert isinstance(least, int)
    found = list(_repeated(places, least))
    if not found:
        return
    known = {
        again.later.at
        for pairs in (duplicates(places), contained(places), nearly(places, collection))
        for again in pairs
    }
    help = "change the answer that was copied, or take one of the two questions out"
    for again in found:
        if again.later.at not in known:
            yield finding(again, "has the answer of {}", help, "the same answer")


def _repeated(places: Sequence[Place], least: int) -> Iterator[Again]:
    first: dict[str, Place] = {}
    for place in places:
        if place.asked.size >= least and place.asked.answer:
            before = first.setdefault(place.asked.answer, place)
            if before is not place:
                yield Again("answer", place, before)


rule = Rule(
    name="repeated-answer",
    manual=__doc__,
    family="collection",
    severity=Severity.INFO,
    options={"min-characters": 80},
    collect=collect,
    check_all=check_all,
    facts=Facts,
    facts_of=NAME,
    gather=every,
)
