"""What an image file is, from its bytes: type, size, soundness. No pixel is decoded."""

import re
import struct
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from selfcheck_tools.patterns import pattern

MAX_PIXELS = 100_000_000  # more than any export shows
_LONGEST_ENTITY, _MOST_EXPANDED = 1_000, 10_000_000  # characters of a vector image


class Look(NamedTuple):
    """What the bytes of an image file are.

    `type` is the extension that fits them, empty for no image; `fault` says why they cannot be
    shown, `danger` what a vector image would do, both in the words of a message that starts with
    the file's name.
    """

    type: str
    width: int = 0
    height: int = 0
    fault: str = ""
    danger: str = ""
    size: int = 0  # in bytes


class _Bytes:
    """Bytes that a cache compares by their hash, and lets go once they are looked at."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.key = hash(data), len(data)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bytes) and self.key == other.key


def inspect(data: bytes) -> Look:
    """What an image is, from its header, its checksums and its end; no pixel is decoded.

    Several rules look at the same files, so that the last answers are kept (not the files).
    """
    return _inspected(_Bytes(data))


@lru_cache(maxsize=4_096)
def _inspected(contents: _Bytes) -> Look:
    data, contents.data = contents.data, b""
    if not data:
        return Look("", fault="is empty")
    for sign, offset, look in _SIGNS:
        if data.startswith(sign, offset):
            try:
                found = look(data)
            except (struct.error, IndexError):
                found = Look(_TYPES[look], fault="is cut off")
            break
    else:
        found = _look_at_text(data)
    if not found.fault and found.width * found.height > MAX_PIXELS:
        megapixels = found.width * found.height // 1_000_000
        found = found._replace(fault=f"has {megapixels:,} megapixels, more than any export shows")
    return found._replace(size=len(data))


def _look_at_png(data: bytes) -> Look:
    """PNG 1.2, 3.2: a chunk is its length, its name, its contents and a checksum."""
    if data[12:16] != b"IHDR":
        return Look(".png", fault="is damaged: it has no header")
    width, height = struct.unpack_from(">II", data, 16)
    if not (width and height):
        return Look(".png", fault="is damaged: it has no size")
    view, at, holds_pixels = memoryview(data), 8, False
    while True:
        if at + 12 > len(data):
            return Look(".png", width, height, "is cut off")
        (length,) = struct.unpack_from(">I", data, at)
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            return Look(".png", width, height, "is cut off")
        is_critical = not name[0] & 32
        if (
            is_critical
            and crc32(view[at + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]
        ):
            return Look(".png", width, height, "is damaged: a checksum is wrong")
        holds_pixels = holds_pixels or name == b"IDAT"
        if name == b"IEND":
            fault = "" if holds_pixels else "is damaged: it has no pixels"
            return Look(".png", width, height, fault)
        at = end


def _look_at_jpeg(data: bytes) -> Look:
    """ITU T.81, B.1.1: segments up to the scan, then coded data up to the end marker."""
    at, width, height = 2, 0, 0
    while at < len(data):
        if data[at] != 0xFF:
            return Look(".jpg", width, height, "is damaged: it has no image data")
        marker = data[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        if marker == 0xD9:
            return Look(".jpg", width, height, "is damaged: it has no image data")
        if marker == 0xDA:
            if not width:
                return Look(".jpg", fault="is damaged: it has no size")
            # Some cameras write more behind the end; a thumbnail before has an end of its own.
            fault = "" if data.rfind(b"\xff\xd9") > at else "is cut off"
            return Look(".jpg", width, height, fault)
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:  # those without a length
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
        at += 2 + max(length, 2)
    return Look(".jpg", width, height, "is cut off")


def _look_at_gif(data: bytes) -> Look:
    """GIF89a, appendix: blocks up to the trailer, each in pieces that tell their length."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    found = Look(".gif", width, height)
    if data.rstrip(b"\0").endswith(b";"):
        return found
    at = 13 + _colours(flags)
    while data[at] != 0x3B:  # an IndexError where the trailer is missing
        if data[at] == 0x2C:
            at += 11 + _colours(data[at + 9])
        elif data[at] == 0x21:
            at += 2
        else:
            return found
        while data[at]:
            at += 1 + data[at]
        at += 1
    return found


def _colours(flags: int) -> int:
    """The bytes of a colour table."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _look_at_webp(data: bytes) -> Look:
    """RFC 9649, 2: a RIFF file whose first chunk tells the size."""
    (size,) = struct.unpack_from("<I", data, 4)
    kind, width, height = data[12:16], 0, 0
    if kind == b"VP8X":
        width = 1 + int.from_bytes(data[24:27], "little")
        height = 1 + int.from_bytes(data[27:30], "little")
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    else:
        return Look(".webp", fault="is damaged: it has no image data")
    return Look(".webp", width, height, "is cut off" if len(data) < size + 8 else "")


def _look_at_other(data: bytes) -> Look:
    """A format that no export knows."""
    return Look("other")


_SIGNS = (
    (b"\x89PNG\r\n\x1a\n", 0, _look_at_png),
    (b"\xff\xd8\xff", 0, _look_at_jpeg),
    (b"GIF87a", 0, _look_at_gif),
    (b"GIF89a", 0, _look_at_gif),
    (b"WEBP", 8, _look_at_webp),
    (b"BM", 0, _look_at_other),
    (b"II*\0", 0, _look_at_other),
    (b"MM\0*", 0, _look_at_other),
    (b"ftyp", 4, _look_at_other),  # AVIF, HEIC, videos
    (b"%PDF", 0, _look_at_other),
    (b"\0\0\1\0", 0, _look_at_other),  # ICO
    (b"8BPS", 0, _look_at_other),
)
_TYPES = {
    _look_at_png: ".png",
    _look_at_jpeg: ".jpg",
    _look_at_gif: ".gif",
    _look_at_webp: ".webp",
}


def _look_at_text(data: bytes) -> Look:
    head = data[:1_000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"version https://git-lfs"):
        return Look("", fault="is only a pointer of Git LFS")
    if head[:15].lower().startswith((b"<!doctype html", b"<html")):
        return Look("", fault="is a web page")
    if head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<")):
        return _look_at_svg(data)
    return Look("", fault="is no image")


# ── vector images ───────────────────────────────────────────────────────────────────────────────

# What only the slow way can judge: a callback for each element is ten times as slow as none.
_SUSPICIOUS = re.compile(
    rb"script|\son[a-z]+\s*=|href|src|url\(|@import|\A[\xfe\xff]", re.IGNORECASE
)
_LOADS = pattern(r"@import|url\(\s{0,9}[\"']?(?!\s{0,9}[\"']?(?:#|data:))", re.IGNORECASE)


def _look_at_svg(data: bytes) -> Look:
    from xml.parsers.expat import ExpatError, ParserCreate

    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    root: list[str] = []
    dangers: list[str] = []
    entities = 0
    in_style = False

    def first(name: str, attributes: dict[str, str]) -> None:
        root.append(name)
        parser.StartElementHandler = start if _SUSPICIOUS.search(data) else None
        if parser.StartElementHandler is not None:
            parser.CharacterDataHandler = characters
            parser.EndElementHandler = end
            start(name, attributes)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal in_style
        element = name.rpartition(" ")[2]
        in_style = element == "style"
        if element == "script":
            dangers.append("holds a script")
        for attribute, value in attributes.items():
            attribute = attribute.rpartition(" ")[2]
            if attribute.startswith("on"):
                dangers.append("holds a script")
            elif attribute in ("href", "src"):
                if element != "a" and not value.lstrip().startswith(("#", "data:")):
                    dangers.append(f"loads {value.strip()[:80] or 'itself'}")
            elif "(" in value and _LOADS.search(value):
                dangers.append("loads another file")

    def characters(text: str) -> None:
        if in_style and _LOADS.search(text):
            dangers.append("loads another file")

    def end(name: str) -> None:
        nonlocal in_style
        in_style = False

    def entity(name: str, is_parameter: bool, value: str | None, *rest: object) -> None:
        nonlocal entities
        entities = max(entities, len(value or ""))
        if value is None or "&" in value or entities > _LONGEST_ENTITY:
            raise _EntityError
        if entities * data.count(b"&") > _MOST_EXPANDED:
            raise _EntityError

    parser.StartElementHandler = first
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(data, True)
    except ExpatError as error:
        return Look(".svg", fault=f"is damaged: {_ended(error)}")
    except (_EntityError, LookupError, ValueError):  # an unknown encoding
        return Look(".svg", fault="is damaged: it declares entities or an encoding that none shows")
    if not root or root[0].rpartition(" ")[2] != "svg":
        return Look("", fault="is no image")
    return Look(".svg", danger=dangers[0] if dangers else "")


class _EntityError(Exception):
    """An entity that may grow without end, or stands in another file."""


def _ended(error: Exception) -> str:
    """What expat says, as a part of a sentence."""
    return f"{error}".replace(": line", " at line").replace(", column", " column")
