"""The door to the disk: nothing outside of the content folder, whatever a path says."""

import os
from pathlib import Path

import pytest

from selfcheck_tools.files import Disk, Memory
from selfcheck_tools.media import local_path, locate


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    (tmp_path / "secret.txt").write_text("no")
    root = tmp_path / "content"
    (root / "images").mkdir(parents=True)
    (root / "images/a.png").write_bytes(b"x")
    os.symlink(tmp_path / "secret.txt", root / "images/link.png")
    os.symlink(root / "images/a.png", root / "images/inner.png")
    os.mkfifo(root / "images/pipe.png")
    return Disk(str(root))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("images/a.png", "found"),
        ("images/inner.png", "found"),
        ("images/A.PNG", "case"),
        ("Images/a.png", "case"),
        ("images/b.png", "missing"),
        ("images", "missing"),
        ("images/link.png", "outside"),
        ("../secret.txt", "outside"),
        ("/etc/passwd", "outside"),
        ("images/pipe.png", "other"),
        ("images/\0.png", "missing"),
    ],
)
def test_locate(disk: Disk, path: str, status: str) -> None:
    assert locate(disk, path).status == status


@pytest.mark.parametrize(
    "path", ["images/link.png", "../secret.txt", "/etc/passwd", "images/pipe.png", "images"]
)
def test_what_is_not_content_is_not_read(disk: Disk, path: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011  # which one is the system's choice
        disk.read(path)


def test_memory_speaks_like_a_disk() -> None:
    memory = Memory({"a/b.png": b"x"})
    assert (memory.kind("a/b.png"), memory.kind("a"), memory.kind("c")) == (
        "file",
        "folder",
        "missing",
    )
    assert memory.names("a") == ("b.png",)
    assert memory.names(".") == ("a",)
    assert locate(memory, "A/b.png").status == "case"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("x.png", "notes/x.png"),
        ("./i/a%20b.png", "notes/i/a b.png"),
        ("../x.png", "x.png"),
        ("../../x.png", "../x.png"),
        ("x.png?raw=true#y", "notes/x.png"),
        ("@/x.png", "x.png"),
        ("/x.png", "/x.png"),
        ("https://a.b/x.png", None),
        ("//a.b/x.png", None),
        ("data:image/png;base64,xx", None),
        ("#here", None),
        ("", None),
    ],
)
def test_local_path(target: str, path: str | None) -> None:
    assert local_path("notes/a.md", target) == path
