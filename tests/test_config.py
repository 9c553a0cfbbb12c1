"""Configuration: what is in force, where it comes from, and what a mistake gets."""

from pathlib import Path

import pytest

from selfcheck_tools.commands.settings import settings
from selfcheck_tools.config import find_root, origin, rules_in_force
from selfcheck_tools.diagnostics import Severity
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import AnkiOptions
from selfcheck_tools.rules import RULES


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text("# T\n\n## Self-check\n\n### 1. What?\n\nThat.\n")
    return tmp_path


def configured(text: str, name: str = "selfcheck.toml") -> set[str]:
    """The names of the rules in force."""
    Path(name).write_text(text)
    return {rule.name for rule in rules_in_force(find_root(["."]).config)}


DEFAULT = {rule.name for rule in RULES if rule.severity is not Severity.TASTE}


def test_matters_of_taste_are_off_unless_asked_for() -> None:
    assert configured("") == DEFAULT
    assert configured("select = ['all']") == {rule.name for rule in RULES}


def test_select_takes_only_what_it_names() -> None:
    assert configured("select = ['missing-answer']") == {"missing-answer"}
    images = {rule.name for rule in RULES if rule.family == "images"}
    assert configured("select = ['images', 'missing-answer']") == images | {"missing-answer"}


def test_deselect_takes_away() -> None:
    assert configured("deselect = ['missing-answer']") == DEFAULT - {"missing-answer"}
    assert configured("select = ['images']\ndeselect = ['images']") == set()


def test_severities_and_options_are_those_configured() -> None:
    Path("selfcheck.toml").write_text("[severity]\nmissing-answer = 'info'\n")
    rules = {rule.name: rule for rule in rules_in_force(find_root(["."]).config)}
    assert rules["missing-answer"].severity is Severity.INFO


MISTAKES = [
    ("selekt = ['x']", 1, "unknown key `selekt`; did you mean `select`?"),
    ("\nselect = ['mising-answer']", 2, "no rule `mising-answer`; did you mean `missing-answer`?"),
    ("select = 'all'", 1, "`select` must be a list of texts"),
    ("exclude = [1]", 1, "`exclude` must be a list of texts"),
    ("[severity]\n\nmissing-answer = 'bad'", 3, "no severity `bad`; there are error, warning"),
    ("[severity]\nmissing-anser = 'info'", 2, "no rule `missing-anser`"),
    ("severity = 3", 1, "`severity` must be a table"),
    ("[rules.missing-anser]", 1, "no rule `missing-anser`"),
    ("[rules.missing-answer]\nmax = 3", 2, "missing-answer has no option `max`"),
    ("[allow]\n'drafts/*' = ['missing-anser']", 2, "no rule `missing-anser`"),
    ("[allow]\n'drafts/*' = 'missing-answer'", 2, "must be a list of texts"),
    ("templates = '../mine'", 1, "`templates` must be a folder within the content folder"),
    ("[anki]\nsplit = 'file'", 2, "no split `file`; there are document, folder, none"),
    ("[anki]\nsplits = 'none'", 2, "anki has no option `splits`; did you mean `split`?"),
    ("[anki]\nurl = 'javascript:x'", 2, "`url` must begin with https:// or http://"),
    ("[anki]\nsections = 1", 2, "`sections` must be true or false"),
    ("[handout]\nlines = 'dotted'", 2, "no lines `dotted`; there are ruled, box, blank"),
    ("[handout]\nline = 'box'", 2, "handout has no option `line`; did you mean `lines`?"),
]


@pytest.mark.parametrize(("text", "line", "words"), MISTAKES)
@pytest.mark.parametrize("name", ["selfcheck.toml", "pyproject.toml"])
def test_a_mistake_is_shown_with_its_line(text: str, line: int, words: str, name: str) -> None:
    if name == "pyproject.toml":
        table, found, rest = text.partition("[")
        inner = f"[tool.selfcheck.{rest}" if found else ""
        is_header = found and "=" not in table
        text = f"[tool.selfcheck]\n{table if is_header or not found else text}"
        text = f"[tool.selfcheck]\n{table}{inner}" if is_header else text
        line += 1
    with pytest.raises(UsageError) as caught:
        configured(text, name)
    first, shown = str(caught.value).split("\n")
    assert first.startswith(f"{name}:{line}: ")
    assert words in first
    assert shown == f"{line:>5} | {text.splitlines()[line - 1].strip()}"


def test_how_decks_are_made_is_configured() -> None:
    Path("selfcheck.toml").write_text("templates = 'look/'\n[anki]\nsplit = 'none'\ndeck = 'A'\n")
    config = find_root(["."]).config
    assert config.templates == "look"
    assert config.anki == AnkiOptions(split="none", deck="A")


def test_where_each_value_comes_from_is_known() -> None:
    Path("selfcheck.toml").write_text("exclude = ['x']\n\n[severity]\nmissing-answer = 'info'\n")
    root = find_root(["."])
    assert origin(root, ("exclude",)) == "selfcheck.toml:1"
    assert origin(root, ("severity", "missing-answer")) == "selfcheck.toml:4"
    assert origin(root, ("select",)) == "default"
    lines = list(settings(root))
    assert any(line.startswith("exclude") and line.endswith("selfcheck.toml:1") for line in lines)
    (shown,) = [line for line in lines if line.startswith("  missing-answer ")]
    assert shown.split() == ["missing-answer", "info", "selfcheck.toml:4"]
    assert max(map(len, lines)) <= 80
