"""Where the content folder is and what is configured. The only reader of TOML besides themes."""

import os
import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from selfcheck_tools.diagnostics import Severity
from selfcheck_tools.dialects import DIALECTS, PLACEHOLDERS
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import ANSWERS, LINES, SIZES, SPLITS, AnkiOptions, PaperOptions
from selfcheck_tools.files import contents
from selfcheck_tools.lock import NAME as LOCK_NAME
from selfcheck_tools.rules import RULES, Rule, Value
from selfcheck_tools.toml_places import hint, line_of, wrong

CONFIG_NAME = "selfcheck.toml"
FAMILIES = tuple(dict.fromkeys(rule.family for rule in RULES))
_BY_NAME = {rule.name: rule for rule in RULES}
_SEVERITIES = tuple(str(severity) for severity in Severity)


class Config(NamedTuple):
    """What is configured; each field is a key of `[tool.selfcheck]` or of selfcheck.toml.

    `content` and `exclude` are relative to the folder that holds the configuration; `select`
    and `deselect` name rules, families of rules, severities, "default" or "all"; `rules` holds
    options by the rule's name; `allow` the rules that are allowed in the files of a pattern;
    `templates` is a folder of templates that are used instead of the shipped ones of their names.
    """

    dialect: str = ""
    placeholders: tuple[str, ...] = PLACEHOLDERS
    content: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ("default",)
    deselect: tuple[str, ...] = ()
    severity: Mapping[str, str] = {}
    rules: Mapping[str, Mapping[str, Value]] = {}
    allow: Mapping[str, tuple[str, ...]] = {}
    templates: str = ""
    anki: AnkiOptions = AnkiOptions()
    handout: PaperOptions = PaperOptions()


class Root(NamedTuple):
    """A content folder: its path, whether a lock may be kept there, what is configured for it and
    in which file, and whether it is marked as one: if so all documents in it are one collection."""

    folder: str
    keeps_lock: bool
    config: Config
    file: str = ""
    is_marked: bool = False


class _Place(NamedTuple):
    """A file of TOML, and the keys that lead to our table in it."""

    path: str
    table: tuple[str, ...] = ()


def find_root(paths: Sequence[str]) -> Root:
    """The content folder of some paths: the nearest folder above them all that holds a
    selfcheck.toml, a pyproject.toml with [tool.selfcheck] or a selfcheck.lock; else the folder
    given; for a single file its own folder, which then keeps no lock.
    """
    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"{path} does not exist")
    start = os.path.commonpath([os.path.realpath(path) for path in paths])
    is_file = not os.path.isdir(start)
    folder = os.path.dirname(start) if is_file else start
    for candidate in folders_above(folder):
        table, place = _table(candidate)
        if table is not None or os.path.exists(os.path.join(candidate, LOCK_NAME)):
            config = _config(table, place) if table is not None else Config()
            return Root(candidate, True, config, place.path if table is not None else "", True)
    return Root(folder, not is_file, Config())


def folders_above(folder: str) -> list[str]:
    """A folder and all that it stands in, from the inside out."""
    found = [folder]
    while os.path.dirname(found[-1]) != found[-1]:
        found.append(os.path.dirname(found[-1]))
    return found


def _table(folder: str) -> tuple[dict[str, Any] | None, _Place]:
    """The configuration that a folder holds, if it holds one."""
    own = os.path.join(folder, CONFIG_NAME)
    if os.path.isfile(own):
        return _loaded(own), _Place(own)
    project = os.path.join(folder, "pyproject.toml")
    if os.path.isfile(project) and b"selfcheck" in _bytes(project):
        table = _loaded(project).get("tool", {}).get("selfcheck")
        if isinstance(table, dict):
            return table, _Place(project, ("tool", "selfcheck"))
    return None, _Place("")


def _bytes(path: str) -> bytes:
    try:
        return contents(path)
    except OSError:
        return b""


def _loaded(path: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(contents(path).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{_shown(path)}: {error}") from None
    except OSError as error:
        raise UsageError(f"{_shown(path)} cannot be read: {error.strerror}") from None


def _shown(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.count("..") > 3 else relative


# ── what a table says ───────────────────────────────────────────────────────────────────────────


def _config(table: dict[str, Any], place: _Place) -> Config:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in Config._fields:
            raise _wrong(place, (key,), f"unknown key `{key}`", hint(key, Config._fields))
        values[key] = _READERS[key](value, place, (key,))
    return Config(**values)


def _dialect(value: Any, place: _Place, keys: tuple[str, ...]) -> str:
    names = [dialect.name for dialect in DIALECTS]
    if value not in names:
        raise _wrong(place, keys, f"no dialect `{value}`", hint(str(value), names))
    return str(value)


def _strings(value: Any, place: _Place, keys: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(place, keys, f"`{keys[-1]}` must be a list of texts", "")
    return tuple(value)


def _patterns(value: Any, place: _Place, keys: tuple[str, ...]) -> tuple[str, ...]:
    for written in _strings(value, place, keys):
        try:
            re.compile(written)
        except re.error as error:
            raise _wrong(place, keys, f"`{keys[-1]}`: {written!r}: {error}", "") from None
    return tuple(value)


def _selectors(value: Any, place: _Place, keys: tuple[str, ...]) -> tuple[str, ...]:
    for name in _strings(value, place, keys):
        if problem := unknown_selector(name):
            raise _wrong(place, keys, *problem)
    return tuple(value)


def _severity(value: Any, place: _Place, keys: tuple[str, ...]) -> dict[str, str]:
    for name, severity in _mapping(value, place, keys).items():
        _known_rule(name, place, (*keys, name))
        if severity not in _SEVERITIES:
            known = f"there are {', '.join(_SEVERITIES)}"
            raise _wrong(place, (*keys, name), f"no severity `{severity}`", known)
    return dict(value)


def _rules(value: Any, place: _Place, keys: tuple[str, ...]) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    for name, options in _mapping(value, place, keys).items():
        rule = _known_rule(name, place, (*keys, name))
        found[name] = {}
        for option, given in _mapping(options, place, (*keys, name)).items():
            where = (*keys, name, option)
            if option not in rule.options:
                known = ", ".join(rule.options) or "none"
                help = hint(option, rule.options) if rule.options else f"there are {known}"
                raise _wrong(place, where, f"{name} has no option `{option}`", help)
            found[name][option] = _option(given, rule.options[option], place, where)
    return found


def _templates(value: Any, place: _Place, keys: tuple[str, ...]) -> str:
    folder = posixpath.normpath(value) if isinstance(value, str) and value else ""
    if not folder or folder.startswith(("/", "..")):
        raise _wrong(place, keys, "`templates` must be a folder within the content folder", "")
    return folder


def _anki(value: Any, place: _Place, keys: tuple[str, ...]) -> AnkiOptions:
    values = _fields(value, AnkiOptions._field_defaults, place, keys)
    _one_of(SPLITS, values, "split", place, keys)
    if values.get("url") and not re.match(r"https?://[^/\s]", values["url"]):
        raise _wrong(place, (*keys, "url"), "`url` must begin with https:// or http://", "")
    return AnkiOptions(**values)


def _handout(value: Any, place: _Place, keys: tuple[str, ...]) -> PaperOptions:
    values = _fields(value, PaperOptions._field_defaults, place, keys)
    for option, known in (
        ("lines", LINES),
        ("size", SIZES),
        ("answers", ANSWERS),
        ("columns", (1, 2)),
    ):
        _one_of(known, values, option, place, keys)
    return PaperOptions(**values)


def _one_of(
    known: Sequence[Value],
    values: Mapping[str, Value],
    option: str,
    place: _Place,
    keys: tuple[str, ...],
) -> None:
    if option in values and values[option] not in known:
        names = f"there are {', '.join(map(str, known))}"
        raise _wrong(place, (*keys, option), f"no {option} `{values[option]}`", names)


def _fields(
    value: Any, defaults: Mapping[str, Value], place: _Place, keys: tuple[str, ...]
) -> dict[str, Any]:
    """What a table says of the options of one format."""
    names = {name.replace("_", "-"): name for name in defaults}
    values: dict[str, Any] = {}
    for option, given in _mapping(value, place, keys).items():
        where = (*keys, option)
        if option not in names:
            what = f"{keys[-1]} has no option `{option}`"
            raise _wrong(place, where, what, hint(option, names))
        values[names[option]] = _option(given, defaults[names[option]], place, where)
    return values


def _option(given: Any, default: Value, place: _Place, keys: tuple[str, ...]) -> Value:
    if isinstance(default, tuple):
        return _strings(given, place, keys)
    if isinstance(default, float) and isinstance(given, int) and not isinstance(given, bool):
        return float(given)
    if type(given) is not type(default):
        words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
        raise _wrong(place, keys, f"`{keys[-1]}` must be {words[type(default)]}", "")
    return given


def _allow(value: Any, place: _Place, keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found = {}
    for glob, names in _mapping(value, place, keys).items():
        where = (*keys, glob)
        for name in _strings(names, place, where):
            _known_rule(name, place, where)
        found[glob] = tuple(names)
    return found


def _mapping(value: Any, place: _Place, keys: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(place, keys, f"`{'.'.join(keys)}` must be a table", "")
    return value


def _known_rule(name: str, place: _Place, keys: tuple[str, ...]) -> Rule:
    if name not in _BY_NAME:
        raise _wrong(place, keys, f"no rule `{name}`", hint(name, _BY_NAME))
    return _BY_NAME[name]


_READERS: Mapping[str, Any] = {
    "dialect": _dialect,
    "placeholders": _patterns,
    "content": _strings,
    "exclude": _strings,
    "select": _selectors,
    "deselect": _selectors,
    "severity": _severity,
    "rules": _rules,
    "allow": _allow,
    "templates": _templates,
    "anki": _anki,
    "handout": _handout,
}


def checked_dialect(name: str, where: str) -> str:
    """The name of a dialect, or a UsageError that says which there are."""
    names = [dialect.name for dialect in DIALECTS]
    if name not in names:
        raise UsageError(f"{where}: no dialect `{name}`; {hint(name, names)}")
    return name


# ── which rules are in force ────────────────────────────────────────────────────────────────────


def unknown_selector(name: str) -> tuple[str, str] | None:
    """What is wrong with the name of a rule, a family or a severity, and a hint; None if nothing."""
    names = (*_BY_NAME, *FAMILIES, *_SEVERITIES, "default", "all")
    return None if name in names else (f"no rule `{name}`", hint(name, names))


def rules_in_force(config: Config) -> tuple[Rule, ...]:
    """The rules that a configuration turns on, with its severities and options."""
    chosen = {name for selector in config.select for name in _selected(selector)}
    chosen -= {name for selector in config.deselect for name in _selected(selector)}
    return tuple(
        msgspec.structs.replace(
            rule,
            severity=Severity(config.severity.get(rule.name, rule.severity)),
            options={**rule.options, **config.rules.get(rule.name, {})},
        )
        for rule in RULES
        if rule.name in chosen
    )


def _selected(selector: str) -> set[str]:
    return {
        rule.name
        for rule in RULES
        if selector in ("all", rule.name, rule.family, rule.severity)
        or (selector == "default" and rule.severity is not Severity.TASTE)
    }


# ── where a key stands ──────────────────────────────────────────────────────────────────────────


def origin(root: Root, keys: tuple[str, ...]) -> str:
    """Where the value of a key comes from: `selfcheck.toml:3`, or `default`."""
    if not root.file:
        return "default"
    is_project = os.path.basename(root.file) != CONFIG_NAME
    place = _Place(root.file, ("tool", "selfcheck") if is_project else ())
    wanted = (*place.table, *keys)
    line = line_of(_text(root.file), wanted, below=len(place.table))
    return f"{_shown(root.file)}:{line}" if line else "default"


def _wrong(place: _Place, keys: tuple[str, ...], what: str, help: str) -> UsageError:
    """The error that names the place of a key and shows its line."""
    wanted, below = (*place.table, *keys), len(place.table)
    return wrong(_shown(place.path), _text(place.path), wanted, what, help, below=below)


def _text(path: str) -> str:
    return _bytes(path).decode("utf-8", "replace")
