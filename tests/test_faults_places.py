"""Places that may not be read or written, and outputs where something else stands."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faulty import EXPORT, Ran, World, assert_plain, forbidden, in_process, must_be_root, tree

DENIED = "Permission denied"


@pytest.fixture(autouse=True)
def _here(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(world.folder)


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs the program in this process, which is quicker."""
    return in_process(capsys)


@pytest.fixture
def unprivileged(world: World) -> Callable[..., Ran]:
    """Runs the program so that permissions count, even for root."""
    return lambda *arguments: world.run(*arguments, before=forbidden())


@contextmanager
def mode(path: str, bits: int) -> Iterator[None]:
    before = os.stat(path).st_mode
    os.chmod(path, bits)
    yield
    os.chmod(path, before)


# ── permissions ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "bits", "says"),
    [
        ("build", 0o500, "build/n0.json cannot be written: Permission denied"),
        ("build", 0o000, "build"),
        ("build/n1.json", 0o444, "build/n1.json cannot be written: it is write-protected"),
        ("notes", 0o500, "notes/selfcheck.lock cannot be written: Permission denied"),
        ("notes/selfcheck.lock", 0o000, "selfcheck.lock cannot be read: Permission denied"),
        ("notes/selfcheck.lock", 0o444, "selfcheck.lock cannot be written: it is write-protected"),
    ],
)
def test_what_may_not_be_written(
    world: World, unprivileged: Callable[..., Ran], path: str, bits: int, says: str
) -> None:
    to_json = ("export", "notes", "--to", "json,anki")
    with mode(path, bits):
        ran = unprivileged(*to_json)
    assert_plain(ran, says)
    world.assert_whole()
    assert world.run(*EXPORT).status == 0
    assert tree(world.folder) == world.whole


def test_a_cache_that_may_not_be_written_is_none(
    world: World, unprivileged: Callable[..., Ran]
) -> None:
    with mode("notes/.selfcheck_cache", 0o500), mode("notes/.selfcheck_cache/made", 0):
        ran = unprivileged(*EXPORT)
    assert_plain(ran, "", 0)
    assert tree(world.folder) == world.whole


def test_a_document_that_may_not_be_read_is_named_and_its_outputs_stay(
    world: World, unprivileged: Callable[..., Ran]
) -> None:
    with mode("notes/n1.md", 0):
        linted = unprivileged("lint", "notes")
        exported = unprivileged(*EXPORT)
    assert_plain(linted, "notes/n1.md cannot be read: Permission denied")
    assert (exported.status, exported.err) == (0, "")
    assert "notes/n1.md: cannot be read: Permission denied\n" in exported.out
    assert "Retired" not in exported.out
    world.assert_whole()  # what was made of it stays, and what learners have of it
    assert world.run(*EXPORT).status == 0
    assert tree(world.folder) == world.whole


def test_a_document_that_may_not_be_mended_stays(
    world: World, unprivileged: Callable[..., Ran]
) -> None:
    with mode("notes/n1.md", 0o444):
        ran = unprivileged("lint", "notes", "--fix", "--select", "trailing-white-space")
    assert_plain(ran, "n1.md cannot be written: it is write-protected")
    assert tree(world.folder)["notes/n1.md"] == world.before["notes/n1.md"]


def test_mending_keeps_permissions_and_owner(world: World, program: Callable[..., Ran]) -> None:
    os.chmod("notes/n1.md", 0o640)
    if os.geteuid() == 0:
        os.chown("notes/n1.md", 1234, 1234)
    before = os.stat("notes/n1.md")
    assert program("lint", "notes", "--fix", "--select", "trailing-white-space").status == 0
    after = os.stat("notes/n1.md")
    assert before.st_ino != after.st_ino, "nothing was mended"
    kept = [(found.st_mode, found.st_uid, found.st_gid) for found in (before, after)]
    assert kept[0] == kept[1]


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("build", "build/n0.json cannot be written: Read-only file system"),
        ("notes", "notes/selfcheck.lock cannot be written: Read-only file system"),
    ],
)
def test_a_read_only_disk(world: World, program: Callable[..., Ran], place: str, says: str) -> None:
    must_be_root("a read-only disk")
    world.holds(says=says, fault=read_only(place), by=program)


def test_a_read_only_content_folder_can_be_linted_and_exported(
    world: World, program: Callable[..., Ran]
) -> None:
    must_be_root("a read-only disk")
    with read_only("notes"):
        assert program("lint", "notes").status == 0
        assert program("export", "notes", "--to", "json", "--no-lock").status == 0


@contextmanager
def read_only(place: str) -> Iterator[None]:
    subprocess.run(["mount", "--bind", place, place], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
    yield
    subprocess.run(["umount", place], check=True)


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
    """Even if that leads to a file, the link in /dev is not replaced."""
    before = os.lstat("/dev/stdout").st_ino
    with Path("report.txt").open("w") as file:
        world.run(
            "lint", "notes", "--output-file", "/dev/stdout", capture_output=False, stdout=file
        )
    assert os.lstat("/dev/stdout").st_ino == before
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
    long = "notes/" + "x" * 250 + ".md"
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
