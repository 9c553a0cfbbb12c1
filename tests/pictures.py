"""Small images for the examples of rules: sound ones, and ones with a fault that is named.

A line of a `files` block is a path, perhaps with what is special about the file in parentheses.
"""

import re
import struct
from zlib import compress, crc32

_LINE = re.compile(r"(?P<path>.+?)(?: \((?P<special>[^()]+)\))?")
_PIXELS = re.compile(r"(\d+) × (\d+) pixels")
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


def file(line: str) -> tuple[str, bytes]:
    """The path and the contents of a file that a line of a `files` block describes."""
    match = _LINE.fullmatch(line)
    assert match is not None
    path, special = match["path"], match["special"] or ""
    kind = path.rpartition(".")[2].lower()
    size = _PIXELS.fullmatch(special)
    width, height = (int(size[1]), int(size[2])) if size else (3, 2)
    loads = special.removeprefix("that loads ")
    found = {
        "": _sound(kind, width, height),
        "empty": b"",
        "cut off": _sound(kind, width, height)[:-6],
        "Git LFS": LFS,
        "a PNG": png(width, height),
        "an SVG": svg(),
        "a web page": b"<!DOCTYPE html>\n<html><title>Not found</title></html>\n",
        "with a script": svg("<script>alert(1)</script>"),
        "with a wrong checksum": png(width, height).replace(b"IDAT", b"IDAT\0", 1)[:-5],
        special if size else " ": _sound(kind, width, height),
        special if loads != special else " ": svg(f'<image href="{loads}"/>'),
    }
    return path, found[special]


def _sound(kind: str, width: int, height: int) -> bytes:
    if kind == "png":
        return png(width, height)
    if kind in ("jpg", "jpeg"):
        return jpeg(width, height)
    return {"gif": GIF, "webp": WEBP, "svg": svg()}.get(kind, b"")


def png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = compress(bytes((width + 1) * height)) if width * height < 10_000 else b"x"
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc32(name + data))


def jpeg(width: int, height: int) -> bytes:
    """The skeleton of one: no decoder would take it, its header is right."""
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\x00\x08\x01\x01\x00\x00\x3f\x00"
    return b"\xff\xd8\xff\xc0" + frame + b"\xff\xda" + scan + b"abcdefgh\xff\xd9"


def svg(inner: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg">{inner}</svg>'.encode()


GIF = b"GIF89a\x03\x00\x02\x00\x80\x00\x00\0\0\0\xff\xff\xff,\0\0\0\0\x03\0\x02\0\0\x02\x02\x84\x51\x00;"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\x02\x40\0\0\0\0\0\0\0\0\0\0\0"
