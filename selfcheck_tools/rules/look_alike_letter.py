"""A word holds a letter of another script that looks like one of its own.

A search does not find the word, an address leads elsewhere, and a command does
not run. It happens when somebody types with two keyboards, or copies what was
meant to deceive. The unsafe fix writes the letter that the word's script has.

```markdown
## Self-check

### 1. What is a m⟨U+0435⟩ssage?

A piece of data.
```

```diagnostics
3:19 look-alike letter U+0435 (cyrillic small letter ie) in a Latin word
```

```fixed unsafe
## Self-check

### 1. What is a message?

A piece of data.
```

Letters that look like no Latin one are taken as meant: units and formulas mix
scripts. So is an ending: Russian adds its own to Latin abbreviations.

```markdown
## Self-check

### 1. What does Δt mean, with R in kΩ and τ in µs?

A time. Файлы JSONа читает α-helix.
```

Cyrillic words are looked at too, and Greek ones (Unicode: UTS 39).

```markdown
## Self-check

### 1. Что такое ⟨U+0063⟩ообщение?

Данные.
```

```diagnostics
3:18 look-alike letter U+0063 (latin small letter c) in a Cyrillic word
```
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Fix, Severity
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.rules._signs import called, joined, times
from selfcheck_tools.text import Edit, Source, Span

# Letters that most fonts draw alike (a part of the table of Unicode's UTS 39). Greek small letters
# but for omicron stand for something in formulas, and differ.
_CYRILLIC = dict(zip("АВЕКМНОРСТХЅІЈаеорсухѕіј", "ABEKMHOPCTXSIJaeopcyxsij", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True))

_SCRIPTS = {
    "Cyrillic": (_CYRILLIC, re.compile("[\u0400-\u052f]")),
    "Greek": (_GREEK, re.compile("[\u0370-\u03ff]")),
}
_LATIN = pattern("[A-Za-z\u00c0-\u024f]")
_LATIN_RUN = pattern("[A-Za-z\u00c0-\u024f]++")
_FOREIGN = frozenset(map(chr, range(0x370, 0x530)))
_FOREIGN_LETTER = pattern("[\u0370-\u052f]")
_FEW = 20  # letters of another script: fewer are foreign words, more are the text's own script
_WORD = pattern(r"[^\W\d_]{3,60}")
_REACH = 60


def check(document: Document, context: Context) -> Iterator[Finding]:
    source = context.source
    if source.signs.isdisjoint(_FOREIGN):
        return
    text, done = source.text, 0
    found: dict[tuple[str, str], list[Edit]] = defaultdict(list)
    for start, end, other in _runs(source):
        if start < done or not (other.match(text, end) or other.match(text, max(start - 1, 0))):
            continue
        limit = max(done, start - _REACH)
        while start > limit and text[start - 1].isalpha():
            start -= 1
        word = _WORD.match(text, start)
        if word is None:
            continue
        done = word.end()
        kind, meant = _judged(word.group())
        for at, sign in enumerate(word.group(), start):
            if sign in meant:
                found[sign, kind].append(Edit(Span(at, at + 1), meant[sign]))
    for (sign, kind), edits in found.items():
        yield Finding(
            edits[0].span,
            f"look-alike letter {called(sign)} in a {kind} word{times(len(edits))}",
            f"write {called(edits[0].text)}",
            Fix(joined(source, edits), "write the letters of the word's script", safe=False),
        )


def _runs(source: Source) -> Iterator[tuple[int, int, re.Pattern[str]]]:
    """Runs of the letters that are rarer in a text, Latin or not, and what the others are."""
    foreign = source.signs & _FOREIGN
    if len(foreign) >= _FEW:
        yield from ((*match.span(), _FOREIGN_LETTER) for match in _LATIN_RUN.finditer(source.text))
        return
    found: set[int] = set()
    for sign in foreign:
        at = source.text.find(sign)
        while at >= 0:
            found.add(at)
            at = source.text.find(sign, at + 1)
    yield from ((at, at + 1, _LATIN) for at in sorted(found))


def _judged(word: str) -> tuple[str, dict[str, str]]:
    """Of which script a word is, and its letters that are not, with those that are meant."""
    for name, (table, letters) in _SCRIPTS.items():
        own = letters.findall(word)
        latin = _LATIN.findall(word)
        if not own or len(own) + len(latin) < len(word):
            continue
        if all(letter in table for letter in own):
            if len(latin) > 1 and not _is_ending(word, letters):
                return "Latin", table
        elif len(own) > 2:
            back = {latin: other for other, latin in table.items()}
            if all(letter in back for letter in latin) and not _is_abbreviation(latin, word):
                return name, back
    return "", {}


def _is_ending(word: str, letters: re.Pattern[str]) -> bool:
    """Whether the other script's letters are only the small end of a word, as in `JSONа`."""
    own = letters.findall(word)
    return len(own) < 4 and word.endswith("".join(own)) and "".join(own).islower()


def _is_abbreviation(latin: list[str], word: str) -> bool:
    """Whether the Latin letters are a capital abbreviation that a word starts with."""
    return len(latin) > 1 and word.startswith("".join(latin)) and "".join(latin).isupper()


rule = Rule(
    name="look-alike-letter",
    manual=__doc__,
    family="text",
    severity=Severity.WARNING,
    check=check,
)
