"""The text holds a control character.

It cannot be seen, and XML, Anki and printers refuse it, so an export leaves it
out: two words may grow together, and U+001F would part a field of a card. Most
come from copying out of a terminal or a PDF. Characters from U+0080 to U+009F
are mostly punctuation that was read in a wrong encoding; the fix, which is
unsafe, puts that punctuation back and takes the others out.

```markdown
## Self-check

### 1. What is a queue?

A list of⟨U+0008⟩ messages. It⟨U+0092⟩s read from one end.
```

```diagnostics
5:10 control character U+0008
5:24 control character U+0092, which may have been ’
```

```fixed unsafe
## Self-check

### 1. What is a queue?

A list of messages. It’s read from one end.
```

Tabs and line ends are no finding.

```markdown
## Self-check

### 1. What is a topic?

-→A name that messages are sent to.
```
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.signs import LEADS
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.rules._signs import is_utf16, joined, times
from selfcheck_tools.text import Edit, Span

# Cc but for tab and line ends, and the two of each text that are no characters (XML 1.0, 2.2).
_CONTROL = frozenset(
    map(chr, (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF))
)
_ESCAPE = pattern(r"\x1b(?:\[[0-9;]{0,20}[A-Za-z])?")


def check(document: Document, context: Context) -> Iterator[Finding]:
    source = context.source
    found = source.signs & _CONTROL
    if not found or is_utf16(source.text):
        return
    for sign in found:
        pattern = _ESCAPE if sign == "\x1b" else re.compile(re.escape(sign))
        new = _meant(sign)
        edits = [
            Edit(Span(match.start(), match.end()), new)
            for match in pattern.finditer(source.text)
            if sign < "\x80" or not _is_garbled(source.text, match.start())
        ]
        if not edits:
            continue
        message = f"control character U+{ord(sign):04X}{times(len(edits))}"
        if new.strip():
            message += f", which may have been {new}"
        yield Finding(
            edits[0].span,
            message,
            f"write {new} there" if new.strip() else "take it out",
            Fix(joined(source, edits), "take control characters out", safe=False),
        )


def _is_garbled(text: str, at: int) -> bool:
    """Whether a sign is a byte of a character that was taken apart: garbled-text tells of it."""
    before = text[max(at - 3, 0) : at]
    return not LEADS.isdisjoint(before)


def _meant(sign: str) -> str:
    """What may stand instead: a space for a white one, what Windows-1252 has for U+0080 to U+009F."""
    if sign in "\x0b\x0c":
        return " "
    if "\x80" <= sign <= "\x9f":
        return sign.encode("latin-1").decode("windows-1252", "ignore")
    return ""


rule = Rule(
    name="control-character",
    manual=__doc__,
    family="text",
    severity=Severity.WARNING,
    check=check,
)
