"""Which options of a question must keep their place when the others come in another order.

"All of the above" means the options before it, "Both A and C" means two by their letters: moved,
they would say something else. What is told is told by their words, in the languages below; where
it is doubtful nothing moves, which costs less than a question that became wrong.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from unicodedata import normalize

from selfcheck_tools.patterns import pattern


class Words(NamedTuple):
    """A language's words in options that speak of other options."""

    amounts: frozenset[str]  # all, none, both
    options: frozenset[str]  # the above, these, answers
    others: frozenset[str]  # what else stands in such a phrase


def fixed(texts: Sequence[str], labels: Sequence[str]) -> tuple[bool, ...]:
    """For each option, whether it must keep its place; all of them when no two can change places.

    `texts` are Markdown, in which code is no letter; `labels` as written, empty where there is none.
    """
    names = names_of(labels)
    words = [_words(text) for text in texts]
    pinned = tuple(map(_is_about_all, words))
    movable = pinned.index(True) if True in pinned else len(pinned)
    if (
        movable < 2
        or not all(pinned[movable:])  # it speaks of those above it and not of those below
        or any(_names_others(text, names) for text in texts[:movable])
    ):
        return (True,) * len(texts)
    return pinned


def names_of(labels: Sequence[str]) -> list[str]:
    """What options are called: by their labels, or else by the letters of their places."""
    return [label or _LETTERS[at : at + 1] for at, label in enumerate(labels)]


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation; each sign of Chinese is one."""
    return _WORD.findall(normalize("NFC", text).casefold())


_WORD = pattern(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+|&")


def _is_about_all(words: Sequence[str]) -> bool:
    """Whether an option says nothing but "all of them" or "none of them"."""
    found = set(words)
    return any(
        found <= language.amounts | language.options | language.others
        and not found.isdisjoint(language.amounts)
        and not found.isdisjoint(language.options)
        for language in LANGUAGES.values()
    )


def _names_others(text: str, names: Sequence[str]) -> bool:
    """Whether an option speaks of others by their letters or places."""
    letter = "|".join(map(re.escape, filter(None, names))) or "(?!)"
    # As they are written, for "a" is a word too.
    rest, count = re.subn(rf"(?<!\w)و?(?:{letter})(?!\w)|(?i:\((?:{letter})\))", " ", text)
    if count and not _CODE.search(text) and _AROUND_LETTERS.issuperset(_words(rest)):
        return True
    return any(
        re.search(form.replace("LETTER", rf"\(?(?:{letter})\)?(?!\w)"), text) for form in NAMED
    ) or bool(_PLACED.search(text))


_CODE = pattern("[][{}=;<>\"'`]")
# By a noun, or in a pair.
NAMED = (
    r"(?:(?i:\b(?:options?|answers?|choices?|statements?|antwort(?:en)?|aussagen?|réponses?|respuestas?"
    r"|opción|opciones|opção|opzione|alternativen?|propositions?|affirmations?|resposta|respostas|alternativas?|risposta|risposte|ответы?|варианты?"
    r"|odpowied(?:ź|zi)|antwoord(?:en)?|đáp án|phương án|câu)\s+)|(?:选项|選項|答案|選択肢)\s*)LETTER",
    r"(?i:\b(?:both|either|neither|sowohl|weder|cả)\s+LETTER\s+(?:and|or|nor|als|noch|và)\s+LETTER)",
)
_PLACED = pattern(
    r"\b(?:previous|preceding|first|last|other)\s+(?:two\s+|three\s+)?(?:options?|answers?|choices?)\b"
    r"|\b(?:options?|answers?|choices?)\s+(?:above|below)\b|\b(?:of|as|by)\s+the\s+(?:above|below)\b",
    re.IGNORECASE,
)


def _language(amounts: str, options: str, others: str) -> Words:
    return Words(*(frozenset(words.split()) for words in (amounts, options, others)))


LANGUAGES: Mapping[str, Words] = {
    "en": _language(
        "all none no any both neither either every each nothing one two three some",
        "above these those this them following preceding previous foregoing mentioned listed given"
        " answer answers option options choice choices alternative alternatives statement statements correct true right apply",
        "a an and the of is are at least more than other others only applies false wrong incorrect",
    ),
    "de": _language(
        "alle alles allen keine keines keiner keins nichts beide beides jede",
        "genannten genannte genanntes obigen oben obengenannten vorgenannten vorstehenden davon"
        " diesen dieser diese vorherigen antwort antworten aussage aussagen option optionen"
        " möglichkeiten richtig korrekt",
        "der die das den von anderen übrigen ist sind trifft treffen zu wahr falsch zutreffend",
    ),
    "fr": _language(
        "tout tous toute toutes aucun aucune rien deux",
        "dessus précédentes précédents réponse réponses proposition propositions option options"
        " affirmations celles ceux ces cela elles eux correctes justes exactes vraies",
        "les la le des de du d l ci entre est sont ne n autres autre ce qui précède correcte"
        " exacte juste bonne bonnes fausses",
    ),
    "es": _language(
        "todo todos toda todas ninguno ninguna ningún ambos ambas nada",
        "anterior anteriores arriba mencionadas mencionados respuesta respuestas opción opciones"
        " alternativas afirmaciones estas estos ellas ellos correctas correctos",
        "las los la lo el de es son otra otras demás correcta correcto verdaderas falsas",
    ),
    "pt": _language(
        "tudo todos todas nenhum nenhuma ambos ambas nada",
        "acima anterior anteriores resposta respostas opção opções alternativa alternativas"
        " afirmações afirmativas delas deles destas destes dessas desses corretas certas",
        "as os a o das dos da do é são está estão outra outras demais correta certa verdadeiras"
        " falsas",
    ),
    "it": _language(
        "tutto tutti tutte nessuno nessuna entrambi entrambe",
        "precedenti sopra elencate risposta risposte opzione opzioni affermazioni queste questi corrette",
        "le i gli delle dei della di è sono altre corretta esatta esatte vere false",
    ),
    "nl": _language(
        "alle allemaal geen beide",
        "bovenstaande bovengenoemde genoemde hiervan antwoord antwoorden optie opties deze"
        " stellingen",
        "de het van zijn is juist goed correct waar onjuist fout",
    ),
    "pl": _language(
        "wszystkie wszystko żadne żadna żaden obie oba",
        "powyższe powyższych powyższa wymienionych odpowiedź odpowiedzi nich tych",
        "z są nie jest poprawne poprawna prawidłowe prawidłowa prawdziwe",
    ),
    "ru": _language(
        "все всё ни ничего ничто нет оба обе никакой",
        "вышеперечисленное вышеперечисленного вышеперечисленные вышеперечисленных перечисленное"
        " перечисленного перечисленные перечисленных вышеуказанное вышеуказанного выше ответ ответа"
        " ответы ответов вариант варианта варианты вариантов утверждения этого этих них верны верно",
        "из один одно одна не указанное указанного верен верного правильны правильный"
        " правильного неверны",
    ),
    "tr": _language(
        "hepsi hiçbiri tümü tamamı",
        "hepsi hiçbiri tümü yukarıdakilerin yukarıdaki seçeneklerin bunların",
        "doğru yanlış seçenekler",
    ),
    "ar": _language(
        "كل جميع شيء أي ليس لا كلا كلاهما",
        "سبق ذكر ذُكر أعلاه الإجابات الاجابات السابقة الخيارات إجابة كلاهما",
        "ما مما من هو صحيح صحيحة صحيحان خاطئة غير المذكورة",
    ),
    "vi": _language(
        "tất không hai", "cả trên đáp án phương ý câu đều", "có các nào gì là đúng sai hợp lệ những"
    ),
    "zh": _language("都 皆 均 全 所 没 沒 无 無", "以 上 述 选 選 答 是", "部 有 案 项 項 的 对 對 错 錯 正 确 確 不 非 为 為"),
    "ja": _language("全 す い ど 該", "上 記 以 選 答 れ 当 正", "て べ の ず で も な し 択 肢 え は が あ り ま せ ん 下"),
    "ko": _language("모두 모든 없음 전부", "위의 보기 정답 답 해당 모두", "것 중 맞다 맞음 옳다 없음"),
}  # fmt: skip

# What may stand between letters: "A, B and D", "only C", "both (a) and (c) are correct".
_AROUND_LETTERS = frozenset().union(*(frozenset().union(*words) for words in LANGUAGES.values())) | frozenset(
    "& + nor or und oder nur sowohl als auch weder noch et ou seulement ni y e o u solo só ed solo"
    " en of i lub oraz tylko и или только ve veya yalnız و أو فقط và hoặc chỉ 和 与 與 及 或 只 と 와 과"
    .split()
)  # fmt: skip
