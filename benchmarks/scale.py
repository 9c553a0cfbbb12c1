"""How time and memory grow with a collection: `python -m benchmarks.scale [--plot FILE] [QUESTIONS …]`.

Whole processes, as users start them, each with nothing known from before: lint, and exports to JSON
and into one package for Anki, of documents of fifteen questions. Time is CPU time of a process with
its workers; memory the peak of the largest process, and that of all together (by their proportional
shares, looked at twenty times a second). The growth is the exponent between a size and the one
before: 1.00 is linear. `--plot` draws it all, after each size anew, with matplotlib (PyPI), which is
installed into a temporary folder.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks import documents
from benchmarks.measuring import compiled, installed, row

SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
MATPLOTLIB = "matplotlib==3.11.2"
_PLOT = Path(__file__).with_name("scale_plot.py")
_EACH = 15  # questions of a document
_COMMANDS = {
    "lint": ("lint", "--fail-on", "never"),
    "json": ("export", "--to", "json"),
    "anki": ("export", "--to", "anki", "--split", "none"),
}


class Cost(NamedTuple):
    """What a command took: seconds, and MiB at most of one process and of all together."""

    wall: float
    cpu: float
    largest: float
    together: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, metavar="QUESTIONS")
    options = parser.parse_args()
    compiled()
    costs: dict[str, dict[int, Cost]] = {name: {} for name in _COMMANDS}
    print(
        f"{'':6}{'questions':>10}{'CPU s':>8}{'ms each':>8}{'growth':>7}{'wall s':>8}"
        f"{'MiB':>6}{'growth':>7}{'together':>9}"
    )
    with tempfile.TemporaryDirectory() as scratch:
        tools = installed(Path(scratch, "plot"), (MATPLOTLIB,)) if options.plot else None
        if options.plot and tools is None:
            sys.exit(f"{MATPLOTLIB} could not be installed")
        for size in sorted(options.sizes):
            folder = Path(scratch, "course")
            documents.write(folder, -(-size // _EACH))
            (folder / "selfcheck.toml").touch()
            questions = -(-size // _EACH) * _EACH
            for name in _COMMANDS:
                costs[name][questions] = _measured(name, folder)
                print(_line(name, costs[name]), flush=True)
            shutil.rmtree(folder)
            if tools:
                drawing = [tools / "python", _PLOT, options.plot]
                subprocess.run(drawing, input=json.dumps(costs), text=True, check=True)
    for name in _COMMANDS:
        _rows(name, costs[name])


def _rows(name: str, costs: dict[int, Cost]) -> None:
    """The lines of the table of `make bench`."""
    first, last = min(costs), max(costs)
    if first < last:
        each = [costs[size].cpu / size for size in (first, last)]
        what = f"{name}: CPU for each of {last} questions"
        row(what, f"for each of {first}", each[1] / each[0], most=1.3)
    row(f"{name} of {last} questions: memory", "1 GiB", costs[last].largest / 1024, most=1)


def _line(name: str, costs: dict[int, Cost]) -> str:
    *before, questions = sorted(costs)
    cost = costs[questions]
    growths = ["", ""]
    if before:
        last, ratio = costs[before[-1]], math.log(questions / before[-1])
        pairs = ((cost.cpu, last.cpu), (cost.largest, last.largest))
        growths = [f"{math.log(now / then) / ratio:.2f}" for now, then in pairs]
    return (
        f"{name:6}{questions:10}{cost.cpu:8.2f}{cost.cpu / questions * 1e3:8.2f}{growths[0]:>7}"
        f"{cost.wall:8.1f}{cost.largest:6.0f}{growths[1]:>7}{cost.together:9.0f}"
    )


def _measured(name: str, folder: Path) -> Cost:
    """A command's cost with nothing known from before."""
    output = folder.parent / "build"
    shutil.rmtree(folder / ".selfcheck_cache", ignore_errors=True)
    (folder / "selfcheck.lock").unlink(missing_ok=True)
    verb, *rest = _COMMANDS[name]
    if verb == "export":
        rest += ["--output", str(output)]
    cost = _cost([sys.executable, "-m", "selfcheck_tools", verb, str(folder), *rest])
    shutil.rmtree(output, ignore_errors=True)
    return cost


def _cost(command: list[str]) -> Cost:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    together = 0
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        together = max(together, sum(map(_share, _tree(process.pid))))
        time.sleep(0.05)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"status {process.returncode}"
    cpu, largest = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    return Cost(time.perf_counter() - start, cpu, largest, max(together / 1024, largest))


def _tree(process: int) -> list[int]:
    """A process and all below it (Linux; elsewhere the process alone)."""
    found = [process]
    with suppress(OSError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text()
        for child in map(int, children.split()):
            found += _tree(child)
    return found


def _share(process: int) -> int:
    """KiB that a process holds, of what it shares with others its share."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


if __name__ == "__main__":
    main()
