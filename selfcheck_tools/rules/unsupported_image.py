"""An image is of a format that an export cannot show.

Decks and handouts show PNG, JPEG, GIF, WebP and SVG, and no image in another
format, nor one that is written into the text as a `data:` URL. Save it in one
of these formats: SVG for drawings, PNG for screenshots, JPEG or WebP for
photographs.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](images/queue.bmp)

### 2. How does it reach two workers?

![A topic that copies each message to two queues](images/topic.avif)

### 3. Where do messages go that no worker can handle?

![A queue with a dead-letter queue beside it](images/dead-letter.png)
```

```files
images/queue.bmp
images/topic.avif
images/dead-letter.png
```

```diagnostics
5:33 image images/queue.bmp is of a format that no export shows
9:51 image images/topic.avif is shown in a deck and not on paper
```

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](images/queue.png)
```

```files
images/queue.png
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.files import Files
from selfcheck_tools.media import IMAGE_TYPES, extension
from selfcheck_tools.model import Document, Image
from selfcheck_tools.rules._images import shown
from selfcheck_tools.rules._rule import Context, Rule, images

_HELP = "save it as PNG, JPEG, WebP or SVG"


def check(document: Document, context: Context) -> Iterator[Finding]:
    for image in images(document):
        fault = _fault(image, context.files)
        if fault:
            yield Finding(image.target_span, fault, _HELP)


def _fault(image: Image, files: Files) -> str:
    if image.path is None:
        if image.target[:5].lower() == "data:":
            return "image is part of the text, where no export shows it"
        return ""
    kind = extension(image.target)
    if kind in IMAGE_TYPES or files.kind(image.path) != "file":
        return ""
    if kind == ".avif":
        return f"image {shown(image)} is shown in a deck and not on paper"
    if not kind:
        return f"image {shown(image)} has no extension, by which exports know its format"
    return f"image {shown(image)} is of a format that no export shows"


rule = Rule(
    name="unsupported-image", manual=__doc__, family="images", severity=Severity.ERROR, check=check
)
