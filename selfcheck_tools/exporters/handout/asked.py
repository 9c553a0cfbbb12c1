"""A question of a handout: its parts as HTML that the template puts together."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Literal, NamedTuple
from urllib.parse import unquote

from selfcheck_tools import render
from selfcheck_tools.exporters import Context, Omission, question_name
from selfcheck_tools.exporters.handout.directions import written
from selfcheck_tools.exporters.handout.papers import Entry
from selfcheck_tools.exporters.handout.pictures import Picture, Pictures
from selfcheck_tools.exporters.handout.polish import polished, unnoted
from selfcheck_tools.exporters.handout.room import Room, blank, room, width
from selfcheck_tools.exporters.handout.style import page as page_of
from selfcheck_tools.formulas import formula
from selfcheck_tools.model import Cloze, Document, Fragment, Image, Option, Question
from selfcheck_tools.text import Span

# What of each question is shown. Questions alone are answered by hand; answers alone are short.
Shows = Literal["all", "questions", "answers"]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
UNDERSCORE = "&#95;"  # as such it would be Markdown
BLANK = UNDERSCORE * 8
_LINE = 88  # characters of a question that a line of an answer key has room for
_SHORT = 500  # characters of an answer that is not torn between pages
_A_LINE, _A_PICTURE = 75, 20  # characters of a line, lines of a picture
_LARGE_PICTURE = re.compile(r'<img\b(?![^>]*class="math)')
_LARGE = re.compile(r'<(?:table|pre)\b|<img\b(?![^>]*class="math)')
_LABEL = 100  # characters of a question that its entry in the outline shows
_MISSING = '<span class="missing-image">'  # as `render` marks it


class Asked(NamedTuple):
    """A question as the template sees it; from the prompt to the answer all is HTML."""

    at: int  # its place on the paper, from 0
    number: int
    label: str  # in the outline
    answered: bool
    cloze: bool
    pictureless: bool  # a picture that it refers to cannot be shown
    prompt: str
    material: str
    options: tuple[str, ...]
    right: tuple[str, ...]  # the correct ones
    solution: str  # the labels of the correct options
    answer: str
    prompt_direction: str
    answer_direction: str
    points: float | None
    room: Room
    lettered: bool  # the answer is no more than letters
    short: bool  # the answer is a few lines of text
    tall: bool  # what asks may not fit a page
    language: str  # where it is another than the paper's


def asked(
    entry: Entry,
    context: Context,
    pictures: Pictures,
    *,
    base: str,
    language: str,
    level: int,
    place: int = 0,
    shows: Shows = "all",
) -> Asked:
    """A question made ready; what is missing in it is reported to the context.

    `place` is its own on the paper, from 0, `base` is the document's direction, `language` the paper's, `level` that of the prompt's heading.
    """
    document, at, question = entry.document, entry.at, entry.question
    if question.state != "answered" and shows != "questions":
        message = f"{question_name(question, at)} has no answer"
        context.omit(Omission(document.path, question.head, "answer", message))
    lettered = shows == "answers" and _lettered(question)
    pictures.report_remote(_shown(question, shows, lettered=lettered))
    target = _target(document, context, pictures, question)
    text = " ".join(render.text(document, _blanked(question)).split())
    page = page_of(context.paper)
    polish = partial(polished, alt=text, level=level, across=page.across)
    html = partial(_html, document, target, polish)
    # Letters belong to places, whatever stands in them.
    labels = _labels(question.options)
    placed = [question.options[at] for at in entry.order or range(len(question.options))]
    options: tuple[str, ...] = ()
    if shows == "answers":
        prompt, rest, material = _line(question, text, html), "", ""
        answer = "" if lettered else _short(question, html)
    else:
        length = blank(question) if shows == "questions" else 0
        prompt, rest = _prompt(_blanked(question, length), html)
        material = html(question.material) if question.material else ""
        options = tuple(
            _with_letter(label, html(option.content))
            for label, option in zip(labels, placed, strict=True)
        )
        answer = _answer(question, html) if shows == "all" else ""
    said = render.plain_text(answer)
    return Asked(
        at=place,
        number=entry.number,
        label=f"{entry.number}. {text[:_LABEL]}{'…' if len(text) > _LABEL else ''}",
        answered=question.state == "answered",
        cloze=question.kind == "cloze",
        pictureless=any(_MISSING in part for part in (prompt, rest, material, *options, answer)),
        prompt=prompt,
        material=rest + material,
        options=options,
        right=tuple(
            content
            for content, option in zip(options, placed, strict=False)
            if option.correct and shows == "all"
        ),
        solution=_solution(labels, placed) if shows != "questions" else "",
        answer=answer,
        prompt_direction=written(text, base),
        answer_direction=written(said, base),
        short=len(said) <= _SHORT and not _LARGE.search(answer + material),
        tall=_lines((rest, material, *options)) > page.across / 2,
        points=question.points,
        room=room(document, question, page.writing) if shows == "questions" else Room(0),
        lettered=lettered,
        language=own if (own := document.metadata.language or "en") != language else "",
    )


def _lines(asking: Sequence[str]) -> int:
    """Roughly the lines that HTML takes, of a page that has about fifty."""
    html = "\n".join(asking)
    text = render.plain_text(html)
    return _A_PICTURE * len(_LARGE_PICTURE.findall(html)) + sum(
        1 + len(line) // _A_LINE for line in text.split("\n")
    )


def _html(
    document: Document,
    target: render.Target,
    polish: Callable[[str], str],
    fragment: Fragment,
    *,
    inline: bool = False,
) -> str:
    return polish(render.html(document, fragment, target, inline=inline))


def _shown(question: Question, shows: Shows, *, lettered: bool) -> list[Image]:
    """The pictures of what is shown of a question."""
    if shows == "all":
        return list(question.images)
    answer = question.answer.span if question.answer and not lettered else Span(0, 0)
    return [
        image
        for image in question.images
        if (answer.start <= image.span.start < answer.end) is (shows == "answers")
    ]


def _prompt(fragment: Fragment, html: Callable[..., str]) -> tuple[str, str]:
    """A prompt's first paragraph, without its tags, and the blocks after it."""
    if "\n" not in fragment.markdown and "[^" not in fragment.markdown:
        return html(fragment, inline=True), ""
    blocks = html(fragment)
    match = _PARAGRAPH.match(blocks)
    return (match[1], blocks[match.end() :].strip()) if match else ("", blocks)


_PARAGRAPH = re.compile(r"<p(?:\s[^>]*)?>(.*?)</p>", re.DOTALL)


def _labels(options: Sequence[Option]) -> list[str]:
    """The letters of options: as written, or else by their order."""
    return [
        option.label or (LETTERS[at] if at < len(LETTERS) else str(at + 1))
        for at, option in enumerate(options)
    ]


def _solution(labels: Sequence[str], placed: Sequence[Option]) -> str:
    return ", ".join(label for label, each in zip(labels, placed, strict=True) if each.correct)


def _with_letter(label: str, html: str) -> str:
    """An option with its letter in its first line. A list's own marker would do, but the engine
    writes those last, and whoever copies the text gets all letters at the end."""
    letter = f'<span class="letter">{escape(label)}.</span> '
    html = render.unwrapped(html)
    return f"<p>{letter}{html[3:]}" if html.startswith("<p>") else letter + html


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


def _answer(question: Question, html: Callable[[Fragment], str]) -> str:
    parts = []
    if question.clozes:
        parts.append(html(_filled(question)))
    if question.answer is not None and question.state != "placeholder":
        parts.append(html(question.answer))
    return "\n".join(parts)


def _lettered(question: Question) -> bool:
    """Whether letters are all that there is to say, or that is still to be said."""
    return question.kind == "choice" and (
        any(option.correct for option in question.options) or question.state != "answered"
    )


def _line(question: Question, text: str, html: Callable[..., str]) -> str:
    """The first line of a prompt: cut if it is long, in plain letters if it has a picture."""
    prompt = _blanked(question)
    first = prompt.markdown.split("\n\n", 1)[0]
    shown = ""
    if not any(sign in first for sign in ("[^", "![", "<img")):
        shown = unnoted(_prompt(Fragment(prompt.span, first), html)[0])
        text = " ".join(render.plain_text(shown).split())
    if shown and width(text) <= _LINE:
        return shown
    words = text[: _LINE + 1].split(" ")
    while len(words) > 1 and width(" ".join(words)) > _LINE:
        words.pop()
    line = " ".join(words)[:_LINE]
    return escape(line) + ("…" if line != text else "")


def _short(question: Question, html: Callable[..., str]) -> str:
    """What fills the blanks, or else the answer."""
    if not question.clozes:
        return _answer(question, html)
    fillings = [html(Fragment(cloze.span, cloze.text), inline=True) for cloze in question.clozes]
    return f"<p>{'; '.join(fillings)}</p>"


# ── cloze questions ─────────────────────────────────────────────────────────────────────────────


def _blanked(question: Question, length: int = 0) -> Fragment:
    """The prompt with a blank for each deletion, and its hint; of so many underscores where there
    is to be room for writing."""

    def gap(cloze: Cloze) -> str:
        hint = f" ({escape(cloze.hint)})" if cloze.hint else ""
        if length:
            return f'<span class="gap">{UNDERSCORE * length}</span>{hint}'
        return f'<span class="blank">{BLANK}{hint}</span>'

    return _replaced(question, gap)


def _filled(question: Question) -> Fragment:
    """The prompt with each deleted text in its place, emphasised."""
    return _replaced(question, lambda cloze: f'<mark class="filled">{cloze.text}</mark>')


def _replaced(question: Question, new: Callable[[Cloze], str]) -> Fragment:
    text, start = question.prompt.markdown, question.prompt.span.start
    for cloze in reversed(question.clozes):
        begin, end = cloze.span.start - start, cloze.span.end - start
        text = text[:begin] + new(cloze) + text[end:]
    return Fragment(question.prompt.span, text)


# ── pictures, formulas, sounds ──────────────────────────────────────────────────────────────────


def _target(
    document: Document, context: Context, pictures: Pictures, question: Question
) -> render.Target:
    def math(tex: str, display: bool) -> str:
        try:
            drawn = formula(tex, display=display)
        except ValueError as error:
            spans = [found.span for found in question.math if found.text.strip() == tex.strip()]
            message = f"the formula {' '.join(tex.split())[:60]} is shown as it stands: {error}"
            where = spans[0] if spans else question.span
            context.omit(Omission(document.path, where, "formula", message))
            return f"<code>{escape(tex)}</code>"
        address = pictures.add(Picture(drawn.svg, "image/svg+xml"))
        style = f"width:{drawn.width:.3f}em;vertical-align:{-drawn.depth:.3f}em"
        kind = "math display" if display else "math"
        return f'<img class="{kind}" src="{address}" alt="{escape(tex)}" style="{style}">'

    def sound(target: str) -> str:
        name = unquote(target.rsplit("/", 1)[-1])
        return f'<span class="sound">[sound: {escape(name)}]</span>'

    return render.Target(lambda target: pictures.address(target, question), sound, math)
