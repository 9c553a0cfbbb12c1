"""Links, pipes, devices and sockets in the places of files: nothing hangs, nothing is written through
them, and results that came with the content are not taken for ours."""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from selfcheck_tools import cache, discovery, program
from selfcheck_tools.cli import main
from selfcheck_tools.secret import key
from tests.hostile import selfcheck

DOCUMENT = "# T\n\n## Self-check\n\n### 1. What?\n\nThat. ![x](x.png) [s](s.mp3)\n"
CONFIGURATION = 'templates = "look"\n[handout]\ntheme = "theme.toml"\n'


def _socket(path: Path) -> None:
    before = os.getcwd()
    os.chdir(path.parent)  # the name of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


KINDS: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "socket": _socket,
    "loop": lambda path: path.symlink_to(path.name),
    "loop of folders": lambda path: path.symlink_to(".."),
    "endless device": lambda path: path.symlink_to("/dev/zero"),
    "folder of devices": lambda path: path.symlink_to("/dev"),
    "process": lambda path: path.symlink_to("/proc/self/environ"),
    "file outside": lambda path: path.symlink_to(path.parents[-2] / "etc/passwd"),
}
# In the place of what, and what the program is then asked.
PLACES = {
    "b.md": ("lint", "list", "export", "fix"),
    "x.png": ("lint", "export"),
    "s.mp3": ("lint", "export"),
    "selfcheck.toml": ("lint",),
    "pyproject.toml": ("lint",),
    "selfcheck.lock": ("lint", "export", "lock"),
    ".gitignore": ("lint",),
    "look/anki/style.css": ("export",),
    ".selfcheck_cache": ("lint", "lint", "export", "clean"),
    ".selfcheck_cache/lint": ("lint", "lint"),
    ".selfcheck_cache/made": ("export", "export"),
    "build/old.apkg": ("export",),
    "build/.selfcheck.json": ("export",),
}
COMMANDS = {
    "lint": ("lint", "--exit-zero"),
    "fix": ("lint", "--fix", "--exit-zero"),
    "list": ("list",),
    "export": ("export", "--to", "anki,json"),
    "lock": ("lock",),
    "clean": ("clean",),
}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "a.md").write_text(DOCUMENT)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_neither_hangs_nor_breaks_a_run(
    work: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for place, commands in PLACES.items():
        for each in work.iterdir():
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
        (work / "a.md").write_text(DOCUMENT)
        if place != "selfcheck.toml":
            (work / "selfcheck.toml").write_text('templates = "look"\n' if "look" in place else "")
        path = work / place
        path.parent.mkdir(parents=True, exist_ok=True)
        KINDS[kind](path)
        for command in commands:
            assert main(COMMANDS[command]) in (0, 1, 2), (place, capsys.readouterr().err)
        shown = capsys.readouterr()
        assert "root:" not in shown.out + shown.err  # of /etc/passwd


def test_a_pipe_hangs_no_run_of_its_own(work: Path) -> None:
    """In a process that would be killed: the test above would wait for ever."""
    for name in (".gitignore", "selfcheck.toml", "selfcheck.lock", "b.md", "x.png"):
        os.mkfifo(work / name)
    (work / "build").mkdir()
    os.mkfifo(work / "build/old.apkg")
    assert selfcheck("lint", "--exit-zero", cwd=work).returncode in (0, 2)
    assert selfcheck("export", "--to", "anki", cwd=work).returncode in (0, 2)


@pytest.mark.parametrize("link", ["", "made", "lint", ".gitignore", "CACHEDIR.TAG"])
def test_no_cache_is_written_through_a_link(work: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    place = work / ".selfcheck_cache" / link
    place.parent.mkdir(exist_ok=True)
    (work / "selfcheck.toml").write_text("")
    place.symlink_to(outside if link in ("", "made") else outside / "file")
    for command in ("lint", "lint", "export", "export", "clean"):
        assert main(COMMANDS[command]) in (0, 1)
    assert [path.name for path in outside.iterdir()] == ["file"]
    assert (outside / "file").read_text() == "mine"


def test_no_output_is_written_through_a_link(work: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (work / "build").mkdir()
    for name in ("a.json", ".selfcheck.json"):
        (work / "build" / name).symlink_to(precious)
    (work / "selfcheck.lock").symlink_to(precious)
    assert main(COMMANDS["export"]) == 2  # the lock
    (work / "selfcheck.lock").unlink()
    assert main(COMMANDS["export"]) == 0
    assert precious.read_text() == "mine"
    assert not (work / "build/a.json").is_symlink()


def test_a_fix_is_written_to_no_file_outside(work: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious.md"
    precious.write_text("# T \n\n## Self-check\n\n### 1. What?\n\nThat.\t\n")
    before = precious.read_text()
    (work / "b.md").symlink_to(precious)
    main(COMMANDS["fix"])
    main(["lint", "--fix", "b.md", "a.md", "--exit-zero"])
    assert precious.read_text() == before


def test_content_that_is_configured_outside_is_not_read(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret.md").write_text(DOCUMENT.replace("That", "SECRET"))
    (work / "selfcheck.toml").write_text('content = ["..", "../secret.md", "/etc", "."]\n')
    main(COMMANDS["lint"])
    main(COMMANDS["export"])
    main(COMMANDS["list"])
    assert "SECRET" not in capsys.readouterr().out
    assert not any(b"SECRET" in p.read_bytes() for p in (work / "build").rglob("*") if p.is_file())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.md", "work"]


def test_a_manifest_removes_nothing_outside(work: Path, tmp_path: Path) -> None:
    main(COMMANDS["export"])
    (tmp_path / "precious").write_text("")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    manifest = work / "build/.selfcheck.json"
    text = manifest.read_text()
    assert '"a.json"' in text
    for path in ("../../precious", f"{tmp_path}/precious", "x/../../../precious"):
        manifest.write_text(text.replace('"a.json":', f'"{path}": "{empty}", "a.json":'))
        main(COMMANDS["export"])
    assert (tmp_path / "precious").exists()


# ── results that came with the content ──────────────────────────────────────────────────────────


def test_the_key_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = key()
    assert first == key()
    assert (tmp_path / "selfcheck/key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    assert key() != first


def test_a_key_that_was_cut_short_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept = tmp_path / "selfcheck/key"
    kept.parent.mkdir()
    kept.write_bytes(b"half")
    assert key() == key()
    assert len(kept.read_bytes()) == 32


def test_what_another_user_kept_is_not_taken(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []
    for user in ("one", "one", "another"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / user))
        program.digest.cache_clear()
        shutil.rmtree(work / "build", ignore_errors=True)
        assert main(COMMANDS["export"]) == 0
        kept.append({path.name for path in (work / ".selfcheck_cache/made").iterdir()})
    program.digest.cache_clear()
    assert kept[1] == kept[0], "what was made is taken again"
    assert len(kept[2] - kept[1]) >= len(kept[0]) - 1, "and by another user made again"
    assert len(kept[0]) > 2


def test_an_ignore_file_is_no_link(work: Path) -> None:
    (work / "other").write_text("*.md\n")
    (work / ".gitignore").symlink_to("other")
    assert discovery._ignore(str(work)) is None
    assert not cache.is_astray(str(work))
