"""An image file is used by no document.

It was replaced, or the question that it belonged to is gone: whoever looks for
an image has to find out which of the files count. Take it out, or put it where
it was meant to be.

```markdown title="messaging.md"
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](images/queue.png)
```

```files
images/queue.png
images/queue-old.png
images/queue.svg
```

```diagnostics
5:33 images/queue-old.png is used by no document
```

Looked at are the folders below the content folder from which documents take
images. A file of the same name in another format, such as the drawing that an
image was made from, is no waste, nor is what a Markdown or HTML file mentions
that holds no questions.

```markdown title="messaging.md"
## Self-check

### 1. How does a message reach a worker?

![A queue between two services](images/queue.png)
```

```files
images/queue.png
images/queue.svg
logo.png
```
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from posixpath import join, splitext
from typing import NamedTuple
from urllib.parse import quote

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.files import Files
from selfcheck_tools.media import IMAGE_TYPES, extension, local_path
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._images import in_folder
from selfcheck_tools.rules._rule import Collection, Context, Rule, images, links
from selfcheck_tools.text import Span

_HIDDEN = ("build", "dist", "node_modules", "target", "_site")
_TEXTS = (".md", ".markdown", ".html", ".htm", ".css", ".mdx", ".rst", ".adoc", ".txt")
_SHOWN = 5
_MOST = 1_000  # folders
_VARIANT = pattern(r"(?:[-_.](?:dark|light|small|large|thumb)|@\dx)\Z", re.IGNORECASE)
_SOURCES = pattern(r"\bsrcset\s{0,9}=\s{0,9}[\"']([^\"'\n]{1,1000})", re.IGNORECASE)


class Used(NamedTuple):
    """A file that a document uses, and where."""

    path: str
    span: Span


def collect(document: Document, context: Context) -> tuple[Used, ...]:
    found = {image.path: image.target_span for image in reversed([*images(document)]) if image.path}
    used = [Used(path, span) for path, span in found.items()]
    for link in links(document):
        path = local_path(document.path, link.target)
        if path is not None and extension(link.target) in IMAGE_TYPES:
            used.append(Used(path, link.span))
    if "<" in context.source.text and "srcset" in context.source.text:
        for match in _SOURCES.finditer(context.source.text):
            for part in match[1].split(","):
                path = local_path(document.path, (part.split() or [""])[0])
                if path is not None:
                    used.append(Used(path, Span(*match.span(1))))
    return tuple(sorted(used))


def check_all(
    collected: Sequence[tuple[str, Sequence[Used]]], collection: Collection
) -> Iterator[tuple[str, Finding]]:
    files = collection.files
    names: defaultdict[str, set[str]] = defaultdict(set)
    places: dict[str, tuple[str, Span]] = {}
    for document, facts in collected:
        for used in sorted(facts, key=lambda used: used.span):
            folder, name = in_folder(used.path)
            names[folder].add(name)
            if folder not in places and files.kind(used.path) == "file":
                places[folder] = document, used.span
    known = {path for path, _ in collected}
    for folder, (document, span) in sorted(places.items()):
        if not _is_ours(folder):
            continue
        unused = _unused(files, folder, names[folder])
        unused = _unmentioned(files, unused, known) if unused else unused
        if unused:
            yield document, Finding(span, _message(folder, unused), "take out what is not needed")


def _is_ours(folder: str) -> bool:
    parts = folder.split("/")
    return folder != "." and not any(p.startswith(".") or p.lower() in _HIDDEN for p in parts)


def _unused(files: Files, folder: str, used: set[str]) -> list[str]:
    stems = {_stem(name) for name in used}
    folded = {name.casefold() for name in used}  # of other letters: broken-image speaks of it
    return [
        name
        for name in files.names(folder)
        if extension(name) in IMAGE_TYPES
        and not name.startswith(".")
        and name.casefold() not in folded
        and _stem(name) not in stems
        and files.kind(join(folder, name)) == "file"
    ]


def _stem(name: str) -> str:
    return _VARIANT.sub("", splitext(name.casefold())[0])


def _unmentioned(files: Files, names: list[str], known: set[str]) -> list[str]:
    """Those that no text file mentions which was not read as a document; none where there are too
    many files to look at."""
    folders = ["."]
    for _ in range(_MOST):
        if not (names and folders):
            return names
        folder = folders.pop()
        for other in files.names(folder):
            path = join(folder, other) if folder != "." else other
            if path in known or other.startswith("."):
                continue
            kind = files.kind(path)
            if kind == "folder" and _is_ours(path):
                folders.append(path)
            elif kind == "file" and other.lower().endswith(_TEXTS):
                text = _text(files, path)
                names = [
                    name
                    for name in names
                    if name not in text and quote(name, errors="surrogateescape") not in text
                ]
    return []


def _text(files: Files, path: str) -> str:
    try:
        return files.read(path).decode("utf-8", "surrogateescape")
    except OSError:
        return ""


def _message(folder: str, unused: list[str]) -> str:
    if len(unused) == 1:
        return f"{join(folder, unused[0])} is used by no document"
    more = f" and {len(unused) - _SHOWN} more" if len(unused) > _SHOWN else ""
    listed = ", ".join(unused[:_SHOWN])
    return f"{len(unused)} images in {folder} are used by no document: {listed}{more}"


rule = Rule(
    name="unused-image",
    manual=__doc__,
    family="images",
    severity=Severity.INFO,
    collect=collect,
    check_all=check_all,
    facts=tuple[Used, ...],
)
