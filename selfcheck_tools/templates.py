"""Templates: the shipped ones, and a user's own single files in their place."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from selfcheck_tools.errors import UsageError
from selfcheck_tools.files import Files

if TYPE_CHECKING:
    import jinja2

# Gives the text of a template by its name, as in "anki/style.css".
Templates = Callable[[str], str]


@cache
def template_folder() -> Path:
    """Where the templates are: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    for folder in (package / "templates", package.parent / "templates"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no templates in {package} nor beside it: reinstall selfcheck_tools")


def shipped(name: str) -> str:
    """The text of a shipped template."""
    return (template_folder() / name).read_text(encoding="utf-8")


def overridden(files: Files, folder: str) -> Templates:
    """Templates of which a folder of the content may hold single ones; UsageError for one that
    cannot be read."""

    def template(name: str) -> str:
        path = f"{folder}/{name}"
        kind = files.kind(path)
        if kind == "missing":
            return shipped(name)
        try:
            return files.read(path).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the template {path} cannot be read: {error}") from None

    return template


def jinja(templates: Templates) -> "jinja2.Environment":
    """The environment that renders templates: autoescaped, strict about unknown names, and in
    Jinja's sandbox, for a template may come with somebody else's content."""
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    def load(name: str) -> str | None:
        try:
            return templates(name)
        except FileNotFoundError:
            return None

    return SandboxedEnvironment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
