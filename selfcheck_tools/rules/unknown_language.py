"""A code block names a language that nobody knows.

The code is shown without colours, and often it is only a typing error. Write
the name that highlighters use, or `text` for what is no code.

````markdown
## Self-check

### 1. What prints a line?

```pyhton
print("line")
```
````

```diagnostics
5:4 pyhton is no language that highlighters know
```

`known` takes names that are yours.

````markdown
## Self-check

### 1. What prints a line?

```shout
LINE
```
````

```options
known = ["shout"]
```

Only the first word counts, and of it what stands before `{`, `:` and the like:

````markdown
## Self-check

### 1. What prints a line?

```js{1,3} title="line.js"
console.log("line")
```

```{.python .numbers}
print("line")
```

```C++
puts("line");
```
````
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import CodeBlock, Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._languages import languages
from selfcheck_tools.rules._rule import Context, Rule
from selfcheck_tools.text import Span


def check(document: Document, context: Context) -> Iterator[Finding]:
    own = context.options["known"]
    assert isinstance(own, tuple)
    known = languages()
    found: dict[str, list[CodeBlock]] = {}
    for question in document.questions:
        for block in question.code:
            if block.language and block.language not in known:
                name = _name(block.language)
                if name and name not in known and name not in own:
                    found.setdefault(name, []).append(block)
    for at, (name, blocks) in enumerate(found.items()):
        times = f" ({len(blocks)} times)" if len(blocks) > 1 else ""
        yield Finding(
            _place(blocks[0], name, context.source.text),
            f"{name} is no language that highlighters know{times}",
            _help(name) if at < _GUESSES else _ELSE,
        )


def _name(word: str) -> str:
    """The name in the first word after a fence, as several programs write it; empty if none is."""
    match = _NAME.match(word[:_LONGEST].lower())
    return match[1].rstrip(".,") if match else ""  # "{note}" names a directive


_LONGEST = 60
_GUESSES = 20  # each takes milliseconds
_ELSE = "write text for what is no code"
_NAME = pattern(r"(?:\{?\.|lang(?:uage)?-)?([^\W\d_][^\s{}\[\](),;:=\"'<>?]*)")


def _place(block: CodeBlock, name: str, text: str) -> Span:
    end = block.span.start + 200
    at = text[block.span.start : end].lower().find(name)
    start = block.span.start + max(at, 0)
    return Span(start, start + len(name))


def _help(name: str) -> str:
    from difflib import get_close_matches  # slow, and seldom needed

    near = get_close_matches(name, sorted(languages()), 1)
    return f"did you mean {near[0]}?" if near else _ELSE


rule = Rule(
    name="unknown-language",
    manual=__doc__,
    family="markdown",
    severity=Severity.INFO,
    options={"known": ()},
    check=check,
)
