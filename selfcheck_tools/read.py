"""Source -> Document. Total and without opinions: any bytes become some Document."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from typing import Any

from selfcheck_tools.dialects import (
    CLOZE_BRACES,
    CLOZE_BRACKETS,
    CODE_SPAN,
    PLACEHOLDERS,
)
from selfcheck_tools.media import is_audio
from selfcheck_tools.model import (
    Allowance,
    Cloze,
    CodeBlock,
    Definition,
    Document,
    Fragment,
    Heading,
    Image,
    Link,
    Math,
    Metadata,
    Note,
    Question,
    Role,
    Section,
)
from selfcheck_tools.patterns import pattern
from selfcheck_tools.reading.anchors import written_ids
from selfcheck_tools.reading.blocks import COMMENT, References, blocks
from selfcheck_tools.reading.bodies import Body, take_apart
from selfcheck_tools.reading.directives import Word, directive_notes, points, room
from selfcheck_tools.reading.finders import find_heads
from selfcheck_tools.reading.fragments import Reading, Run, children, fragment
from selfcheck_tools.reading.hazards import hazards
from selfcheck_tools.reading.inlines import Inlines
from selfcheck_tools.reading.metadata import read_metadata
from selfcheck_tools.reading.page import Head, Heads, Page, lines_span, page_of, plain
from selfcheck_tools.reading.pitfalls import pitfalls
from selfcheck_tools.reading.signs import coded
from selfcheck_tools.text import Source, Span


def read(
    source: Source, *, dialect: str = "", placeholders: tuple[str, ...] = PLACEHOLDERS
) -> Document:
    """The document that a source holds.

    `dialect` fixes how questions are recognised (a name from DIALECTS); the front matter does so
    too; otherwise the text's own evidence decides. `placeholders` are regular expressions for
    answers that are none. Never raises for what the text says.
    """
    metadata, notes = read_metadata(source)
    text = source.clean
    if metadata.span is not None:
        head = text[: metadata.span.end]
        text = re.sub(r"[^\r\n]", "", head) + text[metadata.span.end :]
    if text.startswith("\ufeff"):
        text = text[1:]
    env: dict[str, Any] = {"references": References()} if "]:" in text else {}
    page = page_of(source, blocks(source, text, env))
    known = dialect or metadata.dialect
    found = find_heads(page, known, fixed_question=bool(metadata.question))
    title, title_span = _title(page, metadata, found)
    return _Assembly(page, found, metadata, placeholders).document(
        title, title_span, notes, env, known
    )


def _title(page: Page, metadata: Metadata, found: Heads) -> tuple[str, Span | None]:
    asking = {head.at for head in found.heads} if found.dialect != "file" else set()
    for heading in page.headings:
        if heading.level == 1 and heading.at not in asking:
            first, last = page.blocks.lines(heading.at)
            start = page.source.line_start(first)
            span = Span(start, page.source.line_span(last - 1).end)
            return metadata.title or plain(heading.text), span
        break
    for token in page.blocks.tokens:
        if token.type == "html_block" and (match := _H1.search(token.content)):
            span = page.places.span(token, page.places.lines(token), *match.span())
            return metadata.title or plain(unescape(match[1])), span
    return metadata.title, metadata.span if metadata.title else None


_H1 = pattern(r"<h1\b[^<>]*>(.{0,500}?)</h1>", re.DOTALL | re.IGNORECASE)


@lru_cache(maxsize=8)
def _compiled(placeholders: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in placeholders), re.IGNORECASE | re.DOTALL)


class _Assembly:
    """Puts a document together from a page and its heads; used once."""

    def __init__(
        self, page: Page, found: Heads, metadata: Metadata, placeholders: tuple[str, ...]
    ) -> None:
        self.page, self.found, self.metadata = page, found, metadata
        self.source, self.blocks = page.source, page.blocks
        self.heads = found.heads
        self.starts = [head.at for head in self.heads]
        self.stops = self._stops()
        self.inlines = Inlines(page)
        reading = Reading(page, self.inlines.cuts, _compiled(placeholders), False)
        bodies = [take_apart(reading, h, s) for h, s in zip(self.heads, self.stops, strict=True)]
        if any(body.options and body.solution for body in bodies):
            reading = reading._replace(solved=True)
            bodies = [
                body if body.options else take_apart(reading, head, stop)
                for body, head, stop in zip(bodies, self.heads, self.stops, strict=True)
            ]
        self.reading, self.bodies = reading, bodies

    def _stops(self) -> list[int]:
        """For each head the token at which its body ends."""
        walls = sorted({*self.starts, *self.found.breaks, len(self.blocks.tokens)})
        stops: list[int] = []
        for head in self.heads:
            after = bisect_right(walls, head.at)  # none where front matter asks, of no text
            stop = walls[min(after, len(walls) - 1)]
            stops.append(min(stop, head.end) if head.end is not None else stop)
        return stops

    def document(
        self,
        title: str,
        title_span: Span | None,
        notes: list[Note],
        env: dict[str, Any],
        known: str,
    ) -> Document:
        sections, owner = self._sections(title_span)
        spans = self._spans()
        questions = tuple(self._question(at, spans[at], owner[at]) for at in range(len(self.heads)))
        outside = self._outside(spans)
        allowances = tuple(self._allowances(spans))
        return Document(
            path=self.source.path,
            dialect=self.found.dialect if self.heads or known else "",
            title=title,
            title_span=title_span,
            metadata=self.metadata,
            sections=sections,
            headings=tuple(self._headings(title_span, sections)),
            questions=questions,
            images=tuple(item for item in outside if isinstance(item, Image)),
            links=tuple(item for item in outside if isinstance(item, Link)),
            code=tuple(item for item in outside if isinstance(item, CodeBlock)),
            stray=tuple(self._stray(spans)),
            notes=(
                *notes,
                *pitfalls(self.page, self.heads, self.bodies),
                *hazards(self.page),
                *coded(self.page),
                *directive_notes(self.source, self.inlines.cuts, spans),
                *self.inlines.notes,
            ),
            allowances=allowances,
            definitions=tuple(self._definitions(env)) if "references" in env else (),
            titles=tuple(self.inlines.headings),
            ids=written_ids(self.source.clean),
            footnotes=tuple(self._footnotes()),
            doubt=self.found.doubt,
            size=len(self.source.text),
        )

    # ── questions ───────────────────────────────────────────────────────────────────────────────

    def _spans(self) -> list[Span]:
        """From each head to the end of its body, blanks trimmed."""
        spans: list[Span] = []
        for at, (head, stop) in enumerate(zip(self.heads, self.stops, strict=True)):
            end = self._offset(stop)
            if head.end is not None:
                token = self.blocks.tokens[head.end]
                end = token.meta["span"].end
            elif head.answer is not None:
                end = head.answer[1]
            elif head.cloze or self.found.dialect == "q-and-a":
                end = head.prompt.end
            if at + 1 < len(self.heads):
                end = min(end, self.heads[at + 1].span.start)
            start = head.span.start
            text = self.source.clean[start : max(start, end)]
            spans.append(Span(start, start + len(text.rstrip())))
        return spans

    def _offset(self, index: int) -> int:
        """Where a token starts; the end of the text for the index after the last."""
        if index >= len(self.blocks.tokens):
            return len(self.source.text)
        token = self.blocks.tokens[index]
        if "span" in token.meta:
            return int(token.meta["span"].start)
        return self.source.line_start(self.blocks.lines(index)[0])

    def _question(self, at: int, span: Span, section: int | None) -> Question:
        head, body = self.heads[at], self.bodies[at]
        prompt = body.prompt or self._prompt(head, body)
        if self.metadata.question:
            prompt = Fragment(head.prompt, self.metadata.question)
        has_gaps = head.cloze or "{{c" in prompt.markdown
        clozes = tuple(_clozes(prompt, is_cloze=head.cloze)) if has_gaps else ()
        parts = self.inlines.between(span)
        extra = self.inlines.directives(span)
        key = extra.get("key", _UNSAID)
        if self.found.dialect == "file" and not key.value:
            key = Word("key", self.metadata.key, self.metadata.key_span or span)
        return Question(
            span=span,
            head=body.head or head.span,
            prompt=prompt,
            number=head.number,
            number_span=head.number_span,
            number_style=head.number_style,
            kind="choice" if body.options else "cloze" if clozes else "open",
            state="answered" if clozes and not body.options else body.state,
            section=section,
            material=self._material(head, body),
            options=body.options,
            solution=body.solution,
            clozes=clozes,
            answer=body.answer,
            images=tuple(part for part in parts if isinstance(part, Image)),
            audio=tuple(p for p in parts if isinstance(p, Link) and is_audio(p.target)),
            links=tuple(p for p in parts if isinstance(p, Link) and not is_audio(p.target)),
            code=tuple(part for part in parts if isinstance(part, CodeBlock)),
            math=tuple(part for part in parts if isinstance(part, Math)),
            tags=tuple(tag for tag in extra.get("tags", _UNSAID).value.split(",") if tag),
            key=key.value,
            key_span=key.span if key.value else None,
            points=points(extra.get("points", _UNSAID).value),
            room=room(extra.get("room", _UNSAID).value),
        )

    def _material(self, head: Head, body: Body) -> Fragment | None:
        if head.material is None or body.head is not None:
            return body.material
        more = fragment(self.reading, [Run(head.material)])
        if more is None or body.material is None:
            return more or body.material
        span = Span(more.span.start, body.material.span.end)
        return Fragment(span, f"{more.markdown}\n\n{body.material.markdown}")

    def _prompt(self, head: Head, body: Body) -> Fragment:
        if self.found.dialect == "file" and not head.text and self.metadata.title:
            return Fragment(head.prompt, self.metadata.title)
        text, span = head.text, head.prompt
        if body.prompt_end is not None and body.prompt_end < span.end:
            span = Span(span.start, body.prompt_end)
            text = self.source.clean[span.start : span.end].rstrip()
        return Fragment(span, COMMENT.sub("", text).strip())

    # ── sections and what is outside ────────────────────────────────────────────────────────────

    def _sections(self, title_span: Span | None) -> tuple[tuple[Section, ...], list[int | None]]:
        """The headings that questions stand under, and for each question which."""
        taken, breaks = set(self.starts), set(self.found.breaks)
        found = [
            heading
            for heading in self.page.headings
            if heading.at not in taken
            and heading.at in breaks
            and not (title_span and self._offset(heading.at) == title_span.start)
        ]
        places = [heading.at for heading in found]
        levels = {heading.at: heading.level for heading in self.page.headings}
        used: dict[int, int] = {}
        sections: list[Section] = []
        owner: list[int | None] = []
        above: dict[int, int] = {}  # by their levels, the headings that the next one may be under
        passed = 0
        for head in self.heads:
            while passed < len(places) and places[passed] < head.at:
                level = found[passed].level
                above = {other: at for other, at in above.items() if other < level}
                above[level] = passed
                passed += 1
            # A heading of the question's own level is a part of the document that has gone astray,
            # unless questions follow at once.
            own = levels.get(head.at, _DEEPEST)
            at = max(
                (
                    at
                    for level, at in above.items()
                    if level < own or self.blocks.close[places[at]] + 1 in taken
                ),
                default=-1,
            )
            if at < 0:
                owner.append(None)
                continue
            if at not in used:
                used[at] = len(sections)
                first, last = self.blocks.lines(places[at])
                span = Span(self.source.line_start(first), self.source.line_span(last - 1).end)
                sections.append(Section(span, plain(found[at].text), found[at].level))
            owner.append(used[at])
        return tuple(sections), owner

    def _headings(
        self, title_span: Span | None, sections: tuple[Section, ...]
    ) -> Iterator[Heading]:
        asking, breaks = set(self.starts), set(self.found.breaks)
        holding = {section.span.start for section in sections}
        for heading in self.page.headings:
            first, last = self.blocks.lines(heading.at)
            span = Span(self.source.line_start(first), self.source.line_span(last - 1).end)
            role: Role = "outside"
            before = bisect_right(self.starts, heading.at) - 1
            if heading.at in asking:
                role = "question"
            elif title_span is not None and span.start == title_span.start:
                role = "title"
            elif span.start in holding:
                role = "section"
            elif before >= 0 and heading.at < self.stops[before]:
                role = "answer"
            elif heading.at in breaks and before >= 0 and heading.at == self.stops[before]:
                role = "break"
            yield Heading(span, heading.level, heading.text, role)

    def _outside(self, spans: list[Span]) -> list[Image | Link | CodeBlock]:
        return [
            part
            for part in self.inlines.parts
            if isinstance(part, (Image, Link, CodeBlock)) and not _covers(spans, part.span)
        ]

    def _stray(self, spans: list[Span]) -> Iterator[Span]:
        """The blocks that say something and belong to no question."""
        ends, starts = [0, *self.stops], [*self.starts, len(self.blocks.tokens)]
        if self.found.dialect == "q-and-a":
            ends, starts = [0], [len(self.blocks.tokens)]  # a card ends before the next one starts
        between = zip(ends, starts, strict=True)
        for child in (c for a, b in between for c in children(self.reading, _NOBODY, a, b)):
            token = self.blocks.tokens[child.at]
            if child.furniture or token.type == "heading_open" or not child.run.span:
                continue
            if token.level == 0 and not _covers(spans, child.run.span):
                overlapping = bisect_left(spans, child.run.span)
                if overlapping < len(spans) and spans[overlapping].start < child.run.span.end:
                    continue  # a list that holds the questions
                yield child.run.span

    def _definitions(self, env: dict[str, Any]) -> Iterator[Definition]:
        """Those that count, then those whose label is defined before."""
        references: References = env["references"]
        for label, found in references.items():
            yield self._definition(label, found, label in references.used, False)
        for found in env.get("duplicate_refs", ()):
            yield self._definition(found["label"], found, False, True)

    def _definition(self, label: str, found: dict[str, Any], used: bool, again: bool) -> Definition:
        lines = lines_span(self.source, *found["map"])
        start = max(self.source.text.find("[", lines.start, lines.end), lines.start)
        target, title = str(found["href"]), str(found["title"] or "")
        return Definition(Span(start, lines.end), label, target, title, used, again)

    def _footnotes(self) -> Iterator[tuple[str, str]]:
        tokens, close = self.blocks.tokens, self.blocks.close
        for index in self.blocks.of("footnote_reference_open"):
            inner = [t.map for t in tokens[index : close[index]] if t.map]
            if not inner:
                continue
            first = min(lines[0] for lines in inner)
            last = max(lines[1] for lines in inner)
            start = self.source.line_start(first)
            text = self.source.clean[start : self.source.line_span(last - 1).end]
            yield str(tokens[index].meta.get("label", "")), re.sub(r"\r\n?", "\n", text)

    # ── comments ────────────────────────────────────────────────────────────────────────────────

    def _allowances(self, spans: list[Span]) -> Iterator[Allowance]:
        whole = Span(0, len(self.source.text))
        for comment in self.inlines.cuts:
            match = _ALLOW.match(self.source.clean, comment.start, comment.end)
            if match is None:
                continue
            body, _, reason = match[1].partition(":")
            until = _UNTIL.search(body)
            named = list(_NAME.finditer(_UNTIL.sub(lambda m: " " * len(m.group()), body)))
            names = tuple(name.group() for name in named)
            start = match.start(1)
            places = tuple(Span(start + n.start(), start + n.end()) for n in named)
            at = bisect_right(spans, Span(comment.start, len(self.source.text) + 1)) - 1
            covers = spans[at] if at >= 0 and comment.start < self._reach(at) else whole
            if at >= 0 and covers is not whole:
                covers = Span(covers.start, max(covers.end, comment.end))
            yield Allowance(
                comment, names, covers, until[1] if until else "", reason.strip(), places
            )

    def _reach(self, at: int) -> int:
        return self._offset(self.stops[at])


_DEEPEST = 7  # deeper than any heading: questions that are none stand under each
_NOBODY = Head(0, 0, None, Span(0, 0), Span(0, 0), "")
_UNSAID = Word("", "", Span(0, 0))
_ALLOW = pattern(r"<!--+\s*selfcheck\s*:\s*allow\b(.*?)-*->", re.DOTALL | re.IGNORECASE)
_NAME = pattern(r"[A-Za-z][\w-]*")
_UNTIL = pattern(r"\buntil\s*=\s*(\S+?)(?=[:\s,]|$)")


def _covers(spans: Sequence[Span], inner: Span) -> bool:
    at = bisect_right(spans, Span(inner.start, 1 << 62)) - 1
    return at >= 0 and inner.start < spans[at].end


def _clozes(prompt: Fragment, *, is_cloze: bool) -> Iterator[Cloze]:
    """The deletions in a prompt; spans are of the source where the prompt stands in it verbatim.
    A question that is no sentence with gaps has them in braces only, and its code shows braces."""
    start = prompt.span.start
    text = prompt.markdown
    braces = list(_in_braces(text, is_cloze=is_cloze))
    for match in braces:
        yield Cloze(
            Span(start + match.start(), start + match.end()),
            match["text"],
            match["hint"] or "",
            int(match["group"]),
        )
    if not braces and is_cloze:
        for match in CLOZE_BRACKETS.finditer(text):
            yield Cloze(Span(start + match.start(), start + match.end()), match["text"])


def _in_braces(text: str, *, is_cloze: bool) -> Iterator["re.Match[str]"]:
    """The deletions in braces, but for those that code shows: that end outside of it, or all."""
    code = [match.span() for match in CODE_SPAN.finditer(text)] if "`" in text else []
    at = 0
    while match := CLOZE_BRACES.search(text, at):
        before = bisect_right(code, (match.start(), len(text))) - 1
        end = code[before][1] if before >= 0 else 0
        at = match.end()
        if match.start() < end and (end < at or not is_cloze):
            at = end
        else:
            yield match
