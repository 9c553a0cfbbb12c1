"""What reading costs, as ratios within one run. `python -m benchmarks.read [FILE …]`

First: reading against the bare parser on the same text. Second: what doubling a pathological input
costs; about 2 is linear.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from benchmarks.measuring import row
from benchmarks.pathological import INPUTS
from selfcheck_tools.read import read
from selfcheck_tools.text import Source


def seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """The best CPU time of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def doubled(text: str) -> float:
    """What reading a text costs."""
    return seconds(lambda: read(Source("a.md", text)), 3)


def main(paths: list[str]) -> None:
    bare = MarkdownIt("commonmark").enable("table")
    ratios = []
    print(f"{'file':50} {'bare ms':>8} {'read ms':>8} {'ratio':>6}")
    for path in paths or sorted(str(path) for path in Path("content").glob("*.md")):
        text = Path(path).read_text(encoding="utf-8", errors="replace")
        text *= max(1, 100_000 // len(text))
        parsed = seconds(lambda: bare.parse(text))  # noqa: B023
        reading = seconds(lambda: read(Source("a.md", text)))  # noqa: B023
        ratios.append(reading / parsed)
        print(f"{path[-50:]:50} {parsed * 1e3:8.1f} {reading * 1e3:8.1f} {ratios[-1]:6.2f}")
    doublings = {}
    print(f"\n{'input':32} {'n ms':>8} {'2n ms':>8} {'ratio':>6}")
    for name, make in INPUTS.items():
        once, twice = (doubled(make(n)) for n in (4000, 8000))
        doublings[name] = twice / max(once, 1e-5)
        print(f"{name:32} {once * 1e3:8.1f} {twice * 1e3:8.1f} {doublings[name]:6.2f}")
    print()
    row("reading", "bare markdown-it-py on the same text", statistics.median(ratios), most=1.5)
    worst = max(doublings, key=doublings.__getitem__)
    what = f"reading twice as much of the worst of {len(INPUTS)} hostile inputs ({worst})"
    row(what, "once as much", doublings[worst], most=3)


if __name__ == "__main__":
    main(sys.argv[1:])
