"""What must hold of any bytes that a stranger may write, part by part: TARGETS.

A target takes bytes, fails with whatever exception where a promise is broken, and is otherwise
silent; a UsageError is an answer. `fuzz` makes the bytes; `test_fuzz` holds that targets can fail.
"""

import csv
import json
import os
import random
import re
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import cache, partial
from hashlib import sha256
from io import BytesIO, StringIO, TextIOWrapper
from zipfile import ZipFile

import jsonschema
import msgspec
import pikepdf
import tinyhtml5

from selfcheck_tools import baseline, identity, linting, lock, manifest, render, replay
from selfcheck_tools import cache as caches
from selfcheck_tools.check import check
from selfcheck_tools.config import find_root, rules_in_force
from selfcheck_tools.diagnostics import Diagnostic
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import (
    SPLITS,
    AnkiOptions,
    Context,
    Omission,
    PaperOptions,
    Selection,
    load,
)
from selfcheck_tools.exporters._structures import QuestionLine
from selfcheck_tools.exporters.anki.retained import retain
from selfcheck_tools.exporters.anki.unpacked import unpack
from selfcheck_tools.exporters.handout import theme
from selfcheck_tools.exporters.json import schema
from selfcheck_tools.files import Memory
from selfcheck_tools.fixing import fix
from selfcheck_tools.lastbuild import Build, Scope, compared
from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.reports import REPORTS
from selfcheck_tools.rules import RULES
from selfcheck_tools.text import Source
from tests import pictures, test_robustness
from tests.conftest import whole

BODY = "# T\n\n## Self-check\n\n### 1. Why?\n\nSo.\n\n### 2. Which?\n\n- [ ] a\n- [x] b\n"
SEPARATOR = b"\x1e"  # between the documents of an input
PIECES = (*(piece.encode("utf-8", "surrogatepass") for piece in test_robustness.PIECES), SEPARATOR)
FILES = Memory(
    dict(
        map(pictures.file, ("a/a.png", "a/b c.png (cut off)", "a/x.svg (with a script)", "a/x.mp3"))
    )
)


# ── reading, linting, fixing ────────────────────────────────────────────────────────────────────


def reading(data: bytes) -> None:
    """Any bytes are a document, whose spans are in the text and whose parts can be rendered."""
    test_robustness.check(Source.from_bytes("a/b.md", data))


def front_matter(data: bytes) -> None:
    reading(b"---\n" + data + b"\n---\n" + BODY.encode())


def fixing(data: bytes) -> None:
    """Fixes settle, are done at once, lose no byte, and the safe ones leave what is shown."""
    source = Source.from_bytes("a/b.md", data)
    found = check([(read(source), source)], FILES)
    for diagnostic in found:
        _is_within(diagnostic, source)
    for report in REPORTS.values():
        for piece in report(found, {"a/b.md": source}):
            piece.encode()
    for unsafe in (False, True):
        done = fix(source, FILES, unsafe=unsafe)
        after = done.source
        assert Source.from_bytes("a/b.md", after.to_bytes()).text == after.text
        left = {
            d.rule for d in check([(read(after), after)], FILES, _ALONE) if _is_mended(d, unsafe)
        }
        assert left <= set(done.refused), f"not mended: {left}"
        again = fix(after, FILES, unsafe=unsafe)
        assert again.source.text == after.text, (
            f"not done at once: {[d.rule for d in again.mended]}"
        )
        if not unsafe:
            before = iter(_undecodable(source.text))
            assert all(byte in before for byte in _undecodable(after.text)), "other bytes"
            assert _shown(read(after)) == _shown(read(source))


_ALONE = [rule for rule in RULES if rule.check_all is None]  # as `fix` has it


def _is_mended(diagnostic: Diagnostic, unsafe: bool) -> bool:
    mending = diagnostic.finding.fix
    return mending is not None and (mending.safe or unsafe)


def _undecodable(text: str) -> str:
    return re.sub(r"[^\ud800-\udfff]", "", text)


def _is_within(diagnostic: Diagnostic, source: Source) -> None:
    finding, end = diagnostic.finding, len(source.text)
    edits = finding.fix.edits if finding.fix is not None else ()
    for span in (finding.span, *(each.span for each in (*edits, *finding.related))):
        assert 0 <= span.start <= span.end <= end, f"{diagnostic.rule} blames what is not there"


def _shown(document: Document) -> list[str]:
    return [
        render.html(document, part)
        for question in document.questions
        for part in (question.prompt, question.answer, *(o.content for o in question.options))
        if part is not None
    ]


# ── exporting ───────────────────────────────────────────────────────────────────────────────────


def _documents(data: bytes) -> tuple[list[Document], dict[str, Source]]:
    """The documents that an input holds, those without questions left out as `project` does."""
    parts = enumerate(data.split(SEPARATOR)[:3])
    sources = {f"a/{at}.md": Source.from_bytes(f"a/{at}.md", part) for at, part in parts}
    return [d for d in map(read, sources.values()) if d.questions], sources


def _made(name: str, data: bytes) -> tuple[list[tuple[str, bytes]], list[Omission], list[Document]]:
    """What an exporter makes of an input; its options follow from the input."""
    documents, sources = _documents(data)
    if not documents:
        return [], [], []
    omitted: list[Omission] = []
    chance = random.Random(zlib.crc32(data))
    keys = identity.match(documents, {}, 0, collection="c").keys
    context = Context(
        files=FILES,
        source=lambda document: sources[document.path],
        keys=lambda document: keys[document.path],
        changed=lambda name, digest: 1_700_000_000,
        omit=omitted.append,
        anki=AnkiOptions(chance.choice(SPLITS), "", *_coins(chance, 1), "", *_coins(chance, 2)),
        paper=PaperOptions(
            columns=chance.choice((1, 1, 2)), answers=chance.choice(("below", "end"))
        ),
        selection=Selection(versions=chance.choice((0, 2))) if name in _SHUFFLED else Selection(),
        collection="c",
    )
    made = [(artifact.path, whole(artifact)) for artifact in load(name)(documents, context)]
    return made, omitted, documents


_SHUFFLED = ("exam", "answer-key")


def _coins(chance: random.Random, count: int) -> list[bool]:
    return [chance.random() < 0.5 for _ in range(count)]


def anki(data: bytes) -> None:
    """Sound packages that hold every question that is not said to be left out."""
    made, omitted, documents = _made("anki", data)
    notes = 0
    for path, package in made:
        for fields in _notes(package):
            notes += 1
            for field in fields.split("\x1f"):
                _is_inert(field)
        unpack(package, path)
    _all_there(notes, omitted, documents)
    assert _made("anki", data)[0] == made


def _notes(package: bytes) -> list[str]:
    with ZipFile(BytesIO(package)) as archive:
        assert archive.testzip() is None
        names = set(json.loads(archive.read("media")))
        assert names == set(archive.namelist()) - {"media", "collection.anki2"}
        db = sqlite3.connect(":memory:")
        db.deserialize(archive.read("collection.anki2"))
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    cards = db.execute("SELECT count(*) FROM notes WHERE id NOT IN (SELECT nid FROM cards)")
    assert cards.fetchone() == (0,), "a note without a card"
    return [fields for (fields,) in db.execute("SELECT flds FROM notes")]


def _all_there(notes: int, omitted: Sequence[Omission], documents: Sequence[Document]) -> None:
    said = sum(omission.what == "answer" for omission in omitted)
    assert notes + said == sum(len(document.questions) for document in documents)


_NEVER = {"script", "iframe", "object", "embed", "form", "base", "meta", "link", "style", "frame"}


def _is_inert(html: str) -> None:
    """Nothing in it runs or loads, as a browser would take it apart."""
    if "<" not in html:
        return
    for element in (
        tinyhtml5.parse(StringIO(html), namespace_html_elements=False).find("body").iter()
    ):
        name = str(element.tag).lower()
        assert name not in _NEVER, f"<{name}> in a field"
        for attribute, value in element.attrib.items():
            assert not str(attribute).lower().startswith("on"), f"{attribute} in a field"
            target = re.sub(r"[\x00-\x20]", "", value).lower()
            assert not target.startswith(("javascript:", "vbscript:")), f"{attribute}={value}"


def anki_text(data: bytes) -> None:
    """Text that Anki can read: a record a note, each with all columns."""
    made, omitted, documents = _made("anki-text", data)
    notes = 0
    for path, text in made:
        if path.endswith(".txt"):
            lines = text.decode().split("\n", 7)[7]
            rows = list(csv.reader(StringIO(lines, newline=""), dialect="excel-tab"))
            notes += len(rows)
            assert len({len(row) for row in rows}) == 1
            for row in rows:
                for field in row[4:]:
                    _is_inert(field)
    _all_there(notes, omitted, documents)


def crowdanki(data: bytes) -> None:
    made, omitted, documents = _made("crowdanki", data)
    notes = 0
    for path, text in made:
        if path.endswith("deck.json"):
            for deck in _tree(json.loads(text)):
                notes += len(deck["notes"])
                for note in deck["notes"]:
                    for field in note["fields"]:
                        _is_inert(field)
    _all_there(notes, omitted, documents)


def _tree(deck: dict) -> Iterator[dict]:
    yield deck
    for child in deck["children"]:
        yield from _tree(child)


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema()))


def as_json(data: bytes) -> None:
    """Valid by the schema that the program prints, with every place inside the text."""
    made, _, documents = _made("json", data)
    _, sources = _documents(data)
    assert len(made) == len(documents)
    for document, (_, text) in zip(documents, made, strict=True):
        parsed = json.loads(text)
        _validator().validate(parsed)
        assert len(parsed["questions"]) == len(document.questions)
        for place in _places(parsed):
            assert 0 <= place["start"] <= place["end"] <= len(sources[document.path].text)


def _places(value: object) -> Iterator[dict]:
    if isinstance(value, dict):
        if "end_column" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _places(item)


def as_lines(data: bytes) -> None:
    made, _, documents = _made("jsonl", data)
    for document, (_, text) in zip(documents, made, strict=True):
        lines = text.decode().removesuffix("\n").split("\n")
        assert len(lines) == len(document.questions)
        for line in lines:
            msgspec.json.decode(line, type=QuestionLine, strict=True)


def paper(name: str, data: bytes) -> None:
    """PDFs that open and hold nothing that runs."""
    made, _, documents = _made(name, data)
    assert made or all(q.state != "answered" for d in documents for q in d.questions)
    for _, data in made:
        with pikepdf.open(BytesIO(data)) as pdf:
            assert len(pdf.pages) > 0
            for thing in pdf.objects:
                if isinstance(thing, pikepdf.Dictionary):
                    assert "/JS" not in thing, "script in a PDF"
                    assert thing.get("/S") not in ("/Launch", "/JavaScript"), "an action in a PDF"


# ── what else strangers write ───────────────────────────────────────────────────────────────────


def toml(data: bytes) -> None:
    """A configuration is understood, or refused in words; with it the program lints."""
    with _folder(("selfcheck.toml", data), ("a.md", BODY.encode())) as folder, suppress(UsageError):
        rules_in_force(find_root([folder]).config)
        linting.lint(linting.Asking((folder,), use_cache=False))


class _folder:
    """A folder with some files, which goes when it is left."""

    def __init__(self, *files: tuple[str, bytes]) -> None:
        self.files = files

    def __enter__(self) -> str:
        self.path = tempfile.mkdtemp()
        for name, data in self.files:
            whole = os.path.join(self.path, name)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "wb") as file:
                file.write(data)
        return self.path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path)


def themes(data: bytes) -> None:
    with suppress(UsageError):
        theme.parsed("theme.toml", data)
    theme.parsed.cache_clear()


def locks(data: bytes) -> None:
    """A lock is understood or refused; what is written of it is read back the same, and is short
    of nothing that was known."""
    try:
        found = lock.parse(data.decode("utf-8", "surrogateescape"))
    except lock.LockError:
        return
    written = lock.dump(found)
    assert lock.dump(lock.parse(written)) == written
    documents = [read(Source("a.md", BODY))]
    match = identity.match(documents, found.known, 1, collection=found.collection)
    assert set(found.known) <= set(match.known)
    lock.dump(lock.Lock(match.known, found.remembered, found.collection)).encode(
        "utf-8", "surrogateescape"
    )


def manifests(data: bytes) -> None:
    """Whatever the list of a build folder names, nothing outside of that folder is removed."""
    made = [(f"build/{manifest.NAME}", data), ("build/a.json", b"x"), ("b.json", b"x")]
    with _folder(*made) as folder:
        build = f"{folder}/build"
        before = manifest.load(build)
        if before is None:
            return
        run = manifest.Run("json", "..", ("a.md",), "", {"c.json": "d"})
        after = before.after([run], folder)
        old, _ = manifest.stale(build, before, after)
        for path in old:
            manifest.remove(build, path)
        manifest.save(build, after)
        assert manifest.load(build) == after
        assert os.path.exists(f"{folder}/b.json")


def baselines(data: bytes) -> None:
    with _folder(("base.json", data)) as folder, suppress(UsageError):
        baseline.new(f"{folder}/base.json", [], str, ["a.md"])


@cache
def package() -> bytes:
    """A package of ours."""
    return _made("anki", BODY.encode())[0][0][1]


def packages(data: bytes) -> None:
    """A package is read, or refused in words; comparing with it and keeping its notes likewise."""
    with suppress(UsageError):
        found = unpack(data, "old.apkg")
        new = unpack(package(), "new.apkg")
        compared(Build("", {"new": found}), {"new": new}, Scope({}, frozenset()))
        kept = {note.guid: note.mod + 1 for note in found.notes}
        if kept:
            assert len(unpack(retain(package(), data, kept, "old.apkg"), "kept").notes) >= 2


def lint_caches(data: bytes) -> None:
    """Whatever the cache holds, a run says what it would say without it."""
    with _folder(
        ("a.md", BODY.encode()), (".selfcheck_cache/lint", data), ("selfcheck.toml", b"")
    ) as folder:
        said = linting.lint(linting.Asking((folder,))).diagnostics
        fresh = linting.lint(linting.Asking((folder,), use_cache=False)).diagnostics
        assert said == fresh


def replays(data: bytes) -> None:
    """Whatever a record of a run holds, what is said again does nothing to a terminal but colour."""
    with _folder(("a.md", BODY.encode())) as folder, _caught() as said:
        arguments = ["lint", folder]
        asked = replay.command(arguments)
        name = f"{folder}/{replay.FOLDER}/{replay._name(asked)}"
        os.makedirs(os.path.dirname(name))
        head = (replay._FORMAT.encode(), os.fsencode(asked), os.fsencode(folder))
        with open(name, "wb") as file:
            file.write(b"\0".join((*head, data)))
        replay.replay(arguments)
        for stream in said:
            left = re.sub(rb"\x1b\[[0-9;]*m", b"", stream.buffer.getvalue())
            assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]", left)


@contextmanager
def _caught() -> Iterator[tuple[TextIOWrapper, TextIOWrapper]]:
    streams = TextIOWrapper(BytesIO()), TextIOWrapper(BytesIO())
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        yield streams


TARGETS: dict[str, Callable[[bytes], None]] = {
    "read": reading,
    "front-matter": front_matter,
    "fix": fixing,
    "anki": anki,
    "anki-text": anki_text,
    "crowdanki": crowdanki,
    "json": as_json,
    "jsonl": as_lines,
    **{
        name: partial(paper, name)
        for name in (
            "handout",
            "worksheet",
            "exam",
            "answer-key",
            "flashcards",
            "flashcards-fold",
            "book",
            "index",
        )
    },
    "toml": toml,
    "theme": themes,
    "lock": locks,
    "manifest": manifests,
    "baseline": baselines,
    "apkg": packages,
    "cache": lint_caches,
    "replay": replays,
}


# ── what to start from ──────────────────────────────────────────────────────────────────────────


def seeds(name: str) -> Iterator[bytes]:
    """Inputs of a target that hold much of what it may meet."""
    from tests.conftest import ROOT

    if name in OTHERS:
        yield from OTHERS[name]()
        return
    yield BODY.encode()
    for path in sorted((ROOT / "content").glob("*.md")):
        yield path.read_bytes()
    pages = [rule.manual for rule in RULES]
    pages += [path.read_text() for path in sorted((ROOT / "tests/rules").glob("*.md"))]
    for page in pages:
        for _, example in re.findall(r"^(`{3,})markdown[^\n]*\n(.*?)^\1", page, re.M | re.S):
            yield example.replace("␠", " ").replace("→", "\t").encode()


def _lint_cache() -> Iterator[bytes]:
    with _folder(("a.md", BODY.encode()), ("selfcheck.toml", b"")) as folder:
        os.makedirs(f"{folder}/{caches.FOLDER}")
        linting.lint(linting.Asking((folder,)))
        with open(f"{folder}/{caches.FOLDER}/lint", "rb") as file:
            yield file.read()


def _manifests() -> Iterator[bytes]:
    digest = sha256(b"x").hexdigest()
    for path in ("a.json", "../b.json", "../build/a.json"):
        run = manifest.Run("json", "../x", ("a.md",), "", {path: digest})
        yield msgspec.json.encode(manifest.Manifest(runs=(run,)))


OTHERS: dict[str, Callable[[], Iterator[bytes]]] = {
    "front-matter": lambda: iter(
        (
            b"title: x\ntags: [a, b]\nlanguage: de\ndescription: 'y'\nreversed: true\nshuffle: no",
            b"question: Why?\nkey: k\ndialect: file",
            b"a: &a [x, {y: *a}]\nb: !!python/object:x {}\nc: |\n  x\n? k\n: 2026-01-01\n<<: *a",
        )
    ),
    "toml": lambda: iter(
        (
            b'content = ["*.md"]\nexclude = ["b"]\nselect = ["default", "links"]\ndeselect = ["info"]\n'
            b'dialect = "headings"\nplaceholders = ["todo"]\ntemplates = "t"\n[severity]\nmissing-answer = "info"\n'
            b'[rules.long-list]\nmost = 3\n[allow]\n"a*.md" = ["missing-answer"]\n[anki]\nsplit = "none"\n'
            b'url = "https://a.b"\n[handout]\ncolumns = 2\npdf-a = true\n',
        )
    ),
    "theme": lambda: iter(
        (
            b'school = "S"\nlogo = "x.svg"\nlicence = "CC"\n[colors]\naccent = "#0b4f6c"\nrule = "#b8860b"\n',
        )
    ),
    "lock": lambda: iter((_lock(), _lock() + b"<<<<<<< a\n=======\n>>>>>>> b\n")),
    "baseline": lambda: iter(
        (
            b'{"selfcheck-baseline": 1, "findings": [\n  {"path": "a.md", "rule": "r", "mark": "m"}\n]}\n',
        )
    ),
    "manifest": _manifests,
    "apkg": lambda: iter((package(),)),
    "cache": _lint_cache,
    "replay": lambda: iter((b"1\0out\x1b[31mx\x1b[0m\0err\0file\0/x\0\0\0kind\0a\0\0file",)),
}


def _lock() -> bytes:
    documents = [read(Source("a.md", BODY))]
    known = identity.match(documents, {}, 1, collection="c").known
    return lock.dump(lock.Lock(known, {"anki:note:k": ("d", 2)}, "c")).encode()
