"""JSON: all that is in the model, for programs. And JSON Lines, a question a line.

Texts come as Markdown, as safe HTML and as plain text, so that a reader needs no Markdown of its own.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from selfcheck_tools import render
from selfcheck_tools.exporters import Artifact, Context, Omission, question_name, stem, title
from selfcheck_tools.exporters._made import of_each
from selfcheck_tools.exporters._structures import (
    SCHEMA_ID,
    VERSION,
    ClozeJson,
    CodeJson,
    DocumentJson,
    ImageJson,
    LinkJson,
    MathJson,
    OptionJson,
    OptionLine,
    Place,
    QuestionJson,
    QuestionLine,
    SectionJson,
    TextJson,
)
from selfcheck_tools.media import locate
from selfcheck_tools.model import (
    Cloze,
    Document,
    Fragment,
    Image,
    Link,
    Option,
    Question,
)
from selfcheck_tools.text import Source, Span


def schema() -> str:
    """The JSON Schema (draft 2020-12) of a document's file, as text."""
    made = {"$schema": SCHEMA_ID, **msgspec.json.schema(DocumentJson)}
    return msgspec.json.format(msgspec.json.encode(made, order="sorted"), indent=2).decode() + "\n"


def export(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """Per document `<path>.json`."""
    return _artifacts(documents, context, "json", _whole)


def export_lines(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """Per document `<path>.jsonl`, a question a line."""
    return _artifacts(documents, context, "jsonl", _lines)


def _artifacts(
    documents: Sequence[Document],
    context: Context,
    kind: str,
    make: Callable[[Document, Context], bytes],
) -> Iterator[Artifact]:
    made = of_each(documents, context, kind, lambda document: tuple(context.keys(document)), make)
    for document, data in zip(documents, made, strict=True):
        yield Artifact(f"{stem(document)}.{kind}", data)
        context.done(document)


def _whole(document: Document, context: Context) -> bytes:
    data = msgspec.json.encode(_document(document, context))
    return msgspec.json.format(data, indent=2) + b"\n"


def _lines(document: Document, context: Context) -> bytes:
    lines = [
        msgspec.json.encode(_line(document, context, question, key, at))
        for at, (question, key) in enumerate(
            zip(document.questions, context.keys(document), strict=True)
        )
    ]
    return b"".join(line + b"\n" for line in lines)


def _document(document: Document, context: Context) -> DocumentJson:
    source, keys, metadata = context.source(document), context.keys(document), document.metadata
    return DocumentJson(
        version=VERSION,
        path=_clean(document.path),
        title=_clean(title(document)),
        dialect=document.dialect,
        deck=metadata.deck,
        language=metadata.language,
        author=metadata.author,
        description=metadata.description,
        tags=list(metadata.tags),
        sections=[
            SectionJson(section.title, section.level, _place(source, section.span))
            for section in document.sections
        ],
        questions=[
            _question(document, source, context, question, key, at)
            for at, (question, key) in enumerate(zip(document.questions, keys, strict=True))
        ],
    )


def _question(
    document: Document, source: Source, context: Context, question: Question, key: str, at: int
) -> QuestionJson:
    _report_state(document, context, question, at)
    return QuestionJson(
        key=key,
        number=question.number,
        kind=question.kind,
        state=question.state,
        section=_section(document, question),
        tags=[*document.metadata.tags, *question.tags],
        points=question.points,
        room=question.room,
        prompt=_prompt(document, source, question),
        options=[_option(document, source, option) for option in question.options],
        clozes=[_cloze(source, cloze) for cloze in question.clozes],
        answer=_text(document, source, question.answer) if question.answer else None,
        images=[_image(source, context, image) for image in question.images],
        audio=[_link(source, link) for link in question.audio],
        links=[_link(source, link) for link in question.links],
        code=[CodeJson(c.language, c.text, _place(source, c.span)) for c in question.code],
        math=[MathJson(m.text, m.display, _place(source, m.span)) for m in question.math],
        at=_place(source, question.span),
    )


def _report_state(document: Document, context: Context, question: Question, at: int) -> None:
    if question.state != "answered":
        message = f"{question_name(question, at)} has no answer"
        context.omit(Omission(document.path, question.head, "answer", message))


def _section(document: Document, question: Question) -> str | None:
    return document.sections[question.section].title if question.section is not None else None


def _prompt(document: Document, source: Source, question: Question) -> TextJson:
    markdown, span = question.prompt.markdown, question.prompt.span
    if question.material is not None:
        markdown = f"{markdown}\n\n{question.material.markdown}"
        span = Span(span.start, max(span.end, question.material.span.end))
    html = render.prompt_html(document, question)
    return TextJson(markdown, html, render.plain_text(html), _place(source, span))


def _text(document: Document, source: Source, fragment: Fragment) -> TextJson:
    html = render.html(document, fragment)
    return TextJson(fragment.markdown, html, render.plain_text(html), _place(source, fragment.span))


def _option(document: Document, source: Source, option: Option) -> OptionJson:
    html = render.option_html(document, option)
    return OptionJson(
        option.label,
        option.correct,
        option.content.markdown,
        html,
        render.plain_text(html),
        _place(source, option.content.span),
    )


def _cloze(source: Source, cloze: Cloze) -> ClozeJson:
    return ClozeJson(cloze.text, cloze.hint, cloze.group, _place(source, cloze.span))


def _image(source: Source, context: Context, image: Image) -> ImageJson:
    status = "remote" if image.path is None else locate(context.files, image.path).status
    if status not in ("found", "case", "remote"):
        message = f"{image.target[:80]} is {status if status != 'other' else 'no regular file'}"
        context.omit(Omission(source.path, image.span, "image", message))
    path = _clean(image.path) if image.path is not None else None
    return ImageJson(image.target, path, image.alt, image.title, status, _place(source, image.span))


def _link(source: Source, link: Link) -> LinkJson:
    return LinkJson(link.target, link.text, _place(source, link.span))


def _line(
    document: Document, context: Context, question: Question, key: str, at: int
) -> QuestionLine:
    _report_state(document, context, question, at)
    source = context.source(document)
    return QuestionLine(
        key=key,
        document=_clean(document.path),
        section=_section(document, question),
        number=question.number,
        kind=question.kind,
        prompt=render.plain_text(render.prompt_html(document, question)),
        state="answered" if question.state == "answered" else "unanswered",
        answer=render.text(document, question.answer) if question.answer else None,
        options=[
            OptionLine(o.label, render.plain_text(render.option_html(document, o)), o.correct)
            for o in question.options
        ],
        tags=[*document.metadata.tags, *question.tags],
        line=source.position(question.head.start).line,
    )


def _place(source: Source, span: Span) -> Place:
    start, end = source.position(span.start), source.position(span.end)
    return Place(start.line, start.column, end.line, end.column, span.start, span.end)


def _clean(path: str) -> str:
    """A path that UTF-8 can hold: undecodable bytes of a file's name become `?`."""
    return path.encode("utf-8", "replace").decode()
