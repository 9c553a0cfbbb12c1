"""A question asks several things at once.

Who knows one of the answers and not the other can mark the card neither right
nor wrong, and repeats what was known together with what was not. Make a
question of each (rule 4 in Piotr Wozniak's "Twenty rules of formulating
knowledge": stick to the minimum information principle).

```markdown
## Self-check

### 1. What is a queue? How is it billed?

A list of messages, billed by the request.

### 2. What is a topic?

A list of subscribers.
```

```diagnostics
3:25 question 1 asks 2 things
```

What asks for more of the same answer is no second question: why, what for, and
after a question for yes or no any few words, or what starts with "if so". Nor
is what stands between parentheses, in quotes or in code, or a question with
options, which has one answer in any case.

```markdown
## Self-check

### 1. Is a queue ordered? Since when?

Yes, if it is a FIFO queue.

### 2. Which one is faster, a queue or a topic? Why?

Neither.

### 3. When does a message become visible? Before or after the timeout?

After it.

### 4. What happens when a message fails (does it get lost)? (See also 1?)

It comes back.

### 5. What does the operator `a ? b : c` do?

It chooses.
```

The place that is shown is where the second question starts.
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.dialects import ASKING
from selfcheck_tools.model import Document
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._prose import place, summed
from selfcheck_tools.rules._rule import Context, Rule, named

_HELP = "make a question of each; a learner knows one answer or the other"
_LONGEST = 600
_END = pattern(r"[?؟？][*_]*(?=\s|$)|？(?=.)")
_HIDDEN = pattern(r"`[^`]{0,200}`|\([^()]{0,200}\)|\"[^\"]{0,200}\"|“[^“”]{0,200}”|«[^«»]{0,200}»")
_YES_OR_NO = pattern(
    r"\W*(?:is|are|was|were|am|do|does|did|can|could|should|would|will|have|has|had|may|might|must|"
    r"shall|isn't|aren't|don't|doesn't|can't|est-ce|ist|sind|hat|haben|kann|können|darf|muss|"
    r"¿?es|¿?son|¿?puede|è|sono|può|é|são|pode|можно|может|есть)\b",
    re.IGNORECASE,
)
_FOLLOW_UP = pattern(
    r"\W*(?:(?:and|or|but)\s+)?(?:if\b|why\W*$|why not\W*$|why (?:or|and) why not\W*$|what for\W*$|"
    r"how so\W*$|how come\W*$|(?:and\s)?for what reason|really\W*$|what else\W*$|right\W*$|"
    r"true or false|yes or no|warum|wieso|weshalb|falls|wenn|por qué|porqué|si\b|pourquoi|perché|"
    r"почему|зачем|если|为什么|なぜ|لماذا)",
    re.IGNORECASE,
)
_OR = pattern(r"\b(?:or|oder|ou|или|o)\b", re.IGNORECASE)
_CHOICE = 8  # words that name what to choose from
_SHORT = 3  # words of a follow-up to a question for yes or no


def check(document: Document, context: Context) -> Iterator[Finding]:
    found = []
    for name, question in named(document):
        text = question.prompt.markdown
        first = text.find("?")
        if not 0 <= first < len(text) - 2 and "？" not in text and "؟" not in text:
            continue
        if question.kind != "open" or len(text) > _LONGEST:
            continue
        sentences = list(_questions(text))
        if len(sentences) > 1:
            span = place(question.prompt, *sentences[1], context.source)
            count = len(sentences)
            found.append(Finding(span, f"{name} asks {count} things", _HELP))
    yield from summed(
        found, document.path, lambda count: f"{count} questions ask several things", _HELP
    )


def _questions(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a prompt stand that ask for something of their own."""
    masked = text
    if any(sign in text for sign in '`("“«'):
        masked = _HIDDEN.sub(lambda match: "x" * (match.end() - match.start()), text)
    done, before = 0, ""
    for match in _END.finditer(masked):
        if not _ends_a_sentence(masked[max(match.start() - 9, 0) : match.start()]):
            continue
        start = done + len(masked[done : match.end()]) - len(masked[done : match.end()].lstrip())
        done = match.end()
        # What states before it asks ("Given a list. What …?") belongs to the question.
        sentence = masked[start:done]
        if before and not _is_new(sentence, before):
            continue
        before = before or sentence
        yield start, done


def _ends_a_sentence(before: str) -> bool:
    """Whether a question mark after some characters is one, rather than a sign that is spoken of;
    French has a space before it."""
    text = before[:-1] if before[-1:] in (" ", "\u00a0", "\u202f") else before
    return text.rstrip(")\"'”’*_`»")[-1:].isalnum()


def _is_new(sentence: str, before: str) -> bool:
    """Whether a sentence is a question of its own, and no more of the one before it."""
    opening = sentence.lstrip("*_ \t\n\"'¿(-–—")[:1]
    if not opening or opening.islower() or _FOLLOW_UP.match(sentence):
        return False
    if len(sentence.split()) <= _CHOICE and _OR.search(sentence) and not ASKING.match(sentence):
        return False  # "Before or after?": what the answer is chosen from
    return not (_YES_OR_NO.match(before) and len(sentence.split()) <= _SHORT)


rule = Rule(
    name="compound-question",
    manual=__doc__,
    family="questions",
    severity=Severity.INFO,
    check=check,
)
