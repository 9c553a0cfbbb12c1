"""Draws what `benchmarks.scale` measured: `scale_plot.py FILE`, the costs as JSON on standard input.

Run in an environment that has matplotlib. On white, so that it can be read on a dark page too.
"""

import json
import sys

import matplotlib

matplotlib.use("svg")
# Text as text; names that are made up, and no date, so that the same figures give the same bytes.
matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "scale", "font.size": 11}

from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import FuncFormatter  # noqa: E402

# Colours that the colour-blind tell apart (Okabe and Ito), and marks besides.
STYLES = {
    "lint": ("lint", "#0072b2", "o"),
    "json": ("export to JSON", "#d55e00", "s"),
    "anki": ("export to Anki, one package", "#009e73", "^"),
}
CPU, LARGEST = 1, 2  # of a cost


def draw(costs: dict[str, dict[str, list[float]]], path: str) -> None:
    """Writes the plot."""
    figure, (time, memory) = pyplot.subplots(1, 2, figsize=(8.8, 3.9), layout="constrained")
    for name, (label, colour, mark) in STYLES.items():
        sizes = sorted(map(int, costs[name]))
        for axes, what in ((time, CPU), (memory, LARGEST)):
            values = [costs[name][str(size)][what] for size in sizes]
            axes.loglog(sizes, values, color=colour, marker=mark, label=label)
    sizes = sorted(map(int, costs["json"]))
    least = costs["json"][str(sizes[-1])][CPU] / sizes[-1] / 3
    time.loglog(sizes, [least * size for size in sizes], ":", color="#666666", label="linear")
    memory.axhline(1024, ls="--", color="#666666")
    memory.text(sizes[0], 1024 * 0.95, "1 GiB", va="top", color="#444444")
    memory.set_ylim(bottom=16)
    for axes, title in ((time, "CPU seconds"), (memory, "MiB of the largest process")):
        axes.set_title(title)
        axes.set_xlabel("questions")
        axes.grid(visible=True, color="#dddddd")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    time.legend(fontsize=9)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    draw(json.load(sys.stdin), sys.argv[1])
