"""Text was decoded in a wrong encoding, or lost in decoding.

UTF-8 that was read as Windows-1252 shows two or three odd characters for one:
Ã⟨U+00A9⟩ for é, â€™ for an apostrophe. The unsafe fix turns them back.

```markdown
## Self-check

### 1. What is a cafÃ⟨U+00A9⟩?

A place thatâ€™s for coffee.
```

```diagnostics
3:21 garbled text: Ã⟨U+00A9⟩ was é, one of 2 places
```

```fixed unsafe
## Self-check

### 1. What is a café?

A place that’s for coffee.
```

Where U+FFFD stands, something is lost that only a person can put back.

```markdown
## Self-check

### 1. What is a na⟨U+FFFD⟩ve answer?

A simple one.
```

```diagnostics
3:20 garbled text: U+FFFD stands for a character that was lost
```

In code garbled text is taken as meant, for it may be an example of it.

```markdown
## Self-check

### 1. What is `Ã⟨U+00A9⟩`, and what is `⟨U+FFFD⟩`?

É, read in a wrong encoding: « à la fin »
```
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.signs import LEADS, LOST
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.rules._signs import code_spans, joined, within
from selfcheck_tools.text import Edit, Span

# Windows-1252, and Latin-1, in which the bytes up to 0x9F are control characters.
_WESTERN = {chr(b): b for b in range(0x80, 0x100)} | {
    bytes([b]).decode("windows-1252", "ignore") or chr(b): b for b in range(0x80, 0xA0)
}
_RUSSIAN = {bytes([b]).decode("windows-1251", "ignore") or chr(b): b for b in range(0x80, 0x100)}

# What UTF-8 goes on with, less the quotes, dashes and spaces that follow any letter in any text.
_GOES_ON = {
    table: frozenset(sign for sign, byte in letters.items() if byte < 0xC0)
    for table, letters in (("western", _WESTERN), ("russian", _RUSSIAN))
}
_LOST = pattern("\ufffd|ï¿½")
_ORDINARY = frozenset("\u00a0«»‹›‘’‚“”„–—…•™")
_WESTERN_RUN = pattern(f"[{''.join(sorted(LEADS - frozenset('РС')))}][{''.join(_WESTERN)}]+")
_RUSSIAN_RUN = pattern(f"(?:[РС][{re.escape(''.join(sorted(_GOES_ON['russian'])))}]){{3,}}")


def check(document: Document, context: Context) -> Iterator[Finding]:
    source = context.source
    signs = source.signs
    edits: list[Edit] = []
    if not signs.isdisjoint(LEADS):
        edits = _western(source.text) if not signs.isdisjoint(_GOES_ON["western"]) else []
        if "Р" in signs and "С" in signs and not signs.isdisjoint(_GOES_ON["russian"]):
            edits += _russian(source.text)
    if not edits and LOST not in signs and not {"ï", "¿", "½"} <= signs:
        return
    in_code = within(code_spans(document))
    edits = sorted(edit for edit in edits if not in_code(edit.span.start))
    if edits:
        span, new = edits[0].span, edits[0].text
        count = f", one of {len(edits):,} places" if len(edits) > 1 else ""
        yield Finding(
            span,
            f"garbled text: {source.text[span.start : span.end][:40]} was {new[:40]}{count}",
            "open the file in the encoding that it was written in, or let the fix turn it back",
            Fix(joined(source, edits), "turn garbled text back", safe=False),
        )
    lost = [m.span() for m in _LOST.finditer(source.text) if not in_code(m.start())]
    if lost:
        count = f", one of {len(lost):,}" if len(lost) > 1 else ""
        yield Finding(
            Span(*lost[0]),
            f"garbled text: U+FFFD stands for a character that was lost{count}",
            "write what was there",
        )


def _western(text: str) -> list[Edit]:
    """What turns back UTF-8 that was read as Windows-1252; with one sure place, likely ones too."""
    found, sure = [], False
    for match in _WESTERN_RUN.finditer(text):
        data = bytes(_WESTERN[sign] for sign in match.group())
        try:
            new = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
        before = text[max(match.start() - 1, 0) : match.start()]
        is_sure = _is_sure(match.group(), new, before)
        sure = sure or is_sure
        if is_sure or "\u00a0" <= new[0] < "\u0100":
            found.append(Edit(Span(match.start(), match.end()), new))
    return found if sure else []


def _is_sure(old: str, new: str, before: str) -> bool:
    """Whether a run is hardly text as it stands, and what it decodes to is text."""
    if old[0] == "ð":  # four bytes: an emoji
        return ord(new[0]) >= 0x1F000
    if old[0] == "â":  # three: quotes, dashes, arrows, signs
        return old[1] in "€‚„†ˆ‰œ˜š" and "\u2010" <= new[0] < "\u2800"
    if old[0] in "ÂÃÄÅ":
        return old[1] not in _ORDINARY and "\u00a1" <= new[0] < "\u0180" and not before.isupper()
    # Other alphabets need several letters in a row: one may be a capital before a quote.
    alike = len(new) > 1 and all(sign.isalpha() or not sign.isprintable() for sign in new)
    return alike and len({ord(sign) >> 8 for sign in new}) < (2 if old[0] < "à" else 256)


def _russian(text: str) -> list[Edit]:
    found = []
    for match in _RUSSIAN_RUN.finditer(text):
        data = bytes(_RUSSIAN[sign] for sign in match.group())
        new = data.decode("utf-8", "replace")
        if LOST not in new and all("\u0400" <= sign <= "\u045f" for sign in new):
            found.append(Edit(Span(match.start(), match.end()), new))
    return found


rule = Rule(
    name="garbled-text", manual=__doc__, family="text", severity=Severity.WARNING, check=check
)
