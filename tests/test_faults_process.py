"""What a process may lack: streams, room for them, a home, a place for temporary files, memory."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from selfcheck_tools.lint_command import FORMATS
from tests.faulty import EXPORT, ROOT, Ran, World, assert_plain, must_be_root, tree

LINT = ("lint", "notes", "--no-cache")
FULL = "standard output cannot be written: No space left on device"
SPOKEN = [
    *[(*LINT, "--select", "all", "--output-format", name) for name in FORMATS],
    (*LINT, "--fix", "--diff", "--select", "trailing-white-space"),
    (*LINT, "--statistics", "--select", "all"),
    ("lint", "notes"),
    ("list", "notes"),
    ("config", "notes"),
    ("explain",),
    ("explain", "--all"),
    ("explain", "missing-answer"),
    ("schema",),
    ("lock", "notes"),
    ("--help",),
    ("--version",),
    ("export", "--help"),
    ("export", "notes", "--to", "json"),
]


def shell(world: World, script: str, *arguments: str, **environment: str) -> Ran:
    """Runs `"$@"`, which is the program, in a shell script."""
    command = [sys.executable, "-m", "selfcheck_tools", *arguments]
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script, "bash", *command],
        cwd=world.folder,
        env={**os.environ, "PYTHONUNBUFFERED": "", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        errors="backslashreplace",
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def several(tests: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """All of them at length, else a few: each is a process."""
    return tests if os.environ.get("SELFCHECK_ALL_FAULTS") else tests[:1] + tests[11:]


# ── streams ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("arguments", several(SPOKEN), ids=" ".join)
def test_a_full_standard_output_is_not_silent(world: World, arguments: tuple[str, ...]) -> None:
    assert_plain(shell(world, '"$@" > /dev/full', *arguments), FULL)


@pytest.mark.parametrize("arguments", several(SPOKEN), ids=" ".join)
def test_a_pipe_that_is_closed_is_no_fault(world: World, arguments: tuple[str, ...]) -> None:
    """`true` reads nothing, so the pipe is closed at the first byte, or before."""
    ran = shell(world, '{ sleep 0.05; "$@"; } | true', *arguments)
    assert (ran.status, ran.err) == (0, "")


def test_a_pipe_that_is_closed_after_a_line(world: World) -> None:
    for unbuffered in ("", "1"):
        ran = shell(world, '"$@" | head -1', "explain", "--all", PYTHONUNBUFFERED=unbuffered)
        assert (ran.status, ran.err, ran.out) == (0, "", "# Rules\n"), ran


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(world: World, closed: str) -> None:
    """Nothing that is said may land in a file that is written meanwhile."""
    ran = shell(world, f'"$@" {closed}', *EXPORT, SOURCE_DATE_EPOCH="1700100000")
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
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "utf-16"},
        {"LC_ALL": "nowhere.UTF-9"},
    ],
)
def test_odd_locales_change_no_output(world: World, environment: dict[str, str]) -> None:
    Path(world.folder, "notes/n0.md").write_text(
        Path(world.folder, "notes/n0.md").read_text(), encoding="utf-8"
    )
    for arguments in (EXPORT, ("lint", "notes", "--select", "all", "--exit-zero")):
        ran = shell(world, '"$@"', *arguments, SOURCE_DATE_EPOCH="1700100000", **environment)
        assert (ran.status, "Traceback" in ran.err) == (0, False), ran
    assert tree(world.folder) == world.whole


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
    ran = world.run(*EXPORT, env=environment)
    assert_plain(ran, "", 0)
    assert tree(world.folder) == world.whole


def test_a_home_that_is_not_set(world: World) -> None:
    ran = world.run(*EXPORT, before=("env", "-u", "HOME", "-u", "XDG_CACHE_HOME"))
    assert_plain(ran, "", 0)
    assert tree(world.folder) == world.whole


def without_temporary_folder(world: World, script: str) -> Ran:
    """Runs the program where no folder for temporary files can be written, nor a home."""
    must_be_root("a read-only /tmp")
    mounts = (
        "mount --make-rprivate / && mount --bind . . && "
        "for each in /tmp /var/tmp /usr/tmp; do "
        '[ -d $each ] && mount --bind $each $each && mount -o remount,bind,ro $each; done; cd "$PWD"; '
        + script
    )
    return world.run(
        *EXPORT,
        before=("unshare", "-m", "bash", "-c", mounts, "bash"),
        env={"HOME": "/proc", "XDG_CACHE_HOME": "/proc"},
    )


def test_no_folder_for_temporary_files(world: World) -> None:
    """The world lies in /tmp, too, but is mounted over it as it was."""
    ran = without_temporary_folder(world, 'exec "$@"')
    world.assert_whole()
    assert_plain(ran, "temporary")
    assert world.run(*EXPORT).status == 0
    assert tree(world.folder) == world.whole


# ── limits ──────────────────────────────────────────────────────────────────────────────────────


def limited(world: World, limit: int, value: int, *arguments: str) -> Ran:
    def apply() -> None:
        resource.setrlimit(limit, (value, value))

    return world.run(*arguments, preexec_fn=apply)


@pytest.mark.parametrize("most", [0, 6_000, 14_000])
def test_a_limit_on_the_size_of_files(world: World, most: int) -> None:
    ran = limited(world, resource.RLIMIT_FSIZE, most, *EXPORT)
    assert_plain(ran, "cannot be written: File too large")
    world.assert_whole()
    assert world.run(*EXPORT).status == 0
    assert tree(world.folder) == world.whole


def test_too_few_open_files(world: World) -> None:
    """Whatever is the first to fail, it is said in a sentence, until there are enough."""
    said = set()
    for most in range(3, 40):
        ran = limited(world, resource.RLIMIT_NOFILE, most, "export", "notes", "--to", "json,anki")
        if ran.status == 0:
            break
        said.add(ran.err)
        world.assert_whole()
    print(said)
    assert ran.status == 0


@pytest.mark.parametrize("arguments", [("lint", "notes"), EXPORT])
def test_little_memory(world: World, arguments: tuple[str, ...]) -> None:
    for megabytes in (30, 60, 90, 120, 200):
        ran = limited(world, resource.RLIMIT_AS, megabytes << 20, *arguments)
        print(megabytes, ran)
        world.assert_whole()


Program = Callable[..., Ran]
