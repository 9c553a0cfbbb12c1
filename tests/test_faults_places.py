"""Places that may not be read or written."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.faulty import EXPORT, Ran, World, assert_plain, forbidden, must_be_root, tree

DENIED = "Permission denied"


pytestmark = pytest.mark.usefixtures("here")


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
    world: World,
    unprivileged: Callable[..., Ran],
    program: Callable[..., Ran],
    path: str,
    bits: int,
    says: str,
) -> None:
    to_json = ("export", "notes", "--to", "json,anki")
    with mode(path, bits):
        ran = unprivileged(*to_json)
    assert_plain(ran, says)
    world.assert_whole()
    assert program(*EXPORT).status == 0
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
    assert " retired " not in (world.folder / "notes/selfcheck.lock").read_text()
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
        ("build", "build/n0.apkg cannot be written: Read-only file system"),
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
