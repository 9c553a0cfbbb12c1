"""What paper costs beside its bare engine and beside other programs.

`python -m benchmarks.handout [--rounds N] [--peers] [QUESTIONS]`. Seed-shaped documents of fifteen
questions become one book: with nothing known of them, with nothing changed, with one document
changed; and one document of ten questions a handout. The plain run lays out the same pages at once,
tagged too, in the same fonts, with the engine's defaults; making its HTML is not counted. With
`--peers` others print the same questions: md2pdf and pandoc with Typst (PyPI), which are installed
into a temporary folder, and Chromium, if there is one. Peak memory is that of the largest process.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pikepdf

from benchmarks import documents
from benchmarks.measuring import installed, row
from selfcheck_tools.fonts import only_shipped_fonts

PAGES = """
import re, sys
from pathlib import Path
from selfcheck_tools import project
from selfcheck_tools.exporters.handout import _printable, _view
from selfcheck_tools.exporters.handout.papers import whole
from selfcheck_tools.exporters.handout.pictures import Pictures
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
Path(sys.argv[2]).write_text(html.replace("</head>", f"<style>{css}</style></head>"))
"""
PLAIN = """
import sys, weasyprint
weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2], pdf_variant="pdf/ua-1")
"""
PANDOC = """
import sys, pypandoc, typst
made = pypandoc.convert_file(sys.argv[1], "typst", format="gfm", extra_args=["--standalone", "--toc"])
open("made.typ", "w").write(made)
typst.compile("made.typ", output=sys.argv[2])
"""
_MD2PDF = "from pathlib import Path; from md2pdf.core import md2pdf; "
_MD2PDF += "import sys; md2pdf(Path(sys.argv[2]), raw=Path(sys.argv[1]).read_text())"
# Packages, and what is run with the Markdown and the PDF.
PEERS = {
    "md2pdf": (("md2pdf==3.1.1",), _MD2PDF),
    "pandoc, Typst": (("pypandoc_binary==1.17", "typst==0.15.2"), PANDOC),
}
_CHROMIUM = "chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer".split()


class Cost(NamedTuple):
    """Wall seconds, CPU seconds and MiB at most of a command with all its processes."""

    wall: float
    cpu: float
    peak: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of the small handout")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("questions", type=int, nargs="?", default=1_000)
    options = parser.parse_args()
    subprocess.run([sys.executable, "-m", "compileall", "-q", "selfcheck_tools"], check=True)
    with tempfile.TemporaryDirectory() as place, only_shipped_fonts():
        _small(Path(place, "small"), options.rounds)
        _book(Path(place, "large"), options.questions, peers=options.peers)


def _small(place: Path, rounds: int) -> None:
    folder = _written(place, 1)
    document = next(folder.rglob("*.md"))
    document.write_text(document.read_text().split("### 11.")[0])
    page = _page(folder)
    runs = []
    for _ in range(rounds):
        shutil.rmtree(folder / ".selfcheck_cache", ignore_errors=True)
        plain = _timed(sys.executable, "-c", PLAIN, str(page), f"{place}/plain.pdf")
        runs.append((_export(folder, "handout", place), plain))
    ours, theirs = (statistics.median(run[at].cpu for run in runs) for at in (0, 1))
    ratio = statistics.median(run[0].cpu / run[1].cpu for run in runs)
    print(
        f"a handout of ten questions: {ratio:.2f} of plain ({ours:.2f} s of {theirs:.2f} s CPU)\n"
    )
    row("a handout of ten questions", "a plain run of WeasyPrint", ratio, most=1.2)
    print()


def _book(place: Path, questions: int, *, peers: bool) -> None:
    folder = _written(place, -(-questions // 15))
    page, plain = _page(folder), place / "plain.pdf"
    runs = {"plain": (_timed(sys.executable, "-c", PLAIN, str(page), str(plain)), plain)}
    book = place / "build/course-book.pdf"
    runs["cold"] = (_export(folder, "book", place), book)
    runs["unchanged"] = (_export(folder, "book", place), book)
    changed = folder / "part00/topic00000.md"
    changed.write_text(changed.read_text().replace("What is", "Why is", 1))
    runs["one changed"] = (_export(folder, "book", place), book)
    print(f"{questions} questions    wall s  of plain   CPU s  peak MiB   pages    MB")
    for name, (cost, made) in runs.items():
        print(_line(name, cost, runs["plain"][0], made))
    print()
    for name, most in (("cold", 1.2), ("one changed", 0.2), ("unchanged", 0.05)):
        what = f"a book of {questions} questions, {name}"
        ratio = runs[name][0].cpu / runs["plain"][0].cpu
        row(what, "a plain run of WeasyPrint over its pages", ratio, most=most)
    for name, measured, made in _peers(place, folder, page) if peers else ():
        what = f"a book of {questions} questions, cold"
        if isinstance(measured, str):
            row(what, name, measured)
            continue
        print(f"\n{_line(name, measured, runs['plain'][0], made)}")
        row(what, name, runs["cold"][0].cpu / measured.cpu)


def _line(name: str, cost: Cost, plain: Cost, made: Path) -> str:
    with pikepdf.open(made) as pdf:
        pages = len(pdf.pages)
    size = made.stat().st_size / 1e6
    figures = f"{cost.wall:10.2f}{cost.wall / plain.wall:10.3f}{cost.cpu:8.1f}{cost.peak:10}"
    return f"{name:14}{figures}{pages:8}{size:6.1f}"


def _peers(place: Path, folder: Path, page: Path) -> Iterator[tuple[str, Cost | str, Path]]:
    """What each of the others costs, or why that is not known, and what it made."""
    text = place / "all.md"
    sources = sorted(folder.rglob("*.md"))
    text.write_text(
        "\n\n".join(source.read_text() for source in sources).replace("![]", "picture: ")
    )
    for name, (packages, script) in PEERS.items():
        made = place / f"{packages[0]}.pdf"
        programs = installed(place / packages[0], packages)
        python = str(programs / "python") if programs else None
        if python is None:
            yield name, f"{' and '.join(packages)} could not be installed", made
            continue
        yield name, _tried((python, "-c", script, str(text), str(made)), made), made
    made = place / "chromium.pdf"
    command = (*_CHROMIUM, f"--print-to-pdf={made}", page.as_uri())
    yield "Chromium", _tried(command, made), made


def _tried(command: Sequence[str], made: Path) -> Cost | str:
    try:
        return _timed(*command, folder=made.parent)
    except (AssertionError, OSError) as error:
        return f"it failed ({error})"


def _written(place: Path, count: int) -> Path:
    folder = place / "course"
    documents.write(folder, count)
    (folder / "selfcheck.toml").touch()
    return folder


def _page(folder: Path) -> Path:
    """The HTML that the plain run lays out."""
    page = folder.parent / "plain.html"
    subprocess.run([sys.executable, "-c", PAGES, str(folder), str(page)], check=True)
    return page


def _export(folder: Path, name: str, place: Path) -> Cost:
    command = (sys.executable, "-m", "selfcheck_tools", "export", str(folder), "--no-lock")
    return _timed(*command, "--to", name, "--output", f"{place}/build")


def _timed(*command: str, folder: Path | None = None) -> Cost:
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=folder)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = status
    assert status == 0, f"status {status}"
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


if __name__ == "__main__":
    main()
