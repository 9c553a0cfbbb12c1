"""What linting costs beside a bare parse and beside what users would pick instead.

`python -m benchmarks.lint [--documents N] [--tools FOLDER] [FILE]` prints ratios within one run.
rumdl (PyPI) and markdownlint-cli2 (npm) are installed into FOLDER, build/tools unless told
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
from pathlib import Path

from benchmarks.documents import write

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
    # As an installer leaves it: modules that changed since would be compiled at every start.
    subprocess.run([sys.executable, "-m", "compileall", "-q", "selfcheck_tools"], check=True)
    rumdl, markdownlint = _tools(options.tools.absolute())
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "documents")
        if options.file:
            _copies(options.file, folder, options.documents)
        else:
            write(folder, options.documents)
        _measure(folder, rumdl, markdownlint, options.rounds)


def _measure(folder: Path, rumdl: str, markdownlint: str, rounds: int) -> None:
    paths = sorted(str(path) for path in folder.rglob("*.md"))
    size = sum(os.path.getsize(path) for path in paths)
    print(f"{len(paths)} documents, {size / 1e6:.1f} MB, {os.cpu_count()} cores\n")
    ours = [sys.executable, "-m", "selfcheck_tools", "lint"]
    theirs = [rumdl, "check", "--cache-dir", str(folder.parent / "rumdl")]
    time.sleep(2.5)  # so that no file looks as if it may still be changing
    alone = folder.parent / "alone"
    alone.mkdir()
    one = shutil.copy(paths[0], alone)

    def forget() -> None:
        shutil.rmtree(folder / ".selfcheck_cache", ignore_errors=True)

    def change() -> None:
        with open(paths[len(paths) // 2], "a", encoding="utf-8") as file:
            file.write("\nOne more sentence.\n")

    everything = [
        ("parse", "bare parse, two processes", [sys.executable, "-c", _PARSE, *paths], None),
        ("rumdl", "rumdl, no cache", [rumdl, "check", "--no-cache", str(folder)], None),
        ("cold", "selfcheck, cold", [*ours, str(folder)], forget),
        ("rumdl warm", "rumdl, warm", [*theirs, str(folder)], None),
        ("warm", "selfcheck, warm", [*ours, str(folder)], None),
        ("changed", "selfcheck, one document changed", [*ours, str(folder)], change),
        ("alone", "selfcheck, one document, cold", [*ours, "--no-cache", one], None),
        ("markdownlint", "markdownlint-cli2, one document", [markdownlint, one], None),
    ]
    taken: dict[str, list[float]] = {name: [] for name, *_ in everything}
    _run([*theirs, str(folder)])
    for _ in range(rounds):
        for name, _, command, before in everything:
            taken[name].append(_timed(command, before))
    median = {name: statistics.median(times) for name, times in taken.items()}
    for name, about, *_ in everything:
        print(f"{about:34} {median[name]:7.3f} s")
    print()
    for about, one_, other, wanted in (
        ("cold / bare parse", median["cold"], median["parse"], "at most 1.5"),
        ("cold / rumdl", median["cold"], median["rumdl"], "aim 1.0"),
        ("warm / rumdl warm", median["warm"], median["rumdl warm"], "at most 0.3"),
        ("changed / (warm + alone)", median["changed"], median["warm"] + median["alone"], "at most 1.0"),
        ("alone / markdownlint-cli2", median["alone"], median["markdownlint"], "at most 0.5"),
    ):  # fmt: skip
        print(f"{about:34} {one_ / other:7.2f}  ({wanted})")


def _timed(command: list[str], before: Callable[[], None] | None) -> float:
    if before is not None:
        before()
    start = time.perf_counter()
    _run(command)
    return time.perf_counter() - start


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[-400:]}")


def _copies(file: Path, folder: Path, count: int) -> None:
    text = file.read_text(encoding="utf-8")
    for at in range(count):
        place = folder / f"part{at % 20:02}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"topic{at:05}.md").write_text(text.replace("# ", f"# {at} ", 1), encoding="utf-8")


def _tools(folder: Path) -> tuple[str, str]:
    """The commands of the other linters, installed if they are not there."""
    rumdl = folder / "python/bin/rumdl"
    if not rumdl.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "python"], check=True)
        subprocess.run([folder / "python/bin/pip", "install", "--quiet", RUMDL], check=True)
    markdownlint = folder / "node_modules/.bin/markdownlint-cli2"
    if not markdownlint.exists():
        command = ["npm", "install", "--silent", "--prefix", folder, MARKDOWNLINT]
        subprocess.run(command, check=True)
    return str(rumdl), str(markdownlint)


if __name__ == "__main__":
    main()
