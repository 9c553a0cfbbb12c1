"""`selfcheck diff`: what it compares, what it says, and that it writes nothing."""

import json
import re
from pathlib import Path

import pytest
from anki.collection import ExportAnkiPackageOptions

from selfcheck_tools.cli import main
from tests.anki_oracle import Anki, Imported
from tests.test_last_build import LAMBDA, QUEUES, THIRD, Project

LONG = "What is the name of the service that stands between two parts of a system so that each"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path, monkeypatch)
    project.export()
    (tmp_path / "build").rename(tmp_path / "old")
    return project


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    capsys.readouterr()
    assert main(["diff", *arguments]) == status
    return capsys.readouterr().out


def edited(project: Project) -> None:
    project.edit("lambda.md", "first call", "very first call")
    project.edit("lambda.md", THIRD, f"### 9. {LONG} waits?\n\nA queue.\n")
    project.edit("sub/queues.md", "# Queues", "---\ndeck: Other\n---\n\n# Queues")


def test_all_kinds_with_their_places(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    edited(project)
    text = said(capsys, "old", "notes")
    key = re.findall(r"Key:([0-9a-f]{16})", text)[0]
    assert (
        text
        == f"""\
added: new notes
  notes/lambda.md:13: What is the name of the service that stands between two p…

changed: updated; their cards keep their history
  notes/lambda.md:5: What is a cold start? (answer)

moved: cards that a learner has stay where they are
  notes/sub/queues.md:9: What is a dead letter?
    (stays in sub::Queues, new cards go to Other)

retired: no longer asked; they stay in Anki, for an import removes nothing
  Which is a queue?

1 added, 1 changed, 1 moved, 1 retired, 1 unchanged.
To find the retired notes, search in Anki's browser for:
  "note:Self-check: question" Key:{key}
"""
    )
    assert max(map(len, text.splitlines())) <= 80


def test_nothing_is_written(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    edited(project)

    def times() -> dict[Path, int]:
        paths = [path for path in project.folder.rglob("*") if ".selfcheck_cache" not in path.parts]
        return {path: path.stat().st_mtime_ns for path in paths}

    before = times()
    said(capsys, "old", "notes")
    assert times() == before


def test_it_foretells_what_export_then_makes_and_anki_does(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    edited(project)
    foretold = json.loads(said(capsys, "old/lambda.apkg", "notes/lambda.md", "--format", "json"))
    project.export()
    made = json.loads(said(capsys, "old/lambda.apkg", "build/lambda.apkg", "--format", "json"))
    assert made["counts"] == foretold["counts"]
    assert made["search"] == foretold["search"]
    with Anki() as anki:
        anki.take((project.folder / "old/lambda.apkg").read_bytes())
        assert anki.take(project.package()) == Imported(1, 1, 1, 0)
    assert foretold["counts"] == {
        **dict.fromkeys(("added", "changed", "retired", "unchanged"), 1),
        **dict.fromkeys(("moved", "refused"), 0),
    }


def test_json_has_a_stable_shape(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.edit("lambda.md", "# Lambda", "# Functions")
    value = json.loads(said(capsys, "old", "notes", "--format", "json"))
    assert list(value) == ["counts", "search", "looks", "notes"]
    note = value["notes"][0]
    assert (len(note.pop("key")), len(note.pop("guid"))) == (16, 10)
    assert note == {
        "kind": "moved",
        "question": "What is a cold start?",
        "notetype": "question",
        "was": None,
        "became": None,
        "parts": ["source", "tags"],
        "deck": "Functions",
        "old_deck": "Lambda",
        "updated": True,
        "path": "notes/lambda.md",
        "line": 5,
    }


def test_one_package_is_compared_with_what_becomes_of_it(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many documents its own, and wherever its questions went; as one who has only that sees it."""
    project.edit("lambda.md", THIRD, "")
    project.write("sub/queues.md", f"{QUEUES}\n{THIRD}\n### 8. What is new?\n\nThis.\n")
    monkeypatch.chdir(project.folder / "notes")
    assert said(capsys, "../old/lambda.apkg").splitlines()[-1] == "1 moved, 2 unchanged."
    assert said(capsys, "../old/sub/queues.apkg").splitlines()[-1] == "2 added, 1 unchanged."


def test_a_package_of_another_name_is_compared_with_everything(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.folder / "old/lambda.apkg").rename(project.folder / "release-1.apkg")
    monkeypatch.chdir(project.folder / "notes")
    assert said(capsys, "../release-1.apkg").splitlines()[-1] == "1 added, 3 unchanged."


def test_a_question_without_an_answer_now_is_named_with_its_place(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.edit("lambda.md", "SQS.", "")
    assert "  notes/lambda.md:13: Which is a queue? (has no answer now)\n" in said(
        capsys, "old", "notes"
    )


def test_a_choice_is_told_on_both_sides(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.edit("lambda.md", "SQS.", "- A. SQS\n- B. EC2\n\nAnswer: A")
    text = said(capsys, "old", "notes")
    assert "Which is a queue? (is now a choice)\n" in text
    assert "    (was a question: its history stays with the retired note)\n" in text


def test_what_would_be_refused_is_a_failure(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.export(use_lock=False)
    (project.folder / "build").rename(project.folder / "first")
    project.edit("lambda.md", "SQS.", "SQS, that is.")
    project.export(use_lock=False)
    text = said(capsys, "first/lambda.apkg", "build/lambda.apkg", status=1)
    assert "refused: changed but not newer: Anki would keep the old text in silence\n" in text
    assert "  Which is a queue? (answer)\n" in text


def test_more_than_thirty_of_a_kind_are_counted(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    more = "".join(f"### {at}. What is part {at}?\n\nPart {at}.\n\n" for at in range(10, 45))
    project.write("lambda.md", f"{LAMBDA}\n{more}")
    text = said(capsys, "old", "notes")
    assert text.count("What is part") == 30
    assert "  … and 5 more; --all lists them\n" in text
    assert said(capsys, "old", "notes", "--all").count("What is part") == 35


def test_notes_of_others_are_counted_and_left_aside(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with Anki() as anki:
        anki.take((project.folder / "old/lambda.apkg").read_bytes())
        mine = anki.col.new_note(anki.col.models.by_name("Basic"))
        mine["Front"] = "Mine?"
        anki.col.add_note(mine, anki.col.decks.id("Default"))
        options = ExportAnkiPackageOptions(legacy=True)
        path = str(project.folder / "mine.apkg")
        anki.col.export_anki_package(out_path=path, options=options, limit=None)
    assert main(["diff", "mine.apkg", "notes/lambda.md"]) == 0
    out, err = capsys.readouterr()
    assert out == "3 unchanged.\n"
    assert err == "selfcheck: 1 note that is not of selfcheck left aside\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.apkg"], "missing.apkg cannot be read: No such file"),
        (["notes/lambda.md"], "notes/lambda.md is no Anki package, or a damaged one"),
        (["notes"], "notes holds no package of questions to compare with"),
        (["old", "old/lambda.apkg"], "old is a folder: name the package in it"),
        (["old", "old/lambda.apkg", "notes"], "give one NEW.apkg, or content, but not both"),
        (["old", "old"], "nothing to export: no questions found in old"),
    ],
)
def test_wrong_use_is_a_sentence(
    project: Project, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["diff", *arguments]) == 2
    assert words in capsys.readouterr().err
