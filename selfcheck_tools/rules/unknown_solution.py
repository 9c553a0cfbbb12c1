"""The solution names an option that does not exist.

The letter may be a slip, or an option may be gone: either way the card counts
other options as correct than its author meant, or none. Name the letters that
stand before the options.

```markdown
1. Which service runs containers?
   - A. Amazon ECS
   - B. Amazon SQS

   Answer: A

2. Which two keep messages?
   - A. Amazon ECS
   - B. Amazon SQS
   - C. Amazon MQ

   Answer: B, D
```

```diagnostics
12:15 solution names D, and question 2 has the options A, B and C
```

```markdown
1. Which service runs containers?
   - A) Amazon ECS
   - B) Amazon SQS

   Answer: a
```
"""

from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.model import Document, Question
from selfcheck_tools.rules._rule import Context, Rule, named, unknown_labels
from selfcheck_tools.text import Source, Span


def check(document: Document, context: Context) -> Iterator[Finding]:
    for name, question in named(document):
        unknown = unknown_labels(question) if question.options else ()
        if unknown:
            labels = [option.label for option in question.options if option.label]
            options = f"{', '.join(labels[:-1])} and {labels[-1]}" if labels[1:] else labels[0]
            yield Finding(
                _place(question, unknown[0], context.source),
                f"solution names {', '.join(unknown)}, and {name} has the options {options}",
                "name the letter of an option, or give the option that is missing its line",
            )


def _place(question: Question, label: str, source: Source) -> Span:
    """Where a solution names a letter."""
    assert question.solution is not None
    span = question.solution.span
    at = source.text.find(label, span.start, span.end)
    return Span(at, at + len(label)) if at >= 0 else span


rule = Rule(
    name="unknown-solution",
    manual=__doc__,
    family="choices",
    severity=Severity.ERROR,
    check=check,
)
