"""What a book costs beside one plain run of its engine: `python -m benchmarks.handout [QUESTIONS]`.

Seed-shaped documents of fifteen questions become one book: with nothing known of them, with nothing
changed, with one document changed. The plain run lays out the same pages at once, tagged too, with the
engine's defaults. Peak memory is that of the largest process.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import documents

PLAIN = """
import re, sys
from pathlib import Path
from selfcheck_tools import project
from selfcheck_tools.exporters.handout import _printable, _view
from selfcheck_tools.exporters.handout.papers import whole
from selfcheck_tools.exporters.handout.pictures import Pictures
from selfcheck_tools.fonts import only_shipped_fonts
from selfcheck_tools.templates import loaded, rendered, shipped

prepared = project.prepare([sys.argv[1]], use_lock=False)
context = project.context(prepared, lambda omission: None)
page = loaded(shipped, "handout/handout.html")
pages = [
    _printable(rendered(page, _view(whole(d), context, Pictures(context.files, d, context.omit))))
    for d in prepared.content.documents
]
bodies = [re.search("<body[^>]*>(.*)</body>", text, re.DOTALL)[1] for text in pages]
html = pages[0].replace(bodies[0], "".join(bodies))
css = shipped("handout/handout.css") + "header { break-before: page }"
with only_shipped_fonts():
    import weasyprint
    made = weasyprint.HTML(string=html)
    made.write_pdf(sys.argv[2], stylesheets=[weasyprint.CSS(string=css)], pdf_variant="pdf/ua-1")
"""


def timed(*command: str) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds and MiB at most of a command with all its processes."""
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *command], stdout=quiet, stderr=quiet)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = status
    assert status == 0, command
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def main(questions: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "course")
        documents.write(folder, -(-questions // 15))
        command = ("-m", "selfcheck_tools", "export", str(folder), "--no-lock", "--to", "book")
        export = (*command, "--output", f"{place}/build")
        runs = {"plain": timed("-c", PLAIN, str(folder), f"{place}/plain.pdf")}
        runs["cold"] = timed(*export)
        runs["unchanged"] = timed(*export)
        changed = folder / "part00/topic00000.md"
        changed.write_text(changed.read_text().replace("What is", "Why is", 1))
        runs["one changed"] = timed(*export)
    plain = runs["plain"][0]
    print(f"{questions} questions {'wall s':>12} {'of plain':>9} {'CPU s':>7} {'peak MiB':>9}")
    for name, (wall, cpu, peak) in runs.items():
        print(f"{name:16} {wall:12.2f} {wall / plain:9.3f} {cpu:7.1f} {peak:9}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
