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

Images on the web are not looked at.

```markdown
## Self-check

### 1. How does a message reach a worker?

![A queue](https://example.org/queue.png)
```
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from posixpath import dirname, join, normpath, relpath, splitext
from unicodedata import normalize
from urllib.parse import unquote

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.files import Files
from selfcheck_tools.media import IMAGE_TYPES, extension, locate
from selfcheck_tools.model import Document, Image
from selfcheck_tools.rules._rule import Context, Rule, images


def check(document: Document, context: Context) -> Iterator[Finding]:
    folder = dirname(document.path)
    for image in images(document):
        message, help = _fault(image, folder, context.files)
        if message:
            yield Finding(image.target_span, message, help)


def _fault(image: Image, folder: str, files: Files) -> tuple[str, str]:
    """What is wrong with an image, and what to do about it; two empty texts for a sound one."""
    if not image.target.strip():
        return "image names no file", "write the path of a file between the parentheses"
    if image.path is None:
        return "", ""
    name = f"image {unquote(image.target)}"
    status, actual = locate(files, image.path)
    if status == "case":
        return f"{name} is spelled {relpath(actual, folder or '.')} on disk", "spell both alike"
    if status == "outside":
        help = "copy the file into the content folder, or run selfcheck on a folder that holds both"
        return f"{name} is outside of the content folder", _hint(image.path, folder, files) or help
    if status == "other" or files.kind(image.path) == "folder":
        return f"{name} is no regular file", "name a file that holds an image"
    if status == "missing":
        help = "put the file there, or take the image out"
        return f"{name} does not exist", _hint(image.path, folder, files) or help
    return "", ""


def _hint(path: str, folder: str, files: Files) -> str:
    """What the author may have meant by a path that leads nowhere; empty if nothing is near."""
    path = normpath(path.replace("\\", "/")).lstrip("/")
    if path.startswith(".."):
        return ""
    actual, (*parents, last) = "", path.split("/")
    for part in parents:
        near = _nearest(part, files.names(actual or "."))
        if near is None:
            return f"there is no folder {relpath(join(actual, part), folder or '.')}"
        actual = join(actual, near)
    actual = join(actual, _nearest(last, files.names(actual or ".")) or last)
    if files.kind(actual) != "file":
        return ""
    if actual != path and normalize("NFC", actual) == normalize("NFC", path):
        return (
            "the name on disk has its accents in another Unicode form: type it anew in both places"
        )
    return f"did you mean {relpath(actual, folder or '.').replace(' ', '%20')}?"


def _nearest(name: str, names: Sequence[str]) -> str | None:
    """The name in a folder that is closest to another: but for its case, its extension, a typo."""
    if name in names:
        return name
    for form in (_folded, _stem):
        alike = [other for other in names if form(other) == form(name)]
        if alike:
            return alike[0]
    pool = names
    if extension(name) in IMAGE_TYPES:
        pool = [other for other in names if extension(other) in IMAGE_TYPES]
    return next(iter(get_close_matches(name, pool, 1)), None)


def _folded(name: str) -> str:
    return normalize("NFC", name).casefold()


def _stem(name: str) -> str:
    """A name without the extension of an image, whatever its case."""
    return splitext(_folded(name))[0] if extension(name) in IMAGE_TYPES else _folded(name)


rule = Rule(
    name="broken-image", manual=__doc__, family="images", severity=Severity.ERROR, check=check
)
