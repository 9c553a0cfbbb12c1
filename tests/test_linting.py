"""Linting a collection: what is looked at, what the cache may and may not change, what is replayed."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcheck_tools import workers
from selfcheck_tools.errors import UsageError
from selfcheck_tools.linting import Asking, Linted, lint
from tests.pictures import png

QUESTION = "# {0}\n\n## Self-check\n\n### 1. What is {0}?\n\n{1}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, text: str = "") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text or QUESTION.format(Path(path).stem, "Something."))


def found(*paths: str, **more: object) -> list[str]:
    return said(lint(Asking(paths=paths, **more)))  # type: ignore[arg-type]


def said(linted: Linted) -> list[str]:
    return [f"{d.path}: {d.rule}: {d.finding.message}" for d in linted.diagnostics]


# ── what is looked at ───────────────────────────────────────────────────────────────────────────


def test_what_git_ignores_is_left_alone() -> None:
    Path(".git").mkdir()
    write("a.md")
    write("drafts/b.md")
    write("drafts/keep.md")
    write("sub/c.md")
    write("sub/deep/d.md")
    Path(".gitignore").write_text("drafts/*\n!drafts/keep.md\n")
    Path("sub/.gitignore").write_text("/deep/\n[\n")
    assert lint(Asking()).documents == ("a.md", "drafts/keep.md", "sub/c.md")


def test_what_is_excluded_is_left_alone_unless_it_is_named() -> None:
    write("selfcheck.toml", "exclude = ['drafts/']\n")
    write("a.md")
    write("drafts/b.md")
    assert lint(Asking()).documents == ("a.md",)
    assert lint(Asking(paths=("drafts/b.md",))).documents == ("drafts/b.md",)
    forced = lint(Asking(paths=("drafts/b.md", "a.md"), force_exclude=True))
    assert forced.documents == ("a.md",)


def test_a_run_that_checked_nothing_says_why() -> None:
    write("selfcheck.toml", "exclude = ['*.md']\n")
    write("a.md")
    with pytest.raises(
        UsageError, match=r"no Markdown files in \. \(1 is excluded: 1 by `exclude`"
    ):
        lint(Asking())
    forced = lint(Asking(paths=("a.md",), force_exclude=True))
    assert forced.notices == ("nothing to check (1 is excluded: 1 by `exclude`)",)


def test_without_paths_the_configured_content_is_checked() -> None:
    write("selfcheck.toml", "content = ['quiz']\n")
    write("README.md", "# A project\n")
    write("quiz/a.md")
    assert lint(Asking()).documents == ("quiz/a.md",)
    forced = lint(Asking(paths=("README.md",), force_exclude=True))
    assert forced.notices == ("nothing to check (1 is excluded: 1 by `content`)",)


def test_a_document_is_judged_in_the_light_of_the_collection() -> None:
    write("a.md", QUESTION.format("queue", "A line."))
    write("b.md", QUESTION.format("queue", "A list."))
    write("c.md")
    assert not any("duplicate" in each for each in found("b.md"))  # nothing says what belongs to it
    write("selfcheck.toml", "select = ['duplicate-question']\n")
    message = "b.md: duplicate-question: question 1 is asked before, as question 1 of a.md"
    assert found("b.md") == [message]
    assert found("a.md") == [message]
    assert found("c.md") == []


def test_text_from_an_editor_stands_in_for_the_file() -> None:
    write("selfcheck.toml", "select = ['missing-answer', 'duplicate-question']\n")
    write("a.md", QUESTION.format("queue", "A line."))
    write("b.md", QUESTION.format("topic", "A list."))
    text = QUESTION.format("queue", "").encode()
    assert found(stdin=("b.md", text)) == [
        "b.md: missing-answer: question 1 has no answer",
        "b.md: duplicate-question: question 1 is asked before, as question 1 of a.md",
    ]
    assert found() == []


def test_rules_can_be_allowed_in_some_files() -> None:
    write("selfcheck.toml", "select = ['missing-answer']\n[allow]\n'draft*' = ['missing-answer']\n")
    write("draft.md", QUESTION.format("queue", ""))
    write("final.md", QUESTION.format("queue", ""))
    assert found() == ["final.md: missing-answer: question 1 has no answer"]


def test_a_matter_of_taste_is_looked_for_when_asked_for() -> None:
    write("a.md", QUESTION.format("queue", "A line.   "))
    rule = "trailing-white-space"
    assert not any(rule in each for each in found())
    assert any(rule in each for each in found(select=(rule,)))


def test_bytes_that_are_no_utf8_are_no_trouble_anywhere() -> None:
    text = QUESTION.format("queue", "![\udcff](%ff.png) [a](\udcfe.md)\n\n<b\udcff>\n").encode(
        "utf-8", "surrogateescape"
    )
    for name in ("a.md", "b\udcff.md"):
        Path(name).write_bytes(text)
    Path("\udcfa.png").write_bytes(png(2, 2))
    write("selfcheck.toml", "select = ['all']\n")
    first = found()
    assert len(first) > 6
    assert found() == found(use_cache=False) == first
    for format in ("full", "json", "sarif", "junit", "gitlab", "github", "checkstyle", "rdjson"):
        assert run("--output-format", format)[0] == 1


# ── the cache ───────────────────────────────────────────────────────────────────────────────────


def test_the_cache_hides_from_git_and_is_bounded_to_what_exists() -> None:
    write("a.md")
    write("b.md")
    lint(Asking())
    assert Path(".selfcheck_cache/.gitignore").read_text() == "*\n"
    assert (
        Path(".selfcheck_cache/CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172")
    )
    size = Path(".selfcheck_cache/lint").stat().st_size
    Path("b.md").unlink()
    write("selfcheck.toml", "exclude = ['drafts']\n")
    lint(Asking())
    assert Path(".selfcheck_cache/lint").stat().st_size < size


def test_a_second_run_reads_no_document_again(monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.md", QUESTION.format("queue", "![A queue](queue.png)"))
    first = found()
    monkeypatch.setattr("selfcheck_tools.linting.check_document", lambda *_: 1 / 0)
    monkeypatch.setattr("selfcheck_tools.linting.check_collection", lambda *_: 1 / 0)
    assert found() == first


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\xc1" * 100, None, "folder"])
def test_a_damaged_cache_is_as_good_as_none(damage: bytes | str | None) -> None:
    write("a.md", QUESTION.format("queue", ""))
    first = found()
    cached = Path(".selfcheck_cache/lint")
    if damage == "folder":
        cached.unlink()
        cached.mkdir()
    elif damage is None:
        cached.write_bytes(cached.read_bytes()[:-40])
    else:
        cached.write_bytes(damage)  # type: ignore[arg-type]
    assert found() == first
    assert found() == first


def test_a_folder_that_cannot_be_written_gets_no_cache() -> None:
    write("a.md", QUESTION.format("queue", ""))
    Path(".selfcheck_cache").write_text("in the way")
    assert "a.md: missing-answer: question 1 has no answer" in found()


def test_a_lone_file_leaves_nothing_behind() -> None:
    write("a.md")
    lint(Asking(paths=("a.md",)))
    assert os.listdir() == ["a.md"]


Edit = Callable[[random.Random], None]


def _edits() -> Sequence[Edit]:
    """What may happen between two runs."""
    names = ("a.md", "b.md", "sub/c.md")
    answers = ("Yes.", "", "![One](one.png)", "![Two](../two.png)", "[There](b.md#what-is-b)")

    def text(chance: random.Random) -> None:
        write(chance.choice(names), QUESTION.format(chance.choice("abc"), chance.choice(answers)))

    def picture(chance: random.Random) -> None:
        path = Path(chance.choice(("one.png", "two.png", "sub/one.png", "One.png")))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(chance.choice((png(2, 2), b"", b"GIF89a", png(2, 2)[:-9])))

    def removal(chance: random.Random) -> None:
        Path(chance.choice((*names, "one.png", "two.png"))).unlink(missing_ok=True)

    def configuration(chance: random.Random) -> None:
        lines = (
            "deselect = ['images']",
            "[severity]\nmissing-answer = 'info'",
            "exclude = ['b.md']",
        )
        write("selfcheck.toml", chance.choice(lines))

    return text, text, picture, picture, removal, configuration


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6))
def test_the_cache_changes_nothing_but_the_time(folder: Path, seed: int) -> None:
    for name in os.listdir(folder):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    chance = random.Random(seed)
    write("a.md")
    write("selfcheck.toml", "exclude = ['drafts']\n")
    for _ in range(8):
        chance.choice(_edits())(chance)
        cached, fresh = (_outcome(use_cache=use) for use in (True, False))
        assert cached == fresh


def _outcome(*, use_cache: bool) -> list[str]:
    try:
        return found(use_cache=use_cache)
    except UsageError as error:
        return [str(error)]


# ── processes ───────────────────────────────────────────────────────────────────────────────────


def test_several_processes_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(60):
        write(f"{at:02}.md", QUESTION.format(at % 7, "" if at % 3 else "Yes."))
    alone = found(use_cache=False)
    monkeypatch.setattr("selfcheck_tools.linting.processes", lambda items: 3)
    assert found(use_cache=False) == alone
    assert len(alone) > 40


def test_a_share_whose_process_dies_is_done_again() -> None:
    here = os.getpid()

    def work(items: Sequence[int]) -> bytes:
        if os.getpid() != here:
            os._exit(9)
        return bytes(items)

    assert sorted(b"".join(workers.spread([1, 2, 3, 4], work, count=2))) == [1, 2, 3, 4]


def test_what_fails_in_a_process_is_raised_here() -> None:
    def work(items: Sequence[int]) -> bytes:
        return bytes(1 // item for item in items)

    with pytest.raises(ZeroDivisionError):
        workers.spread([1, 0], work, count=2)


# ── the last run again ──────────────────────────────────────────────────────────────────────────


def run(*arguments: str, **variables: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "selfcheck_tools", "lint", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **variables},
    )
    return done.returncode, done.stdout, done.stderr


def replayed(*arguments: str) -> bool:
    """Whether a run loads no linter."""
    code = (
        "import sys; from selfcheck_tools.replay import replay\n"
        "status = replay(sys.argv[1:]); sys.exit(99 if status is None else status)"
    )
    command = [sys.executable, "-c", code, "lint", *arguments]
    return subprocess.run(command, capture_output=True, check=False).returncode != 99


@pytest.fixture
def recorded(folder: Path) -> Iterator[tuple[int, bytes, bytes]]:
    write("a.md", QUESTION.format("queue", "![A queue](one.png)"))
    write("sub/b.md", QUESTION.format("topic", ""))
    first = run()
    assert first[0] == 1
    assert replayed()
    assert run() == first
    return first  # type: ignore[return-value]


CHANGES: dict[str, Callable[[], object]] = {
    "a text": lambda: write("a.md", QUESTION.format("queue", "![A list](one.png)")),
    "a picture that was missing": lambda: Path("one.png").write_bytes(png(2, 2)),
    "a new document": lambda: write("sub/c.md"),
    "a document that is gone": lambda: Path("sub/b.md").unlink(),
    "a configuration": lambda: write("selfcheck.toml", "deselect = ['images']\n"),
    "an ignore file": lambda: Path("sub/.gitignore").write_text("*\n"),
    "a name in other letters": lambda: os.rename("sub/b.md", "sub/B.md"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_replayed_after(change: str, recorded: tuple[int, bytes, bytes]) -> None:
    CHANGES[change]()
    assert not replayed()
    status, output, errors = run()
    assert (status, output, errors) == run("--no-cache")


def test_other_words_or_another_terminal_are_another_run(recorded: object) -> None:
    assert not replayed("--select", "missing-answer")
    assert not replayed("sub")
    assert b"\x1b[" in run(FORCE_COLOR="1")[1]
    assert b"\x1b[" not in run()[1]


def test_what_writes_files_is_never_replayed() -> None:
    write("a.md")
    for arguments in (
        ["--output-format", "json=a.json"],
        ["--fix"],
        ["--output-format=json=a.json"],
    ):
        run(*arguments)
        assert not replayed(*arguments)


def test_a_record_with_a_strangers_escapes_is_not_said(recorded: tuple[int, bytes, bytes]) -> None:
    (record,) = Path(".selfcheck_cache").glob("run-*")
    record.write_bytes(record.read_bytes().replace(b"error[", b"\x1b]0;owned\x07error["))
    assert not replayed()
    assert run() == recorded


def test_a_damaged_record_is_as_good_as_none(recorded: tuple[int, bytes, bytes]) -> None:
    (record,) = Path(".selfcheck_cache").glob("run-*")
    record.write_bytes(record.read_bytes()[:-20])
    assert run() == recorded
