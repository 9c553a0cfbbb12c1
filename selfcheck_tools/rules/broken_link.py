"""A link leads to a file that does not exist.

Whoever follows it gets an error page. Write the path from the document to the
file; mind its case, for most web servers do.

```markdown title="aws/lambda.md"
## Self-check

### 1. What is a cold start?

See [runtimes](../runtimes.md) and [the limits](Limits.md).
```

```files
runtime.md
aws/limits.md
```

```diagnostics
5:16 link ../runtimes.md leads to no file
5:49 link Limits.md is spelled limits.md on disk
```

An address without `https://` is taken for the name of a file.

```markdown
## Self-check

### 1. What is a cold start?

See [the manual](docs.example.org/lambda).
```

```diagnostics
5:18 link docs.example.org/lambda leads to no file, for it lacks its https://
```

```fixed unsafe
## Self-check

### 1. What is a cold start?

See [the manual](https://docs.example.org/lambda).
```

What lies outside of the content folder or is named from the root of a web site
(`/docs/`) cannot be seen from here and is not looked at; nor are pages that a
site makes from Markdown (`limits`, `limits.html` for `limits.md`).

```markdown
## Self-check

### 1. What is a cold start?

See [the limits](limits.html), [the source](../src/main.py) and [home](/).
```

```files
limits.md
```
"""

import re
from collections.abc import Iterator
from posixpath import dirname, join, relpath, splitext
from urllib.parse import unquote

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.files import Files
from selfcheck_tools.media import local_path, locate
from selfcheck_tools.model import Document, Link
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._near import hint
from selfcheck_tools.rules._rule import Context, Rule, links
from selfcheck_tools.text import Edit, Span

_LONGEST = 120
_TEMPLATE = ("{{", "{%", "${", "<%")  # filled in by whatever makes the site
_HOST = pattern(
    r"(?:www\.[\w-]+|(?:[\w-]{1,63}\.){1,8}(?:com|org|net|edu|gov|io|dev|app|de|fr|uk|eu|ru|ua|cn|jp|co))"
    r"(?=[.:/?#]|\Z)",
    re.IGNORECASE,
)
_MAIL = pattern(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\Z")


def check(document: Document, context: Context) -> Iterator[Finding]:
    folder = dirname(document.path)
    for link in links(document):
        if link.bare or link.target[:1] in ("", "#", "/", "?"):
            continue
        path = local_path(document.path, link.target)
        if path is None or path.startswith("../") or path == "..":
            continue
        yield from _finding(link, path, folder, context.files)


def _finding(link: Link, path: str, folder: str, files: Files) -> Iterator[Finding]:
    if files.kind(path) in ("folder", "outside", "other"):
        return
    status, actual = locate(files, path)
    target = unquote(link.target)
    if status in ("found", "outside", "other") or any(sign in target for sign in _TEMPLATE):
        return
    name = f"link {target if len(target) <= _LONGEST else target[:_LONGEST] + '…'}"
    if status == "case":
        message = f"{name} is spelled {relpath(actual, folder or '.')} on disk"
        yield Finding(link.target_span, message, "spell both alike")
    elif not _is_page(path, files):
        lacks = "https://" if _HOST.match(target) else "mailto:" if _MAIL.match(target) else ""
        if lacks:
            message, help = (
                f"{name} leads to no file, for it lacks its {lacks}",
                f"write {lacks} before it",
            )
            yield Finding(link.target_span, message, help, _fix(link, lacks))
        else:
            help = hint(path, folder, files) or "correct the path, or take the link out"
            yield Finding(link.target_span, f"{name} leads to no file", help)


def _is_page(path: str, files: Files) -> bool:
    """Whether a site generator would make the page from a file that exists."""
    stem, kind = splitext(path)
    pages = [f"{path}.md", join(path, "index.md"), join(path, "README.md")]
    if kind in (".html", ".htm"):
        pages += [f"{stem}.md", f"{stem}.markdown", f"{stem}.rst"]
    return any(files.kind(page) == "file" for page in pages)


def _fix(link: Link, lacks: str) -> Fix | None:
    if link.target_span == link.span:
        return None
    start = link.target_span.start
    return Fix((Edit(Span(start, start), lacks),), f"write {lacks} before it", safe=False)


rule = Rule(name="broken-link", manual=__doc__, family="links", check=check)
