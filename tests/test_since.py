"""Only what is new: baselines, and what a change against a revision touches."""

import json
import subprocess
from pathlib import Path

import pytest

from selfcheck_tools.cli import main

DOCUMENT = """# Queues

## Self-check

### 1. What is a queue?

### 2. What is a topic?

A text that is sent to all.

![A topic](topic.png)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    Path("a.md").write_text(DOCUMENT)
    Path("selfcheck.toml").write_text(
        "select = ['missing-answer', 'broken-image', 'broken-anchor', 'duplicate-question']\n"
    )
    return tmp_path


def lint(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], str]:
    status = main(["lint", "--output-format", "concise", "--quiet", *arguments])
    shown = capsys.readouterr()
    return status, [line.split("[", 1)[1] for line in shown.out.splitlines()], shown.err


# ── baselines ───────────────────────────────────────────────────────────────────────────────────

OLD = ["missing-answer] question 1 has no answer", "broken-image] image topic.png does not exist"]


def test_what_is_recorded_is_not_reported_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(capsys) == (1, OLD, "")
    assert lint(capsys, "--write-baseline", "known.json") == (
        0,
        [],
        "selfcheck: known.json: 2 findings recorded\n",
    )
    assert lint(capsys, "--baseline", "known.json") == (0, [], "")


def test_a_record_outlives_lines_numbers_and_names(capsys: pytest.CaptureFixture[str]) -> None:
    lint(capsys, "--write-baseline", "known.json")
    moved = DOCUMENT.replace("### 1.", "Read this.\n\n### 4.").replace("### 2.", "### 5.")
    Path("a.md").unlink()
    Path("b.md").write_text(moved)
    assert lint(capsys, "--baseline", "known.json")[:2] == (0, [])


def test_what_is_new_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    lint(capsys, "--write-baseline", "known.json")
    Path("a.md").write_text(DOCUMENT + "\n### 3. What is a worker?\n")
    status, found, _ = lint(capsys, "--baseline", "known.json")
    assert (status, found) == (1, ["missing-answer] question 3 has no answer"])


def test_recorded_findings_that_are_gone_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    lint(capsys, "--write-baseline", "known.json")
    Path("a.md").write_text(DOCUMENT.replace("a queue?\n", "a queue?\n\nA line.\n"))
    status, found, errors = lint(capsys, "--baseline", "known.json")
    assert (status, found) == (0, [])
    assert "known.json: 1 recorded finding gone" in errors


def test_the_same_findings_are_recorded_in_the_same_bytes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lint(capsys, "--write-baseline", "one.json")
    lint(capsys, "--write-baseline", "two.json", "--no-cache")
    assert Path("one.json").read_bytes() == Path("two.json").read_bytes()
    assert len(json.loads(Path("one.json").read_text())["findings"]) == 2


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"selfcheck-baseline": 9, "findings": []}', "[[["]
)
def test_what_is_no_baseline_is_said(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("known.json").write_text(text)
    status, _, errors = lint(capsys, "--baseline", "known.json")
    assert status == 2
    assert errors.startswith("selfcheck: known.json ")


# ── revisions ───────────────────────────────────────────────────────────────────────────────────


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=n", "-c", "user.email=n@localhost", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def committed(folder: Path) -> None:
    Path("topic.md").write_text("# Topics\n\n## Self-check\n\n### 1. What is lost?\n")
    Path("b.md").write_text(
        "# More\n\n## Self-check\n\n### 1. What is more?\n\nSee [there](topic.md#topics).\n"
    )
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "all")


@pytest.mark.usefixtures("committed")
def test_without_a_change_nothing_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(lint(capsys)[1]) == 3
    assert lint(capsys, "--since", "HEAD") == (0, [], "")


@pytest.mark.usefixtures("committed")
def test_an_edited_question_is_reported_with_all_its_findings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("a.md").write_text(DOCUMENT.replace("sent to all", "sent to everybody"))
    assert lint(capsys, "--since", "HEAD")[1] == OLD[1:]


@pytest.mark.usefixtures("committed")
def test_renumbering_and_moving_touch_no_question(capsys: pytest.CaptureFixture[str]) -> None:
    git("mv", "a.md", "z.md")
    moved = DOCUMENT.replace("### 1.", "Read this.\n\n### 7.").replace("### 2.", "### 8.")
    Path("z.md").write_text(moved)
    assert lint(capsys, "--since", "HEAD")[1] == []


@pytest.mark.usefixtures("committed")
def test_a_document_that_loses_a_target_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    Path("topic.md").write_text("# Subjects\n\n## Self-check\n\n### 1. What is lost?\n")
    found = lint(capsys, "--since", "HEAD")[1]
    assert [line.split("]")[0] for line in found] == ["broken-anchor"]


@pytest.mark.usefixtures("committed")
def test_a_duplicate_that_a_change_brings_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    Path("0.md").write_text("# New\n\n## Self-check\n\n### 1. What is a topic?\n\nOne more.\n")
    found = lint(capsys, "--since", "HEAD")[1]
    assert found == ["duplicate-question] question 2 is asked before, as question 1 of 0.md"]


@pytest.mark.usefixtures("committed")
def test_many_documents_of_a_revision_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    for at in range(120):
        Path(f"more{at}.md").write_text(f"# M\n\n## Self-check\n\n### 1. What is {at}?\n")
    git("add", "-A")
    git("commit", "-qm", "more")
    for at in range(120):
        Path(f"more{at}.md").write_text(f"# M\n\n## Self-check\n\n### 1. What is {at} now?\n")
    assert len(lint(capsys, "--since", "HEAD", "--no-cache")[1]) == 120
    assert len(lint(capsys, "--since", "HEAD~1")[1]) == 120


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD:a.md"])
@pytest.mark.usefixtures("committed")
def test_a_revision_that_is_none_is_said(revision: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, errors = lint(capsys, f"--since={revision}")
    assert status == 2
    assert revision in errors
    assert errors.count("\n") == 1


def test_without_a_repository_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, errors = lint(capsys, "--since", "HEAD")
    assert (status, errors) == (2, "selfcheck: --since: the content is in no git repository\n")
