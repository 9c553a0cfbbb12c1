"""What holds after every fault, as one harness; the faults are in test_faults*.py.

A `World` has been exported once; then its documents were edited. The run to be troubled is the second
export. After it the documents are as they were, every output is one of the two whole ones, nothing
temporary is left, the message is one sentence; and the next run makes what an untroubled one makes.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest

from selfcheck_tools.cli import main
from tests.pictures import file

ROOT = Path(__file__).parent.parent
CI = bool(os.environ.get("CI"))
ALL = bool(os.environ.get("SELFCHECK_ALL_FAULTS"))  # handouts, too, and every row: takes minutes
EXPORT = ("export", "notes", "--to", "anki,json,handout" if ALL else "anki,json")
THEN, NOW = "1700000000", "1700100000"
DOCUMENTS = 3
Tree = dict[str, bytes]


class Ran(NamedTuple):
    """How a run ended, and what it said."""

    status: int
    out: str
    err: str


def document(number: int, answer: str) -> str:
    """A document with a question that every export shows, with an image, and white space to mend."""
    noise = " ".join(sha256(b"%d" % n).hexdigest()[:6] for n in range(200 + 400 * number))
    return (
        f"# Number {number}\n\n## Self-check\n\n### 1. What is the number {number}?\n\n"
        f"{answer}  {noise}\n\n![a dot](dot.png)\n\n### 2. What comes then?   \n\nThe next one.\n"
    )


def write_documents(folder: Path, answer: str) -> None:
    (folder / "notes").mkdir(exist_ok=True)
    (folder / "notes/dot.png").write_bytes(file("dot.png (20 × 20 pixels)")[1])
    for number in range(DOCUMENTS):
        (folder / f"notes/n{number}.md").write_text(document(number, answer))


def tree(folder: Path) -> Tree:
    """All files below a folder that can be read, but for the cache; links as what they say."""
    found: Tree = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if ".selfcheck_cache" in name or "filler" in name:
            continue
        if path.is_symlink():
            found[name] = b"-> " + os.fsencode(os.readlink(path))
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def check_sound(folder: Path) -> None:
    """Opens every output."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".json":
            json.loads(path.read_bytes())
        elif path.suffix == ".apkg":
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
        elif path.suffix == ".pdf":
            with pikepdf.open(path) as pdf:
                assert len(pdf.pages) > 0


class World:
    """A folder with documents that were exported and then edited, and what the next export makes."""

    def __init__(self, folder: Path, whole: Tree) -> None:
        self.folder, self.whole = folder, whole
        self.before = tree(folder)

    def restore(self) -> None:
        """Has all be as it was before the run, but for the cache."""
        for name in tree(self.folder).keys() - self.before.keys():
            (self.folder / name).unlink()
        for name, data in self.before.items():
            path = self.folder / name
            if not path.is_symlink() and (not path.exists() or path.read_bytes() != data):
                path.write_bytes(data)

    def run(self, *arguments: str, epoch: str = NOW, **more: object) -> Ran:
        """Runs the program in a process of its own."""
        return run(self.folder, *arguments, epoch=epoch, **more)

    def holds(
        self,
        *arguments: str,
        says: str,
        fault: AbstractContextManager[object] | None = None,
        status: int = 2,
        by: Callable[..., Ran] | None = None,
        mends: bool = False,
    ) -> Ran:
        """Runs the program under a fault, and once more without it; checks all that must hold."""
        arguments = arguments or EXPORT
        with fault or nullcontext():
            ran = (by or self.run)(*arguments)
        assert_plain(ran, says, status)
        self.assert_whole()
        again = (by or self.run)(*arguments)
        assert (again.status, again.err) == (0, ""), again
        assert tree(self.folder) == self.whole
        self.assert_nothing_temporary()
        return ran

    def assert_whole(self) -> None:
        """Every file is as it was, or as it is to be; nothing but the list of outputs is mixed."""
        now = tree(self.folder)
        for name in self.before.keys() | now.keys():
            there, old, new = now.get(name), self.before.get(name), self.whole.get(name)
            if name == "build/.selfcheck.json" and there is not None:
                json.loads(there)  # says what there is now: neither as before nor as it will be
            elif name == "notes/selfcheck.lock" and there is not None:
                assert there.endswith(b"\n")
            else:
                assert there in (old, new), name
        self.assert_nothing_temporary()

    def assert_nothing_temporary(self) -> None:
        left = [p for p in self.folder.rglob("*") if p.name.startswith(".selfcheck-")]
        assert left == []


def assert_plain(ran: Ran, says: str, status: int = 2) -> None:
    """One sentence, which says where and why; no traceback."""
    assert ran.status == status, ran
    assert "Traceback" not in ran.err, ran.err
    if status:
        (line,) = ran.err.splitlines()
        assert line.startswith("selfcheck: "), ran.err
        assert says in line


def run(folder: Path, *arguments: str, epoch: str = NOW, **more: object) -> Ran:
    """Runs the program in a process of its own in a folder."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONUNBUFFERED", None)
    environment |= more.pop("env", {})  # type: ignore[call-overload]
    before = more.pop("before", ())
    options = {"capture_output": True, "text": True, "errors": "backslashreplace", **more}
    command = [*before, sys.executable, "-m", "selfcheck_tools", *arguments]  # type: ignore[misc]
    done = subprocess.run(command, cwd=folder, env=environment, check=False, **options)  # type: ignore[call-overload]
    return Ran(done.returncode, done.stdout or "", done.stderr or "")


@contextmanager
def full(folder: Path, leave: int = 0) -> Iterator[None]:
    """Has a small disk no more room than some bytes."""
    filler = folder / "filler.bin"
    free = os.statvfs(folder)
    with filler.open("wb") as filling:
        filling.write(bytes(max(0, free.f_bavail * free.f_bsize - leave)))
    yield
    filler.unlink()


def must_be_root(why: str) -> None:
    """In CI we are; elsewhere what needs it is left out, and that is said."""
    if os.geteuid() == 0:
        return
    if CI:
        pytest.fail(f"{why} needs root, which this is not")
    pytest.skip(f"{why} needs root")


def forbidden(*arguments: str) -> Sequence[str]:
    """What must stand before a command for permissions to count, even for root."""
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if not os.geteuid() else ()


# ── fixtures ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tree]:
    """A folder that was exported and then edited, and what an untroubled export makes of it."""
    folder = tmp_path_factory.mktemp("twin") / "world"
    folder.mkdir()
    write_documents(folder, "Old.")
    assert run(folder, *EXPORT, epoch=THEN).status == 0
    write_documents(folder, "New.")
    edited = folder.parent / "edited"
    shutil.copytree(folder, edited, symlinks=True)
    assert run(folder, *EXPORT).err == ""
    check_sound(folder / "build")
    return edited, tree(folder)


@pytest.fixture
def world(twin: tuple[Path, Tree], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world of a test's own."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOW)
    folder = tmp_path / "world"
    shutil.copytree(twin[0], folder, symlinks=True)
    return World(folder, twin[1])


@pytest.fixture
def here(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Works in the world's folder."""
    monkeypatch.chdir(world.folder)


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs the program in this process, which is quicker."""

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        status = main(list(arguments))
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture
def disk(world: World) -> Iterator[Callable[..., None]]:
    """Puts a folder of the world on a small disk of its own."""
    mounted: list[Path] = []

    def mount(name: str, size: str, **options: str) -> None:
        must_be_root("a small disk")
        place = world.folder / name
        place.mkdir(exist_ok=True)
        aside = world.folder.parent / "aside"
        shutil.copytree(place, aside, symlinks=True)
        given = ",".join([f"size={size}", *(f"{key}={value}" for key, value in options.items())])
        subprocess.run(["mount", "-t", "tmpfs", "-o", given, "none", str(place)], check=True)
        mounted.append(place)
        shutil.copytree(aside, place, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(aside)

    yield mount
    for place in mounted:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
