"""How questions are written down in the wild, as data. `read` is the engine that runs it."""

import re
from typing import Literal, NamedTuple

from selfcheck_tools.patterns import pattern

Head = Literal["heading", "item-heading", "item", "summary", "line", "paragraph", "document"]


class Dialect(NamedTuple):
    """One way of writing questions down: what asks, and how it looks."""

    name: str
    head: Head
    looks_like: str


DIALECTS: tuple[Dialect, ...] = (
    Dialect("headings", "heading", "### 1. A question?"),
    Dialect("list-headings", "item-heading", "1. ### A question?"),
    Dialect("details", "summary", "<details><summary>A question?</summary> the answer </details>"),
    Dialect("list", "item", "1. A question? with options or an answer in the item"),
    Dialect("q-and-a", "line", "Q: A question?  A: The answer.  C: A [cloze]."),
    Dialect("bold", "paragraph", "**1. A question?** in a paragraph of its own"),
    Dialect("file", "document", "one question a file: the title asks, the rest answers"),
)

# A body that is nothing but one of these is a placeholder. The pattern must match all of it, after
# markup, white space and closing punctuation are taken off; case does not matter.
PLACEHOLDERS: tuple[str, ...] = (
    r"(?:@?todo|(?-i:TO[ -]DO)|tbd|tba|tbc|fixme|wip|xxx+|n/?a|\?+|[.…]{2,}|\.(?: \.)+|…|[-–—]+|_+|"
    r"[🚧❓❔⏳\ufe0f]+)",
    r"(?:todo|tbd|fixme|wip)\s*[:(\[–—-].{0,80}",
    r"(?:todo|tbd|fixme|wip)\s+(?:write|add|answer|fill|complete|describe|explain|finish|document|"
    r"check|find|research|expand|update|ask|look)\b.{0,80}",
    r"(?:(?:this |the )?(?:answer|section|text|content)?\s*(?:is |are )?)?"
    r"(?:still )?(?:to be|will be|to|yet to be|not yet|being) "
    r"(?:completed|done|added|written|filled(?: in| out)?|answered|defined|determined|announced|"
    r"provided|continued|updated|expanded)(?: (?:here|soon|later|by .{1,40}))?",
    r"not (?:written|done|finished|answered|completed?|ready) yet",
    r"(?:coming|available|more) soon|more to come",
    r"(?:i will|i['’]ll|we will|we['’]ll|will) (?:add|write|fill|complete|update|answer|finish)\b"
    r".{0,40}\b(?:later|soon)",
    r"work in progress|under construction|no answer(?: yet)?|not answered(?: yet)?|unanswered",
    r"(?:needs?|wanted:?) (?:an? |the )?answers?",
    r"(?:the )?answers? (?:is |are )?(?:to come|to follow|follows?|(?:coming|comes?) (?:soon|later)|"
    r"later|pending|missing)",
    r"(?:insert |write |add |put |type |enter |provide )?(?:your |the |an )?answers?"
    r"(?: goes| go| comes)? (?:here|pending|missing|needed|tbd)",
    r"(?:insert|write|add|put|type|enter|provide|fill in) (?:your |the |an )?answers?(?: .{0,20})?",
    r"(?:(?:insert|write|add|put|type|enter) )?(?:your |the |some )?"
    r"(?:text|content|description|explanation)(?: goes| comes)? here",
    r"your (?:text|answer)(?: here)?|placeholder|(?:write|type) here|"
    r"fill (?:me |this |it )?(?:in|out)(?: later| here)?",
    r"lorem(?: ipsum)?|lorem ipsum dolor\b.*|(?:dummy|sample) (?:text|answer)",
    r"(?:die )?antwort(?:en)? (?:folgt|folgen|fehlt|fehlen|kommt|kommen)(?: noch| später| bald)?|"
    r"(?:folgt|kommt|fehlt) (?:noch|später|bald)|folgt|"
    r"wird (?:noch |später )?(?:ergänzt|ausgefüllt|nachgetragen|geschrieben)|noch zu ergänzen",
    r"por completar|(?:la )?respuesta pendiente|à (?:compléter|rédiger)|(?:la )?réponse à venir|"
    r"da completare|(?:a|por) (?:completar|preencher)|nog in te vullen|do uzupełnienia|eklenecek",
    r"(?:ответ |раздел )?(?:в разработке|(?:ещё|еще) не готово?|будет (?:позже|дополнен[оа]?|"
    r"добавлен[оа]?(?: позже)?))|нет ответа|допи(?:сать|шу)(?: позже)?",
    r"待(?:补充|完成|完善|续|更新|填写|回答)|未完(?:成|待续)|暂无(?:答案)?|稍后补充|(?:作成|準備|執筆)中|"
    r"未(?:記入|回答)|(?:준비|작성) ?중|추후 ?(?:작성|추가)(?: 예정)?",
)

# ── headings ────────────────────────────────────────────────────────────────────────────────────
# "1.", "1)", "(1)", "Q1:", "Question 1 -", "2.3.", "**1.**", "#1:"; a number must be followed by
# one of the marks, so that "3 ways to …" has none.
NUMBER = pattern(
    r"(?P<lead>(?:<a\b[^<>]*>\s*(?:</a>\s*)?)*[*_]{0,3}(?:\[[ xX]\]\s+)?)"
    r"(?P<word>(?:q|qn|question|frage|pregunta|pergunta|domanda|вопрос|питання|pytanie|soru|"
    r"câu(?:\s+hỏi)?|سؤال|السؤال|問題|问题|第)\s*\.?\s*)?"
    r"(?P<open>\()?(?:№|no\.?\s*|nr\.?\s*|#)?(?P<number>(?:\d{1,4}\.){0,3}\d{1,9})\s?"
    r"(?P<mark>題|题|問|\\?\)\.?|\\?\.\)?|:|：|、|．|(?=[*_]{1,3}\s)|\s[-–—](?=\s)|(?=\s*$))"
    r"(?P<tail>[*_]{0,3}[.:)]?)(?:\s+|$|(?<=[：、．題题問]))",
    re.IGNORECASE,
)

_ASKING = (
    "what|why|how|when|where|who|whom|whose|which|is|are|was|were|do|does|did|can|could|should|"
    "would|will|have|has|explain|describe|define|list|name|compare|contrast|discuss|outline|state|"
    "give|show|prove|derive|calculate|compute|solve|write|implement|identify|summari[sz]e|"
    "differentiate|distinguish|enumerate|illustrate|justify|sketch|draw|translate|complete|"
    "tell me|fill in|choose|select|true or false|suppose|given|consider|imagine|in what|"
    "at what|for what|by what|on what|to what|"
    "was|wie|warum|wann|wo|wer|welche[rsnm]?|nenne|erkläre|beschreibe|"
    "qué|cómo|cuándo|dónde|quién|cuál|por qué|explica|describe|"
    "que|quoi|comment|pourquoi|quand|où|qui|quel(?:le)?s?|expliquez|décrivez|"
    "cosa|come|perché|quando|dove|chi|quale|spiega|o que|por que|"
    "что|как|почему|когда|где|кто|какой|какая|какие|зачем|объясните|опишите|назовите"
)
ASKING = pattern(rf"[\W_]*(?:¿|(?:{_ASKING})\b)", re.IGNORECASE)
QUESTION_MARK = pattern(r"[?？؟⁇⁈;](?<!;)[\W_]*(?:\([^()]{0,40}\))?[\W_]*$")

# Headings that name a section of questions, by their letters and digits alone.
SELF_CHECK = pattern(
    r"self(?:check|test|assess|evaluat|quiz)|selbsttest|selbstkontrolle|"
    r"autoevalua|autoavalia|autoverifica|самопровер|самоконтрол|самотест|самоперевір|"
    r"自测|自己チェック|自我检测|"
    r"(?:check|test)your(?:self|understanding|knowledge)|knowledgecheck|"
    r"^(?:review|quiz|interview|practice|exam|study|comprehension|discussion)questions?"
    r"(?:and|with)?(?:answers?)?$|"
    r"^(?:questions?|quiz|faqs?|qa|questions?(?:and|und|et|y|with)answers?|"
    r"frequentlyaskedquestions|fragen|вопросы|preguntas|perguntas|domande|flashcards)$"
)
STRICT_SELF_CHECK = pattern(SELF_CHECK.pattern.split("|^(?:review")[0])

# Headings that end what is before them and ask nothing, by their letters and digits alone.
FURNITURE = pattern(
    r"^(?:(?:further|additional|recommended|suggested|more|extra|useful|external|other)?"
    r"(?:references?|readings?|resources?|links?|sources?|bibliography|literature|materials?)|"
    r"see(?:also|more)|worksctied|workscited|citations?|footnotes?|notes?|license|licen[cs]ing|"
    r"copyright|credits?|acknowledge?ments?|thanks|authors?|contributors?|contributing|contact|"
    r"about|changelog|history|tableofcontents?|contents?|toc|index|summary|conclusions?|overview|"
    r"introduction|appendix[a-z]?|glossary|answers?|answerkey|solutions?|disclaimer|support|"
    r"sponsors?|navigation|nextsteps?|whatsnext|feedback|furtherstudy|learnmore|"
    r"литература|ссылки|источники|дополнительно|quellen|literatur|weiterführendelinks|"
    r"referencias|enlaces|fuentes|références|liens|sources|riferimenti|referências|"
    r"参考|参考文献|参考资料|المراجع)$"
)

# Labels that open an answer, by their letters and digits alone (with "show", "click …" around).
_ANSWER_WORDS = (
    "answers?|solutions?|explanations?|response|reply|ans|antwort|lösung|erklärung|respuestas?|"
    "solución|réponses?|risposta|soluzione|resposta|solução|antwoord|svar|vastaus|odpowiedź|"
    "odpověď|cevap|yanıt|jawaban|ответ|решение|відповідь|отговор|答案|解答|回答|答え|正解|정답|"
    "đápán|trảlời|الاجابة|الإجابة|الجواب|جواب|پاسخ|תשובה|उत्तर|คำตอบ"
)
_OPENERS = r"(?:show|reveal|spoiler|hint|clicktoexpand|clickme|more|details|see|open)"
ANSWER_LABEL = pattern(
    rf"^(?:(?:show|see|view|reveal|click|tap|expand|toggle|hide|open|check|display|the|my|to|for|"
    rf"here|possible|correct|right|model|sample|suggested|full|short|detailed|example|your|an|"
    rf"zeigen|anzeigen|ver|voir|show|показать|посмотреть|查看|显示)*"
    rf"(?:{_ANSWER_WORDS})"
    rf"(?:and|und|et|y|&)?(?:{_ANSWER_WORDS})?"
    rf"(?:key|here|below|anzeigen|zeigen|\d{{0,3}})*)$|^{_OPENERS}$"
)
# Labels that may open something else than the answer.
WEAK_LABEL = pattern(rf"^(?:(?:show|see|full|detailed)*explanations?|{_OPENERS})$")
# "Answer:", "**Answer**:", "A:" at the start of a paragraph, before the answer itself.
ANSWER_MARK = pattern(
    rf"[*_]{{0,3}}(?P<word>(?:correct |right |the |model |sample )?(?:{_ANSWER_WORDS}|đáp án|trả lời))"
    rf"[*_]{{0,3}}\s?[:：][*_]{{0,3}}\s*",
    re.IGNORECASE,
)

# ── options and solutions ───────────────────────────────────────────────────────────────────────
TASK = pattern(r"\[(?P<mark>[ xX])\](?:[ \t]+|[:：]\s*|$)")
LETTER = pattern(
    r"(?P<wrap>[*_`(]{0,3})(?P<label>[^\W\d_])(?P<close>[*_`]{0,3}[.:)：．、][*_]{0,3})(?:[ \t]+|$|(?=[`\"“'<\[(]))"
)
GLUED = pattern(r"\s+(?:[-*+]\s+)?(?P<label>[^\W\d_])[.:)](?=\s)\s+")
# A line that names the correct options. What stands before the colon may be any few words of any
# language; `read` accepts it only if every letter is the label of an option.
SOLUTION = pattern(
    r"^\W*?(?P<word>[^:：\n]{0,40}?)[*_]{0,3}\s*(?:[:：]|\bis\b|\bare\b|(?<=\w)\s*[-–—=]\s)[\s*_`(]*"
    r"(?P<labels>[^\W\d_](?:(?:\s*(?:,|;|/|&|\+|\band\b|\bund\b|\bet\b|\by\b|и|و|、)\s*|\s+|)[^\W\d_]){0,9})"
    r"(?P<tail>[)*_`.]*\s*$|[).:*_`]+\s+|\s+[-–—(]|,\s)",
    re.IGNORECASE,
)
SEPARATOR = pattern(r"\s*(?:,|;|/|&|\+|\band\b|\bund\b|\bet\b|\by\b|\bи\b|\bو\b|、)\s*|\s+", re.I)

# ── Q: and A: ───────────────────────────────────────────────────────────────────────────────────
LINE_HEAD = pattern(
    r"(?P<wrap>[*_]{0,3})(?:(?P<q>Q|Question)|(?P<a>A|Answer)|(?P<c>C|Cloze))"
    r"(?P<number>\s?\d{1,5})?(?P<mark>[*_]{0,3}\s?[:：][*_]{0,3})(?:[ \t]+|$)"
)
LINE_HEADS = pattern(rf"^[ \t]*{LINE_HEAD.pattern}", re.MULTILINE)
CLOZE_BRACES = pattern(
    r"\{\{c(?P<group>\d{1,3})::(?P<text>.{1,2000}?)(?:::(?P<hint>[^{}]{0,500}?))?\}\}", re.S
)
CLOZE_BRACKETS = pattern(r"(?<![!\\\]])\[(?P<text>(?:[^\[\]\\]|\\.)+)\](?![(\[:])")
CODE_SPAN = pattern(r"(?<!`)(`{1,9})(?!`)[^`]{1,2000}\1(?!`)")

# ── near misses ─────────────────────────────────────────────────────────────────────────────────
BAD_TASK = pattern(
    r"(?:\[\](?:\s|$)|\[ {2,}\]|\[[xX]\s+\]|\[\s+[xX]\]|\[[ xX]\](?=[^\s(:\[])|"
    r"\[\s?[*✓✔☑✅√]\ufe0f?\s?\](?=\s|$))"
)
BAD_LIST_TASK = pattern(r"^[-*+]\[[ xX]?\]")
BAD_HEADING = pattern(r"^#{1,6}(?=[^\s#!])(?=[\d\W]*\w)")
