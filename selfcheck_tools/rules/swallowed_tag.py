r"""Text in angle brackets is taken for an HTML tag.

This program shows tags of elements that do not exist as text, but GitHub and
most others drop them: `List<String>` becomes "List". Put the text into a code
span, or a backslash before the bracket.

```markdown
## Self-check

### 1. What is a generic type?

A List<String> holds text, and a Map<String, Integer> counts.
```

```diagnostics
5:7 <String> is taken for an HTML tag, and most readers drop it
```

```fixed
## Self-check

### 1. What is a generic type?

A List\<String> holds text, and a Map<String, Integer> counts.
```

What is written several times is one finding. Files of MDX, whose tags are
components, are left alone.

```markdown
## Self-check

### 1. What is the address?

It is <name>.example.org, where <name> is the bucket; <https://example.org>
<br> and `List<String>`.
```

```diagnostics
5:7 <name> is taken for an HTML tag, and most readers drop it (2 times)
```

```fixed
## Self-check

### 1. What is the address?

It is \<name>.example.org, where \<name> is the bucket; <https://example.org>
<br> and `List<String>`.
```

```markdown
## Self-check

### 1. What is the address?

It is `<name>`.example.org<br>and ends there.
```
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.model import Document, Note
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Edit, Span


def check(document: Document, context: Context) -> Iterator[Finding]:
    found: dict[str, list[Note]] = {}
    for note in document.notes:
        if note.kind in ("unknown-tag", "unknown-element"):
            found.setdefault(note.detail, []).append(note)
    if not found or _is_mdx(document, context):
        return
    for notes in found.values():
        first, text = notes[0].span, context.source.text
        tag = " ".join(text[first.start : first.end].split())
        count = sum(text[note.span.start : note.span.start + 2] != "</" for note in notes)
        times = f" ({count} times)" if count > 1 else ""
        yield Finding(
            first,
            f"{tag} is taken for an HTML tag, and most readers drop it{times}",
            "put it into a code span, or a backslash before the bracket",
            _fix(notes, text),
        )


def _is_mdx(document: Document, context: Context) -> bool:
    """Whether tags are components, which are imported above all code."""
    if document.path.endswith(".mdx"):
        return True
    text = context.source.text
    fence = text.find("```")
    return _IMPORT.search(text, 0, fence if fence >= 0 else len(text)) is not None


def _fix(notes: list[Note], text: str) -> Fix | None:
    """Backslashes; none in HTML blocks, where they would be shown, nor where one would become part
    of a bare URL or of another escape."""
    places = [note.span.start for note in notes]
    if any(note.kind == "unknown-element" for note in notes) or any(
        text[at : at + 1] != "<" or _ABSORBS.search(text, max(0, at - _URL_LENGTH), at)
        for at in places
    ):
        return None
    edits = tuple(Edit(Span(at, at), "\\") for at in places)
    return Fix(edits, "put a backslash before the bracket")


_ABSORBS = pattern(r"(?:\\|(?:://|www\.)\S*)\Z")
_URL_LENGTH = 400  # characters before a tag that are looked at
_IMPORT = pattern(r"^import [^\n]{0,300}? from ['\"]", re.MULTILINE)

rule = Rule(name="swallowed-tag", manual=__doc__, family="markdown", check=check)
