"""What the program kept and finds damaged: caches, the lock, the list of outputs, the last decks."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tests.faulty import EXPORT, Ran, World, assert_plain, tree

LOCK = Path("notes/selfcheck.lock")
CACHE = Path("notes/.selfcheck_cache")
MANIFEST = Path("build/.selfcheck.json")


pytestmark = pytest.mark.usefixtures("here")


def keys(text: str) -> dict[str, str]:
    """The key of each question that is asked, by what the lock calls it."""
    lines = [line.split(" ", 9) for line in text.splitlines() if line.startswith("question ")]
    return {words[9]: words[1] for words in lines if words[8] == "active"}


# ── caches ──────────────────────────────────────────────────────────────────────────────────────


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(b"\x93\xff\x00garbage\x00" * 100)


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def huge(path: Path) -> None:
    os.truncate(path, 3 << 30)  # which takes no room


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


DAMAGE = (truncated, emptied, garbage, flipped, huge, a_folder, dangling)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_cache_is_as_good_as_none(
    world: World, program: Callable[..., Ran], damage: Callable[[Path], None]
) -> None:
    lint = ("lint", "notes", "--select", "all")
    assert program(*EXPORT).status == 0
    good = program(*lint)
    assert world.run(*lint) == good  # leaves what is said again
    kept = [path for path in CACHE.rglob("*") if path.is_file()]
    assert {"lint", "made"} <= {path.relative_to(CACHE).parts[0] for path in kept}
    assert any(path.name.startswith("run-") for path in kept)
    for path in kept:
        damage(path)
    assert world.run(*lint) == good
    shutil.rmtree("build")
    ran = world.run("export", "notes", "--to", "json,anki")
    assert (ran.status, ran.err) == (0, "")
    for name, data in tree(world.folder).items():
        assert data == world.whole[name] or name == str(MANIFEST)
    assert program("clean", "notes").status == 0
    assert not CACHE.exists()


def test_a_cache_that_is_a_file(world: World, program: Callable[..., Ran]) -> None:
    shutil.rmtree(CACHE)
    CACHE.write_text("mine\n")
    world.holds(says="", status=0, by=program)
    assert program("lint", "notes").status == 0
    assert program("clean", "notes").out == "notes/.selfcheck_cache: nothing to remove\n"
    assert CACHE.read_text() == "mine\n"


# ── the lock ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: "garbage\n", "selfcheck.lock:1: damaged line; restore the file"),
        (lambda text: "\0\1\2\n", "selfcheck.lock:1: damaged line; restore the file"),
        (lambda text: text.replace(" active ", " "), "damaged line; restore the file"),
        (lambda text: text[:-9], "the file ends within a line; restore it"),
        (lambda text: text.replace("lock 1", "lock 2"), "written by another version"),
        (lambda text: text.replace(" 1700000000", " then"), "damaged line; restore the file"),
        (lambda text: f"<<<<<<< ours\n{text}", "selfcheck.lock:1: merge-conflict marks"),
    ],
)
def test_a_damaged_lock_is_restored_from_version_control(
    world: World, program: Callable[..., Ran], change: Callable[[str], str], says: str
) -> None:
    """The way back that the message names keeps all keys and makes what would have been made."""
    good = LOCK.read_text()
    LOCK.write_text(change(good))
    world.before = tree(world.folder)
    for arguments in (EXPORT, ("lock", "notes"), ("lock", "notes", "--check")):
        assert_plain(program(*arguments), says)
    assert tree(world.folder) == world.before
    assert "damaged-lock" in program("lint", "notes").out
    LOCK.write_text(good)
    assert program(*EXPORT).status == 0
    assert tree(world.folder) == world.whole


def test_a_damaged_line_is_deleted(world: World, program: Callable[..., Ran]) -> None:
    """The other way back: of a question that was not edited, even the key is the same."""
    good = LOCK.read_text()
    lines = good.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if "What comes then?" in line)
    lines[at] = lines[at][:20] + "\n"
    LOCK.write_text("".join(lines))
    assert_plain(program("lock", "notes"), f"selfcheck.lock:{at + 1}: damaged line")
    LOCK.write_text("".join(lines[:at] + lines[at + 1 :]))
    assert program("lock", "notes").status == 0
    assert keys(LOCK.read_text()) == keys(good)


def git(*arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def test_a_lock_with_merge_conflict_marks(world: World, program: Callable[..., Ran]) -> None:
    """A real merge by git: what the message says to do keeps every key of both sides."""
    git("init", "--quiet", "--initial-branch=main", "notes")
    os.chdir("notes")
    Path(".gitignore").write_text(".selfcheck_cache\n")
    git("add", "."), git("commit", "--quiet", "-m", "both")
    sides = {}
    for side in ("ours", "theirs"):
        git("checkout", "--quiet", "-b", side, "main")
        for number in range(3):
            path = Path(f"n{number}.md")
            path.write_text(path.read_text().replace("New.", f"By {side}."))
        Path(f"{side}.md").write_text(f"## Self-check\n\n### 1. What is of {side}?\n\nThis.\n")
        assert program("lock").status == 0
        sides[side] = keys(Path("selfcheck.lock").read_text())
        git("add", "."), git("commit", "--quiet", "-m", side)
    assert "CONFLICT" in git("merge", "ours")
    text = Path("selfcheck.lock").read_text()
    assert "<<<<<<<" in text
    says = "merge-conflict marks; delete the marks, keep the lines of both sides, then run"
    assert_plain(program("lock"), says)
    assert_plain(program("export", "--to", "json", "--output", "../other"), says)
    git("checkout", "--theirs", "n0.md", "n1.md", "n2.md")
    Path("selfcheck.lock").write_text(re.sub(r"(?m)^([<|=>])\1{6}.*\n", "", text))
    assert program("lock").status == 0
    assert keys(Path("selfcheck.lock").read_text()) == {**sides["theirs"], **sides["ours"]}


def test_a_lock_that_is_gone(world: World, program: Callable[..., Ran]) -> None:
    """Decks were made with it: an edited collection would come twice to who has them."""
    assert program(*EXPORT).status == 0
    text = LOCK.read_text()
    good = keys(text)
    LOCK.unlink()
    path = Path("notes/n0.md")
    path.write_text(path.read_text().replace("What is the number 0?", "What is nought, in words?"))
    ran = program(*EXPORT)
    assert ran.status == 0
    assert "notes/selfcheck.lock is new, but decks were made before: " in ran.out
    assert keys(LOCK.read_text()).values() != good.values()
    LOCK.write_text(text)  # the way back that is named
    assert "is new" not in program(*EXPORT).out
    assert set(good.values()) == set(keys(LOCK.read_text()).values())


# ── the list of outputs, and the outputs ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "damage",
    [
        *(damage for damage in DAMAGE if damage is not huge),
        lambda path: path.write_text('{"version": 2, "runs": []}'),
        lambda path: path.write_text("[" * 100_000),
        lambda path: path.write_text('{"version": 1, "note": "", "runs": [{"format": 1}]}'),
    ],
)
def test_a_damaged_list_of_outputs(
    world: World, program: Callable[..., Ran], damage: Callable[[Path], object]
) -> None:
    damage(MANIFEST)
    before = os.lstat(MANIFEST)
    ran = program(*EXPORT)
    if damage is a_folder:
        assert_plain(ran, "build/.selfcheck.json is a folder: it cannot be written")
        assert os.lstat(MANIFEST).st_ino == before.st_ino
        MANIFEST.rmdir()
        ran = program(*EXPORT)
    elif damage is not dangling:
        assert "build/.selfcheck.json is damaged: of earlier runs nothing is removed" in ran.out
    assert (ran.status, ran.err) == (0, "")
    assert tree(world.folder) == world.whole


def test_a_list_of_outputs_of_a_stranger_removes_nothing_else(
    world: World, program: Callable[..., Ran]
) -> None:
    """It lists files outside of the build folder, through a link, and one of ours that was changed."""
    data = json.loads(MANIFEST.read_text())
    outside = world.folder.parent / "outside.txt"
    outside.write_text("mine\n")
    Path("build/mine.txt").write_text("changed\n")
    Path("build/link").symlink_to("../notes")
    digest = "9a8a8a4e0a1a3c1b7ddd9e1dd4ba9b5ee8e5ecdd1fea8b0d0c5ac1ab4e3b6b4a"
    for run in data["runs"]:
        for path in (
            "../../outside.txt",
            str(outside),
            "link/n1.md",
            "mine.txt",
            "../notes/n0.md",
            "",
        ):
            run["outputs"][path] = digest
    mine = sha256(b"mine\n").hexdigest()
    for run in data["runs"]:
        run["outputs"] |= {"../../outside.txt": mine, str(outside): mine}
        run["outputs"]["link/n1.md"] = sha256(Path("notes/n1.md").read_bytes()).hexdigest()
    MANIFEST.write_text(json.dumps(data))
    ran = program(*EXPORT)
    assert (ran.status, ran.err) == (0, "")
    assert "removed" not in ran.out
    assert outside.read_text() == "mine\n"
    assert Path("build/mine.txt").exists()
    assert Path("notes/n1.md").read_bytes() == world.whole["notes/n1.md"]


@pytest.mark.parametrize("damage", [truncated, emptied, garbage, flipped])
def test_damaged_outputs_are_made_again(
    world: World, program: Callable[..., Ran], damage: Callable[[Path], None]
) -> None:
    for path in Path("build").glob("*.*"):
        if path.name != MANIFEST.name:
            damage(path)
    ran = program(*EXPORT)
    assert (ran.status, ran.err) == (0, "")
    assert tree(world.folder) == world.whole
