"""The structures that the JSON formats are made of; the JSON Schema is made from them."""

from typing import Literal

import msgspec

from selfcheck_tools.model import Kind, State

VERSION: Literal[1] = 1
SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


class Place(msgspec.Struct, frozen=True):
    """Where something stands: lines and columns from 1, offsets from 0, in code points; half-open."""

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class TextJson(msgspec.Struct, frozen=True):
    """A text in three forms: as written, as safe HTML, and as plain text."""

    markdown: str
    html: str
    text: str
    at: Place


class OptionJson(msgspec.Struct, frozen=True):
    """A choice; `label` as written ("A"), empty for an item of a task list."""

    label: str
    correct: bool
    markdown: str
    html: str
    text: str
    at: Place


class ClozeJson(msgspec.Struct, frozen=True):
    """A blank in the prompt; `group` is the number of `{{c1::…}}`, 0 for plain brackets."""

    text: str
    hint: str
    group: int
    at: Place


class ImageJson(msgspec.Struct, frozen=True):
    """A picture: `path` is its file, relative to the content folder, null for a remote one."""

    target: str
    path: str | None
    alt: str
    title: str
    status: Literal["found", "case", "missing", "outside", "other", "remote"]
    at: Place


class LinkJson(msgspec.Struct, frozen=True):
    """A link or a sound."""

    target: str
    text: str
    at: Place


class CodeJson(msgspec.Struct, frozen=True):
    """A code block."""

    language: str
    text: str
    at: Place


class MathJson(msgspec.Struct, frozen=True):
    """A formula in TeX; `display` when it stands on its own."""

    tex: str
    display: bool
    at: Place


class QuestionJson(msgspec.Struct, frozen=True):
    """A question. `key` is its stable identity, `number` only what is written before it."""

    key: str
    number: int | None
    kind: Kind
    state: State
    section: str | None
    tags: list[str]
    points: float | None
    room: int | None
    prompt: TextJson
    options: list[OptionJson]
    clozes: list[ClozeJson]
    answer: TextJson | None
    images: list[ImageJson]
    audio: list[LinkJson]
    links: list[LinkJson]
    code: list[CodeJson]
    math: list[MathJson]
    at: Place


class SectionJson(msgspec.Struct, frozen=True):
    """A heading that questions stand under."""

    title: str
    level: int
    at: Place


class DocumentJson(msgspec.Struct, frozen=True):
    """A document and its questions, in their order."""

    version: Literal[1]
    path: str
    title: str
    dialect: str
    deck: str
    language: str
    author: str
    description: str
    tags: list[str]
    sections: list[SectionJson]
    questions: list[QuestionJson]


class OptionLine(msgspec.Struct, frozen=True):
    """A choice in JSON Lines."""

    label: str
    text: str
    correct: bool


class QuestionLine(msgspec.Struct, frozen=True):
    """A line of JSON Lines; a placeholder counts as unanswered."""

    key: str
    document: str
    section: str | None
    number: int | None
    kind: Kind
    prompt: str
    state: Literal["answered", "unanswered"]
    answer: str | None
    options: list[OptionLine]
    tags: list[str]
    line: int
