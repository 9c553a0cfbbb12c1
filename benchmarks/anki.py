"""What packages for Anki cost beside the bare work, beside genanki, and beside other programs.

`python -m benchmarks.anki [--rounds N] [--peers N …] [QUESTIONS …]` prints CPU seconds of whole
processes, the most memory that one held, and ratios within one run, each number the median of its
rounds. The bare work is reading and rendering by themselves, and writing the very same rows with
nothing but sqlite3 and zipfile. markdown-anki-decks and ankcompiler (PyPI), installed into a
temporary folder, get the same questions in their own dialects.
"""

import argparse
import io
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from benchmarks import documents, measuring
from benchmarks.measuring import Cost, compiled, cost, installed

# Each in an environment of its own: the first one's release of typer breaks with a newer click.
PEERS = {
    "mdankideck": ("markdown-anki-decks==1.1.1", "click<8.1"),
    "ankc": ("ankcompiler==0.6.0",),
}
_EACH = 15  # questions in a document
_SLOW = 60  # seconds: what takes longer is run once
_PATIENCE = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=int, nargs="*", default=[100, 1000], metavar="QUESTIONS")
    parser.add_argument("questions", type=int, nargs="*", default=[100, 1000, 10_000])
    options = parser.parse_args()
    compiled()
    with tempfile.TemporaryDirectory() as scratch:
        for questions in options.questions:
            _compare(Path(scratch, str(questions)), questions, options.rounds)
        if options.peers:
            _compare_peers(Path(scratch), options.peers, options.rounds)


# ── beside the bare work ────────────────────────────────────────────────────────────────────────


def _compare(folder: Path, questions: int, rounds: int) -> None:
    many, one = folder / "many", folder / "one"
    count = _prepare(many, one, questions)
    size = sum(path.stat().st_size for path in many.rglob("*.md"))
    print(f"{count} questions, {size / 1e6:.1f} MB of Markdown")
    print(f"{'':26}{'CPU s':>9}{'us each':>9}{'peak MB':>9}{'bare s':>9}{'ratio':>7}")
    costs: dict[str, list[tuple[Cost, float]]] = {}
    alone: list[tuple[float, float, float]] = []
    for _ in range(rounds):
        for name, content, split in (
            ("a package per document", many, "document"),
            ("one package", many, "none"),
            ("… of one document", one, "none"),
        ):
            whole = _export(content, folder / "out", split)
            rendering = cost([*_PART, "render", str(content)]).cpu
            genanki, ours, bare = map(float, _said("rows", folder / "out").split())
            costs.setdefault(name, []).append((whole, rendering + bare))
            if name == "one package":
                alone.append((genanki, ours, bare))
    ratios: dict[str, float] = {}
    for name, runs in costs.items():
        spent = statistics.median(whole.cpu for whole, _ in runs)
        peak = max(whole.peak for whole, _ in runs) / 1e6
        bare = statistics.median(seconds for _, seconds in runs)
        ratio = statistics.median(whole.cpu / seconds for whole, seconds in runs)
        each = spent / count * 1e6
        print(f"{name:26}{spent:9.2f}{each:9.0f}{peak:9.0f}{bare:9.2f}{ratio:7.2f}")
        ratios[name] = ratio
    theirs, own, least = (statistics.median(run[at] for run in alone) for at in range(3))
    print(f"writing alone: {own:.2f} s, genanki {theirs:.2f} s, bare {least:.2f} s\n")
    for name, ratio in ratios.items():
        beside = "reading, rendering and writing with bare libraries"
        measuring.row(f"Anki, {count} questions, {name}", beside, ratio, most=1.5)
    measuring.row(
        "writing an Anki package", "the same rows with sqlite3 and zipfile", own / least, most=1.5
    )
    measuring.row("writing an Anki package", "genanki, which does not compress", own / theirs)
    print()
    shutil.rmtree(folder)


def _prepare(many: Path, one: Path, questions: int) -> int:
    """The same questions in many documents and in one; how many there are."""
    count = -(-questions // _EACH)
    documents.write(many, count, answered=_EACH)
    one.mkdir()
    with open(one / "all.md", "w", encoding="utf-8") as file:
        file.write("# All\n\n## Self-check\n\n")
        for seed in range(count):
            file.write(documents.document(seed, answered=_EACH).split("## Self-check\n\n", 1)[1])
            file.write("\n")
    for folder in (many, one):
        (folder / "selfcheck.toml").touch()
    return count * _EACH


def _export(content: Path, output: Path, split: str) -> Cost:
    """A first export: nothing is in the lock yet."""
    shutil.rmtree(output, ignore_errors=True)
    (content / "selfcheck.lock").unlink(missing_ok=True)
    command = [sys.executable, "-m", "selfcheck_tools", "export", str(content), "--to", "anki"]
    return cost([*command, "--output", str(output), "--split", split])


def _said(part: str, folder: Path) -> str:
    command = [*_PART, part, str(folder)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


_PART = [sys.executable, "-m", "benchmarks.anki"]


def render(folder: str) -> None:
    """Reads and renders, document by document, and keeps nothing."""
    from selfcheck_tools import render
    from selfcheck_tools.read import read
    from selfcheck_tools.text import Source

    for path in sorted(Path(folder).rglob("*.md")):
        document = read(Source.from_bytes(path.name, path.read_bytes()))
        for question in document.questions:
            render.prompt_html(document, question)
            if question.answer is not None:
                render.html(document, question.answer)


def rows(folder: str) -> None:
    """Prints what genanki, this program and bare libraries take to write the rows of packages."""
    import genanki

    from selfcheck_tools.exporters.anki.apkg import Deck, Note, Times, package
    from selfcheck_tools.exporters.anki.notetypes import NOTETYPES, model
    from selfcheck_tools.templates import shipped

    models = {notetype.id: model(notetype, shipped) for notetype in NOTETYPES}
    spent = [0.0, 0.0, 0.0]
    for at, (notes, cards) in enumerate(_rows(Path(folder))):
        deck, ours = genanki.Deck(1, f"deck {at}"), Deck(f"deck {at}", "", [])
        for row in notes:
            tags, fields = str(row[5]).split(), str(row[6]).split("\x1f")
            deck.add_note(genanki.Note(models[row[2]], fields, guid=row[1], tags=tags))
            note = Note(str(row[1]), models[row[2]], tuple(fields), tuple(tags), (0,), 0)
            ours.notes.append(note)
        times = Times({row[1]: row[3] for row in notes}, dict.fromkeys(models, 0))
        target = os.path.join(folder, "genanki.apkg")
        for number, work in enumerate(
            (
                lambda: genanki.Package(deck).write_to_file(target),  # noqa: B023
                lambda: package([ours], (), times, io.BytesIO),  # noqa: B023
                lambda: _bare(notes, cards),  # noqa: B023
            )
        ):
            start = time.process_time()
            work()
            spent[number] += time.process_time() - start
    print(*spent)


def _rows(folder: Path) -> Iterator[tuple[list[tuple[object, ...]], list[tuple[object, ...]]]]:
    for path in sorted(folder.rglob("*.apkg")):
        db = sqlite3.connect(":memory:")
        with zipfile.ZipFile(path) as archive:
            db.deserialize(archive.read("collection.anki2"))
        yield list(db.execute("SELECT * FROM notes")), list(db.execute("SELECT * FROM cards"))
        db.close()


def _bare(notes: list[tuple[object, ...]], cards: list[tuple[object, ...]]) -> bytes:
    from genanki.apkg_col import APKG_COL
    from genanki.apkg_schema import APKG_SCHEMA

    db = sqlite3.connect(":memory:")
    db.executescript(APKG_SCHEMA + APKG_COL)
    db.executemany(f"INSERT INTO notes VALUES ({','.join('?' * 11)})", notes)
    db.executemany(f"INSERT INTO cards VALUES ({','.join('?' * 18)})", cards)
    db.commit()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", db.serialize())
        archive.writestr("media", "{}")
    db.close()
    return out.getvalue()


# ── beside other programs ───────────────────────────────────────────────────────────────────────


def _compare_peers(scratch: Path, sizes: Sequence[int], rounds: int) -> None:
    print(
        f"{'':12}{'questions':>10}{'CPU s':>9}{'ms each':>9}{'ours ms':>9}{'ratio':>7}{'peak MB':>9}"
    )
    rows: list[tuple[str, str, float | str]] = []
    for name, packages in PEERS.items():
        programs = installed(scratch / name, packages)
        for questions in sizes:
            measured: float | str = "it could not be installed"
            if programs is not None:
                folder = scratch / f"{name}-{questions}"
                try:
                    measured = _beside(name, str(programs / name), folder, questions, rounds)
                except TimeoutError:
                    measured = f"stopped after {_PATIENCE} s"
                except RuntimeError as error:
                    measured = f"it failed ({str(error).splitlines()[-1][-80:]})"
            rows.append((f"Anki, {questions} questions", packages[0].replace("==", " "), measured))
    print()
    for each in rows:
        measuring.row(*each)


def _beside(name: str, command: str, folder: Path, questions: int, rounds: int) -> float:
    """Prints what another program costs; our CPU time beside its."""
    count = _prepare(folder / "many", folder / "one", questions)
    theirs = folder / "theirs"
    theirs.mkdir()
    out = folder / "out"
    for path in sorted((folder / "many").rglob("*.md")):
        rewritten = _DIALECTS[name](path.read_text(encoding="utf-8"))
        (theirs / path.name).write_text(rewritten, encoding="utf-8")
    runs: list[tuple[Cost, Cost]] = []
    while len(runs) < rounds and not (runs and runs[-1][0].cpu > _SLOW):
        ours = _export(folder / "many", out, "none")
        shutil.rmtree(out)
        out.mkdir()
        run = [command, str(theirs), str(out)]
        if name == "ankc":
            run = [command, "build", "--all", "--path", str(theirs), "--output", str(out)]
        runs.append((cost(run, patience=_PATIENCE), ours))
    spent, own = (statistics.median(run[at].cpu for run in runs) for at in (0, 1))
    peak = max(other.peak for other, _ in runs) / 1e6
    each, ours_each = spent / count * 1e3, own / count * 1e3
    line = f"{spent:9.2f}{each:9.2f}{ours_each:9.2f}{spent / own:7.1f}{peak:9.0f}"
    print(f"{name:12}{questions:10}{line}")
    return own / spent


def _as_headings(text: str) -> str:
    """A title, and each question a heading of the second level: what markdown-anki-decks reads."""
    return text.replace("## Self-check\n\n", "").replace("\n### ", "\n## ")


def _as_chunks(text: str) -> str:
    """Front and back parted by colons between rules, then an id: what ankcompiler reads. Without
    pictures: it refuses a document that lacks one."""
    deck = text[2 : text.index("\n")]
    text = re.sub(r"!\[\]\([^()]*\)", "", text)
    chunks = []
    for block in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        prompt, answer = block.split("\n", 1)
        uid = sha256(block.encode()).hexdigest()[:10]
        chunks.append(f"---\n\n{prompt.strip()}\n:::\n{answer.strip()}\n\n---\n[^uid]: {uid}\n")
    return f"---\ndeck: {deck}\n---\n" + "\n".join(chunks)


_DIALECTS: dict[str, Callable[[str], str]] = {"mdankideck": _as_headings, "ankc": _as_chunks}

if __name__ == "__main__":
    if sys.argv[1:2] in (["render"], ["rows"]):
        {"render": render, "rows": rows}[sys.argv[1]](sys.argv[2])
    else:
        main()
