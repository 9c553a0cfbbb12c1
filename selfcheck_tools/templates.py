"""Templates: the shipped ones, and a user's own single files in their place."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING, Any

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
    """The text of a shipped template; FileNotFoundError where there is none."""
    if ".." in name.split("/"):
        raise FileNotFoundError(name)
    return (template_folder() / name).read_text(encoding="utf-8")


def overridden(files: Files, folder: str) -> Templates:
    """Templates of which a folder of the content may hold single ones; UsageError for one that
    cannot be read."""

    def template(name: str) -> str:
        path = normpath(f"{folder}/{name}")
        if not path.startswith(f"{folder}/"):  # {% include "../../secret" %}
            raise FileNotFoundError(name)
        if files.kind(path) == "missing":
            return shipped(name)
        try:
            return files.read(path).decode("utf-8")
        except UnicodeDecodeError:
            raise UsageError(f"template {path}: not UTF-8") from None
        except OSError as error:
            raise UsageError(f"template {path} cannot be read: {error}") from None

    return template


def loaded(templates: Templates, name: str) -> "jinja2.Template":
    """A Jinja template; UsageError for one with a fault."""
    import jinja2

    try:
        return _jinja(templates).get_template(name)
    except jinja2.TemplateSyntaxError as error:
        raise UsageError(f"template {error.name}:{error.lineno}: {error.message}") from None


def rendered(template: "jinja2.Template", view: Mapping[str, Any]) -> str:
    """What a template makes of a view; UsageError where it asks for what there is not, or for what
    the sandbox does not give."""
    import jinja2

    try:
        return template.render(view)
    except jinja2.TemplateNotFound as error:
        raise UsageError(f"template {template.name}: there is no template {error.name}") from None
    except jinja2.TemplateError as error:
        raise UsageError(f"template {template.name}: {error.message}") from None


def _jinja(templates: Templates) -> "jinja2.Environment":
    """Autoescaped, strict about unknown names, and in Jinja's sandbox: a template may come with
    somebody else's content."""
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
