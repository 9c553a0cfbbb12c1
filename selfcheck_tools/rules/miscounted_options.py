"""The question asks for another number of options than are correct.

"Choose TWO" with one letter in the solution, or "which one" with two ticks: the
learner who does as told is counted wrong. Mend the number or the solution.

```markdown
1. Which services keep messages? (Choose TWO)
   - A. Amazon SQS
   - B. Amazon MQ
   - C. Amazon ECS

   Answer: A, B

2. Which services run containers? Select TWO.
   - A. Amazon SQS
   - B. Amazon EKS
   - C. Amazon ECS

   Answer: B

3. Which one of these runs functions?
   - A. AWS Lambda
   - B. Amazon SQS
   - C. Amazon MQ

   Answer: A, C
```

```diagnostics
8:35 question 2 asks for 2 options, and 1 is correct
15:4 question 3 asks for 1 option, and 2 are correct
```

Only such a request is looked at, in English and some other languages: a number
anywhere else in the question may count anything.

```markdown
1. A company should choose two Regions. What speaks for it?
   - A. They fail apart
   - B. They cost less

   Answer: A

2. Which are true? (Choose one or more)
   - A. A queue keeps messages
   - B. A queue has an end

   Answer: A, B
```
"""

import re
from collections.abc import Iterator

from selfcheck_tools.diagnostics import Finding
from selfcheck_tools.model import Document, Question
from selfcheck_tools.patterns import pattern
from selfcheck_tools.rules._rule import Context, Rule, named, unknown_labels
from selfcheck_tools.text import Source, Span

_NUMBERS = {
    1: "one 1 eine einen una un uno une um uma один одну één".split(),
    2: "two 2 zwei dos deux dois duas due два две twee hai".split(),
    3: "three 3 drei tres trois três tre три drie ba".split(),
    4: "four 4 vier cuatro quatre quatro quattro четыре bốn".split(),
}
_VALUES = {word: value for value, words in _NUMBERS.items() for word in words}
_WORDS = "|".join(map(re.escape, _VALUES))
_THINGS = (
    r"options?|answers?|statements?|responses?|choices?|antworten?|optionen|aussagen|opci(?:ón|ones)|"
    r"respuestas?|réponses?|opç(?:ão|ões)|respostas?|alternativas?|risposte?|ответа?|варианта?|"
    r"antwoord(?:en)?|đáp án"
)
# At the start of a sentence or in brackets: "(Choose TWO)", "Select two options."
_CHOOSE = (
    r"choose|select|pick|mark|tick|check|wählen sie|wähle|kreuzen sie|elija|elige|escoja|escoge|"
    r"seleccione|selecciona|choisissez|sélectionnez|escolha|selecione|scegli(?:ete)?|selezionate?|"
    r"выберите|отметьте|kies|selecteer|chọn"
)
_REQUEST = pattern(
    rf"(?:(?:^|[.?!:;,()\[\]*_\n–—-])[ \t]*(?P<said>(?:please )?\b(?:{_CHOOSE})[ \t]"
    rf"(?:only |exactly |the |any |nur |genau )?[*_]{{0,3}}(?P<number>{_WORDS})\b[*_]{{0,3}})"
    rf"(?=[ \t]*(?:$|[.)\]\n!:])|[ \t](?:(?:correct|right|best|richtige|correctas?)[ \t])?"
    rf"(?:{_THINGS})\b)"
    rf"|(?P<which>\bwhich[ \t][*_]{{0,3}}(?P<of>one|two|three|four)\b[*_]{{0,3}})"
    rf"(?=[ \t](?:of[ \t](?:the[ \t](?:following|options|answers|statements)|these)\b|"
    rf"(?:option|answer|statement)s?\b)))",
    re.IGNORECASE,
)
_LENGTH = 2_000  # no prompt is longer
# What a request cannot be without; looked for first, for the pattern is slow.
_STEMS = (
    *(
        "choose select pick mark tick check wähl kreuz elij elig escoj escog seleccion choisi"
    ).split(),
    *("sélection escolh selecion scegli selezion выбер отмет kies chọn").split(),
    *("which one", "which two", "which three", "which four"),
)


def check(document: Document, context: Context) -> Iterator[Finding]:
    for name, question in named(document):
        correct = sum(option.correct for option in question.options)
        if not correct or unknown_labels(question):
            continue
        span, number = _asked(question, context.source)
        if number and number != correct:
            asked = f"{number} option{'s' if number > 1 else ''}"
            yield Finding(
                span,
                f"{name} asks for {asked}, and {correct} {'is' if correct == 1 else 'are'} correct",
                "mend the number in the question, or mark the correct options anew",
            )


def _asked(question: Question, source: Source) -> tuple[Span, int]:
    """How many options a question asks for, and where; 0 where it does not say, or says several."""
    start, end = question.prompt.span.start, question.prompt.span.end
    if question.material is not None and question.material.span.start >= end and not question.code:
        end = question.material.span.end
    text = source.text[start : min(end, start + _LENGTH)]
    lowered = text.lower().replace("*", "")
    if not any(stem in lowered for stem in _STEMS):
        return Span(start, start), 0
    found = list(_REQUEST.finditer(text))
    if len(found) != 1:
        return Span(start, start), 0
    (match,) = found
    group = "said" if match["said"] else "which"
    word = match["number"] or match["of"]
    return Span(start + match.start(group), start + match.end(group)), _VALUES[word.lower()]


rule = Rule(name="miscounted-options", manual=__doc__, family="choices", check=check)
