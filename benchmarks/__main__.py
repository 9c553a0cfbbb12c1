"""Runs all benchmarks and puts their ratios into one table: `make bench`.

It takes some six minutes of two cores that do nothing else. The table is printed and written to build/benchmarks.md, anew
after each benchmark. What a benchmark prints itself is shown as it comes.
"""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measuring import HEAD

RUNS = (
    ("read",),
    ("scale", "1000", "10000", "30000"),
    ("lint", "--rounds", "3"),
    ("duplicates", "1000", "10000"),
    ("anki", "--rounds", "1", "10000", "--peers", "100"),
    ("handout", "--rounds", "3", "--peers", "1000"),
)
TABLE = Path("build/benchmarks.md")


def main() -> None:
    begun, rows = _now(), ""
    TABLE.parent.mkdir(exist_ok=True)
    for name, *arguments in RUNS:
        print(f"\n── {name} {' '.join(arguments)}\n", flush=True)
        rows += "".join(_rows(name, arguments))
        TABLE.write_text(f"{begun}; until {_now()}.\n\n{HEAD}{rows}", encoding="utf-8")
    print(f"\n{TABLE.read_text(encoding='utf-8')}\n{TABLE} written")


def _rows(name: str, arguments: Sequence[str]) -> Iterator[str]:
    """The lines of a benchmark that belong into the table; in their place, that it gave none."""
    command = [sys.executable, "-u", "-m", f"benchmarks.{name}", *arguments]
    count = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            if line.startswith("| "):
                count += 1
                yield line
    if process.returncode or not count:
        why = f"status {process.returncode}, {count} ratios"
        yield f"| benchmarks.{name} | | | | broke off: {why} |\n"


def _now() -> str:
    """When and where: the load tells how far the machine was shared."""
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
    return f"{when} UTC, {platform.machine()}, Python {platform.python_version()}, {load}"


if __name__ == "__main__":
    main()
