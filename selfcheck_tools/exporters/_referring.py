"""Whether a prompt or an explanation speaks of options by their letters or by their places.

"B is wrong, for …" lies once another option stands at B. Told by the words around a letter, for
some letters are words too; where it is doubtful it counts, which costs less than a key that lies.
"""

import re
from collections.abc import Sequence

from selfcheck_tools.exporters._order import NAMED, names_of
from selfcheck_tools.patterns import pattern


def by_letter(markdown: str, labels: Sequence[str], *, anywhere: bool) -> bool:
    """Whether a text names an option by its letter: after a noun ("option B"), or, as explanations
    do, `anywhere` ("B is wrong").

    `labels` as written, empty where there is none; code and formulas are no text.
    """
    prose = _prose(markdown)
    names = [re.escape(name) for name in names_of(labels) if name]
    if not names:
        return False
    either = "|".join(names)
    if any(
        re.search(form.replace("LETTER", rf"\(?(?:{either})\)?(?!\w)"), prose) for form in NAMED
    ):
        return True
    if not anywhere:
        return bool(re.search(rf"(?<!\w)\((?:{either})\)", prose))
    alone = rf"{_BEFORE}(?:{{}}){_AFTER}"
    plain = "|".join(name for name in names if name.casefold() not in _WORDS)
    if plain and re.search(alone.format(plain), prose):
        return True
    wordy = "|".join(name for name in names if name.casefold() in _WORDS)
    capital = "|".join(name for name in names if name.casefold() in _WORDS and name.isupper())
    return bool(
        (wordy and re.search(alone.format(wordy) + _SAID, prose))
        or (wordy and re.search(alone.format(wordy) + rf"{_PAIR}(?:{either}){_AFTER}", prose))
        or (wordy and re.search(rf"[(“\"«„](?:{wordy})[)”\"»“]", prose))
        # No sentence begins here, and so no word with a capital that is written small elsewhere.
        or (capital and re.search(rf"(?<=[\w,;] )(?:{capital}){_AFTER}", prose))
    )


def by_place(markdown: str) -> bool:
    """Whether a text names an option by its place: "the second answer", "option 2"."""
    return bool(_PLACES.search(_prose(markdown)))


# ── text without what is no text ────────────────────────────────────────────────────────────────

_CODE = pattern(
    r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1|\Z)|(?<!`)(`+)(?!`)(?:[^`]{2,}?|[^`\w])\2(?!`)|\$\$.*?\$\$|\$[^$\n]+\$"
    r"|<!--.*?-->|</?[a-zA-Z][^<>]*>|\]\([^()\s]*\)|https?://\S+",
    re.DOTALL | re.MULTILINE,
)
_BREAK = pattern(r"\n\s*\n|\n(?=\s*(?:[-*+>#|]\s|\d+[.)]\s))")
_MARKS = pattern(r"[*`~]+|(?<!\w)_+|_+(?!\w)")


def _prose(markdown: str) -> str:
    """The words in a line, without code and marks; a pilcrow for the end of each paragraph."""
    text = _MARKS.sub("", _BREAK.sub(" ¶ ", _CODE.sub(" … ", markdown)))
    return " ".join(text.split())


# ── letters ─────────────────────────────────────────────────────────────────────────────────────

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # whose words touch letters: 故B错误
_BEFORE = rf"(?<![^\W{_CJK}])(?<![.+/-])و?"
_AFTER = rf"(?![^\W{_CJK}])(?!\.\w|[-‑]\w|[+#])"  # not B-tree, e.g., C++, C#
# Letters that are words by themselves in some language.
_WORDS = frozenset("aàáeèéioóuyавикосуя")
_SAID = (
    r"(?:\s?[:;,.!?)=–—/&]|\s¶|$|['’]s\b|\s+(?:is|isn['’]t|was|are|would|can|cannot|can['’]t|could|does|doesn['’]t|did"
    r"|has|had|holds|describes|means|because|since|refers|applies|fails|gives|names|says|only|alone|right|wrong"
    r"|correct|incorrect|true|false|ist|war|wäre|sind|gilt|stimmt|trifft|beschreibt|falsch|richtig|weil|est"
    r"|sont|correspond|décrit|es|son|é|è|são|sono|está|describe|descreve|descrive|porque|perché|верно|неверно"
    r"|правильно|неправильно|это|là|đúng|sai|jest|są|doğru|yanlış)\b)"
)
_PAIR = r"(?:\s*[,/&+]\s*|\s+(?:and|or|nor|und|oder|noch|et|ou|y|e|o|и|или|và|hoặc|i|lub|en|of|ve|veya)\s+)"

# ── places ──────────────────────────────────────────────────────────────────────────────────────

_PLACES = pattern(
    r"\b(?:first|second|third|fourth|fifth|sixth|last|1st|2nd|3rd|4th|5th)\s+(?:two\s+|three\s+)?"
    r"(?:options?|answers?|choices?|statements?|alternatives?|ones?|is|are|was|would)\b"
    r"|\b(?:former|latter)\s+(?:two|three|options?|answers?|is|are)\b"
    r"|\b(?:options?|answers?|choices?|alternatives?|antwort(?:en)?|réponses?|opción|opção|opzione"
    r"|respuestas?|respostas?|risposta|вариант\w*|ответ\w*)\s+\(?\d{1,2}\b"
    r"|\b(?:erste|zweite|dritte|vierte|fünfte|letzte)[nrs]?\s+(?:option|antwort|aussage|möglichkeit)"
    r"|\b(?:première|deuxième|seconde|troisième|quatrième|dernière)\s+(?:option|réponse|proposition|affirmation)"
    r"|\b(?:primera|segunda|tercera|cuarta|última|primeira|terceira|quarta|prima|seconda|terza|ultima)\s+"
    r"(?:opción|respuesta|afirmación|opção|resposta|afirmação|alternativa|opzione|risposta|affermazione)"
    r"|\b(?:перв|втор|трет|четв[её]рт|последн)\w+\s+(?:вариант|ответ|утвержден)"
    r"|第\s*[一二三四五\d]\s*(?:个|個|项|項|の|番目の)?\s*(?:选项|選項|答案|選択肢)|(?:选项|選項|選択肢)\s*[一二三四五\d]",
    re.IGNORECASE,
)
