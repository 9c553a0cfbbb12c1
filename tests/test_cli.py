"""The command line: words, streams and exit statuses, as a user meets them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from selfcheck_tools import __version__
from selfcheck_tools.cli import main
from selfcheck_tools.reports import columns

GOOD = "# T\n\n## Self-check\n\n### 1. What is a queue?\n\nA line of waiting messages.\n"
BAD = GOOD + "\n### 3. What is a topic?\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    Path("good.md").write_text(GOOD)
    Path("bad.md").write_text(BAD)
    return tmp_path


def run(*arguments: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own."""
    command = [sys.executable, "-m", "selfcheck_tools", *arguments]
    return subprocess.run(command, capture_output=True, check=False, **more)  # type: ignore[call-overload,no-any-return]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"selfcheck {__version__}\n"


def test_clean_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "good.md"]) == 0
    assert capsys.readouterr().out == "All checks passed: 1 question in 1 document.\n"


def test_findings_are_1_and_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "bad.md"]) == 1
    shown = capsys.readouterr()
    assert "error[missing-answer]: question 3 has no answer\n" in shown.out
    assert "bad.md:9:1" in shown.out
    assert shown.err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lint", "absent.md"], "absent.md does not exist"),
        (["export", "good.md", "--to", "ankj"], "no format ankj; did you mean anki?"),
        (["export", "good.md", "--to", ","], "no format named"),
        (["explain", "missing-anser"], "no rule missing-anser; did you mean missing-answer?"),
        (["lint", "good.md", "--dialect", "x"], "no dialect `x`; there are headings"),
        (["lock", "good.md"], "has no lock: name its folder"),
        (["lint"], "nothing to check"),
    ],
)
def test_wrong_use_is_2_and_one_sentence(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    if arguments == ["lint"]:
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path / "empty")
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert words in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


def test_a_bug_is_70(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("selfcheck_tools.linting.check_collection", lambda *checked, **rest: 1 / 0)
    assert main(["lint", "good.md"]) == 70
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_json_has_the_fields_that_programs_need() -> None:
    done = run("lint", "bad.md", "--output-format", "json")
    first = json.loads(done.stdout)[0]
    needed = {"rule", "severity", "message", "path", "line", "column", "end_line", "end_column"}
    assert needed <= set(first)
    assert done.returncode == 1


def test_diff_shows_and_fix_mends() -> None:
    done = run("lint", "bad.md", "--diff")
    assert b"-### 3. What is a topic?\n+### 2. What is a topic?\n" in done.stdout
    assert Path("bad.md").read_text() == BAD
    done = run("lint", "bad.md", "--fix")
    assert "### 2. What is a topic?" in Path("bad.md").read_text()
    assert done.stdout.startswith(b"error[missing-answer]: question 2")
    assert run("lint", "bad.md", "--diff").stdout == b""


def test_fixing_keeps_bytes_that_are_no_utf8() -> None:
    Path("bad.md").write_bytes(BAD.encode() + b"\n\xff\xfe raw\n")
    run("lint", "bad.md", "--fix")
    assert Path("bad.md").read_bytes().endswith(b"\n\xff\xfe raw\n")
    assert b"### 2. What is a topic?" in Path("bad.md").read_bytes()


def test_a_file_that_cannot_be_read_is_said_and_the_rest_checked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("gone.md").symlink_to("good.md/nowhere")
    os.mkfifo("pipe.md")
    assert main(["lint", "."]) == 2
    shown = capsys.readouterr()
    assert "pipe.md cannot be read: it is no regular file" in shown.err
    assert "question 3 has no answer" in shown.out


def test_colour_only_where_it_is_wanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["lint", "bad.md"])
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["lint", "bad.md"])
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["lint", "bad.md"])
    assert "\x1b" not in capsys.readouterr().out


def test_explain_lists_and_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert "missing-answer" in capsys.readouterr().out
    assert main(["explain", "missing-answer"]) == 0
    assert "The learner" in capsys.readouterr().out


def test_export_says_what_it_wrote_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "bad.md", "--to", "json", "--output", "out"]) == 0
    shown = capsys.readouterr().out
    assert "wrote out/bad.json\n" in shown
    assert "bad.md:9:1: question 3 has no answer (json)" in shown
    assert shown.endswith(
        "2 questions from 1 document in 1 file; 1 missing answer: marked or left out as listed above.\n"
    )


def test_no_control_character_of_a_name_or_text_reaches_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("evil\x1b[31m.md").write_text(BAD.replace("topic", "to\x1b]0;pic\x07"))
    for command in ("lint", "list", "export --to json,jsonl --output out", "lock"):
        main([*command.split(), "."])
    main(["lint", "gone\x1b[31m"])
    shown = capsys.readouterr()
    assert "\x1b" not in shown.out + shown.err
    assert "\x07" not in shown.out + shown.err


def test_strict_makes_it_a_failure() -> None:
    assert main(["export", "bad.md", "--to", "json", "--strict"]) == 1
    assert main(["export", "good.md", "--to", "json", "--strict"]) == 0


def test_lock_and_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lock", "--check", "."]) == 1
    assert main(["lock", "."]) == 0
    assert Path("selfcheck.lock").exists()
    assert main(["lock", "--check", "."]) == 0
    Path("good.md").write_text(GOOD.replace("waiting", "queued"))
    assert main(["lock", "--check", "."]) == 1
    assert "1 changed" in capsys.readouterr().out


def test_list_shows_what_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "bad.md"]) == 0
    shown = capsys.readouterr().out
    assert "dialect headings, 2 questions" in shown
    assert "?     9:   3. What is a topic?" in shown
    assert "2 questions in 1 document: 1 answered, 1 unanswered" in shown


def test_list_fits_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    Path("good.md").write_text(
        f"# T\n\n## Self-check\n\n### 1. {'Was ist 列 ' * 30}?\n\n- [ ] a\n- [x] b\n"
    )
    assert main(["list", "good.md"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(columns(line) <= 60 for line in lines)
    assert any(line.endswith("… [2 options, 1 right]") for line in lines)


def test_schema_is_json(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    done = run("schema")
    assert json.loads(done.stdout)["$schema"].endswith("2020-12/schema")


def test_a_closed_pipe_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [sys.executable, "-m", "selfcheck_tools", "explain", "missing-answer"],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert process.stderr == b""


def test_a_locale_that_cannot_say_it_breaks_nothing() -> None:
    Path("good.md").write_text(GOOD.replace("queue", "“Schlange” 列"))
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run("list", "good.md", env=environment)
    assert done.returncode == 0
    assert b"What is a" in done.stdout
