"""Runs of the program that are broken off: started in a group of their own, struck, and looked at."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT

# Says on a pipe that the program has begun, as it does: what comes before is Python's own.
_LAUNCH = """\
import os, signal, sys
from selfcheck_tools.__main__ import arm, entry
for number in (signal.SIGINT, signal.SIGHUP):  # which whoever runs the tests may have us ignore
    signal.signal(number, signal.SIG_DFL)
arm()
os.write(int(sys.argv.pop(1)), b"!")
entry()
"""
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")},
    "PYTHONPATH": str(ROOT),
    "SOURCE_DATE_EPOCH": "1700000000",
}
TEMPORARY = ".selfcheck-"


def document(number: int, *, faults: bool = True) -> str:
    """A document with three questions; with `faults` one with something for --fix on many lines."""
    blank = "   " if faults else ""
    questions = "".join(
        f"### {at}. What is thing {number}-{at}?{blank}\n\nIt is **{number * at}**.{blank}\n\n"
        for at in range(1, 4)
    )
    return f"# Document {number}{blank}\n\n## Self-check\n\n{questions}"


def collection(folder: Path, count: int, *, faults: bool = True) -> None:
    """A content folder with so many documents, marked as one."""
    folder.mkdir(parents=True)
    (folder / "selfcheck.toml").write_text('select = ["all"]\n')
    for number in range(count):
        place = folder / f"part{number % 3}"
        place.mkdir(exist_ok=True)
        (place / f"d{number}.md").write_text(document(number, faults=faults))


@contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The program at work in a folder, in a process group of its own, from its first line on."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", _LAUNCH, str(writing), *arguments],
        cwd=folder,
        env=ENVIRONMENT | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        pass_fds=(writing,),
    ) as process:
        os.close(writing)
        try:
            os.read(reading, 1)
            yield process
        finally:
            os.close(reading)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def run(folder: Path, *arguments: str, **environment: str) -> tuple[int, str, str, float]:
    """An untroubled run: its status, output and errors, and the seconds that it took."""
    with running(folder, *arguments, **environment) as process:
        started = time.monotonic()
        output, errors = process.communicate()
        return process.returncode, output, errors, time.monotonic() - started


def seconds_until_alone(group: int) -> float:
    """How long it takes until no process of a group is left; an assertion fails after ten seconds."""
    started = time.monotonic()
    while time.monotonic() < started + 10:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return time.monotonic() - started
        time.sleep(0.002)
    os.killpg(group, signal.SIGKILL)
    raise AssertionError("a process outlived its parent by ten seconds")


def snapshot(folder: Path) -> dict[str, bytes]:
    """All files below a folder but for the cache, which is nobody's business."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".selfcheck_cache" not in path.parts
    }


def temporaries(folder: Path) -> list[Path]:
    """Temporary files that are left below a folder, in the cache too."""
    return [path for path in folder.rglob(f"{TEMPORARY}*") if path.is_file()]


def age(paths: list[Path]) -> None:
    """Makes files look as if nobody had touched them for two hours."""
    then = time.time() - 7200
    for path in paths:
        os.utime(path, (then, then))
