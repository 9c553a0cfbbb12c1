"""What version 1 promises (docs/stability.md): each promise beside what was written down when it was made.

Whatever is in tests/promises/ must stay true until version 2. What is gone or changed fails; what is
new fails too until `--accept` writes it down, so that it is held from then on. `--accept` never takes
anything back.
"""

import argparse
import json
import re
import shutil
import sqlite3
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from selfcheck_tools import lock
from selfcheck_tools.cli import _parser, main
from selfcheck_tools.config import FAMILIES, Config
from selfcheck_tools.diagnostics import Severity
from selfcheck_tools.dialects import DIALECTS
from selfcheck_tools.exporters import (
    ANSWERS,
    EXPORTERS,
    LINES,
    SIZES,
    SPLITS,
    AnkiOptions,
    PaperOptions,
)
from selfcheck_tools.exporters._structures import QuestionLine
from selfcheck_tools.exporters.anki.notetypes import NOTETYPES
from selfcheck_tools.exporters.anki.schema import OPTIONS, OPTIONS_ID, deck_uuid, notetype_uuid
from selfcheck_tools.exporters.handout import theme
from selfcheck_tools.exporters.json import schema
from selfcheck_tools.reading.directives import NAMES
from selfcheck_tools.reading.metadata import KNOWN
from selfcheck_tools.reports import REPORTS
from selfcheck_tools.rules import RULES
from tests.conftest import ROOT

PROMISES = ROOT / "tests/promises"
COURSE = PROMISES / "course"
# Under these keys a list may grow: who reads must expect more, who writes may write less.
_GROWING = ("enum", "required", "choices")


def _held(name: str, now: Any, accept: bool) -> None:
    """Compares with what was promised; with `--accept` additions are promised too."""
    file = PROMISES / f"{name}.json"
    promised = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    now = json.loads(json.dumps(now))
    broken = "\n".join(_broken(promised, now, name))
    assert not broken, (
        f"version 1 promises what is no longer so:\n{broken}\n"
        "put it back, or keep the old beside the new: only version 2 may break it (docs/stability.md)"
    )
    if accept:
        text = json.dumps(now, indent=2, ensure_ascii=False, sort_keys=True)
        file.write_text(text + "\n", encoding="utf-8")
        return
    new = "\n".join(_broken(now, promised, name))
    assert not new, (
        f"new, and not promised yet; the other way round:\n{new}\n"
        "if it is to hold until version 2: pytest tests/test_promises.py --accept, and read the diff"
    )


def _broken(promised: Any, now: Any, where: str) -> Iterator[str]:
    """What of the promised is missing or other."""
    if isinstance(promised, dict) and isinstance(now, dict):
        for key, value in promised.items():
            if key not in now:
                yield f"{where}: {key} is gone"
            else:
                yield from _broken(value, now[key], f"{where}: {key}")
    elif isinstance(promised, list) and where.endswith(tuple(f": {key}" for key in _GROWING)):
        yield from (f"{where}: {each} is gone" for each in promised if each not in now)
    elif promised is not None and promised != now:  # what is null may become something
        yield f"{where}: {promised!r} became {now!r}"


# ── what is promised by name ────────────────────────────────────────────────────────────────────


def _schemas() -> dict[str, Any]:
    lines = msgspec.json.schema(QuestionLine)
    return {"document": _bare(json.loads(schema())), "line": _bare(lines)}


def _bare(value: Any) -> Any:
    """A schema without its words for people."""
    if isinstance(value, dict):
        return {key: _bare(each) for key, each in value.items() if not _is_words(key, each)}
    return [_bare(each) for each in value] if isinstance(value, list) else value


def _is_words(key: str, value: Any) -> bool:
    return key in ("title", "description") and isinstance(value, str)


def _notetypes() -> dict[str, Any]:
    from selfcheck_tools.exporters.anki.notetypes import model
    from selfcheck_tools.templates import shipped

    found: dict[str, Any] = {
        notetype.name: {
            "id": notetype.id,
            "fields": notetype.fields,
            "templates": [name for name, _ in notetype.templates],
            "cloze": notetype.is_cloze,
            "crowdanki": notetype_uuid(model(notetype, shipped)),
        }
        for notetype in NOTETYPES
    }
    options = {"id": OPTIONS_ID, "name": OPTIONS["name"], "crowdanki": OPTIONS["crowdanki_uuid"]}
    return {"notetypes": found, "deck options": options, "deck Cloud": deck_uuid("Cloud")}


def _commands() -> dict[str, Any]:
    [commands] = [a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return {name: _options(parser) for name, parser in commands.choices.items()}


def _options(parser: argparse.ArgumentParser) -> dict[str, Any]:
    kinds = {
        "_HelpAction": "nothing",
        "_StoreTrueAction": "nothing",
        "_AppendAction": "values, one each time",
    }
    found: dict[str, Any] = {}
    for action in parser._actions:
        takes = kinds.get(type(action).__name__, "a value")
        if action.nargs in ("*", "?"):
            takes = "any number of values" if action.nargs == "*" else "a value or none"
        if takes == "a value" and action.default is not None:
            takes += f", default {action.default!r}"
        about = {"takes": takes, "choices": list(action.choices)} if action.choices else takes
        for name in action.option_strings or [action.metavar or action.dest]:
            found[str(name)] = about
    return found


def _configuration() -> dict[str, Any]:
    def told(defaults: Mapping[str, Any]) -> dict[str, str]:
        return {
            name.replace("_", "-"): f"{type(value).__name__}, default {value!r}"
            for name, value in defaults.items()
            if name not in ("anki", "handout")
        }

    # The phrases that count as placeholders are refined: their default is not promised.
    keys = {**told(Config._field_defaults), "placeholders": "tuple"}
    return {
        "selfcheck.toml": keys,
        "anki": told(AnkiOptions._field_defaults),
        "handout": told(PaperOptions._field_defaults),
        "theme": dict.fromkeys((*theme._KEYS, *(f"colors.{name}" for name in theme._COLOURS)), ""),
        "front matter": dict.fromkeys((*KNOWN, "lang"), ""),
        "directives": dict.fromkeys((*NAMES, "allow"), ""),
    }


def _words() -> dict[str, Any]:
    """What can be named on the command line, in the configuration and in documents."""
    return {
        "formats": dict.fromkeys(EXPORTERS, ""),
        "reports": dict.fromkeys(REPORTS, ""),
        "dialects": dict.fromkeys((dialect.name for dialect in DIALECTS), ""),
        "severities": dict.fromkeys(map(str, Severity), ""),
        "families": dict.fromkeys(FAMILIES, ""),
        "split": dict.fromkeys(SPLITS, ""),
        "lines": dict.fromkeys(LINES, ""),
        "size": dict.fromkeys(SIZES, ""),
        "answers": dict.fromkeys(ANSWERS, ""),
    }


def _rules() -> dict[str, Any]:
    """Names, families and options; severities and the defaults of options may be tuned."""
    return {
        rule.name: {
            "family": rule.family,
            "options": {name: type(value).__name__ for name, value in rule.options.items()},
        }
        for rule in RULES
    }


NAMED: Mapping[str, Callable[[], Any]] = {
    "schema": _schemas,
    "notetypes": _notetypes,
    "commands": _commands,
    "configuration": _configuration,
    "words": _words,
    "rules": _rules,
}


@pytest.mark.parametrize("name", NAMED)
def test_what_is_promised_by_name_is_there(name: str, accept: bool) -> None:
    _held(name, NAMED[name](), accept)


def test_what_is_gone_or_other_breaks_a_promise_and_what_is_new_does_not() -> None:
    promised = {"a": {"choices": ["x", "y"], "fields": [1, 2], "default": ""}, "b": ""}
    now = {"a": {"choices": ["z", "x"], "fields": [1, 2, 3], "default": 1}, "c": ""}
    assert list(_broken(promised, now, "it")) == [
        "it: a: choices: y is gone",
        "it: a: fields: [1, 2] became [1, 2, 3]",
        "it: a: default: '' became 1",
        "it: b is gone",
    ]


# ── what comes out of a course that stays as it was ─────────────────────────────────────────────


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course, and its lock as version 1.0 wrote it."""
    folder = tmp_path / "course"
    shutil.copytree(COURSE, folder)
    monkeypatch.chdir(folder)
    return folder


def _notes(build: Path) -> dict[str, Any]:
    """The notes of all packages by guid, read with nothing of ours."""
    found: dict[str, Any] = {}
    for path in sorted(build.rglob("*.apkg")):
        db = sqlite3.connect(":memory:")
        with zipfile.ZipFile(path) as archive:
            db.deserialize(archive.read("collection.anki2"))
        [(decks,)] = db.execute("SELECT decks FROM col")
        names = {int(number): deck["name"] for number, deck in json.loads(decks).items()}
        query = "SELECT guid, mid, sfld, ord, did FROM notes JOIN cards ON nid = notes.id"
        for guid, notetype, prompt, card, deck in db.execute(f"{query} ORDER BY due, ord"):
            note = {"notetype": notetype, "prompt": str(prompt), "deck": names[deck], "cards": {}}
            found.setdefault(guid, note)["cards"][str(card)] = ""
        db.close()
    return found


@pytest.mark.parametrize("how", ["locked", "lockless"])
def test_guids_notetypes_and_decks_are_for_ever(course: Path, how: str, accept: bool) -> None:
    options = ["--no-lock"] if how == "lockless" else []
    assert main(["export", "--to", "anki", *options]) == 0
    _held(f"notes-{how}", _notes(course / "build"), accept)


def _keys(folder: Path) -> dict[str, str]:
    known = lock.parse((folder / "selfcheck.lock").read_text(encoding="utf-8")).known
    return {key: "" if each.retired else each.text for key, each in known.items()}


def test_the_lock_of_version_1_0_is_read(course: Path, accept: bool) -> None:
    assert main(["lock"]) == 0
    _held("keys", _keys(course), accept)


def test_the_lock_of_version_1_0_knows_questions_that_were_edited_since(course: Path) -> None:
    before = {text: key for key, text in _keys(course).items()}
    text = (course / "functions.md").read_text(encoding="utf-8")
    for old, new in (
        ("What is a cold start?", "What is a *cold* start, and why?"),
        ("A call every few minutes", "A call each minute"),
        ("### 2.", "### 7."),
    ):
        assert old in text
        text = text.replace(old, new)
    (course / "renamed.md").write_text(text, encoding="utf-8")
    (course / "functions.md").unlink()
    assert main(["lock"]) == 0
    after = {text: key for key, text in _keys(course).items()}
    changed = after.pop("What is a *cold* start, and why?")
    assert changed == before.pop("What is a cold start?")
    assert after == before


def test_a_baseline_of_version_1_0_is_known(course: Path) -> None:
    lint = ["lint", "--select", "missing-answer"]
    assert main(lint) == 1
    assert main([*lint, "--baseline", str(PROMISES / "baseline.json")]) == 0


def test_files_keep_their_names(course: Path, accept: bool) -> None:
    """A small document in every format; what is written without `--to`; and what options change."""
    (course / "functions.md").unlink()
    made = {}
    for name, options in {
        "all": ["--to", ",".join(EXPORTERS)],
        "default": [],
        "versions": ["--to", "exam,answer-key", "--versions", "2"],
        "merged": ["--to", "exam", "--merge"],
        "split by folder": ["--to", "anki", "--split", "folder"],
        "not split": ["--to", "anki", "--split", "none"],
    }.items():
        assert main(["export", "--output", name, *options]) == 0
        # Pictures and the manifest of the build folder are not promised.
        files = [path for path in (course / name).rglob("*") if path.is_file()]
        made[name] = {
            path.relative_to(course / name).as_posix(): ""
            for path in sorted(files)
            if not path.name.startswith(".")
        }
    _held("files", made, accept)


# ── what programs read ──────────────────────────────────────────────────────────────────────────


def _shape(value: Any) -> Any:
    """The keys and types of a value of JSON."""
    if isinstance(value, dict):
        return {key: _shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return {"items": _shape(value[0]) if value else None}
    return type(value).__name__


FAULTS = "# T\n\n## Self-check\n\n### 1. What is it?  \n\nx\n\n### 2. What is it?  \n\ny\n"


def test_reports_keep_their_keys(
    course: Path, capsys: pytest.CaptureFixture[str], accept: bool
) -> None:
    shutil.copytree(course, course / "build/old")
    assert main(["export", "--to", "anki", "--output", "build"]) == 0
    (course / "functions.md").write_text(FAULTS, encoding="utf-8")
    capsys.readouterr()
    select = ["--select", "trailing-white-space,duplicate-question", "functions.md"]
    main(["lint", *select, "--output-format", "json"])
    found = {each["rule"]: _shape(each) for each in json.loads(capsys.readouterr().out)}
    main(["lint", *select, "--output-format", "jsonl"])
    assert _shape(json.loads(capsys.readouterr().out.splitlines()[0])) in found.values()
    main(["diff", "build", "--format", "json"])
    difference = _shape(json.loads(capsys.readouterr().out))
    _held("reports", {"lint": found, "diff": difference}, accept)


def test_the_concise_report_keeps_its_form(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["lint", "--output-format", "concise", "--quiet"])
    [line] = capsys.readouterr().out.splitlines()
    assert line == "functions.md:30:1: error[missing-answer] question 4 has no answer"


# ── exit statuses, and what is said where ───────────────────────────────────────────────────────

CLEAN, FOUND, WRONG = 0, 1, 2
STATUSES: Sequence[tuple[str, int]] = (
    ("lint deeper", CLEAN),
    ("lint", FOUND),
    ("lint --exit-zero", CLEAN),
    ("lint --deselect missing-answer", CLEAN),
    ("lint --fail-on never", CLEAN),
    ("lint --colour", WRONG),
    ("lint --select no-such-rule", WRONG),
    ("lint nowhere.md", WRONG),
    ("export --to json", CLEAN),
    ("export --to json --strict", FOUND),
    ("export --to json --check", FOUND),
    ("export --to no-such-format", WRONG),
    ("lock --check", CLEAN),
    ("lock", CLEAN),
    ("diff nowhere", WRONG),
    ("push --url http://127.0.0.1:9", WRONG),
    ("list", CLEAN),
    ("config", CLEAN),
    ("clean", CLEAN),
    ("schema", CLEAN),
    ("explain", CLEAN),
    ("explain missing-answer", CLEAN),
    ("explain no-such-rule", WRONG),
    ("--version", CLEAN),
    ("", WRONG),
)


@pytest.mark.parametrize(("written", "status"), STATUSES, ids=lambda value: str(value))
def test_exit_statuses(
    course: Path, capsys: pytest.CaptureFixture[str], written: str, status: int
) -> None:
    """What was asked for stands on standard output; why it could not be had, on standard error."""
    (course / "selfcheck.lock").unlink()
    assert main(["lock"]) == 0
    capsys.readouterr()
    assert main(written.split()) == status
    out, err = capsys.readouterr()
    if status == WRONG:
        assert (out, bool(err)) == ("", True)
    else:
        assert (bool(out), err) == (True, "")


def test_a_stale_lock_has_its_statuses(course: Path) -> None:
    (course / "more.md").write_text(FAULTS.replace("What is it", "Why is it", 1))
    assert main(["lock", "--check"]) == FOUND
    assert main(["export", "--to", "json", "--frozen"]) == WRONG


def test_our_own_faults_have_a_status(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """That of Ctrl-C is held by test_kills.py."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("selfcheck_tools.commands.settings.settings", fail)
    assert main(["config"]) == 70
    assert "this is a bug of selfcheck" in capsys.readouterr().err


# ── Python, and the package ─────────────────────────────────────────────────────────────────────


def test_a_retired_rule_is_still_known_and_finds_nothing(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How a rule is retired: its functions go, its name and its page stay until version 2."""
    retired = tuple(
        msgspec.structs.replace(rule, check=None, collect=None, check_all=None)
        if rule.name == "missing-answer"
        else rule
        for rule in RULES
    )
    monkeypatch.setattr("selfcheck_tools.config.RULES", retired)
    assert main(["lint", "--no-cache", "--select", "missing-answer"]) == CLEAN


def test_the_package_says_what_it_runs_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11"
    assert project["scripts"] == {"selfcheck": "selfcheck_tools.__main__:entry"}
    pythons = [c for c in project["classifiers"] if re.search(r":: 3\.\d+$", c)]
    assert f"Programming Language :: Python :: 3.{sys.version_info.minor}" in pythons


def test_the_page_names_every_promise() -> None:
    """Each file of promises is named on the page, and each that is named is there."""
    page = (ROOT / "docs/stability.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`promises/([\w-]+(?:\.json|/))`", page))
    there = {path.name + "/" * path.is_dir() for path in PROMISES.iterdir()}
    assert named == there


@pytest.mark.parametrize("page", ["stability", "performance"])
def test_what_a_page_says_holds_a_promise_is_there(page: str) -> None:
    text = (ROOT / f"docs/{page}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+|tests/[\w./]+|benchmarks\.\w+)`", text))
    defined = {
        name
        for path in (ROOT / "tests").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    files = {name for name in named if "/" in name or "." in name}
    paths = [name if "/" in name else f"{name.replace('.', '/')}.py" for name in files]
    assert len(named) > 5
    assert named - files <= defined
    assert [path for path in paths if not (ROOT / path).exists()] == []
