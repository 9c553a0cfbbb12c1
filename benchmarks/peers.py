"""What this program does beside what others do, as seen by running all of them.

`python -m benchmarks.peers [--tools FOLDER]` installs markdown-anki-decks, ankcompiler, rumdl and
pandoc with Typst (PyPI) into FOLDER, build/tools unless told otherwise, gives each the same
questions in its own shape, imports the decks into the real Anki, and prints a table and what was
seen. A tool that cannot be installed or fails is said to be unknown. Each gets what its manual says
helps: an id in the source for ankcompiler, tags of PDF/UA and a fixed date for Typst.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pikepdf

from benchmarks import anki, handout
from benchmarks.lint import RUMDL
from benchmarks.measuring import installed
from selfcheck_tools import __version__
from tests.anki_oracle import Anki

_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
_SHORT = "- senders\n    - from `recievers`\n"
_LISTS = f"""{_SHORT}- the speed of those who ask
    - from the speed of those who work
    - so that a burst waits instead of being lost
"""
_GONE = "![A broker](images/gone.png)"


class Question(NamedTuple):
    key: str
    number: int
    prompt: str
    answer: str


FIRST = (
    Question("decouple", 1, "What does a queue decuple?", _LISTS),
    Question("compare", 2, "How do they compare?", "| a | b |\n| --- | --- |\n| cell | more |\n"),
    Question("wait", 8, "How long is the wait?", "It is $W = L / r$ on average.\n"),
    Question("look", 4, "What does it look like?", "![A queue](images/queue.png)\n"),
    Question("gone", 5, "Who stands between?", f"The broker.\n\n{_GONE}\n"),
    Question(
        "hostile",
        6,
        "Who may write?",
        'All.\n\n<script>alert(1)</script>\n\n<b onmouseover="alert(2)" onerror="alert(3)">x</b>\n',
    ),
    Question("letter", 7, "What is a dead-letter queue?", ""),
)
OTHER = (Question("topic", 1, "What is a topic?", "A name to which many listen.\n"),)


def edited(questions: Sequence[Question]) -> list[Question]:
    """With the typing errors in a question and its answer corrected."""
    first, *rest = questions
    prompt = first.prompt.replace("decuple", "decouple")
    answer = first.answer.replace("recievers", "receivers")
    return [first._replace(prompt=prompt, answer=answer), *rest]


def answer_edited(questions: Sequence[Question]) -> list[Question]:
    """With the typing error in the answer alone corrected."""
    first, *rest = questions
    return [first._replace(answer=edited(questions)[0].answer), *rest]


def moved(questions: Sequence[Question]) -> list[Question]:
    """In the opposite order, numbered anew."""
    return [q._replace(number=at) for at, q in enumerate(reversed(questions), 1)]


# ── the shapes ──────────────────────────────────────────────────────────────────────────────────


def own(questions: Sequence[Question]) -> str:
    parts = [f"### {q.number}. {q.prompt}\n\n{q.answer}".rstrip() for q in questions]
    return "# Queues\n\n## Self-check\n\n" + "\n\n".join(parts) + "\n"


def headings(questions: Sequence[Question]) -> str:
    """What markdown-anki-decks reads. Without numbers, which would be part of what it knows a card
    by."""
    return "# Queues\n\n" + "\n".join(f"## {q.prompt}\n\n{q.answer}" for q in questions)


def chunks(questions: Sequence[Question]) -> str:
    """What ankcompiler reads, each with an id as `ankc` itself writes them."""
    parts = (
        f"---\n\n{q.number}. {q.prompt}\n:::\n{q.answer}\n---\n[^uid]: {sha256(q.key.encode()).hexdigest()[:10]}\n"
        for q in questions
    )
    return "---\ndeck: Queues\n---\n" + "\n".join(parts)


def write(
    folder: Path,
    shape: Callable[[Sequence[Question]], str],
    questions: Sequence[Question],
    name: str = "queues",
) -> None:
    """Two documents of one title in two folders; those of the first under the given name."""
    for place, text, stem in (("a", shape(questions), name), ("b", shape(OTHER), "topics")):
        (folder / place / "images").mkdir(parents=True, exist_ok=True)
        for old in (folder / place).glob("*.md"):
            old.unlink()
        (folder / place / "images/queue.png").write_bytes(_PICTURE)
        (folder / place / f"{stem}.md").write_text(text, encoding="utf-8")


# ── the tools ───────────────────────────────────────────────────────────────────────────────────


class Done(NamedTuple):
    status: int
    said: str

    def line(self, *words: str) -> str:
        """The first line said that holds one of the words, shortened; nothing if none does."""
        lines = (line.strip() for line in self.said.splitlines())
        return next((line[-110:] for line in lines if any(word in line for word in words)), "")


def run(*command: object, folder: Path | None = None) -> Done:
    clock = {"SOURCE_DATE_EPOCH": "1700000000", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=os.environ | clock,
        timeout=300,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        errors="replace",
    )
    return Done(done.returncode, done.stdout)


def ours(*arguments: object, folder: Path) -> Done:
    return run(sys.executable, "-m", "selfcheck_tools", *arguments, folder=folder)


Seen = dict[str, tuple[str, str]]
Build = Callable[[Path, Path], Done]
YES, NO, PARTLY = "✓", "–", "partly"

ROWS = (
    "a deck of all answered questions",
    "a corrected text keeps the learner's history",
    "so does a new order and file name",
    "the same bytes twice",
    "pictures arrive",
    "tables and formulas are legible",
    "script is taken out",
    "says which answer is missing",
    "says which picture is missing",
    "finds a wrong number, and mends it",
    "tagged PDF (PDF/UA)",
    "exam versions with keys",
)


def mark(holds: bool) -> str:
    return YES if holds else NO


def deck(
    shape: Callable[[Sequence[Question]], str],
    build: Build,
    place: Path,
    questions: Sequence[Question],
) -> Seen:
    """What the real Anki has after importing what a tool made, and made again after changes."""
    seen: Seen = {}
    source = place / "first"
    write(source, shape, questions)
    built = build(source, place / "one")
    answered = sum(bool(q.answer) for q in (*questions, *OTHER))
    with Anki() as collection:
        packages = _take(collection, place / "one")
        notes = collection.notes()
        said = f"{len(notes)} notes in {packages} packages of {answered} answered questions"
        if not notes:
            return {ROWS[0]: (NO, f"{said}; it said: {built.said.strip()[-160:]}")}
        blank = any("dead-letter" in " ".join(note.fields.values()) for note in notes)
        seen[ROWS[0]] = (
            (PARTLY, f"{said}: one has an empty back")
            if blank
            else (mark(len(notes) == answered), said)
        )
        seen |= _cards(collection)
    if seen[ROWS[4]][0] == NO:
        seen[ROWS[4]] = _beside(shape, build, place / "beside", questions, seen[ROWS[4]][1])
    build(source, place / "two")
    same = _bytes(place / "one") == _bytes(place / "two")
    seen[ROWS[3]] = (mark(same), "two builds are " + ("equal" if same else "not equal"))
    seen[ROWS[1]] = _updated(shape, build, place / "edited", questions, edited, "queues")
    if seen[ROWS[1]][0] == NO:
        only = _updated(shape, build, place / "answer", questions, answer_edited, "queues")
        said = f"{seen[ROWS[1]][1]}; where the answer alone is corrected: {only[1]}"
        seen[ROWS[1]] = PARTLY if only[0] == YES else NO, said
    seen[ROWS[2]] = _updated(shape, build, place / "moved", questions, moved, "brokers")
    return seen


def _beside(
    shape: Callable[[Sequence[Question]], str],
    build: Build,
    place: Path,
    questions: Sequence[Question],
    before: str,
) -> tuple[str, str]:
    """Pictures once more, in the folder of the document instead of one within it."""
    source = place / "source"
    write(source, lambda asked: shape(asked).replace("images/", ""), questions)
    (source / "a/queue.png").write_bytes(_PICTURE)
    build(source, place / "made")
    with Anki() as collection:
        _take(collection, place / "made")
        result, evidence = _cards(collection)[ROWS[4]]
    return (PARTLY if result == YES else NO), f"{before}; beside the document: {evidence}"


def _take(collection: Anki, folder: Path) -> int:
    packages = sorted(folder.rglob("*.apkg"))
    for package in packages:
        collection.take(package.read_bytes())
    return len(packages)


def _bytes(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob("*.apkg"))]


def _cards(collection: Anki) -> Seen:
    texts = [" ".join(note.fields.values()) for note in collection.notes()]

    def of(words: str) -> str:
        return next((text for text in texts if words in text), "")

    sources = re.findall(r'<img[^>]*?src="([^"]*)"', of("look like"))
    there = bool(sources) and all(name in collection.media() for name in sources)
    table, formula = "<table" in of("they compare"), r"\(" in of("the wait")
    script = re.findall(r"<script|\bon\w+=", of("may write"))
    return {
        ROWS[4]: (mark(there), f"fields name {sources}, in Anki's media: {there}"),
        ROWS[5]: (
            PARTLY if table != formula else mark(table),
            f"HTML table: {table}, MathJax: {formula}",
        ),
        ROWS[6]: (mark(not script and bool(of("may write"))), f"left in fields: {script}"),
    }


def _updated(
    shape: Callable[[Sequence[Question]], str],
    build: Build,
    place: Path,
    questions: Sequence[Question],
    change: Callable[[Sequence[Question]], list[Question]],
    name: str,
) -> tuple[str, str]:
    """Imports, reviews one card, imports again what was made of the changed source."""
    source = place / "source"
    write(source, shape, questions)
    build(source, place / "old")
    time.sleep(2.1)  # Anki takes only what is newer, in seconds
    write(source, shape, change(questions), name)
    build(source, place / "new")
    with Anki() as collection:
        _take(collection, place / "old")
        before = collection.notes()
        collection.study(
            next(n.guid for n in before if "a queue dec" in " ".join(n.fields.values()))
        )
        _take(collection, place / "new")
        after = collection.notes()
        reviewed = {
            guid for (guid, _), history in collection.histories().items() if history.reviews
        }
        wanted = change(questions)[0].prompt if change is not moved else questions[0].prompt
        texts = [" ".join(note.fields.values()) for note in after if note.guid in reviewed]
    kept = len(texts) == 1 and wanted in texts[0]
    fresh = change is moved or (kept and "receivers" in texts[0])
    said = f"{len(before)} notes, then {len(after)}; history with the right text: {kept}"
    return mark(kept and fresh and len(before) == len(after)), said


def said_missing(done: Done, folder: Path) -> Seen:
    """Whether what a tool printed names the question without an answer and the picture."""
    text = next((folder / "a").glob("*.md")).read_text(encoding="utf-8").splitlines()
    at = next((n for n, line in enumerate(text, 1) if "dead-letter" in line), 0)
    answer = done.line("dead-letter", *(f".md:{at + more}:" for more in range(3)))
    picture = done.line("gone.png")
    named = any(word in answer for word in ("answer", "dead-letter"))
    return {
        ROWS[7]: (
            mark(bool(answer)) if named or not answer else PARTLY,
            f"said: {answer or 'nothing'}",
        ),
        ROWS[8]: (mark(bool(picture)), f"said: {picture or 'nothing'}"),
    }


def _number(check: Sequence[object], fix: Sequence[object], folder: Path) -> tuple[str, str]:
    text = (folder / "a/queues.md").read_text(encoding="utf-8")
    at = text[: text.index("### 8.")].count("\n") + 1
    found = run(*check, folder=folder).line("expected 3", "out of order", f".md:{at}:")
    run(*fix, folder=folder)
    mended = "### 3. How long" in (folder / "a/queues.md").read_text(encoding="utf-8")
    return mark(bool(found) and mended), f"said: {found or 'nothing'}; mended: {mended}"


def _paper(made: Path) -> tuple[str, str]:
    with pikepdf.open(made) as pdf:
        tags = "/StructTreeRoot" in pdf.Root
        with pdf.open_metadata() as metadata:
            part = metadata.get("pdfuaid:part")
    said = f"structure tree: {tags}, metadata name PDF/UA part: {part}"
    return (PARTLY if tags and not part else mark(tags)), said


# ── each tool ───────────────────────────────────────────────────────────────────────────────────


def selfcheck(place: Path, tools: Path) -> Seen:
    def build(source: Path, output: Path) -> Done:
        (source / "selfcheck.toml").touch()
        return ours("export", source, "--to", "anki", "--output", output, folder=place)

    seen = deck(own, build, place, FIRST)
    short = [FIRST[0]._replace(answer=_SHORT), *FIRST[1:]]
    result, evidence = _updated(own, build, place / "short", short, edited, "queues")
    keyed = [
        q._replace(answer=f"{q.answer}\n<!-- selfcheck: key={q.key} -->\n") if q.answer else q
        for q in short
    ]
    with_key = _updated(own, build, place / "keyed", keyed, edited, "queues")
    seen[ROWS[1]] = (
        PARTLY if NO in (result, seen[ROWS[1]][0]) else YES,
        f"{seen[ROWS[1]][1]}; both typos in an answer of three words: {evidence}; "
        f"the same with a key in the source: {with_key[1]}",
    )
    folder = place / "rest"
    write(folder, own, FIRST)
    (folder / "selfcheck.toml").touch()
    lint = (sys.executable, "-m", "selfcheck_tools", "lint", folder, "--output-format", "concise")
    seen |= said_missing(run(*lint), folder)
    seen[ROWS[9]] = _number(lint, (*lint, "--fix"), folder)
    to = ("--output", place / "build", "--to")
    done = ours("export", folder, *to, "exam,answer-key", "--versions", 2, folder=place)
    ours("export", folder, *to, "handout", folder=place)
    names = sorted(path.name for path in (place / "build").rglob("*.*"))
    exams = [name for name in names if re.search("-(A|B).pdf$", name)]
    seen[ROWS[10]] = _paper(next((place / "build").rglob("*handout.pdf")))
    seen[ROWS[11]] = (mark(len(exams) >= 4), f"made {', '.join(exams) or done.said[-100:]}")
    return seen


def mdankideck(place: Path, tools: Path) -> Seen:
    command = _tool(tools, "mdankideck")

    def build(source: Path, output: Path) -> Done:
        output.mkdir(parents=True)
        return run(command, source, output)

    seen = deck(headings, build, place, FIRST)
    return seen | said_missing(build(place / "first", place / "again"), place / "first")


def ankc(place: Path, tools: Path) -> Seen:
    command = _tool(tools, "ankc")

    def build(source: Path, output: Path) -> Done:
        output.mkdir(parents=True)
        return run(command, "build", "--all", "--path", source, "--output", output)

    write(place / "missing", chunks, FIRST)
    said = said_missing(build(place / "missing", place / "none"), place / "missing")
    chunk = run(command, "check", "--all", "--path", place / "missing").line(
        "a note type for chunk"
    )
    if chunk and said[ROWS[7]][0] == NO:  # a line, and a message that is not of answers
        said[ROWS[7]] = PARTLY, f"said: {chunk}"
    write(place / "missing", chunks, [q for q in FIRST if q.answer])
    said[ROWS[8]] = said_missing(build(place / "missing", place / "gone"), place / "missing")[
        ROWS[8]
    ]
    # It builds nothing while anything is missing: the rest without what is.
    whole = [q._replace(answer=q.answer.replace(_GONE, "")) for q in FIRST if q.answer]
    seen = deck(chunks, build, place, whole)
    result, evidence = seen[ROWS[0]]
    seen[ROWS[0]] = (
        PARTLY if result == YES else result,
        f"{evidence}, after what was missing had been taken out: before, it stopped",
    )
    return seen | said


def rumdl(place: Path, tools: Path) -> Seen:
    command = _tool(tools, "rumdl")
    folder = place / "content"
    write(folder, own, FIRST)
    check = (command, "check", "--no-cache", folder)
    seen = said_missing(run(*check), folder)
    return seen | {ROWS[9]: _number(check, (*check, "--fix"), folder)}


_PDF = """
import sys, pypandoc, typst
made = pypandoc.convert_file(
    sys.argv[1], "typst", format="gfm+tex_math_dollars", extra_args=["--standalone", "--toc"]
)
open(sys.argv[2] + ".typ", "w").write(made)
typst.compile(sys.argv[2] + ".typ", output=sys.argv[2], pdf_standards=sys.argv[3:], timestamp=1700000000)
"""


def pandoc(place: Path, tools: Path) -> Seen:
    python = _tool(tools, "pandoc").with_name("python")
    write(place / "content", own, FIRST)
    source = place / "content/a/queues.md"
    say = said_missing(
        run(python, "-c", _PDF, source, source.with_name("gone.pdf")), place / "content"
    )
    whole = source.read_text(encoding="utf-8").replace(_GONE, "")
    source.write_text("---\ntitle: Queues\nlang: en\n---\n" + whole, encoding="utf-8")
    made = [source.with_name("one.pdf"), source.with_name("two.pdf")]
    asked = run(python, "-c", _PDF, source, source.with_name("ua.pdf"), "ua-1")
    for name in made:
        done = run(python, "-c", _PDF, source, name)
        if done.status:
            raise OSError(done.said.strip()[-300:])
    text = run("pdftotext", "-layout", made[0], "-").said
    same = made[0].read_bytes() == made[1].read_bytes()
    return say | {
        ROWS[3]: (mark(same), "two PDF are " + ("equal" if same else "not equal")),
        ROWS[4]: (mark(_images(made[0]) > 0), f"images in the PDF: {_images(made[0])}"),
        ROWS[5]: (
            mark("cell" in text and "| cell" not in text and "$" not in text),
            "the text of the PDF holds the cells and no dollar signs",
        ),
        ROWS[6]: (mark("alert" not in text), "the text of the PDF holds no script"),
        ROWS[10]: (
            (PARTLY, f"{_paper(made[0])[1]}; asked for PDF/UA: {asked.said.strip()[-60:]}")
            if asked.status
            else _paper(source.with_name("ua.pdf"))
        ),
    }


def _images(made: Path) -> int:
    with pikepdf.open(made) as pdf:
        return sum(len(page.get_images()) for page in pdf.pages)


PACKAGES = {
    "mdankideck": anki.PEERS["mdankideck"],
    "ankc": anki.PEERS["ankc"],
    "rumdl": (RUMDL,),
    "pandoc": handout.PEERS["pandoc, Typst"][0],
}
TOOLS = {
    "selfcheck_tools " + __version__: selfcheck,
    "markdown-anki-decks 1.1.1": mdankideck,
    "ankcompiler 0.6.0": ankc,
    RUMDL.replace("==", " "): rumdl,
    "pandoc 3.9, Typst 0.15.2": pandoc,
}


def _tool(tools: Path, name: str) -> Path:
    """The command of a tool, installed if it is not there; OSError where it cannot be had."""
    programs = installed(tools / name, PACKAGES[name])
    if programs is None:
        raise OSError(f"{' and '.join(PACKAGES[name])} could not be installed")
    return programs / name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=Path, default=Path("build/tools"))
    parser.add_argument("only", nargs="*", help="tools whose names start so; all otherwise")
    options = parser.parse_args()
    chosen = [t for t in TOOLS if not options.only or t.startswith(tuple(options.only))]
    with tempfile.TemporaryDirectory() as scratch:
        columns = {}
        for name in chosen:
            place = Path(scratch, TOOLS[name].__name__)
            place.mkdir()
            try:
                columns[name] = TOOLS[name](place, options.tools.absolute())
            except (OSError, subprocess.SubprocessError, StopIteration, KeyError) as error:
                columns[name] = dict.fromkeys(ROWS, ("?", f"could not be run: {error!r}"))
            for row, (result, evidence) in columns[name].items():
                print(f"- {name}, {row}: {result} ({' '.join(evidence.split())})", flush=True)
    print(f"\nRun on {date.today()}. Empty: not what the tool is for; ?: could not be run.")
    print("\n| " + " | ".join(["", *chosen]) + " |\n" + "| --- " * (len(chosen) + 1) + "|")
    for row in ROWS:
        results = [columns[name].get(row, ("", ""))[0] for name in chosen]
        print("| " + " | ".join([row, *results]) + " |")


if __name__ == "__main__":
    main()
