"""A file is not UTF-8.

What cannot be decoded is shown as a question mark in a black diamond, in every
export. Save the file as UTF-8: in most editors under "Save with encoding". The
unsafe fix does it where the encoding is plain to see: compare the text after.

```markdown
## Self-check

### 1. What is a caf⟨U+DCE9⟩?

A place that sells coffee, often a na⟨U+DCEF⟩ve one.
```

```diagnostics
3:21 byte 0xE9 is not UTF-8, one of 2; the text looks like windows-1252
```

```fixed unsafe
## Self-check

### 1. What is a café?

A place that sells coffee, often a naïve one.
```

A text that is UTF-8 throughout is no finding, whatever its script.

```markdown
## Self-check

### 1. Что такое кафе?

Место, где пьют кофе.
```
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.rules._signs import is_utf16, joined
from selfcheck_tools.text import Edit, Source, Span

_BYTES = frozenset(map(chr, range(0xDC80, 0xDD00)))
_BYTE = pattern("[\udc80-\udcff]")
_SAMPLE = 20_000


def check(document: Document, context: Context) -> Iterator[Finding]:
    source = context.source
    odd = source.signs & (_BYTES | {"\0"})
    if not odd:
        return
    if is_utf16(source.text):
        yield _utf16(source)
    elif first := _BYTE.search(source.text):
        yield _single_byte(source, first.start())


def _utf16(source: Source) -> Finding:
    message = "the file is UTF-16, and UTF-8 was expected"
    help = "save the file as UTF-8"
    data = source.text.encode("utf-8", "surrogatepass" if _odd(source.text) else "surrogateescape")
    encoding = "utf-16"
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return Finding(Span(0, 1), message, help)
    edit = Edit(Span(0, len(source.text)), text)
    return Finding(Span(0, 1), message, help, Fix((edit,), "save the file as UTF-8", safe=False))


def _odd(text: str) -> bool:
    """Whether a text holds surrogates that stand for no byte."""
    return re.search("[\ud800-\udc7f\udd00-\udfff]", text) is not None


def _single_byte(source: Source, at: int) -> Finding:
    text = source.text
    count = len(_BYTE.findall(text))
    encoding = _guess(text, at)
    message = f"byte 0x{ord(text[at]) - 0xDC00:02X} is not UTF-8"
    if count > 1:
        message += f", one of {count:,}"
    if not encoding:
        return Finding(Span(at, at + 1), message, "save the file as UTF-8 in the editor")
    edits = [
        Edit(Span(match.start(), match.end()), _decoded(match.group(), encoding))
        for match in re.finditer("[\udc80-\udcff]+", text)
    ]
    return Finding(
        Span(at, at + 1),
        f"{message}; the text looks like {encoding}",
        f"open the file as {encoding} and save it as UTF-8",
        Fix(joined(source, edits), f"take the bytes for {encoding}", safe=False),
    )


def _decoded(run: str, encoding: str) -> str:
    return run.encode("utf-8", "surrogateescape").decode(encoding, "replace")


_LATIN = pattern(r"(?<=[^\W\d_])[ß-öø-ÿœ]|[À-ÖØ-ÝŒß-öø-ÿœ](?=[^\W\d_])|[A-Z][À-ÖØ-Ý]")
_TYPE = pattern("[\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\u2022\u2122€«»°§©®£¡¿\xa0]")
_CYRILLIC = pattern(r"\b[А-ЯЁ]?[а-яё]{3,}\b")


def _guess(text: str, at: int) -> str:
    """The encoding of the bytes that are not UTF-8; empty where it is not clear."""
    sample = text[max(at - 1_000, 0) : at + _SAMPLE]
    if any("\u0370" <= sign < "\ud800" and sign not in "–—‘’“”…" for sign in set(sample)):
        return ""  # bytes of one encoding in a text of another
    count = len(_BYTE.findall(sample))
    for encoding in ("windows-1251", "koi8-r"):
        found = _CYRILLIC.findall(_turned(sample, encoding))
        if len(found) > 2 and sum(map(len, found)) > 0.7 * count:
            return encoding
    turned = _turned(sample, "windows-1252")
    if "\ufffd" in turned or re.search("[ŠšŽžð¾³¹]", turned):
        return ""  # as in Polish or Czech, which are other code pages
    plain = len(_LATIN.findall(turned)) + len(_TYPE.findall(turned))
    return "windows-1252" if plain > 0.8 * count else ""


def _turned(text: str, encoding: str) -> str:
    return re.sub("[\udc80-\udcff]+", lambda match: _decoded(match.group(), encoding), text)


rule = Rule(
    name="wrong-encoding", manual=__doc__, family="text", severity=Severity.ERROR, check=check
)
