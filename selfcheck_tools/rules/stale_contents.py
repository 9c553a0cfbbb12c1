"""The table of contents disagrees with the questions.

Who looks for a question in it does not find it, or finds one that is gone.
Write the table anew, or leave it to the program that shows the document.

```markdown
# Messaging

- [1. What is a queue?](#1-what-is-a-queue)
- [2. What is a topic?](#2-what-is-a-topic)
- [3. What is a broker?](#3-what-is-a-broker)

## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic?

A list of subscribers.

### 3. What is a message?

A piece of text.
```

```diagnostics
5:3 1 entry of the table of contents names no question
17:1 1 question is not in the table of contents
```

A table of contents is a list of at least three links to places in the document,
before its first question, most of which lead to questions that are headings. A
number that has changed is a disagreement too, for the link does not work any
more. Entries that lead to other headings are none.

```markdown
# Messaging

- [Self-check](#self-check)
- [What is a queue?](#what-is-a-queue)
- [What is a topic?](#what-is-a-topic)

## Self-check

### What is a queue?

A list of messages.

### What is a topic?

A list of subscribers.
```
"""

from collections.abc import Iterator
from urllib.parse import unquote

from selfcheck_tools.diagnostics import Finding, Related, Severity
from selfcheck_tools.model import Document, Link
from selfcheck_tools.reading.page import letters
from selfcheck_tools.rules._prose import FEW
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Source, Span

_HELP = "write the table of contents anew"


def check(document: Document, context: Context) -> Iterator[Finding]:
    if document.dialect not in ("headings", "list-headings") or len(document.links) < FEW:
        return
    first = document.questions[0].span.start
    entries = [
        link
        for link in document.links
        if link.span.start < first and link.target.startswith("#") and len(link.target) > 1
    ]
    if len(entries) < FEW:
        return
    asked = {
        _slug(_text(document, at, context.source)): at for at in range(len(document.questions))
    }
    others = {letters(heading.text) for heading in document.headings if heading.role != "question"}
    named = [_named(link, asked) for link in entries]
    hits = {at for at in named if at is not None}
    if 2 * len(hits) < len(entries) or 2 * len(hits) < len(document.questions):
        return
    stale = [
        link.span
        for link, at in zip(entries, named, strict=True)
        if at is None and _slug(link.target) not in others
    ]
    missing = [q.head for at, q in enumerate(document.questions) if at not in hits]
    if stale:
        what = "1 entry" if len(stale) == 1 else f"{len(stale)} entries"
        verb = "names" if len(stale) == 1 else "name"
        message = f"{what} of the table of contents {verb} no question"
        yield _finding(document.path, stale, message)
    if missing:
        what = "1 question is" if len(missing) == 1 else f"{len(missing)} questions are"
        yield _finding(document.path, missing, f"{what} not in the table of contents")


def _finding(path: str, spans: list[Span], message: str) -> Finding:
    related = tuple(Related(path, span, "here too") for span in spans[1 : 1 + FEW])
    return Finding(spans[0], message, _HELP, related=related)


def _text(document: Document, at: int, source: Source) -> str:
    """What the heading of a question says, with its number where that is a part of it."""
    question = document.questions[at]
    if document.dialect == "headings" and question.number_span is not None:
        return source.clean[question.head.start : question.head.end].lstrip("# \t")
    return question.prompt.markdown


def _slug(text: str) -> str:
    """The letters and digits of a heading or of the address that leads to it."""
    return letters(unquote(text))


def _named(link: Link, asked: dict[str, int]) -> int | None:
    """Which question an entry names: by its address, or by its address without a last number,
    which tells headings of the same text apart."""
    name = _slug(link.target)
    at = asked.get(name)
    return at if at is not None else asked.get(_slug(link.target.rpartition("-")[0]))


rule = Rule(
    name="stale-contents", manual=__doc__, family="questions", severity=Severity.INFO, check=check
)
