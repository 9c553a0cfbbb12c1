"""Characters that turn the direction of text are where they mislead.

They reorder what is shown, so that a person reads another text than a program
does: code that looks harmless is not ("Trojan Source", CVE-2021-42574). In code
each of them is reported; in prose those that are not closed in their paragraph
(Unicode: UAX 9), for they turn what follows. The unsafe fix takes them out.

```markdown
## Self-check

### 1. Who may call `if (user == "admin⟨U+202E⟩")`?

An administrator, and ⟨U+2067⟩nobody else.
```

```diagnostics
3:40 U+202E (right-to-left override) in code
5:23 U+2067 (right-to-left isolate) is not closed in its paragraph
```

```fixed unsafe
## Self-check

### 1. Who may call `if (user == "admin")`?

An administrator, and nobody else.
```

In prose a pair that is opened and closed is right.

```markdown
## Self-check

### 1. What is ⟨U+2067⟩שלום⟨U+2069⟩?

A greeting: ⟨U+202B⟩שלום!⟨U+202C⟩
```
"""

from collections import defaultdict
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.signs import BIDI, EMBEDDINGS, EMBEDDINGS_END, ISOLATES
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.rules._signs import called, code_spans, joined, times, within
from selfcheck_tools.text import Edit, Source, Span

_SIGN = pattern("[\u202a-\u202e\u2066-\u2069]|(?:\r\n?|\n)[ \t>]*+(?=[\r\n])")


def check(document: Document, context: Context) -> Iterator[Finding]:
    source = context.source
    if source.signs.isdisjoint(BIDI):
        return
    in_code = within(code_spans(document))
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    prose: list[int] = []
    for match in _SIGN.finditer(source.text):
        if match.group() not in BIDI:
            _unclosed(source, prose, found)
            prose = []
        elif in_code(match.start()):
            found[match.group(), "in code"].append(match.start())
        else:
            prose.append(match.start())
    _unclosed(source, prose, found)
    for (sign, fault), offsets in found.items():
        edits = [Edit(Span(at, at + 1), "") for at in offsets]
        yield Finding(
            edits[0].span,
            f"{called(sign)} {fault}{times(len(edits))}",
            "take it out, or close it where the text that it is for ends",
            Fix(joined(source, edits), "take such characters out", safe=False),
        )


def _unclosed(source: Source, offsets: list[int], found: dict[tuple[str, str], list[int]]) -> None:
    """Adds what a paragraph's controls leave open, and what closes nothing."""
    opened: list[int] = []
    for at in offsets:
        sign = source.text[at]
        if sign in EMBEDDINGS or sign in ISOLATES:
            opened.append(at)
            continue
        wanted = EMBEDDINGS if sign == EMBEDDINGS_END else ISOLATES
        if opened and source.text[opened[-1]] in wanted:
            opened.pop()
        else:
            found[sign, "closes nothing"].append(at)
    for at in opened:
        found[source.text[at], "is not closed in its paragraph"].append(at)


rule = Rule(
    name="bidirectional-control",
    manual=__doc__,
    family="text",
    severity=Severity.WARNING,
    check=check,
)
