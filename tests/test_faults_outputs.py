"""Outputs where something else stands, and names that no file can have."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faulty import EXPORT, Ran, World, assert_plain, must_be_root, tree

pytestmark = pytest.mark.usefixtures("here")


# ── what stands where an output is to be ────────────────────────────────────────────────────────


@pytest.fixture
def outside(world: World) -> Path:
    """A file that no output may ever touch."""
    path = world.folder.parent / "outside.txt"
    path.write_text("mine\n")
    return path


def folder(path: Path, outside: Path) -> None:
    path.mkdir()


def pipe(path: Path, outside: Path) -> None:
    os.mkfifo(path)


def device(path: Path, outside: Path) -> None:
    must_be_root("a device")
    os.mknod(path, 0o20666, os.makedev(1, 3))


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (folder, "build/n1.json is a folder: it cannot be written"),
        (pipe, "build/n1.json is a device, a pipe or a socket: it cannot be replaced"),
        (device, "build/n1.json is a device, a pipe or a socket: it cannot be replaced"),
    ],
)
def test_what_is_no_file_is_not_replaced(
    world: World,
    outside: Path,
    program: Callable[..., Ran],
    place: Callable[[Path, Path], None],
    says: str,
) -> None:
    path = Path("build/n1.json")
    path.unlink()
    place(path, outside)
    before = os.lstat(path)
    assert_plain(program(*EXPORT), says)
    assert (os.lstat(path).st_ino, os.lstat(path).st_mode) == (before.st_ino, before.st_mode)
    path.rmdir() if path.is_dir() else path.unlink()
    world.assert_nothing_temporary()
    assert program(*EXPORT).status == 0
    assert tree(world.folder) == world.whole


@pytest.mark.parametrize(
    "target", ["{outside}", "/nowhere/at/all", "n1.json", "{folder}", "n0.json"]
)
def test_a_link_is_replaced_and_never_written_through(
    world: World, outside: Path, program: Callable[..., Ran], target: str
) -> None:
    path = Path("build/n1.json")
    path.unlink()
    path.symlink_to(target.format(outside=outside, folder=outside.parent))
    ran = program(*EXPORT)
    if "{folder}" in target:
        assert_plain(ran, "build/n1.json is a folder: it cannot be written")
        path.unlink()
        ran = program(*EXPORT)
    assert (ran.status, ran.err) == (0, "")
    assert tree(world.folder) == world.whole
    assert outside.read_text() == "mine\n"


def test_a_build_folder_that_is_a_file(world: World, program: Callable[..., Ran]) -> None:
    Path("other").write_text("mine\n")
    ran = program(*EXPORT, "--output", "other")
    assert_plain(ran, "other is a file: nothing can be written into it")
    assert Path("other").read_text() == "mine\n"


def test_a_build_folder_that_is_a_link_is_followed(
    world: World, program: Callable[..., Ran]
) -> None:
    os.rename("build", "../elsewhere")
    os.symlink("../elsewhere", "build")
    assert program(*EXPORT).status == 0
    assert Path("build").is_symlink()
    for name, data in tree(Path("../elsewhere")).items():
        assert data == world.whole[f"build/{name}"] or name == ".selfcheck.json"


def test_a_dangling_build_folder(world: World, program: Callable[..., Ran]) -> None:
    os.symlink("../nowhere", "other")
    assert_plain(program(*EXPORT, "--output", "other"), "other")


# ── reports ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("option", ["--output-file", "--write-baseline"])
def test_a_report_into_a_device_leaves_it_there(program: Callable[..., Ran], option: str) -> None:
    must_be_root("a device")
    device(Path("null"), Path())
    assert program("lint", "notes", option, "null").status == 0
    assert Path("null").is_char_device()


def test_a_report_to_standard_output_by_name(world: World) -> None:
    """A link like /dev/stdout is not replaced, even if it leads to a file."""
    link = Path("stdout")
    link.symlink_to("/proc/self/fd/1")
    with Path("report.txt").open("w") as file:
        world.run("lint", "notes", "--output-file", "stdout", capture_output=False, stdout=file)
    assert link.is_symlink()
    assert "6 questions" in Path("report.txt").read_text()


def test_a_report_replaces_a_link(outside: Path, program: Callable[..., Ran]) -> None:
    Path("report.txt").symlink_to(outside)
    assert program("lint", "notes", "--output-file", "report.txt").status == 0
    assert outside.read_text() == "mine\n"
    assert not Path("report.txt").is_symlink()


# ── names ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("x" * 300, "File name too long"),
        ("/".join(["deep" * 50] * 30), "File name too long"),
        ("", "--output: no folder named"),
    ],
)
def test_an_output_folder_with_an_impossible_name(
    world: World, program: Callable[..., Ran], output: str, says: str
) -> None:
    assert_plain(program(*EXPORT, "--output", output), says)
    shutil.rmtree("deep" * 50, ignore_errors=True)
    world.assert_whole()


def test_a_document_whose_outputs_have_names_that_are_too_long(
    world: World, program: Callable[..., Ran]
) -> None:
    long = "notes/" + "x" * 252 + ".md"
    Path(long).write_text(Path("notes/n0.md").read_text().replace("Number", "Other"))
    assert_plain(program(*EXPORT), "File name too long")
    os.unlink(long)
    world.assert_nothing_temporary()


def test_a_document_whose_name_is_not_utf_8(world: World) -> None:
    name = os.fsencode(world.folder) + b"/notes/caf\xe9.md"
    Path(os.fsdecode(name)).write_text("## Self-check\n\n### 1. What is coffee?\n\nA drink.\n")
    for arguments in (("lint", "notes"), EXPORT, ("list", "notes"), ("lock", "notes")):
        ran = world.run(*arguments)
        assert (ran.status, ran.err) == (0, ""), ran
    assert os.path.exists(os.fsencode(world.folder) + b"/build/caf\xe9.json")
