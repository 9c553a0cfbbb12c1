"""Fuzzes a part of the program, guided by coverage: `python -m tests.fuzz TARGET FOLDER [OPTION…]`.

TARGET is a name in `fuzz_targets.TARGETS`. FOLDER keeps the inputs that reached new code, from which
the next run goes on; in FOLDER/faults those that broke a promise, one for each place in the program,
with its traceback; and in FOLDER/log.json how many seconds, seconds of the
processor and executions all runs took. OPTIONs are
libFuzzer's, as `-max_total_time=3600` or `-seed=1`. A case that takes more than SECONDS of the
processor, or more than MEMORY, is a fault as well.

    python -m tests.fuzz TARGET FOLDER --plain SECONDS SEED
                                                changes what it knows without being guided: for what
                                                is slow, and where there is no atheris
    python -m tests.fuzz TARGET FILE            tries one input again
    python -m tests.fuzz TARGET FILE --shrink   and writes the smallest that still fails to FILE.small

Being guided needs atheris (PyPI), which is no part of the development environment.
"""

import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from io import BytesIO
from zipfile import ZipFile
from zlib import crc32

SECONDS = 20
MEMORY = 6 << 30  # of address space: libraries and the fuzzer take a good part

Target = Callable[[bytes], None]
Change = Callable[[bytes, int], bytes]  # an input and the most bytes that it may have


class TooSlow(Exception):
    """A case took more than SECONDS of the processor."""


def guarded(target: Target, data: bytes) -> Exception | None:
    """What a target raises for an input, if anything."""
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        target(data)
    except Exception as error:
        return error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return None


def _stop(*_: object) -> None:
    raise TooSlow


def place(error: Exception) -> str:
    """Where something was raised: its kind and the innermost lines; of what is too slow, which stops
    anywhere, the first of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/selfcheck_tools/" in frame.filename]
    frames = ours[:3] if isinstance(error, TooSlow) else frames[-2:]
    return " ".join([type(error).__name__] + [f"{f.name}:{f.lineno}" for f in frames])


# ── changing inputs ─────────────────────────────────────────────────────────────────────────────


class Lines:
    """Changes texts by whole lines and by pieces of Markdown, besides what libFuzzer does."""

    def __init__(self, seeds: Sequence[bytes], pieces: Sequence[bytes], change: Change) -> None:
        self.lines = sorted({line for seed in seeds for line in seed.splitlines(keepends=True)})
        self.pieces, self.change = pieces, change

    def __call__(self, data: bytes, size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.3:
            return self.change(data, size)
        for _ in range(chance.choice((1, 1, 2, 4))):
            data = self._changed(data, chance)
        return data[:size]

    def _changed(self, data: bytes, chance: random.Random) -> bytes:
        if chance.random() < 0.5:
            at = chance.randint(0, len(data))
            return data[:at] + chance.choice(self.pieces) + data[at:]
        lines = data.splitlines(keepends=True)
        start, to = chance.randint(0, len(lines)), chance.randint(0, len(lines))
        some = lines[start : start + chance.choice((1, 1, 2, 5))]
        match chance.randrange(4):
            case 0:
                lines.insert(to, chance.choice(self.lines))
            case 1:
                lines[to:to] = some
            case 2:
                del lines[start : start + len(some)]
            case _:
                lines[start : start + len(some)] = some[::-1]
        return b"".join(lines)


def zipped(change: Change) -> Callable[[bytes, int, int], bytes]:
    """Changes what a zip holds and now and then the zip, whose checksums would hide the inside."""

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        try:
            with ZipFile(BytesIO(data)) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
        except Exception:  # a zip that was damaged before
            members = {}
        if not members or chance.random() < 0.1:
            return change(data, size)
        name = chance.choice(sorted(members))
        members[name] = _within(members[name], change, chance)
        out = BytesIO()
        with ZipFile(out, "w", 8) as archive:
            for other, whole in members.items():
                archive.writestr(other, whole)
        return out.getvalue()[:size]

    return mutate


def _within(data: bytes, change: Change, chance: random.Random) -> bytes:
    """A file changed where it holds something: a database is mostly empty."""
    at = chance.choice([at for at, byte in enumerate(data) if byte] or [0])
    width = chance.choice((4, 40, 400))
    found = change(data[at : at + width], width)
    return (
        data[:at]
        + (found if chance.random() < 0.2 else found.ljust(width, b" "))
        + data[at + width :]
    )


# ── running ─────────────────────────────────────────────────────────────────────────────────────


class Run:
    """Counts executions; keeps what fails, and goes on."""

    def __init__(self, name: str, target: Target, folder: str) -> None:
        self.name, self.target, self.folder = name, target, folder
        self.known: set[str] = set()
        self.count, self.start, self.noted = 0, time.monotonic(), 0.0
        os.makedirs(os.path.join(folder, "faults"), exist_ok=True)
        self.log = os.path.join(folder, "log.json")
        self.before = {"seconds": 0, "cpu": 0, "executions": 0}
        if os.path.exists(self.log):
            with open(self.log) as file:
                self.before = json.load(file)

    def __call__(self, data: bytes) -> None:
        self.count += 1
        error = guarded(self.target, data)
        if error is not None and place(error) not in self.known:
            self.known.add(place(error))
            self._keep(data, error)
        if time.monotonic() - self.noted > 10:
            self.note()

    def _keep(self, data: bytes, error: Exception) -> None:
        path = os.path.join(self.folder, "faults", f"{crc32(place(error).encode()):08x}")
        with open(path, "wb") as file:
            file.write(data)
        with open(f"{path}.txt", "w", errors="backslashreplace") as file:
            file.write("".join([place(error), "\n\n", *traceback.format_exception(error)]))

    def note(self) -> None:
        """Writes down what was done."""
        self.noted = time.monotonic()
        whole = {
            "target": self.name,
            "seconds": self.before["seconds"] + round(self.noted - self.start),
            "cpu": self.before["cpu"] + round(time.process_time()),
            "executions": self.before["executions"] + self.count,
        }
        with open(f"{self.log}-", "w") as file:
            json.dump(whole, file)
        os.replace(f"{self.log}-", self.log)


def fuzz(name: str, folder: str, options: Sequence[str]) -> None:
    """Runs until libFuzzer has had its time."""
    import atheris

    with atheris.instrument_imports(include=["selfcheck_tools", "markdown_it", "mdit_py_plugins"]):
        from tests import fuzz_targets
    corpus = os.path.join(folder, "corpus")
    os.makedirs(corpus, exist_ok=True)
    seeds = list(fuzz_targets.seeds(name))
    for seed in seeds:
        with open(os.path.join(corpus, f"seed-{crc32(seed):08x}"), "wb") as file:
            file.write(seed)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    arguments = [
        sys.argv[0],
        corpus,
        "-timeout=1000000",
        "-rss_limit_mb=0",
        "-max_len=20000",
        *options,
    ]

    def change(data: bytes, size: int) -> bytes:
        return atheris.Mutate(data, size)  # another one from when Fuzz is called

    mutate = zipped(change) if name == "apkg" else Lines(seeds, fuzz_targets.PIECES, change)
    atheris.Setup(arguments, Run(name, fuzz_targets.TARGETS[name], folder), custom_mutator=mutate)
    atheris.Fuzz()


def plain(name: str, folder: str, seconds: float, seed: int) -> None:
    """Runs for some seconds on documents that are changed and joined by chance."""
    from tests import fuzz_targets

    chance = random.Random(seed)
    seeds = list(fuzz_targets.seeds(name))

    def change(data: bytes, size: int) -> bytes:
        return _flipped(data, chance)[:size]

    mutate = zipped(change) if name == "apkg" else Lines(seeds, fuzz_targets.PIECES, change)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    run = Run(name, fuzz_targets.TARGETS[name], folder)
    while time.monotonic() - run.start < seconds:
        data = chance.choice(seeds)
        if name not in fuzz_targets.OTHERS and chance.random() < 0.3:
            data += chance.choice((b"", fuzz_targets.SEPARATOR)) + chance.choice(seeds)
        for _ in range(chance.choice((1, 2, 4, 8))):
            data = mutate(data, 20_000, chance.getrandbits(60))
        run(data)
    run.note()


def _flipped(data: bytes, chance: random.Random) -> bytes:
    """Bytes with one of them changed, some left out, or some written twice."""
    start, to = chance.randint(0, len(data)), chance.randint(0, len(data))
    some = data[start : start + chance.choice((1, 1, 4, 20))]
    return chance.choice(
        (
            data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :],
            data[:start] + data[start + len(some) :],
            data[:to] + some + data[to:],
        )
    )


def shrunk(target: Target, data: bytes) -> bytes:
    """The smallest input found, by leaving out pieces of it, that fails at the same place."""
    error = guarded(target, data)
    assert error is not None
    wanted, size = place(error), len(data)
    while size := size // 2:
        at = 0
        while at < len(data):
            less = data[:at] + data[at + size :]
            found = guarded(target, less)
            if found is not None and place(found) == wanted:
                data = less
            else:
                at += size
    return data


def again(name: str, path: str, *, shrink: bool) -> int:
    """Tries one input; the exit status."""
    from tests.fuzz_targets import TARGETS

    with open(path, "rb") as file:
        data = file.read()
    error = guarded(TARGETS[name], data)
    if error is None:
        print("it holds")
        return 0
    traceback.print_exception(error)
    if shrink:
        with open(f"{path}.small", "wb") as file:
            file.write(shrunk(TARGETS[name], data))
    return 1


if __name__ == "__main__":
    target, where, *rest = sys.argv[1:]
    if os.path.isfile(where):
        sys.exit(again(target, where, shrink="--shrink" in rest))
    if rest[:1] == ["--plain"]:
        plain(target, where, float(rest[1]), int(rest[2]))
    else:
        fuzz(target, where, rest)
