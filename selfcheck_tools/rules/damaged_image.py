"""An image file cannot be shown.

The file is there, but it is empty, cut off in the middle of a download, a web
page that was saved under an image's name, or the text that Git LFS leaves in an
image's place until the image itself is fetched. The card has a hole then. So it
has where the file claims more pixels than any export shows: such a file is made
to exhaust the memory of whoever opens it. Put a sound copy in its place.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](images/queue.png)

### 2. How does it reach two workers?

![A topic that copies each message to two queues](images/topic.jpg)

### 3. Where do messages go that no worker can handle?

![A queue with a dead-letter queue beside it](images/dead-letter.svg)
```

```files
images/queue.png (cut off)
images/topic.jpg (Git LFS)
images/dead-letter.svg
```

```diagnostics
5:33 image images/queue.png is cut off
9:51 image images/topic.jpg is only a pointer of Git LFS
```

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](images/queue.png)
```

```files
images/queue.png
```

Looked at are the header, the checksums, the end and the structure; the pixels
are not decoded.
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.rules._images import seen, shown
from selfcheck_tools.rules._rule import Context, Rule


def check(document: Document, context: Context) -> Iterator[Finding]:
    for image, look in seen(document, context):
        if look.fault:
            help = "put a sound copy of the file in its place"
            if "Git LFS" in look.fault:
                help = "fetch the images: git lfs pull"
            yield Finding(image.target_span, f"image {shown(image)} {look.fault}", help)


rule = Rule(
    name="damaged-image", manual=__doc__, family="images", severity=Severity.ERROR, check=check
)
