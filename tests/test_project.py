"""The driver: what is found, what is written, and what happens when it cannot be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from selfcheck_tools import project
from selfcheck_tools.asking import Asking
from selfcheck_tools.building import export
from selfcheck_tools.config import find_root
from selfcheck_tools.discovery import find_documents
from selfcheck_tools.errors import UsageError
from selfcheck_tools.outputs import write

DOCUMENT = """\
# Lambda

## Self-check

### 1. What is a cold start?

The first call on a new instance.

### 2. What is a warm start?

A later call on the same instance.
"""


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    (tmp_path / "notes/sub").mkdir(parents=True)
    (tmp_path / "notes/a.md").write_text(DOCUMENT)
    (tmp_path / "notes/sub/b.md").write_text(
        DOCUMENT.replace("Lambda", "Again").replace("start", "boot")
    )
    return tmp_path / "notes"


# ── where the content folder is ─────────────────────────────────────────────────────────────────


def test_the_folder_given_is_the_content_folder(content: Path) -> None:
    assert find_root(["notes"])[:2] == (str(content), True)


def test_a_lone_file_keeps_no_lock(content: Path) -> None:
    assert find_root(["notes/a.md"])[:2] == (str(content), False)


@pytest.mark.parametrize(
    ("name", "text"),
    [("selfcheck.toml", ""), ("selfcheck.lock", ""), ("pyproject.toml", "[tool.selfcheck]\n")],
)
def test_the_nearest_marked_folder_above_is(content: Path, name: str, text: str) -> None:
    (content / name).write_text(text)
    assert find_root(["notes/sub/b.md"])[:2] == (str(content), True)
    assert find_root(["notes/sub"])[:2] == (str(content), True)


def test_a_pyproject_of_something_else_marks_nothing(content: Path) -> None:
    (content / "pyproject.toml").write_text("[project]\nname = 'x'  # not tool.selfcheck\n")
    assert find_root(["notes/sub"])[:2] == (str(content / "sub"), True)


def test_several_paths_share_the_folder_above_them(content: Path) -> None:
    assert find_root(["notes/a.md", "notes/sub/b.md"]).folder == str(content)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dialekt = 'details'", "unknown key `dialekt`; did you mean `dialect`?"),
        ("dialect = 'heading'", "no dialect `heading`; did you mean `headings`?"),
        ("placeholders = ['(']", "`placeholders`: '('"),
        ("placeholders = 'x'", "must be a list"),
        ("dialect = ", "Invalid value"),
    ],
)
def test_wrong_configuration_is_named(content: Path, text: str, words: str) -> None:
    (content / "selfcheck.toml").write_text(text + "\n")
    with pytest.raises(UsageError) as caught:
        find_root(["notes"])
    assert words in str(caught.value)
    assert "selfcheck.toml" in str(caught.value)


def test_documents_are_found_in_order_and_hidden_folders_left_alone(content: Path) -> None:
    (content / ".git").mkdir()
    (content / ".git/x.md").write_text("x")
    (content / "node_modules").mkdir()
    (content / "node_modules/x.md").write_text("x")
    (content / "z.txt").write_text("x")
    os.symlink("/etc/hostname", content / "link.md")
    assert find_documents(find_root(["notes"]), ["notes"]).documents == ("a.md", "sub/b.md")
    assert find_documents(find_root(["notes"]), ["notes/z.txt"]).documents == ("z.txt",)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


def test_files_are_named_after_their_documents(content: Path) -> None:
    exported = export(
        Asking(
            ("notes",),
            (
                "json",
                "jsonl",
            ),
            "out",
        )
    )
    assert sorted(exported.written) == [
        "out/a.json",
        "out/a.jsonl",
        "out/sub/b.json",
        "out/sub/b.jsonl",
    ]
    assert not list(Path("out").rglob(".selfcheck-*"))


def test_a_second_export_changes_no_byte_and_no_time_in_the_lock(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(
        Asking(
            ("notes",),
            (
                "anki",
                "json",
            ),
            "one",
        )
    )
    lock = (content / "selfcheck.lock").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    export(
        Asking(
            ("notes",),
            (
                "anki",
                "json",
            ),
            "two",
        )
    )
    assert (content / "selfcheck.lock").read_bytes() == lock
    for path in Path("one").rglob("*.*"):
        assert path.read_bytes() == (Path("two") / path.relative_to("one")).read_bytes()


def test_several_processes_write_what_one_writes(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (content / "c.md").write_text(
        "# C\n\n## Self-check\n\n### 1. Why?\n\n![](no.png)\n\n### 2. When?\n"
    )
    made = []
    asked = []
    for count in (1, 2):

        def processes(documents: int, count: int = count) -> int:
            asked.append(documents)
            return count

        monkeypatch.setattr(project, "processes", processes)
        exported = export(Asking(("notes",), ("anki",), f"out{count}"))
        lock = content / "selfcheck.lock"
        files = [Path(path).read_bytes() for path in exported.written]
        made.append((files, lock.read_bytes(), exported.left))
        lock.unlink()
        shutil.rmtree(content / ".selfcheck_cache")
    assert made[0] == made[1]
    assert len(made[0][0]) == 2
    assert len(made[0][2]) == 3
    assert set(asked) == {3}


def test_exporting_a_part_retires_nothing(content: Path) -> None:
    export(Asking(("notes",), ("json",), "out"))
    lock = (content / "selfcheck.lock").read_bytes()
    export(Asking(("notes/sub",), ("json",), "out"))
    assert (content / "selfcheck.lock").read_bytes() == lock


def test_frozen_refuses_a_stale_lock_and_writes_nothing(content: Path) -> None:
    with pytest.raises(UsageError, match="not up to date"):
        export(Asking(("notes",), ("json",), "out", frozen=True))
    assert not (content / "selfcheck.lock").exists()
    assert not Path("out").exists()


def test_no_lock_neither_reads_nor_writes_one(content: Path) -> None:
    (content / "selfcheck.lock").write_text("<<<<<<< not even read\n")
    exported = export(Asking(("notes",), ("anki",), "out", use_lock=False))
    assert (content / "selfcheck.lock").read_text().startswith("<<<<<<<")
    assert any("no selfcheck.lock" in remark for remark in exported.remarks)


def test_a_conflicted_lock_stops_the_export(content: Path) -> None:
    (content / "selfcheck.lock").write_text("<<<<<<< ours\n")
    with pytest.raises(UsageError, match="merge-conflict"):
        export(Asking(("notes",), ("json",), "out"))


def test_two_documents_of_one_name_are_refused(content: Path) -> None:
    (content / "a.markdown").write_text(DOCUMENT)
    with pytest.raises(UsageError, match=r"both be written to a\.json"):
        export(Asking(("notes",), ("json",), "out"))


def test_nothing_to_export_is_said(content: Path) -> None:
    (content / "a.md").write_text("# Just prose\n\nText.\n")
    with pytest.raises(UsageError, match=r"no questions found in notes/a\.md"):
        export(Asking(("notes/a.md",), ("json",), "out"))


def test_a_folder_in_the_way_is_named_and_the_rest_of_it_left(content: Path) -> None:
    Path("out/a.json").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"out/a\.json is a folder"):
        export(Asking(("notes",), ("json",), "out"))
    assert Path("out/a.json").is_dir()


def test_an_unwritable_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="file is a file: nothing can be written into it"):
        write(str(tmp_path / "file/below"), b"x")
    with pytest.raises(UsageError, match="cannot be written: Not a directory"):
        write(str(tmp_path / "file/below/deeper"), b"x")


def test_a_failed_write_leaves_the_last_good_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a"
    write(str(target), b"good")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(project.os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        write(str(target), b"bad")
    assert target.read_bytes() == b"good"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


PROGRAM = "import sys\nfrom selfcheck_tools.cli import main\nsys.exit(main(sys.argv[1:]))"


def test_the_bytes_depend_on_nothing_but_the_content(content: Path, tmp_path: Path) -> None:
    made = []
    for at, (seed, zone, locale, folder) in enumerate(
        [("0", "UTC", "C", "."), ("77", "Asia/Tokyo", "C.UTF-8", "notes/sub")]
    ):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "PYTHONPATH": str(Path(project.__file__).parent.parent),
        }
        environment.pop("SOURCE_DATE_EPOCH")
        output = tmp_path / f"out{at}"
        subprocess.run(
            [sys.executable, "-c", PROGRAM, "export", str(content), "--output", str(output)],
            cwd=tmp_path / folder,
            env=environment,
            check=True,
            capture_output=True,
        )
        made.append({str(p.relative_to(output)): p.read_bytes() for p in output.rglob("*.*")})
    assert len(made[0]) == 7
    assert made[0] == made[1]
