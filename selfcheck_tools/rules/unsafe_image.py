"""A vector image runs a script or loads another file.

An SVG file is a small web page. What runs in it runs on the learner's device,
and what it loads from elsewhere tells somebody that the card was opened, and is
missing without a network; so exports leave such an image out. Save the drawing
as plain SVG, with fonts and images embedded in it.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](images/queue.svg)

### 2. How does it reach two workers?

![A topic that copies each message to two queues](images/topic.svg)

### 3. Where do messages go that no worker can handle?

![A queue with a dead-letter queue beside it](images/dead-letter.svg)
```

```files
images/queue.svg (with a script)
images/topic.svg (that loads logo.png)
images/dead-letter.svg
```

```diagnostics
5:33 image images/queue.svg holds a script
9:51 image images/topic.svg loads logo.png
```

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](images/queue.svg)
```

```files
images/queue.svg
```

Links in a drawing (`<a href="…">`) are no harm, for nothing follows them by
itself.
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._images import seen, shown
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for image, look in seen(document, context):
        if look.danger:
            help = "save the drawing as plain SVG, with fonts and images embedded in it"
            yield Finding(image.target_span, f"image {shown(image)} {look.danger}", help)


rule = Rule(
    name="unsafe-image", manual=__doc__, family="images", severity=Severity.ERROR, check=check
)
