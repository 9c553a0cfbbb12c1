"""A prompt names a topic instead of asking.

The learner does not know what is wanted, says something about the topic, and
cannot tell whether it was right. Ask: what, why, how; or explain, compare,
name.

```markdown
## Self-check

### 1. What is a queue?

A list of messages.

### 2. What is a topic?

A list of subscribers.

### 3. Visibility timeout

The time for which a message is hidden.

### 4. Explain a dead-letter queue.

It takes in what failed.

### 5. How does a message leave a queue?

A consumer deletes it.
```

```diagnostics
11:8 question 3 names a topic and asks nothing
```

This is looked for only where at least four out of five questions ask in a
language whose words for asking are known (English, German, French, Spanish,
Italian, Portuguese, Russian): an author who writes topics throughout means it.
Words such as "Create", a sentence, and a prompt of more than six words are not
taken for a topic.

```markdown
## Self-check

### 1. Queue

A list of messages.

### 2. Topic

A list of subscribers.

### 3. What is a message?

A piece of text.
```
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.dialects import ASKING
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.page import asks, plain
from selfcheck_tools.rules._prose import summed, unasked
from selfcheck_tools.rules._rule import Context, Rule, named

_HELP = "ask: what, why, how; or explain, compare, name"
_FEW_QUESTIONS = 4
_MOST_WORDS = 6
_REQUEST = pattern(
    r"\W*(?:please|add|adjust|analy[sz]e|answer|apply|argue|arrange|assign|assume|build|call|"
    r"change|check|classify|comment|configure|connect|construct|convert|copy|count|create|debug|"
    r"decide|declare|delete|demonstrate|deploy|design|determine|develop|display|elaborate|enable|"
    r"estimate|evaluate|examine|execute|expand|express|factor|find|fix|formulate|generate|guess|"
    r"implement|improve|install|interpret|make|mark|match|mention|modify|move|open|order|paraphrase|"
    r"pick|place|plot|predict|present|print|provide|put|quote|read|recall|refactor|remove|rename|"
    r"reorder|repeat|rephrase|replace|reverse|rewrite|run|say|search|send|set|simplify|sort|"
    r"specify|start|stop|swap|talk|tell|test|think|trace|try|turn|update|use|verify|visuali[sz]e|"
    r"zeige|zeichne|berechne|bestimme|gib|vergleiche|définis\w*|donne[rz]?|calcule[rz]?|cite[rz]?|"
    r"define|enumera|compara|elenca|definisci|cite|сравните|перечислите|приведите|расскажите)\b",
    re.IGNORECASE,
)


def check(document: Document, context: Context) -> Iterator[Finding]:
    if len(document.questions) <= _FEW_QUESTIONS:
        return
    found = []
    for name, question in named(document):
        text = question.prompt.markdown
        if text.endswith("?") or question.kind != "open" or question.material is not None:
            continue
        if _is_topic(text):
            found.append((name, question))
    if not found or 5 * len(found) > len(document.questions) or not _asks_mostly(document):
        return
    empty = {question.span for _, question, _ in unasked(document)}
    findings = [
        Finding(question.prompt.span, f"{name} names a topic and asks nothing", _HELP)
        for name, question in found
        if question.span not in empty
    ]
    yield from summed(
        findings,
        document.path,
        lambda count: f"{count} questions name a topic and ask nothing",
        _HELP,
    )


def _is_topic(text: str) -> bool:
    """Whether a prompt is a few words that are neither a question, nor a request, nor a sentence."""
    if len(text) > 100 or "[" in text or "<" in text or "$" in text:
        return False
    text = plain(text)
    return (
        len(text.split()) <= _MOST_WORDS
        and text[-1:].isalnum()
        and not asks(text)
        and not _REQUEST.match(text)
    )


def _asks_mostly(document: Document) -> bool:
    """Whether four of five questions open with a word that asks in a known language."""
    count = sum(bool(ASKING.match(plain(q.prompt.markdown[:200]))) for q in document.questions)
    return 5 * count >= 4 * len(document.questions)


rule = Rule(
    name="vague-prompt", manual=__doc__, family="questions", severity=Severity.INFO, check=check
)
