"""`selfcheck lint` as people and CI use it: streams, formats, exit statuses, fixes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from selfcheck_tools.check import check
from selfcheck_tools.cli import main
from selfcheck_tools.commands.lint_command import FORMATS
from selfcheck_tools.files import Disk
from selfcheck_tools.fixing import fix
from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.reports import REPORTS
from selfcheck_tools.rules import RULES
from selfcheck_tools.text import Source

GOOD = "# T\n\n## Self-check\n\n### 1. What is a queue?\n\nA line of waiting messages.\n"
WARNED = GOOD + "\n### 3. What is a topic?\n\nA text for all.\n"
BAD = GOOD + "\n### 2. What is a topic?\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    Path("good.md").write_text(GOOD)
    Path("warned.md").write_text(WARNED)
    Path("bad.md").write_text(BAD)
    return tmp_path


def run(*arguments: str, stdin: bytes = b"", **variables: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "selfcheck_tools", "lint", *arguments],
        capture_output=True,
        check=False,
        input=stdin,
        env={**os.environ, **variables},
    )
    return done.returncode, done.stdout, done.stderr


# ── exit statuses ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["good.md"], 0),
        (["warned.md"], 0),
        (["warned.md", "--fail-on", "warning"], 1),
        (["bad.md"], 1),
        (["bad.md", "--fail-on", "never"], 0),
        (["bad.md", "--exit-zero"], 0),
        (["bad.md", "--select", "images"], 0),
        (["absent.md"], 2),
        (["good.md", "--fail-on", "bad"], 2),
        (["good.md", "--selekt", "x"], 2),
        (["good.md", "--select", "missing-anser"], 2),
        (["good.md", "--output-format", "xml"], 2),
        (["good.md", "--output-format", "json", "--output-format", "sarif"], 2),
        (["-"], 2),
    ],
)
def test_exit_statuses(arguments: list[str], status: int) -> None:
    assert main(["lint", *arguments]) == status


# ── streams and formats ─────────────────────────────────────────────────────────────────────────


def test_the_command_line_has_all_formats() -> None:
    assert set(FORMATS) == set(REPORTS)


def test_findings_are_on_stdout_and_all_else_on_stderr() -> None:
    status, output, errors = run("bad.md", "--write-baseline", "known.json", "--quiet")
    assert (status, output) == (0, b"")
    assert errors == b"selfcheck: known.json: 1 finding recorded\n"


def test_several_formats_go_to_several_files() -> None:
    status, output, _ = run(
        "bad.md", "--output-format=concise", "--output-format=json=a b.json",
        "--output-format=sarif=deep/a.sarif",
    )  # fmt: skip
    assert status == 1
    assert output.startswith(b"bad.md:9:1: error[missing-answer] question 2 has no answer\n")
    assert json.loads(Path("a b.json").read_text())[0]["rule"] == "missing-answer"
    assert json.loads(Path("deep/a.sarif").read_text())["version"] == "2.1.0"


def test_a_report_to_a_file_has_no_colour() -> None:
    run("bad.md", "--output-file", "report.txt", "--color", "always")
    assert b"error[missing-answer]" in Path("report.txt").read_bytes()
    assert b"\x1b" not in Path("report.txt").read_bytes()


def test_a_report_to_a_device_leaves_it_there() -> None:
    os.mkfifo("pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE) as reader:
        run("bad.md", "--output-file", "pipe")
        is_pipe = Path("pipe").is_fifo()
        if not is_pipe:
            reader.kill()  # nobody will ever write
        assert b"error[missing-answer]" in reader.communicate()[0]
    assert is_pipe


def test_annotations_come_by_themselves_on_github() -> None:
    output = run("bad.md", GITHUB_ACTIONS="true")[1]
    assert b"error[missing-answer]: question 2 has no answer" in output
    assert b"::error title=" in output
    assert b"::error" not in run("bad.md", "--output-format", "json", GITHUB_ACTIONS="true")[1]


def test_content_gives_githubs_runner_no_command() -> None:
    Path("bad.md").write_text(BAD + "\n### ##[error]x::error::y\n\n### 4. ##[add-mask]x?\n")
    output = run("bad.md", GITHUB_ACTIONS="true")[1].decode()
    people = [line for line in output.splitlines() if not line.startswith("::")]
    assert "##[" not in "\n".join(people)
    assert any("##\\[add-mask]" in line for line in people)


@pytest.mark.parametrize(
    ("variables", "arguments", "has_color"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "0"}, [], False),
        ({"CLICOLOR_FORCE": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
    ],
)
def test_colour(variables: dict[str, str], arguments: list[str], has_color: bool) -> None:
    assert (b"\x1b[" in run("bad.md", *arguments, **variables)[1]) == has_color


def test_statistics_count_each_rule() -> None:
    assert main(["lint", ".", "--statistics", "--no-cache"]) == 1
    lines = run(".", "--statistics", "--no-cache")[1].decode().splitlines()
    assert "1  error    missing-answer" in lines
    assert any(line.endswith("question-number [*]") for line in lines)


def test_quiet_says_findings_only() -> None:
    assert run("good.md", "--quiet") == (0, b"", b"")


# ── standard input ──────────────────────────────────────────────────────────────────────────────


def test_text_on_stdin_is_checked_under_its_name() -> None:
    status, output, _ = run(
        "--stdin-filename", "good.md", "-", "--output-format", "concise", stdin=BAD.encode()
    )
    assert status == 1
    assert output.startswith(b"good.md:9:1: error[missing-answer]")
    assert Path("good.md").read_text() == GOOD
    diff = run("--stdin-filename", "x.md", "-", "--diff", stdin=WARNED.encode())[1]
    assert b"-### 3. What is a topic?\n+### 2. What is a topic?\n" in diff


# ── fixes ───────────────────────────────────────────────────────────────────────────────────────


def test_fixes_are_shown_listed_and_applied_once() -> None:
    status, output, errors = run("warned.md", "--fix", "--show-fixes")
    assert (status, errors) == (
        0,
        b"selfcheck: warned.md:\nselfcheck:   1 \xc3\x97 question-number\n",
    )
    assert b"Fixed 1 finding." in output
    assert "### 2. What is a topic?" in Path("warned.md").read_text()
    assert run("warned.md", "--fix", "--show-fixes")[2] == b""


def test_unsafe_fixes_are_applied_only_when_asked_for() -> None:
    text = GOOD.replace("A line of waiting messages.", "See:\n2. one\n3. two")
    Path("good.md").write_text(text)
    run("good.md", "--fix")
    assert Path("good.md").read_text() == text
    run("good.md", "--fix", "--unsafe-fixes")
    assert "See:\n\n2. one" in Path("good.md").read_text()


def _model(document: Document) -> object:
    """A document without places, numbers and notes."""
    return [
        (
            question.prompt.markdown,
            question.state,
            question.kind,
            question.answer and question.answer.markdown.rstrip(),
            [
                (option.label, option.content.markdown, option.correct)
                for option in question.options
            ],
            [image.target for image in question.images],
            question.tags,
            question.key,
        )
        for question in document.questions
    ]


SAFE_MARKUP = {"swallowed-tag", "trailing-white-space"}  # written otherwise, and shown the same


def test_safe_fixes_leave_the_model_of_every_real_document_as_it_is(shared: Path) -> None:
    fixed = 0
    for path in sorted(shared.glob("*/**/*.md")):
        source = Source.from_bytes(path.name, path.read_bytes())
        rules = [rule for rule in RULES if rule.name not in SAFE_MARKUP]
        done = fix(source, Disk(str(path.parent)), rules)
        again = fix(done.source, Disk(str(path.parent)), rules)
        assert (again.source.text, done.refused) == (done.source.text, ())
        assert _model(read(done.source)) == _model(read(source))
        fixed += len(done.mended)
    assert fixed >= 4


def test_all_fixes_of_every_real_document_settle(shared: Path) -> None:
    for path in sorted(shared.glob("*/**/*.md")):
        source = Source.from_bytes(path.name, path.read_bytes())
        files = Disk(str(path.parent))
        done = fix(source, files, RULES, unsafe=True)
        left = check([(read(done.source), done.source)], files, RULES)
        before = check([(read(source), source)], files, RULES)
        assert len(left) <= len(before)


# ── config and clean ────────────────────────────────────────────────────────────────────────────


def test_config_and_clean(capsys: pytest.CaptureFixture[str]) -> None:
    main(["lint", "."])
    assert Path(".selfcheck_cache").is_dir()
    capsys.readouterr()
    assert main(["clean"]) == 0
    assert capsys.readouterr().out == ".selfcheck_cache removed\n"
    assert not Path(".selfcheck_cache").exists()
    Path("selfcheck.toml").write_text("deselect = ['images']\n")
    assert main(["config"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("content folder . (from selfcheck.toml)\n")
    assert max(map(len, shown.splitlines())) <= 80
