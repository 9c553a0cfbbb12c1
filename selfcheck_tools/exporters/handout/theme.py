"""What a school puts on its papers: its name or logo, a course and a term, colours, a licence.

It stands in a file of TOML within the content folder:

    school = "Riverside School"
    logo = "images/logo.svg"      # in place of the name
    course = "Computing, year 10"
    term = "Spring 2027"
    licence = "CC BY 4.0, Riverside School"

    [colors]
    accent = "#0b4f6c"            # titles and numbers
    rule = "#b8860b"              # the line below the title
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import Context
from selfcheck_tools.exporters.handout.pictures import Picture, Pictures, judged
from selfcheck_tools.files import Files
from selfcheck_tools.media import local_path, locate
from selfcheck_tools.toml_places import hint, wrong

LEAST_CONTRAST = 4.5  # of text on white (WCAG 2.2, 1.4.3)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Theme(NamedTuple):
    """What a theme file says; empty where it says nothing."""

    school: str = ""
    logo: str = ""  # a path within the content folder
    course: str = ""
    term: str = ""
    licence: str = ""
    accent: str = ""  # a colour, as in #0b4f6c
    rule: str = ""


class Shown(NamedTuple):
    """A theme as templates see it: `logo` is the address of the picture."""

    school: str
    logo: str
    course: str
    term: str
    licence: str


_COLOURS = ("accent", "rule")
_KEYS = (*(name for name in Theme._fields if name not in _COLOURS), "colors")


def shown(context: Context, pictures: Pictures) -> Shown | None:
    """The configured theme, its logo among the pictures of a page; None where there is none.
    UsageError for one that is not as it should be."""
    theme = _configured(context)
    if theme is None:
        return None
    logo = pictures.add(_logo(context.files, context.paper.theme, theme)) if theme.logo else ""
    return Shown(theme.school, logo, theme.course, theme.term, theme.licence)


def style(context: Context) -> Iterator[str]:
    """The CSS of the configured theme, if there is one with colours."""
    theme = _configured(context)
    if theme is not None and (theme.accent or theme.rule):
        accent = theme.accent or "#111111"
        yield f":root {{ --accent: {accent}; --rule: {theme.rule or accent} }}"
        yield context.template("handout/theme.css")


def _configured(context: Context) -> Theme | None:
    path = context.paper.theme
    return parsed(path, _read(context.files, path)) if path else None


def _read(files: Files, path: str) -> bytes:
    try:
        status, actual = locate(files, local_path("", path) or "..")
        if status in ("found", "case"):
            return files.read(actual)
    except OSError as error:
        raise UsageError(f"theme {path} cannot be read: {error.strerror or error}") from None
    raise UsageError(f"theme {path} is {_where(status)}")


def _where(status: str) -> str:
    return {"outside": "not within the content folder", "other": "no file"}.get(status, "missing")


@cache
def parsed(path: str, data: bytes) -> Theme:
    """The theme that a file says; UsageError, with its line, for what is wrong in it."""
    try:
        text = data.decode("utf-8")
        table = tomllib.loads(text)
    except UnicodeDecodeError:
        raise UsageError(f"theme {path}: not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"theme {path}: {error}") from None
    values: dict[str, str] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise wrong(path, text, (key,), f"unknown key `{key}`", hint(key, _KEYS))
        if key == "colors":
            values |= _colours(path, text, value)
        elif isinstance(value, str):
            values[key] = " ".join(value.split())
        else:
            raise wrong(path, text, (key,), f"`{key}` must be a text")
    return Theme(**values)


# ── colours ─────────────────────────────────────────────────────────────────────────────────────


def _colours(path: str, text: str, table: Any) -> dict[str, str]:
    if not isinstance(table, dict):
        raise wrong(path, text, ("colors",), "`colors` must be a table")
    for name, value in table.items():
        keys = ("colors", name)
        if name not in _COLOURS:
            raise wrong(path, text, keys, f"no colour `{name}`", hint(name, _COLOURS))
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            raise wrong(path, text, keys, f"`{name}` must be a colour such as #0b4f6c")
        found = contrast(value)
        if name == "accent" and found < LEAST_CONTRAST:
            what = f"{value} is too pale for text: its contrast with white is {found:.1f}"
            raise wrong(path, text, keys, what, f"it must be {LEAST_CONTRAST} or more")
    return dict(table)


def contrast(colour: str) -> float:
    """The contrast of a colour `#rrggbb` with white, from 1 to 21 (WCAG 2.2, contrast ratio). It
    depends on nothing but how bright the colour is, so a black-and-white printer keeps it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    red, green, blue = linear
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


# ── logo ────────────────────────────────────────────────────────────────────────────────────────


def _logo(files: Files, path: str, theme: Theme) -> Picture:
    """The logo, judged as pictures of documents are."""
    if not theme.school:
        raise UsageError(f"theme {path}: a logo needs a `school`, for those who cannot see it")
    status, actual = locate(files, local_path("", theme.logo) or "..")
    if status not in ("found", "case"):
        raise UsageError(f"theme {path}: the logo {theme.logo} is {_where(status)}")
    try:
        picture = judged(files.read(actual))
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"theme {path}: the logo {theme.logo} cannot be read: {why}") from None
    except ValueError as error:
        raise UsageError(f"theme {path}: the logo {theme.logo} is unusable: {error}") from None
    if picture.loss:
        raise UsageError(f"theme {path}: the logo {theme.logo} is {picture.loss}")
    return picture
