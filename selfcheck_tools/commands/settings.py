"""What is configured and where each value comes from, in lines for a terminal."""

from collections.abc import Iterator
from os.path import relpath
from typing import Any

from selfcheck_tools.config import Root, origin, rules_in_force
from selfcheck_tools.dialects import PLACEHOLDERS
from selfcheck_tools.reports import visible
from selfcheck_tools.rules import RULES

_KEYS = (
    *("dialect", "placeholders", "content", "exclude", "select", "deselect", "allow"),
    "templates",
)
_UNSET = {"dialect": "seen in each file", "content": "this folder", "templates": "the shipped ones"}


def settings(root: Root) -> Iterator[str]:
    """Every key with its value and origin, then every rule with its severity and options."""
    where = f"from {relpath(root.file)}" if root.file else "nothing is configured"
    yield f"content folder {visible(relpath(root.folder))} ({where})"
    yield ""
    for key in _KEYS:
        value = getattr(root.config, key)
        yield from _value(key, _written(key, value), origin(root, (key,)))
    for option, value in root.config.anki._asdict().items():
        yield from _value(f"anki.{option}", _written(option, value), origin(root, ("anki", option)))
    for field, value in root.config.handout._asdict().items():
        option = field.replace("_", "-")
        place = origin(root, ("handout", option))
        yield from _value(f"handout.{option}", _written(option, value), place)
    in_force = {rule.name: rule for rule in rules_in_force(root.config)}
    yield ""
    yield f"{len(in_force)} of {len(RULES)} rules in force"
    for rule in RULES:
        severity = str(in_force[rule.name].severity) if rule.name in in_force else "off"
        yield from _value(f"  {rule.name}", severity, _severity_origin(root, rule.name))
        for option, default in rule.options.items():
            value = root.config.rules.get(rule.name, {}).get(option, default)
            place = origin(root, ("rules", rule.name, option))
            yield from _value(f"    {option}", _written(option, value), place)


def _severity_origin(root: Root, name: str) -> str:
    for keys in (("severity", name), ("select",), ("deselect",)):
        place = origin(root, keys)
        configured = keys[0] == "severity" or name in getattr(root.config, keys[0])
        if place != "default" and configured:
            return place
    return "default"


def _written(key: str, value: Any) -> str:
    if key == "placeholders" and value == PLACEHOLDERS:
        return f"{len(value)} patterns"
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value)) or _UNSET.get(key, "nothing")
    if isinstance(value, dict):
        return (
            "; ".join(f"{name}: {', '.join(names)}" for name, names in value.items()) or "nothing"
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value != "" else _UNSET.get(key, "nothing")


def _value(name: str, value: str, place: str) -> Iterator[str]:
    """A line, or two where it would be wider than a terminal of 80 columns."""
    start = f"{visible(name):28} {visible(value)}"
    yield f"{start:58} {place}" if len(start) <= 58 else start
    if len(start) > 58:
        yield f"{'':58} {place}"
