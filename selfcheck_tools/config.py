"""Where the content folder is and what is configured. The only reader of TOML."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from selfcheck_tools.dialects import DIALECTS, PLACEHOLDERS
from selfcheck_tools.lock import NAME as LOCK_NAME

CONFIG_NAME = "selfcheck.toml"


class UsageError(Exception):
    """A mistake of whoever called the program, in one plain sentence."""


class Config(NamedTuple):
    """What is configured; each field is a key of `[tool.selfcheck]` or of selfcheck.toml."""

    dialect: str = ""
    placeholders: tuple[str, ...] = PLACEHOLDERS


class Root(NamedTuple):
    """A content folder: its path, and whether a lock may be kept there."""

    folder: str
    keeps_lock: bool
    config: Config


def find_root(paths: list[str]) -> Root:
    """The content folder of some paths: the nearest folder above them all that holds a
    selfcheck.toml, a pyproject.toml with [tool.selfcheck] or a selfcheck.lock; else the folder
    given; for a single file its own folder, which then keeps no lock.
    """
    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"{path} does not exist")
    absolute = [os.path.realpath(path) for path in paths]
    start = os.path.commonpath(absolute)
    is_file = not os.path.isdir(start)
    folder = os.path.dirname(start) if is_file else start
    for candidate in (Path(folder), *Path(folder).parents):
        table, where = _table(candidate)
        if table is not None or (candidate / LOCK_NAME).exists():
            return Root(str(candidate), True, _config(table or {}, where))
    return Root(folder, not is_file, Config())


def _table(folder: Path) -> tuple[dict[str, Any] | None, Path]:
    """The configuration that a folder holds, if it holds one."""
    own = folder / CONFIG_NAME
    if own.is_file():
        return _loaded(own), own
    project = folder / "pyproject.toml"
    if project.is_file() and b"tool.selfcheck" in _bytes(project):
        table = _loaded(project).get("tool", {}).get("selfcheck")
        if isinstance(table, dict):
            return table, project
    return None, folder


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _loaded(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _config(table: dict[str, Any], where: Path) -> Config:
    for key in table:
        if key not in Config._fields:
            near = get_close_matches(key, Config._fields, 1)
            hint = (
                f"; did you mean `{near[0]}`?" if near else f"; known: {', '.join(Config._fields)}"
            )
            raise UsageError(f"{where}: unknown key `{key}`{hint}")
    config = Config()
    if "dialect" in table:
        config = config._replace(dialect=checked_dialect(table["dialect"], str(where)))
    if "placeholders" in table:
        config = config._replace(placeholders=_patterns(table["placeholders"], where))
    return config


def checked_dialect(name: Any, where: str) -> str:
    """The name of a dialect, or a UsageError that says which there are."""
    names = [dialect.name for dialect in DIALECTS]
    if name not in names:
        raise UsageError(f"{where}: no dialect `{name}`; there are {', '.join(names)}")
    return str(name)


def _patterns(value: Any, where: Path) -> tuple[str, ...]:
    import re

    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{where}: `placeholders` must be a list of regular expressions")
    for pattern in value:
        try:
            re.compile(pattern)
        except re.error as error:
            raise UsageError(f"{where}: `placeholders`: {pattern!r}: {error}") from None
    return tuple(value)
