"""What benchmarks share: what a command costs, other programs beside which we measure, and the table."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """Of a command with all its processes: wall and CPU seconds, and the most bytes one of them held."""

    wall: float
    cpu: float
    peak: int


_ENDED = os.WEXITED | os.WNOHANG | os.WNOWAIT


def cost(
    command: Sequence[str],
    *,
    patience: float = 0,
    folder: Path | None = None,
    fine: Sequence[int] = (0,),
) -> Cost:
    """What a command costs, run in `folder`; TimeoutError when it takes longer than `patience`
    seconds, RuntimeError when its exit status is not a `fine` one."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=folder)
        while patience and not os.waitid(os.P_PID, process.pid, _ENDED):
            if time.perf_counter() - start > patience:
                process.kill()
                process.wait()
                raise TimeoutError
            time.sleep(0.05)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in fine:
            said.seek(0)
            raise RuntimeError(f"{command[0]} failed: {said.read().decode()[-400:]}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * scale)


def compiled() -> None:
    """Leaves the program as an installer does: modules that changed since would be compiled at every
    start."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", "selfcheck_tools"], check=True)


def installed(folder: Path, packages: Sequence[str]) -> Path | None:
    """The programs of an environment in `folder` with packages of PyPI, made where it is not there
    yet; None where they cannot be had."""
    done = folder / "complete"
    if not done.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
            install = [str(folder / "bin/pip"), "install", "--quiet", *packages]
            subprocess.run(install, check=True, capture_output=True)
        except (subprocess.CalledProcessError, OSError):
            return None
        done.touch()
    return folder / "bin"


HEAD = "| what | beside | wanted | measured | verdict |\n| --- | --- | --- | --- | --- |\n"


def row(
    what: str,
    beside: str,
    measured: float | str,
    *,
    most: float | None = None,
    least: float | None = None,
) -> None:
    """Prints a line of the table of `make bench`: a ratio within this run, or why there is none."""
    wanted = f"at most {most:g}" if most is not None else f"at least {least:g}" if least else ""
    if isinstance(measured, str):
        print(f"| {what} | {beside} | {wanted} | | not measured: {measured} |")
        return
    holds = (most is None or measured <= most) and (least is None or measured >= least)
    verdict = ("held" if holds else "missed") if wanted else ""
    print(f"| {what} | {beside} | {wanted} | {measured:.3g} | {verdict} |")
