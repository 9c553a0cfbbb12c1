r"""Two options of a question say the same.

At most one of them can be counted as correct, and the learner cannot tell which
it is. Take one of the two out, or write what it was meant to say.

```markdown
1. Which service queues messages?
   - A. Amazon SQS
   - B. Amazon ECS
   - C. **Amazon  SQS**.

   Answer: A
```

```diagnostics
4:4 option C says the same as option A
```

Markup around the words, white space and a full stop make no difference. Signs,
case and code do, for there they may be what is asked.

```markdown
1. What is the sign of truth in Python?
   - A. True
   - B. true

   Answer: A

2. What does `print(-1)` show?
   - A. 1
   - B. -1

   Answer: B
```
"""

import unicodedata
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Related
from selfcheck_tools.model import Document
from selfcheck_tools.reading.page import plain
from selfcheck_tools.rules._rule import Context, Rule, option_name


def check(document: Document, context: Context) -> Iterator[Finding]:
    for question in document.questions:
        if not question.options:
            continue
        said = [_said(option.content.markdown) for option in question.options]
        if len(set(said)) == len(said):
            continue
        first: dict[str, int] = {}
        for at, text in enumerate(said):
            before = first.setdefault(text, at)
            if before == at or not text:
                continue
            name = option_name(question, before)
            related = Related(document.path, question.options[before].span, f"{name} stands here")
            yield Finding(
                question.options[at].span,
                f"{option_name(question, at)} says the same as {name}",
                "take one of the two out, or write what it was meant to say",
                related=(related,),
            )


def _said(markdown: str) -> str:
    """What an option says; stricter than `identity.normal`, which drops signs and case."""
    if "`" in markdown or "$" in markdown or "    " in markdown or "<" in markdown:
        return markdown.strip()
    text = " ".join(plain(markdown).split())
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return text.rstrip(".;,。 ") or text


rule = Rule(name="duplicate-option", manual=__doc__, family="choices", check=check)
