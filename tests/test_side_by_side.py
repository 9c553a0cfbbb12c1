"""Several at work on one folder: runs beside runs, and an author who saves while the program reads."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from select import select
from typing import Any

import pytest

from selfcheck_tools import linting, lock, mending, outputs, project
from selfcheck_tools.linting import Asking, lint
from selfcheck_tools.project import prepare, save_lock
from tests.killing import ENVIRONMENT, collection, document, run, running, snapshot, temporaries

FIX = ("lint", "--fix", "--exit-zero")
JSON = ("export", "--to", "json")
ANKI = ("export", "--to", "anki")
HANDOUT = ("export", "--to", "handout")


# ── two runs at once ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "commands",
    [(JSON, JSON), (ANKI, ANKI), (JSON, ANKI), (ANKI, FIX), (FIX, FIX), (HANDOUT, JSON)],
    ids=lambda commands: " ".join(command[-1].strip("-") for command in commands),
)
def test_both_end_well(commands: tuple[tuple[str, ...], ...], tmp_path: Path) -> None:
    folder, one_by_one = tmp_path / "content", tmp_path / "one" / "content"
    collection(folder, 2 if HANDOUT in commands else 60)
    shutil.copytree(folder, one_by_one)
    for command in sorted(commands, reverse=True):  # what mends comes first
        assert run(one_by_one, *command)[0] == 0
    with ExitStack() as stack:
        processes = [stack.enter_context(running(folder, *command)) for command in commands]
        for process in processes:
            output, errors = process.communicate()
            assert process.returncode == 0, output + errors
    assert not temporaries(folder)
    found, expected = snapshot(folder), snapshot(one_by_one)
    assert set(found) == set(expected)
    if FIX in commands and ANKI in commands:  # which has seen texts as they were or as they became
        found = {path: data for path, data in found.items() if path.endswith((".md", ".lock"))}
    different = [path for path in found if found[path] != expected[path]]
    assert not different


def test_the_lock_keeps_what_another_run_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection(tmp_path / "content", 2)
    paths = [str(tmp_path / "content")]
    early = prepare(paths)
    (tmp_path / "content/new.md").write_text(document(7))
    late = prepare(paths)
    late.identity.times.changed("anki:note:late", "1234")
    early.identity.times.changed("anki:note:early", "5678")
    assert save_lock(late)
    assert save_lock(early)
    found = lock.parse((tmp_path / "content/selfcheck.lock").read_text())
    assert {entry.path for entry in found.known.values()} >= {"new.md", "part0/d0.md"}
    assert {"anki:note:late", "anki:note:early"} <= set(found.remembered)
    assert not save_lock(early)  # it has nothing to add


def test_what_is_read_and_written_back_is_held(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("no folder can be held here")
    code = (
        "import sys\nfrom selfcheck_tools.outputs import alone\nprint('waits', flush=True)\n"
        "with alone(sys.argv[1]):\n    print('enters', flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], env=ENVIRONMENT, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        with outputs.alone(str(tmp_path)):
            said = [other.stdout.readline()]
            said += [b"nothing\n"] if not select([other.stdout], [], [], 0.2)[0] else []
        said.append(other.stdout.readline())
    assert said == [b"waits\n", b"nothing\n", b"enters\n"]


# ── an author beside the program ────────────────────────────────────────────────────────────────


def _vanish(path: Path) -> None:
    path.unlink()


def _truncate(path: Path) -> None:
    path.write_text("")


def _grow(path: Path) -> None:
    with path.open("a") as file:
        file.write("### 4. What was added?\n\nThis.\n")


def _replace(path: Path) -> None:
    path.with_name("other").write_text("# New\n\n## Self-check\n\n### 1. What is new?\n\nAll.\n")
    path.with_name("other").rename(path)


CHANGES = [_vanish, _truncate, _grow, _replace]


@pytest.mark.parametrize("change", CHANGES)
def test_a_fix_does_not_overwrite_what_was_saved_meanwhile(
    change: Callable[[Path], None], tmp_path: Path
) -> None:
    folder = tmp_path / "content"
    collection(folder, 3)
    path = folder / "part0/d0.md"
    mended = mending.mend(lint(Asking((str(folder),))), unsafe=False)
    assert len(mended.files) == 3
    change(path)
    saved = path.read_bytes() if path.exists() else None
    written, overtaken = mending.write_mended(mended)
    assert (path.read_bytes() if path.exists() else None) == saved
    assert [Path(name).name for name in overtaken] == ["d0.md"]
    assert len(written.files) == 2
    assert {Path(each.path).name for each in written.findings} == {"d1.md", "d2.md"}
    assert not temporaries(folder)


def test_a_fix_keeps_permissions(tmp_path: Path) -> None:
    collection(tmp_path / "content", 1)
    path = tmp_path / "content/part0/d0.md"
    path.chmod(0o640)
    assert run(tmp_path / "content", *FIX)[0] == 0
    assert path.read_text() == document(0, faults=False)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("when", ["found", "read"])
@pytest.mark.parametrize("format", ["text", "full", "json", "sarif"])
def test_a_document_that_changes_while_it_is_checked(
    change: Callable[[Path], None],
    when: str,
    format: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """After it was found and before it is read; after it was read and before it is reported."""
    from selfcheck_tools import files
    from selfcheck_tools.cli import main

    collection(tmp_path / "content", 3)
    path = tmp_path / "content/part0/d0.md"
    monkeypatch.chdir(tmp_path / "content")
    monkeypatch.setattr(files, "_HELD", 0)  # as where there is more than memory keeps
    if when == "found":
        monkeypatch.setattr(linting, "find_documents", _then(linting.find_documents, change, path))
    else:
        monkeypatch.setattr(linting, "judged", _then(linting.judged, change, path))
    status = main(["lint", "--exit-zero", "--output-format", format])
    output, errors = capfdbinary.readouterr()
    assert b"Traceback" not in errors
    if when == "found" and change is _vanish:
        assert status == 2
        assert errors == b"selfcheck: part0/d0.md cannot be read: No such file or directory\n"
    else:
        assert status == 0
        assert errors == b""
    assert b"d1.md" in output
    # The next run knows nothing of what was.
    assert main(["lint", "--exit-zero", "--output-format", format]) == 0
    again = capfdbinary.readouterr()
    shutil.rmtree(tmp_path / "content/.selfcheck_cache")
    assert main(["lint", "--exit-zero", "--output-format", format]) == 0
    assert capfdbinary.readouterr() == again


def _then(first: Callable[..., Any], change: Callable[[Path], None], path: Path) -> Any:
    """A function after whose first call a file changes."""

    def both(*values: Any, **named: Any) -> Any:
        result = first(*values, **named)
        if not path.with_suffix(".changed").exists():
            path.with_suffix(".changed").write_text("")
            change(path)
        return result

    return both


def test_a_folder_that_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path / "content", 3)
    paths = [str(tmp_path / "content")]

    def remove(folder: Path) -> None:
        shutil.rmtree(folder)

    gone = _then(project.find_documents, remove, tmp_path / "content/part0")
    monkeypatch.setattr(project, "find_documents", gone)
    prepared = prepare(paths)
    assert [d.path for d in prepared.content.documents] == ["part1/d1.md", "part2/d2.md"]
    assert [(o.path, o.message) for o in prepared.everything.unread] == [
        ("part0/d0.md", "cannot be read: No such file or directory")
    ]
