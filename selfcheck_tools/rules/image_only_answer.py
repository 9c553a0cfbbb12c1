"""An answer is only an image.

Who searches the collection does not find it, who copies it gets nothing, who
listens to it hears the alternative text at best, and a card that is graded by
comparing words has none. Say in a sentence what the image shows (the Web
Content Accessibility Guidelines ask for it in 1.1.1 Non-text Content, and in
1.4.5 Images of Text where the image shows words).

```markdown
## Self-check

### 1. Which runtimes are supported?

- Supported:

  ![Runtimes](runtimes.png)

### 2. How does a message reach a worker?

It waits in the queue until a worker asks for it.

![The way of a message](message.png)
```

```diagnostics
7:3 answer of question 1 is only an image
```

An alternative text of ten words says enough, and so do `min-words` words beside
the image (5). A question that asks for a picture gets one.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A message waits in the queue until a worker asks for it](message.png)

### 2. Draw the way of a message.

![The way of a message](message.png)
```

```markdown
## Self-check

### 1. How does a message reach a worker?

It waits until it is asked for:

![The way of a message](message.png)
```

```options
min-words = 10
```

```diagnostics
7:1 answer of question 1 is only an image
```
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document, Question
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._prose import besides, summed, within, words
from selfcheck_tools.rules._rule import Context, Rule, named
from selfcheck_tools.text import Source

_HELP = "say in a sentence what the image shows, beside it or as its alternative text"
_ENOUGH = 80  # characters for each word, with its markup and white space
_DESCRIBED = 10  # words of alternative text that are a description
_PICTURE = pattern(
    r"\b(?:draw|sketch|diagram|picture|image|figure|chart|graph|plot|map|photo|screenshot|logo|"
    r"symbol|icon|look|looks|see|zeichne|skizziere|dibuja|dessine[rz]?|disegna|desenhe|нарисуй)\b",
    re.IGNORECASE,
)


def check(document: Document, context: Context) -> Iterator[Finding]:
    least = int(str(context.options["min-words"]))
    found = []
    for name, question in named(document):
        if not question.images or question.kind != "open" or question.answer is None:
            continue
        if question.material is not None:  # text before the answer may say what is needed
            continue
        span = question.answer.span
        pictures = within(span, question.images)
        beside = span.end - span.start - sum(each.end - each.start for each in pictures)
        if beside <= _ENOUGH * least and _words(question, context.source) < least:
            count = len(pictures)
            if not count or _PICTURE.search(question.prompt.markdown[:500]):
                continue
            what = "an image" if count == 1 else f"{count} images"
            found.append(Finding(pictures[0], f"answer of {name} is only {what}", _HELP))
    yield from summed(found, document.path, lambda count: f"{count} answers are only images", _HELP)


def _words(question: Question, source: Source) -> int:
    """How many words an answer has, alternative texts that describe included."""
    assert question.answer is not None
    span = question.answer.span
    count = words(besides(span, within(span, question.images), source))
    for image in question.images:
        described = words(image.alt)
        if described >= _DESCRIBED and span.start <= image.span.start < span.end:
            count += described
    return count


rule = Rule(
    name="image-only-answer",
    manual=__doc__,
    family="questions",
    severity=Severity.INFO,
    options={"min-words": 5},
    check=check,
)
