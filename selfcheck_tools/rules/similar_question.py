"""A question is asked before in nearly the same words.

The learner answers the same card twice, and when one of the two is corrected
the other one stays wrong. Take one out, or say in each what sets it apart.

```markdown
## Self-check

### 1. What is the difference between a queue and a topic?

A topic has many readers.

### 2. How long is a message hidden?

For the visibility timeout.

### 3. What exactly is the difference between topics and queues?

A queue gives each message to one reader.

### 4. How long is a mesage hidden?

Until it is deleted, or comes back.
```

```diagnostics
11:8 question 3 is nearly the same as question 1
15:8 question 4 is nearly the same as question 2
```

These make no difference: articles, plurals, contractions, small words such as
"exactly" and "please", one slip of the pen within a word of six letters or
more, the order where it means nothing ("A and B", "the price of X" and "the X
price"), and a place that says little, such as "in SQL" in a collection about
SQL: no more than a fourth of what is said, by how rare the words are.

All else makes one: another word for what is asked about, a number, a negation,
"with" and "without", "can" and "must", "how" and "when", "faster than" the
other way round. What a question shows besides has to be the same, too.

```markdown
## Self-check

### 1. What does a queue cost?

A fee for each message.

### 2. What does a topic cost?

A fee for each message and reader.

### 3. Is a queue faster than a topic?

No.

### 4. Is a topic faster than a queue?

It depends.

### 5. Can a message be lost with a queue?

Hardly.

### 6. Can a message be lost without a queue?

Yes.
```

Words are known in English alone. In another language, plurals in -s and slips
make no difference and all else does. A question that is equal to another, or
part of it, is left to `duplicate-question` and `contained-question`.

Only questions whose rare words are the same are compared, each with the first
eight that are not near each other, so that a hundred thousand take seconds:
in a collection of ever the same words in another order some go unseen. So do
two slips in one question, and a slip that was made in another question too.
"""

from collections.abc import Iterator, Sequence

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.rules._asked import (
    NAME,
    Facts,
    Place,
    collect,
    contained,
    every,
    finding,
    nearly,
)
from selfcheck_tools.rules._rule import Collection, Rule


def check_all(places: Sequence[Place], collection: Collection) -> Iterator[tuple[str, Finding]]:
    exact = {(again.later.at, again.before.at) for again in contained(places)}
    help = "take one of the two out, or say in each what sets it apart"
    for again in nearly(places, collection):
        if (again.later.at, again.before.at) not in exact:
            yield finding(again, "is nearly the same as {}", help, "asked here before")


rule = Rule(
    name="similar-question",
    manual=__doc__,
    family="collection",
    collect=collect,
    check_all=check_all,
    facts=Facts,
    facts_of=NAME,
    gather=every,
)
