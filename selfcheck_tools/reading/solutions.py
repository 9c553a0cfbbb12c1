"""The line that names the right ones among lettered options: "Answer: B, E"."""

import re
from collections.abc import Sequence

from selfcheck_tools.dialects import SEPARATOR, SOLUTION
from selfcheck_tools.model import Solution
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.fragments import Child, Reading, Run, after_summary, children, stripped
from selfcheck_tools.reading.page import Head
from selfcheck_tools.text import Span

# The pattern may look at white space again and again; no solution starts later in its line.
_SOLUTION_LENGTH = 200
_KNOWN = pattern(
    r"(?:answers?|ans|solutions?|correct|right|key|richtig\w*|korrekt\w*|correct\w*|juste|giust\w*|"
    r"certa|antwort|lösung|respuestas?|réponses?|risposta|resposta|ответ\w*|правильн\w*|答案|正解|"
    r"đáp án|الاجابة|الإجابة|cevap|svar|antwoord|odpowied\w*)",
    re.IGNORECASE,
)


def find_solution(
    reading: Reading, body: Sequence[Child], labels: tuple[str, ...]
) -> tuple[Child, Solution, Run] | None:
    """The child that names the correct options, what it names, and what else it says.

    Only the lines in a child's run count, the first with what stands before the run in it: "A:".
    """
    page = reading.page
    pool = list(body)
    for child in pool:
        token = page.blocks.tokens[child.at]
        if token.type == "details_open" and child.close != child.at:
            inside = list(children(reading, _NOWHERE, after_summary(reading, child), child.close))
            found = find_solution(reading, inside, labels)
            if found is not None:
                return found
        if token.type not in ("paragraph_open", "heading_open"):
            continue
        inline = page.blocks.tokens[child.at + 1]
        for line, start in page.places.within(inline, child.run.span):
            match = SOLUTION.match(line[:_SOLUTION_LENGTH])
            if match is None:
                continue
            known = bool(_KNOWN.search(match["word"])) or start < child.run.span.start
            named = _named(match["labels"], labels)
            ends = not line[match.end() :].strip()
            fits = {label.casefold() for label in named} <= set(labels)
            single = re.fullmatch(r"[^\W\d_](?:\s*[,/&+]\s*[^\W\d_])*", match["labels"].strip())
            if not ((known and (fits or single)) or (ends and fits)):
                continue
            at = Span(start + match.start("labels"), start + match.end("labels"))
            rest = stripped(page, start + match.end(), child.run.span.end)
            return child, Solution(at, named), child.run._replace(span=rest)
    return None


_NOWHERE = Head(0, 0, None, Span(0, 0), Span(0, 0), "")


def _named(written: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """The letters of a solution: `B, E`, `BE`, `B and E`."""
    parts = [part for part in SEPARATOR.split(written.strip()) if part]
    return tuple(letter for part in parts for letter in part)
