"""What an image file is: sound ones, and each way to be none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck_tools.images import inspect
from tests import pictures

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">%s</svg>'

SOUND = {
    ".png": pictures.png(3, 2),
    ".jpg": pictures.jpeg(3, 2),
    ".gif": pictures.GIF,
    ".webp": pictures.WEBP,
}


@pytest.mark.parametrize("type", SOUND)
def test_knows_a_sound_image_and_its_size(type: str) -> None:
    look = inspect(SOUND[type])
    assert (look.type, look.width, look.height, look.fault) == (type, 3, 2, "")
    assert look.size == len(SOUND[type])


@pytest.mark.parametrize("type", SOUND)
def test_an_image_that_is_cut_off_is_faulty_wherever_that_is(type: str) -> None:
    data = SOUND[type]
    for end in range(len(data)):
        assert inspect(data[:end]).fault, end


FAULTS = [
    (b"", "is empty"),
    (pictures.LFS, "pointer of Git LFS"),
    (b"<!DOCTYPE html><p>404", "web page"),
    (b"hello", "is no image"),
    (pictures.png(3, 2).replace(b"IDAT", b"IDAX"), "checksum"),
    (pictures.png(60_000, 60_000), "3,600 megapixels"),
    (SVG % b"<g>", "is damaged"),
    (b"<note/>", "is no image"),
    (b'<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + SVG % b"&b;", "entities"),
    (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG % b"&a;", "entities"),
    (b'<?xml version="1.0" encoding="nope"?>' + SVG % b"", "is damaged"),
]


@pytest.mark.parametrize(("data", "fault"), FAULTS)
def test_says_why_a_file_cannot_be_shown(data: bytes, fault: str) -> None:
    assert fault in inspect(data).fault


SAFE = [
    SVG % b'<use href="#a"/><a href="https://example.org/">x</a>',
    SVG % b'<image xlink:href="data:image/png;base64,AAAA"/>',
    SVG % b"<style>p{fill:url(#a)}</style><text>url(x.png) onload=</text>",
    b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd" [<!ENTITY ns "http://x/">]>'
    + SVG % b"",
    b"\xef\xbb\xbf" + SVG % b"",
]
UNSAFE = [
    (SVG % b"<script/>", "holds a script"),
    (SVG % b'<g onclick="f()"/>', "holds a script"),
    (SVG % b'<image xlink:href="http://x/y.png"/>', "loads http://x/y.png"),
    (SVG % b"<style>@import 'x.css';</style>", "loads another file"),
    (SVG % b'<g fill="url(x.svg#a)"/>', "loads another file"),
    ((SVG % b"<script/>").decode().encode("utf-16"), "holds a script"),
]


@pytest.mark.parametrize("data", SAFE)
def test_a_drawing_that_keeps_to_itself_is_safe(data: bytes) -> None:
    assert (inspect(data).type, inspect(data).fault, inspect(data).danger) == (".svg", "", "")


@pytest.mark.parametrize(("data", "danger"), UNSAFE)
def test_says_what_a_drawing_would_do(data: bytes, danger: str) -> None:
    assert inspect(data).danger == danger


@given(st.sampled_from([*SOUND.values(), *SAFE]), st.integers(0, 300), st.binary(max_size=20))
def test_any_bytes_are_something(data: bytes, at: int, other: bytes) -> None:
    inspect(data[:at] + other + data[at + len(other) :])
