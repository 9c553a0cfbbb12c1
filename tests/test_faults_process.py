"""What a process may lack: streams, room for them, a home, a place for temporary files, memory."""

import os
import resource
import shutil
import subprocess
import sys
from typing import TypeVar

import pytest

from selfcheck_tools.commands.lint_command import FORMATS
from tests.faulty import (
    ALL,
    EXPORT,
    NOW,
    ROOT,
    Ran,
    World,
    assert_plain,
    check_sound,
    must_be_root,
    run,
    tree,
)

LINT = ("lint", "notes", "--no-cache")
FULL = "standard output cannot be written: No space left on device"
SPOKEN = [
    ("explain", "--all"),
    ("--help",),
    ("list", "notes"),
    ("export", "notes", "--to", "json"),
    (*LINT, "--select", "all"),
    (*LINT, "--select", "all", "--output-format", "sarif"),
    (*LINT, "--select", "trailing-white-space", "--diff"),
    (*LINT, "--select", "all", "--statistics"),
    ("lint", "notes"),
    ("config", "notes"),
    ("explain",),
    ("explain", "missing-answer"),
    ("schema",),
    ("lock", "notes"),
    ("--version",),
    ("export", "--help"),
    *[(*LINT, "--select", "all", "--output-format", name) for name in FORMATS],
]
Case = TypeVar("Case")
PRINT = ("export", "notes/n0.md", "--to", "handout")


def shell(world: World, script: str, *arguments: str, **environment: str) -> Ran:
    """Runs `"$@"`, which is the program, in a shell script."""
    command = [sys.executable, "-m", "selfcheck_tools", *arguments]
    own = {"PYTHONUNBUFFERED": "", "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": NOW}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script, "bash", *command],
        cwd=world.folder,
        env={**os.environ, **own, **environment},
        capture_output=True,
        text=True,
        errors="backslashreplace",
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def several(cases: list[Case], most: int) -> list[Case]:
    """Some cases, or all where there is time: each is a process or two."""
    return cases if ALL else cases[:most]


# ── streams ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("arguments", several(SPOKEN, 6), ids=" ".join)
def test_a_full_standard_output_is_not_silent(world: World, arguments: tuple[str, ...]) -> None:
    assert_plain(shell(world, '"$@" > /dev/full', *arguments), FULL)


@pytest.mark.parametrize("arguments", several(SPOKEN, 6), ids=" ".join)
def test_a_pipe_that_is_closed_is_no_fault(world: World, arguments: tuple[str, ...]) -> None:
    """`true` reads nothing, so the pipe is closed at the first byte, or before."""
    ran = shell(world, '{ sleep 0.05; "$@"; } | true', *arguments)
    assert (ran.status, ran.err) == (0, "")


def test_a_pipe_that_is_closed_after_a_line(world: World) -> None:
    for unbuffered in ("", "1"):
        ran = shell(world, '"$@" | head -1', "explain", "--all", PYTHONUNBUFFERED=unbuffered)
        assert (ran.status, ran.err, ran.out) == (0, "", "# Rules\n"), ran


@pytest.mark.parametrize("closed", several([">&-", "<&- >&- 2>&-", "<&-", "2>&-"], 2))
def test_streams_that_are_closed(world: World, closed: str) -> None:
    """Nothing that is said may land in a file that is written meanwhile."""
    ran = shell(world, f'"$@" {closed}', *EXPORT)
    assert (ran.status, ran.err) == (0, "")
    assert tree(world.folder) == world.whole
    assert shell(world, f'"$@" {closed}', "lint", "nowhere").status == 2


def test_a_full_standard_output_without_buffer(world: World) -> None:
    ran = shell(world, '"$@" > /dev/full', "--help", PYTHONUNBUFFERED="1")
    assert_plain(ran, FULL)


def test_a_full_standard_error_still_has_a_status(world: World) -> None:
    assert shell(world, '"$@" 2> /dev/full', "lint", "nowhere").status == 2


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "utf-16"},
        {"LC_ALL": "nowhere.UTF-9"},
    ],
)
def test_odd_locales_change_no_output(world: World, environment: dict[str, str]) -> None:
    (world.folder / "notes/é.md").write_bytes("## Ü\n\n### 1. Où est l’été?\n\nIci — ☀.\n".encode())
    shutil.rmtree(world.folder / "build")
    twin = world.folder.parent / "twin"
    shutil.copytree(world.folder, twin)
    to_json = ("export", "notes", "--to", "json,anki")
    assert run(twin, *to_json).status == 0
    for arguments in (to_json, ("lint", "notes", "--select", "all", "--exit-zero")):
        ran = shell(world, '"$@"', *arguments, **environment)
        assert (ran.status, "Traceback" in ran.err) == (0, False), ran
    assert tree(world.folder) == tree(twin)


# ── places ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "environment",
    [
        {"HOME": "/nonexistent", "XDG_CACHE_HOME": ""},
        {"HOME": "/proc", "XDG_CACHE_HOME": "/proc"},
        {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null"},
        {"TMPDIR": "/nonexistent", "TMP": "/nonexistent", "TEMP": "/nonexistent"},
    ],
)
def test_no_home_and_no_named_temporary_folder(world: World, environment: dict[str, str]) -> None:
    """Fonts are looked up by what is kept in one of them."""
    assert_printed(world, world.run(*PRINT, env=environment))


def test_a_home_that_is_not_set(world: World) -> None:
    assert_printed(world, world.run(*PRINT, before=("env", "-u", "HOME", "-u", "XDG_CACHE_HOME")))


def assert_printed(world: World, ran: Ran) -> None:
    assert_plain(ran, "", 0)
    check_sound(world.folder / "build")
    assert len(list(world.folder.glob("build/*.pdf"))) == 1
    world.assert_nothing_temporary()


def test_no_folder_for_temporary_files(world: World) -> None:
    """Nor a home, nor is the working directory one. Only what is named can be written."""
    must_be_root("a read-only /tmp")
    script = (
        "mount --make-rprivate /; for each in /tmp /var/tmp /usr/tmp; do [ -d $each ] && "
        "mount --bind $each $each && mount -o remount,bind,ro $each; done; "
        'mount --bind "$PWD" "$PWD" && mount -o remount,bind,rw "$PWD"; cd /proc && exec "$@"'
    )
    arguments = ["export", str(world.folder / "notes"), "--output", str(world.folder / "build")]
    environment = {"HOME": "/proc", "XDG_CACHE_HOME": "/proc"}
    before = ("unshare", "-m", "bash", "-c", script, "bash")
    ran = world.run(*arguments, "--to", "handout", before=before, env=environment)
    assert_plain(ran, "handout cannot be made here: No usable temporary directory found")
    world.assert_whole()
    ran = world.run(*arguments, "--to", "json,anki", before=before, env=environment)
    assert_plain(ran, "", 0)
    assert ALL or tree(world.folder) == world.whole


# ── limits ──────────────────────────────────────────────────────────────────────────────────────


def limited(world: World, limit: int, value: int, *arguments: str) -> Ran:
    def apply() -> None:
        resource.setrlimit(limit, (value, value))

    return world.run(*arguments, preexec_fn=apply)


@pytest.mark.parametrize("most", [0, 8_000])
def test_a_limit_on_the_size_of_files(world: World, most: int) -> None:
    ran = limited(world, resource.RLIMIT_FSIZE, most, "export", "notes", "--to", "json,anki")
    assert_plain(ran, "cannot be written: File too large")
    world.assert_whole()
    assert world.run(*EXPORT).status == 0
    assert tree(world.folder) == world.whole


def test_few_open_files_are_enough(world: World) -> None:
    assert_printed(world, limited(world, resource.RLIMIT_NOFILE, 12, *PRINT))


@pytest.mark.parametrize(
    "arguments", [("lint", "notes", "--no-cache"), ("export", "notes", "--to", "json,anki")]
)
def test_little_memory(world: World, arguments: tuple[str, ...]) -> None:
    """With less and less of it, the first time that it is not enough, that is said."""
    for megabytes in range(60, 0, -8):
        ran = limited(world, resource.RLIMIT_AS, megabytes << 20, *arguments)
        if ran.status:
            break
    assert_plain(ran, "")
    assert "not enough memory" in ran.err or "failed to map" in ran.err
    world.assert_whole()
