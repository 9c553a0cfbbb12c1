"""A link or an image refers to a label that is not defined.

It shows up as brackets, and the image not at all (CommonMark 0.31.2, section
6.3: a reference without a definition is text). Add the definition, `[label]:
address` on a line of its own, or correct the label.

```markdown
## Self-check

### 1. What is a cold start?

See [the manual][manual] and [the limits][limit].

![The steps of a cold start][steps]

[manual]: https://example.org/lambda
[limits]: https://example.org/limits
```

```diagnostics
5:30 reference "limit" is not defined
7:1 reference "steps" is not defined
```

Brackets one after the other can mean something else, such as the cells of a
table in a program; in a document without any definition only what reads as a
text with a label is reported.

```markdown
## Self-check

### 1. How is a cell read?

With two indices, [row][column], or grid[1][2].
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document, Note
from selfcheck_tools.rules._near import nearest
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Source

_MOST = 200  # labels that are compared with another


def check(document: Document, context: Context) -> Iterator[Finding]:
    for note in document.notes:
        if note.kind != "undefined-reference" or not _is_one(note, document, context.source):
            continue
        labels = [definition.label for definition in document.definitions[:_MOST]]
        near = nearest(note.detail.upper(), labels) if labels else None
        help = f"define it: [{note.detail}]: address"
        if near:
            help = f"did you mean [{near.lower()}]?"
        yield Finding(note.span, f'reference "{note.detail}" is not defined', help)


def _is_one(note: Note, document: Document, source: Source) -> bool:
    text = source.text[note.span.start : note.span.end]
    if any(
        cloze.span.start < note.span.end and note.span.start < cloze.span.end
        for question in document.questions
        for cloze in question.clozes
    ):
        return False
    shown = text.partition("][")[0].strip("![ ")
    return bool(
        text.startswith("!") or document.definitions or " " in shown or note.detail.isdigit()
    )


rule = Rule(name="undefined-reference", manual=__doc__, family="links", check=check)
