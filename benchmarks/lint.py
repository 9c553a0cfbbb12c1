"""What linting costs beside a bare parse and beside what users would pick instead.

`python -m benchmarks.lint [--documents N] [--tools FOLDER] [FILE]` prints ratios within one run, of
CPU times: the wall time of a shared machine says little. rumdl (PyPI) and markdownlint-cli2 (npm) are installed into FOLDER, build/tools unless told
otherwise, when they are not there. With FILE its copies are linted, each with another title,
instead of generated documents.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from benchmarks.documents import write
from benchmarks.measuring import Cost, compiled, cost, installed, row

RUMDL, MARKDOWNLINT = "rumdl==0.3.0", "markdownlint-cli2@0.24.1"
_PARSE = """
import gc, os, sys
from markdown_it import MarkdownIt
gc.disable()
paths = sys.argv[1:]
child = os.fork()
md = MarkdownIt("commonmark").enable("table")
for path in paths[bool(child)::2]:
    with open(path, encoding="utf-8") as file:
        md.parse(file.read())
if not child:
    os._exit(0)
sys.exit(os.waitpid(child, 0)[1])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tools", type=Path, default=Path("build/tools"))
    parser.add_argument("file", nargs="?", type=Path)
    options = parser.parse_args()
    compiled()
    rumdl, markdownlint = _tools(options.tools.absolute())
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "documents")
        if options.file:
            _copies(options.file, folder, options.documents)
        else:
            write(folder, options.documents)
        _show(_measured(folder, rumdl, markdownlint, options.rounds))


def _measured(
    folder: Path, rumdl: str | None, markdownlint: str | None, rounds: int
) -> dict[str, Cost]:
    """The medians of what each command costs, by its name."""
    paths = sorted(str(path) for path in folder.rglob("*.md"))
    size = sum(os.path.getsize(path) for path in paths)
    print(f"{len(paths)} documents, {size / 1e6:.1f} MB, {os.cpu_count()} cores\n")
    ours = [sys.executable, "-m", "selfcheck_tools", "lint"]
    time.sleep(2.5)  # so that no file looks as if it may still be changing
    alone = folder.parent / "alone"
    alone.mkdir()
    one = str(shutil.copy(paths[0], alone))

    def forget() -> None:
        shutil.rmtree(folder / ".selfcheck_cache", ignore_errors=True)

    def change() -> None:
        with open(paths[len(paths) // 2], "a", encoding="utf-8") as file:
            file.write("\nOne more sentence.\n")

    commands: list[tuple[str, list[str], Callable[[], None] | None]] = [
        ("parse", [sys.executable, "-c", _PARSE, *paths], None),
        ("cold", [*ours, str(folder)], forget),
        ("warm", [*ours, str(folder)], None),
        ("changed", [*ours, str(folder)], change),
        ("alone", [*ours, "--no-cache", one], None),
    ]
    if rumdl:
        warm = [rumdl, "check", "--cache-dir", str(folder.parent / "rumdl"), str(folder)]
        commands.insert(1, ("rumdl", [rumdl, "check", "--no-cache", str(folder)], None))
        commands.insert(3, ("rumdl warm", warm, None))
        cost(warm, fine=(0, 1))
    if markdownlint:
        commands.append(("markdownlint", [markdownlint, one], None))
    costs: dict[str, list[Cost]] = {name: [] for name, *_ in commands}
    for _ in range(rounds):
        for name, command, before in commands:
            if before is not None:
                before()
            costs[name].append(cost(command, fine=(0, 1)))
    return {
        name: Cost(*(statistics.median(figures) for figures in zip(*runs, strict=True)))
        for name, runs in costs.items()
    }


_ABOUT = {
    "parse": "bare parse in two processes",
    "rumdl": "rumdl without cache",
    "cold": "lint, cold",
    "rumdl warm": "rumdl, warm",
    "warm": "lint, nothing changed",
    "changed": "lint, one document changed",
    "alone": "lint of one document",
    "markdownlint": "markdownlint-cli2 on it",
}
# What is measured, the sum of what beside which, and how much of that is wanted at most.
_WANTED = (
    ("cold", ("parse",), 1.5),
    ("cold", ("rumdl",), 1.0),
    ("warm", ("rumdl warm",), 0.3),
    ("changed", ("warm", "alone"), 1.0),
    ("alone", ("markdownlint",), 0.5),
)


def _show(costs: dict[str, Cost]) -> None:
    for name, spent in costs.items():
        print(f"{_ABOUT[name]:30} {spent.wall:8.3f} s, CPU {spent.cpu:8.3f} s")
    print()
    for name, others, most in _WANTED:
        beside = " + ".join(_ABOUT[other] for other in others)
        if missing := [other for other in others if other not in costs]:
            row(_ABOUT[name], beside, f"{', '.join(missing)} could not be installed", most=most)
            continue
        ratio = costs[name].cpu / sum(costs[other].cpu for other in others)
        row(_ABOUT[name], beside, ratio, most=most)


def _copies(file: Path, folder: Path, count: int) -> None:
    text = file.read_text(encoding="utf-8")
    for at in range(count):
        place = folder / f"part{at % 20:02}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"topic{at:05}.md").write_text(text.replace("# ", f"# {at} ", 1), encoding="utf-8")


def _tools(folder: Path) -> tuple[str | None, str | None]:
    """The commands of the other linters, installed if they are not there; None for what cannot be."""
    programs = installed(folder / "rumdl", [RUMDL])
    markdownlint = folder / "node_modules/.bin/markdownlint-cli2"
    if not markdownlint.exists():
        command = ["npm", "install", "--silent", "--prefix", str(folder), MARKDOWNLINT]
        with suppress(OSError):
            subprocess.run(command, check=False)
    return (
        str(programs / "rumdl") if programs else None,
        str(markdownlint) if markdownlint.exists() else None,
    )


if __name__ == "__main__":
    main()
