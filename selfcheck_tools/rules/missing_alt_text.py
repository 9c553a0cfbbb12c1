"""An image has no alternative text.

Who cannot see the image learns nothing from the card: a screen reader reads
out the file's name, and where the image does not load there is a hole (WCAG
2.2, success criterion 1.1.1, technique H37). Say between the brackets what the
image shows, as you would on the telephone.

```markdown
## Self-check

### 1. How does a message reach a worker?

![](queue.png)

<img src="queue.png" width="300">

### 2. How does it reach two workers?

![A topic that copies each message to two queues](topic.png)

<img src="topic.png" alt="A topic that copies each message to two queues">
```

```diagnostics
5:1 image has no alternative text
7:1 image has no alternative text
```

An image that is only decoration is declared as such by an empty `alt` in HTML,
for Markdown has no way to say it; screen readers then pass over it.

```markdown
## Self-check

### 1. What is a queue?

<img src="ornament.png" alt="">

A list of messages that workers take one at a time.
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document, Image
from selfcheck_tools.rules._rule import Context, Rule, images

_MARKDOWN = 'say what it shows: ![…](…), or that it is mere decoration: <img src="…" alt="">'
_HTML = 'say what it shows: alt="…", or that it is mere decoration: alt=""'


def check(document: Document, context: Context) -> Iterator[Finding]:
    for image in images(document):
        if not image.decorative and not _says_something(image):
            help = _HTML if image.html else _MARKDOWN
            yield Finding(image.span, "image has no alternative text", help)


def _says_something(image: Image) -> bool:
    return any(char.isprintable() and not char.isspace() for char in image.alt)


rule = Rule(name="missing-alt-text", manual=__doc__, family="images", check=check)
