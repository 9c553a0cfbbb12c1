"""An image is on the web and not in the collection.

Exports fetch nothing: the deck and the handout have a hole where the image
should be, and where it is only linked to it is gone as soon as somebody moves
it. Save a copy in the content folder, if its licence allows that, and refer to
the copy.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](https://example.org/q.png)

### 2. How does it reach two workers?

![A topic that copies each message to two queues](images/topic.png)
```

```files
images/topic.png
```

```diagnostics
5:33 image https://example.org/q.png is on the web, where no export looks
```

It is one finding a document, for where an author keeps images is one decision.
Images outside of questions reach no export, so that a badge at the top of the
document is no finding.

```markdown
# Messaging

![Build status](https://example.org/badge.svg)

## Self-check

### 1. What is a queue?

A list of messages that workers take one at a time.
```
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Related
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._images import shown
from selfcheck_tools.rules._rule import Context, Rule

_WEB = pattern(r"(?:https?|ftp):|//", re.IGNORECASE)


def check(document: Document, context: Context) -> Iterator[Finding]:
    found = [
        image
        for question in document.questions
        for image in question.images
        if image.path is None and _WEB.match(image.target)
    ]
    if not found:
        return
    message = f"{len(found)} images are on the web, where no export looks"
    if len(found) == 1:
        message = f"image {shown(found[0])} is on the web, where no export looks"
    yield Finding(
        found[0].target_span,
        message,
        "save a copy in the content folder and refer to that",
        related=tuple(Related(document.path, image.target_span, "here too") for image in found[1:]),
    )


rule = Rule(name="remote-image", manual=__doc__, family="images", check=check)
