"""An image cannot be found.

The card has a hole where the image should be, and the learner does not know
that something is missing. Every image is a file in the content folder, and its
target is the path from the document to that file.

```markdown title="aws/lambda.md"
## Self-check

### 1. Which runtimes are there?

![The runtimes](images/runtimes.jpg)

### 2. How is a function billed?

<img alt="The bill" src="imgs/bill.png">
```

```files
aws/images/runtimes.png
aws/images/bill.png
```

```diagnostics
5:17 image images/runtimes.jpg does not exist
9:26 image imgs/bill.png does not exist
```

A file of the same name in other letters is found by Windows and macOS and by
nothing else, so it is reported everywhere. There is no automatic fix, for the
file may as well be the one to be renamed.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue](images/Queue.png)

![A topic](images/topic.png)
```

```files
images/queue.png
images/topic.png
```

```diagnostics
5:12 image images/Queue.png is spelled images/queue.png on disk
```

What lies outside of the content folder is not part of the collection: nobody
who gets the collection gets that file. This holds for a symbolic link that
leads out of the folder too.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue](../elsewhere/queue.png)
```

```diagnostics
5:12 image ../elsewhere/queue.png is outside of the content folder
```

A path that begins at the root of a disk leads nowhere on another machine, and a
backslash parts folders on Windows only.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue](/images/queue.png)

![A topic](images\\topic.png)
```

```files
images/queue.png
images/topic.png
```

```diagnostics
5:12 image /images/queue.png is an absolute path, which leads nowhere elsewhere
7:12 image images\\topic.png does not exist
```

```fixed unsafe
## Self-check

### 1. How does a message reach a worker?

![A queue](images/queue.png)

![A topic](images/topic.png)
```

Images on the web are not looked at; `remote-image` speaks of them.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue](https://example.org/queue.png)
```
"""

import re
from collections.abc import Iterator
from posixpath import dirname, normpath, relpath
from urllib.parse import unquote

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.files import Files
from selfcheck_tools.media import locate
from selfcheck_tools.model import Document, Image
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._images import shown
from selfcheck_tools.rules._near import hint, written
from selfcheck_tools.rules._rule import Context, Rule, images
from selfcheck_tools.text import Edit

_THIS_MACHINE = pattern(r"file:|/(?!/)|[A-Za-z]:[\\/]|\\\\", re.IGNORECASE)


def check(document: Document, context: Context) -> Iterator[Finding]:
    folder = dirname(document.path)
    for image in images(document):
        message, help = _fault(image, folder, context.files)
        if message:
            yield Finding(image.target_span, message, help, _fix(image, folder, context))


def _fault(image: Image, folder: str, files: Files) -> tuple[str, str]:
    """What is wrong with an image, and what to do about it; two empty texts for a sound one."""
    if not image.target.strip():
        return "image names no file", "write the path of a file between the parentheses"
    name = f"image {shown(image)}"
    if _THIS_MACHINE.match(unquote(image.target)):
        help = "write the path from the document to a file in the content folder"
        near = hint(image.path, folder, files) if image.path is not None else ""
        return f"{name} is an absolute path, which leads nowhere elsewhere", near or help
    if image.path is None:
        return "", ""
    status, actual = locate(files, image.path)
    if status == "case":
        return f"{name} is spelled {relpath(actual, folder or '.')} on disk", "spell both alike"
    if status == "outside":
        help = "copy the file into the content folder, or run selfcheck on a folder that holds both"
        return f"{name} is outside of the content folder", hint(image.path, folder, files) or help
    if status == "other" or files.kind(image.path) == "folder":
        return f"{name} is no regular file", "name a file that holds an image"
    if status == "missing":
        help = "put the file there, or take the image out"
        return f"{name} does not exist", hint(image.path, folder, files) or help
    return "", ""


def _fix(image: Image, folder: str, context: Context) -> Fix | None:
    """Another way to write a path with backslashes or from the root, if that very file exists."""
    path = image.path
    is_absolute = image.target.startswith("/")
    if path is None or not (is_absolute or "\\" in path) or image.target_span == image.span:
        return None
    meant = normpath(
        path.replace("\\", "/").lstrip("/") if is_absolute else path.replace("\\", "/")
    )
    if locate(context.files, meant).status != "found":
        return None
    text = written(meant, folder)
    return Fix((Edit(image.target_span, text),), f"write {text}", safe=False)


rule = Rule(
    name="broken-image", manual=__doc__, family="images", severity=Severity.ERROR, check=check
)
