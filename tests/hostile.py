"""What tests on hostile content share: a canary outside of the content, ears, and outputs opened up."""

import ctypes
import io
import os
import random
import socket
import string
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pikepdf

from tests.conftest import ROOT

_SIDE = 24  # pixels of a canary's picture


class Canary(NamedTuple):
    """A word and a picture that stand nowhere else."""

    word: str
    pixels: bytes

    def png(self) -> bytes:
        """The picture as a file, with the word in it."""
        header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
        line = 3 * _SIDE
        rows = b"".join(b"\0" + self.pixels[at : at + line] for at in range(0, line * _SIDE, line))
        chunks = (
            (b"IHDR", header),
            (b"tEXt", b"Comment\0" + self.word.encode()),
            (b"IDAT", zlib.compress(rows)),
            (b"IEND", b""),
        )
        parts = (
            struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d))
            for n, d in chunks
        )
        return b"\x89PNG\r\n\x1a\n" + b"".join(parts)

    def files(self, folder: Path) -> None:
        """Files of every kind that somebody may want to have."""
        folder.mkdir(parents=True)
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 9"><text id="a" y="9">{self.word}</text></svg>'
        texts = {
            **dict.fromkeys(("canary.txt", "canary", "canary.html", "canary.mp3"), self.word),
            "canary.svg": svg,
            "canary.css": f"p::after {{ content: '{self.word}' }} /* {self.word} */",
            "canary.md": f"# {self.word}\n\n## Self-check\n\n### 1. {self.word}?\n\n{self.word}\n",
            "canary.toml": f"school = '{self.word}'\n",
            "selfcheck.lock": f"collection {self.word}\n",
        }
        for name, text in texts.items():
            (folder / name).write_text(text)
        (folder / "canary.png").write_bytes(self.png())


def canary(name: str) -> Canary:
    """One of its own for each name, the same in each run."""
    chance = random.Random(name)
    word = "".join(chance.choices(string.ascii_lowercase, k=20))
    return Canary(word, chance.randbytes(3 * _SIDE * _SIDE))


# ── ears ────────────────────────────────────────────────────────────────────────────────────────


class Opened:
    """Notes who opens something in a folder or lists it, in whatever process or library (Linux)."""

    _OPEN = 0x20

    def __init__(self, folder: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert self._inotify >= 0
        for each in (folder, *folder.iterdir()):
            assert libc.inotify_add_watch(self._inotify, os.fsencode(each), self._OPEN) >= 0

    def any(self) -> bool:
        """Whether anything was opened since this was asked last."""
        try:
            return bool(os.read(self._inotify, 65536))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._inotify)


class Ear:
    """Listens on the loopback, TCP and UDP, IPv4 and where it is there IPv6, at one port."""

    def __init__(self) -> None:
        self._sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port = self._sockets[0].getsockname()[1]
        self._sockets.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self._sockets[-1].bind(("127.0.0.1", self.port))
        if _has_ipv6():
            self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        self.heard: list[bytes] = []
        for each in self._sockets:
            each.settimeout(0.1)
            threading.Thread(target=self._listen, args=(each,), daemon=True).start()

    def _listen(self, ear: socket.socket) -> None:
        while True:
            try:
                if ear.type == socket.SOCK_DGRAM:
                    self.heard.append(ear.recv(2000))
                    continue
                with ear.accept()[0] as caller:
                    caller.settimeout(0.5)
                    self.heard.append(caller.recv(200) or b"(nothing)")
            except TimeoutError:
                continue
            except OSError:
                return

    def waits_for(self, count: int) -> list[bytes]:
        """What was heard, once so many have called; or after a few seconds."""
        last = time.monotonic() + 10
        while len(self.heard) < count and time.monotonic() < last:
            time.sleep(0.02)
        return self.heard

    def close(self) -> None:
        for each in self._sockets:
            each.close()


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@contextmanager
def ear() -> Iterator[Ear]:
    found = Ear()
    try:
        yield found
    finally:
        found.close()


# ── the program, and what it wrote ──────────────────────────────────────────────────────────────


def selfcheck(
    *arguments: str, cwd: Path, timeout: float = 300, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Runs the program as a user does. Outside of GitHub, unless the environment says otherwise."""
    inherited = {name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"}
    done = subprocess.run(
        [sys.executable, "-m", "selfcheck_tools", *arguments],
        cwd=cwd,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
    )
    out, err = (data.decode("utf-8", "surrogateescape") for data in (done.stdout, done.stderr))
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def opened_up(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All that the files of a folder hold: members of zips, streams and texts of PDFs too."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name, data = str(path.relative_to(folder)), path.read_bytes()
        yield name, data
        if name.endswith((".apkg", ".zip")):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.namelist():
                    yield f"{name}/{member}", archive.read(member)
        if name.endswith(".pdf"):
            yield from _pdf(path, name)


def _pdf(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    yield name, subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
    with pikepdf.open(path) as pdf:
        for at, each in enumerate(pdf.objects):
            if isinstance(each, pikepdf.Stream):
                try:
                    yield f"{name}#{at}", each.read_bytes()
                except pikepdf.PdfError:  # packed as a JPEG
                    yield f"{name}#{at}", each.read_raw_bytes()
            else:
                yield f"{name}#{at}", repr(each).encode()


def holders(folder: Path, canary: Canary) -> list[str]:
    """Where in outputs the word or the picture of a canary is."""
    found = []
    for name, data in opened_up(folder):
        row = canary.pixels[: 3 * _SIDE]
        if canary.word.encode() in data or row in data or canary.png() in data:
            found.append(name)
    return found
