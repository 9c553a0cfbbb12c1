"""A checkbox is written so that it is none.

Everybody else shows the brackets as text, and which options are right may be
misread. Write `- [ ]` and `- [x]`, with one blank on each side.

```markdown
## Self-check

### 1. Which keeps messages?

- [x] a queue
- [] a socket
- [x ] a log
```

```diagnostics
6:3 checkbox must be [ ] or [x] with a blank after it
7:3 checkbox must be [ ] or [x] with a blank after it
```

```fixed
## Self-check

### 1. Which keeps messages?

- [x] a queue
- [ ] a socket
- [x] a log
```

Other signs than an x are no tick: the option counts as wrong, and its sign is
shown. That fix changes the answer, so it is made only when it is asked for.

```markdown
## Self-check

### 1. Which keep messages?

- [ ] a socket
- [✓] a queue
- [x] a log
```

```diagnostics
6:3 checkbox must be [ ] or [x] with a blank after it
```

```fixed unsafe
## Self-check

### 1. Which keep messages?

- [ ] a socket
- [x] a queue
- [x] a log
```

```markdown
## Self-check

### 1. Which keeps messages?

- [x] a queue
- [ ] a socket
```
"""

from bisect import bisect_right
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix
from selfcheck_tools.model import Document, Note
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Edit, Source, Span


def check(document: Document, context: Context) -> Iterator[Finding]:
    notes = [note for note in document.notes if note.kind == "bad-checkbox"]
    options = _options(document) if notes else []
    for note in notes:
        at = bisect_right(options, Span(note.span.start, 1 << 62)) - 1
        is_option = at >= 0 and note.span.start < options[at].end
        if not is_option and "*" in note.detail[: note.span.end - note.span.start]:
            continue  # a sign that refers to something, maybe
        yield Finding(
            note.span,
            "checkbox must be [ ] or [x] with a blank after it",
            "write - [ ] for a wrong option and - [x] for a right one",
            _fix(note, context.source, is_option),
        )


def _options(document: Document) -> list[Span]:
    return sorted(option.span for question in document.questions for option in question.options)


def _fix(note: Note, source: Source, is_option: bool) -> Fix | None:
    """A box as it should be; safe where the reader took it for one anyway."""
    span = note.span
    written = source.text[span.start : span.end]
    opening, closing = written.find("["), written.find("]")
    if opening < 0 or closing < 0:
        return None
    mark = written[opening + 1 : closing].strip()
    lead = f"{written[0]} " if opening == 1 else ""
    after = source.text[span.start + closing + 1 : span.start + closing + 2]
    blank = "" if not after or after.isspace() else " "
    box = f"{lead}[{'x' if mark else ' '}]{blank}"
    edit = Edit(Span(span.start, span.start + closing + 1), box)
    safe = is_option and not lead and mark in ("", "x", "X")
    return Fix((edit,), f"write {box.strip()}", safe)


rule = Rule(name="malformed-checkbox", manual=__doc__, family="choices", check=check)
