"""Disks that are full: whatever cannot be written, the last whole files stay, and the message helps."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faulty import ALL, EXPORT, Ran, World, assert_plain, full, tree

FULL = "No space left on device"
Disk = Callable[..., None]


pytestmark = pytest.mark.usefixtures("here")


def named(ran: Ran) -> str:
    """The file that a message says could not be written."""
    found = re.fullmatch(rf"selfcheck: (\S+) cannot be written: {FULL}\n", ran.err)
    return found[1] if found else ran.err


# ── outputs ─────────────────────────────────────────────────────────────────────────────────────


def test_an_export_onto_a_full_disk(world: World, disk: Disk, program: Callable[..., Ran]) -> None:
    """The disk is full at the first output, at each next one, and at the list of outputs."""
    disk("build", "1m")
    broken: dict[str, None] = {}
    for pages in range(40):
        world.restore()
        with full(Path("build"), pages * 4096):
            ran = program(*EXPORT)
        world.assert_whole()
        if ran.status == 0:
            break
        assert_plain(ran, FULL)
        broken[named(ran)] = None
    assert ran.status == 0, "there was never enough room"
    first, *middle, last = broken
    assert (first, bool(middle), last) == (
        "build/n0.apkg",
        True,
        "build/n2-handout.pdf" if ALL else "build/n2.json",
    )
    assert tree(world.folder) == world.whole


@pytest.mark.parametrize("leave", [0, 20_000])
def test_the_next_export_is_right(
    world: World, disk: Disk, program: Callable[..., Ran], leave: int
) -> None:
    disk("build", "1m")
    world.holds(says=FULL, fault=full(Path("build"), leave), by=program)


def test_the_list_of_outputs_on_a_full_disk(
    world: World, disk: Disk, program: Callable[..., Ran]
) -> None:
    assert program(*EXPORT).status == 0
    Path("build/.selfcheck.json").unlink()
    disk("build", "1m")
    world.before = tree(world.folder)
    ran = world.holds(says=FULL, fault=full(Path("build")), by=program)
    assert named(ran) == "build/.selfcheck.json"


def test_a_disk_without_room_for_another_file(
    world: World, disk: Disk, program: Callable[..., Ran]
) -> None:
    disk("build", "1m", nr_inodes=str(len(os.listdir("build")) + 1))  # the folder and what is in it
    ran = program(*EXPORT)
    assert_plain(ran, FULL)
    world.assert_whole()


# ── the content folder ──────────────────────────────────────────────────────────────────────────


def test_the_lock_on_a_full_disk(world: World, disk: Disk, program: Callable[..., Ran]) -> None:
    disk("notes", "1m")
    ran = world.holds(says=FULL, fault=full(Path("notes")), by=program)
    assert named(ran).endswith("selfcheck.lock")
    assert ran.out == ""


@pytest.mark.parametrize("pages", [0, 1])
def test_fixes_on_a_full_disk(
    world: World, disk: Disk, program: Callable[..., Ran], pages: int
) -> None:
    disk("notes", "1m")
    fix = ("lint", "notes", "--select", "trailing-white-space", "--fix", "--no-cache")
    before = tree(world.folder)
    with full(Path("notes"), pages * 4096):
        ran = program(*fix)
    after = tree(world.folder)
    world.assert_nothing_temporary()
    for name, data in after.items():
        assert data in (before[name], before[name].replace(b"then?   \n", b"then?\n"))
    assert_plain(ran, FULL)
    assert program(*fix).status == 0
    assert all(b"then?\n" in p.read_bytes() for p in Path("notes").glob("*.md"))


def test_a_cache_on_a_full_disk_is_none(
    world: World, disk: Disk, program: Callable[..., Ran]
) -> None:
    program("clean", "notes")
    disk("notes/.selfcheck_cache", "1m")
    world.holds(says="", status=0, fault=full(Path("notes/.selfcheck_cache")), by=program)
    with full(Path("notes/.selfcheck_cache"), 4096):
        assert program("lint", "notes").status == 0
    cached = [p.name for p in Path("notes/.selfcheck_cache").rglob("*") if p.is_file()]
    assert not [name for name in cached if name.startswith(".selfcheck-")]


# ── files that the user names ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("option", ["--output-file", "--write-baseline"])
def test_a_report_on_a_full_disk(
    world: World, disk: Disk, program: Callable[..., Ran], option: str
) -> None:
    disk("out", "64k")
    report = Path("out/report.txt")
    lint = ("lint", "notes", "--no-cache", option, str(report))
    assert program(*lint).status == 0
    good = report.read_bytes()
    with full(Path("out")):
        ran = program(*lint)
    assert_plain(ran, FULL)
    assert named(ran) == str(report)
    assert [report.read_bytes(), os.listdir("out")] == [good, ["report.txt"]]


def test_a_full_temporary_folder(world: World, disk: Disk) -> None:
    """Outputs are prepared where they are to be; other temporary files need little."""
    disk("temp", "64k")
    with full(world.folder / "temp"):
        ran = world.run(*EXPORT, env={"TMPDIR": str(world.folder / "temp")})
    assert_plain(ran, "", 0)
    assert tree(world.folder) == world.whole
