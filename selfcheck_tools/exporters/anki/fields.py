"""Markdown as the HTML of Anki's fields, in which nothing is taken for what it is not.

In a field `[sound:…]` plays, `[latex]` and `[$]` run TeX, `[[type:…]]` asks for typing, `\\(` starts
MathJax, `{{c1::` and `}}` make clozes, and `\\x1f`, which parts the fields, makes Anki refuse the
whole package. Our own marks of this kind travel through rendering as elements that no author can
write, because the sanitiser takes them out.
"""

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from msgspec.structs import replace

from selfcheck_tools import render
from selfcheck_tools.model import Cloze, Document, Fragment, Option, Question
from selfcheck_tools.render import Target
from selfcheck_tools.tex import inert


class Fields(NamedTuple):
    """Renders one document's parts as field texts, with its pictures and sounds in place."""

    document: Document
    target: Target

    def fragment(self, fragment: Fragment | None) -> str:
        """A fragment as blocks; nothing for none."""
        return "" if fragment is None else _finished(self._html(fragment))

    def prompt(self, question: Question) -> str:
        """What is asked, with what belongs to it."""
        return _finished(render.prompt_html(self.document, question, self.target))

    def option(self, option: Option) -> str:
        """An option without its letter."""
        return _finished(render.option_html(self.document, option, self.target))

    def cloze(self, question: Question) -> tuple[str, tuple[int, ...]]:
        """A prompt with its deletions in Anki's braces, and their numbers, each of them one card."""
        marked = replace(question.prompt, markdown=_marked(question))
        field = _braced(_finished(render.unwrapped(self._html(marked))), question.clozes)
        numbers = sorted({int(number) for number in _NUMBERS.findall(field)})
        if question.material is not None:
            field = f"<div>{field}</div>\n{self.fragment(question.material)}"
        return field, tuple(numbers)

    def _html(self, fragment: Fragment) -> str:
        return render.html(self.document, fragment, self.target)


def target(image: Callable[[str], str | None], sound: Callable[[str], str | None]) -> Target:
    """What Anki makes of things that are no text; both functions give a name in the package."""

    def played(source: str) -> str:
        name = sound(source)
        if name is None:
            return f'<span class="missing-image">[missing sound: {escape(source)}]</span>'
        return f"<x-sound>{name}</x-sound>"

    return Target(image, played, _formula)


def _formula(tex: str, display: bool) -> str:
    tex = inert(tex)
    delimited = f"\\[{tex}\\]" if display else f"\\({tex}\\)"
    return f"<x-tex>{escape(delimited, quote=False)}</x-tex>"


def text(plain: str) -> str:
    """A plain text as a field, or as an attribute's value in one."""
    return _finished(escape(plain))


def fit(plain: str) -> str:
    """A plain text without the characters that Anki's files cannot hold."""
    return _UNFIT.sub("", plain)


def is_blank(field: str) -> bool:
    """Whether nothing is left of a field without the marks of missing pictures and sounds."""
    if "<img" in field or "[sound:" in field:
        return False
    nothing = _NOTHING.match(field)
    return nothing is not None and nothing.end() == len(field)


_NOTHING = re.compile(r'(?:<span class="missing-image">[^<]*</span>|<[^<>]*>|&nbsp;|\s)*')

# ── what must not be taken for something else ───────────────────────────────────────────────────

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_TAG = r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>'
_COMMAND = re.compile(r"\[(?=(?:sound|anki|type):|/?latex\]|/?\$\$?\])", re.IGNORECASE)
_TEX = re.compile(rf"(<x-tex>.*?</x-tex>|{_TAG})|\\(?=[(\[])", re.DOTALL)


def _finished(html: str) -> str:
    """Rendered HTML as a field: what looks like a command to Anki broken up, ours put in."""
    if _UNFIT.search(html):
        html = _UNFIT.sub("", html)
    if "[" in html:
        html = _COMMAND.sub("&#91;", html)
    if "{{" in html or "}}" in html:
        html = html.replace("{{", "{&#123;").replace("}}", "}&#125;")
    if "\\(" in html or "\\[" in html:
        # An entity would not do: MathJax reads the text of the page, but not across an element.
        html = _TEX.sub(lambda match: match[1] or "\\<span></span>", html)
    if "<x-" in html:
        html = html.replace("<x-sound>", "[sound:").replace("</x-sound>", "]")
        html = html.replace("<x-tex>", "").replace("</x-tex>", "")
    return html


# ── cloze ───────────────────────────────────────────────────────────────────────────────────────

# Marks around a deletion while its prompt is rendered, with its place as a private character. They
# begin and end with brackets: Markdown looks at whether an asterisk stands beside punctuation.
_FIRST, _LAST = 0xE100, 0xF8FF
_PLACE = f"([{chr(_FIRST)}-{chr(_LAST)}])"
_OPENED = re.compile(f"\u2e28\ue010{_PLACE}\u2e28")
_CLOSED = re.compile(f"\u2e29\ue011{_PLACE}\u2e29")
_MARKS = re.compile(f"{_OPENED.pattern}|{_CLOSED.pattern}")
_FORGED = re.compile(f"[\ue010\ue011{chr(_FIRST)}-{chr(_LAST)}]")
_NUMBERS = re.compile(r"\{\{c(\d+)::")
_SEPARATOR = re.compile(":(?=:|\u2e29\ue011)|(?<=:):")


def _marked(question: Question) -> str:
    """The prompt's Markdown with marks for the brackets of its deletions."""
    markdown = _FORGED.sub("\ufffd", question.prompt.markdown)
    parts: list[str] = []
    done = 0
    for at, cloze in enumerate(question.clozes[: _LAST - _FIRST]):
        start = cloze.span.start - question.prompt.span.start
        inner = _FORGED.sub("\ufffd", cloze.text)
        place = chr(_FIRST + at)
        parts += (markdown[done:start], f"\u2e28\ue010{place}\u2e28", inner)
        parts.append(f"\u2e29\ue011{place}\u2e29")
        done = cloze.span.end - question.prompt.span.start
    return "".join((*parts, markdown[done:]))


def _braced(field: str, clozes: Sequence[Cloze]) -> str:
    """A field with Anki's braces for the marks; no other brace or double colon is left in it."""
    field = field.replace("{", "&#123;").replace("}", "&#125;")
    field = _SEPARATOR.sub("&#58;", field)
    field = re.sub(_TAG, lambda match: _MARKS.sub("", match[0]), field)  # alternative texts
    field = _OPENED.sub(lambda match: f"{{{{c{_number(clozes, match[1])}::", field)
    return _CLOSED.sub(lambda match: f"{_hint(clozes[ord(match[1]) - _FIRST])}}}}}", field)


def _number(clozes: Sequence[Cloze], place: str) -> int:
    """The number that the author gave, or else the place among the deletions."""
    at = ord(place) - _FIRST
    return clozes[at].group or at + 1


def _hint(cloze: Cloze) -> str:
    if not cloze.hint:
        return ""
    hint = _SEPARATOR.sub("&#58;", text(cloze.hint))
    return f"::{hint}"
