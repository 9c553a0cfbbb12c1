"""An image file is of another type than its name says.

Browsers look at the contents and show it, others trust the name and do not: the
same card has its image on one device and a hole on the next. Save the file anew
in the format that its name promises, or rename it and what refers to it.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](images/queue.jpg)

### 2. How does it reach two workers?

![A topic that copies each message to two queues](images/topic.jpeg)
```

```files
images/queue.jpg (a PNG)
images/topic.jpeg
```

```diagnostics
5:33 image images/queue.jpg holds a PNG image
```

```markdown
## Self-check

### 1. How does it reach two workers?

![A topic that copies each message to two queues](images/topic.jpeg)
```

```files
images/topic.jpeg
```
"""

from collections.abc import Iterator
from posixpath import splitext

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.media import IMAGE_TYPES, extension
from selfcheck_tools.model import Document
from selfcheck_tools.rules._images import in_folder, seen, shown
from selfcheck_tools.rules._rule import Context, Rule

_NAMES = {".png": "PNG", ".jpg": "JPEG", ".gif": "GIF", ".webp": "WebP", ".svg": "SVG"}


def check(document: Document, context: Context) -> Iterator[Finding]:
    for image, look in seen(document, context):
        promised = IMAGE_TYPES.get(extension(image.target))
        if look.fault or promised in (None, IMAGE_TYPES.get(look.type)):
            continue
        if look.type not in _NAMES:
            what = "an image of a format that no export shows"
            help = f"save it as {promised.removeprefix('image/').partition('+')[0].upper()}"
        else:
            what = f"{'an' if look.type == '.svg' else 'a'} {_NAMES[look.type]} image"
            stem = splitext(in_folder(image.path or "")[1])[0]
            help = (
                f"rename the file to {stem}{look.type}, here too, or save it anew as its name says"
            )
        yield Finding(image.target_span, f"image {shown(image)} holds {what}", help)


rule = Rule(name="mislabelled-image", manual=__doc__, family="images", check=check)
