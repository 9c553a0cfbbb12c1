"""Fonts of many weights made into those of one by HarfBuzz instead of fontTools.

The engine asks fontTools, which takes a quarter of what a document costs; HarfBuzz, which the engine
loads anyway, takes a hundredth of that. https://harfbuzz.github.io/harfbuzz-hb-subset.html has its
functions; those of before version 6 lack one.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, BinaryIO, NamedTuple

_LIBRARIES = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")
_FUNCTIONS = """
void *hb_blob_create(const char *, unsigned, int, void *, void *);
const char *hb_blob_get_data(void *, unsigned *);
void hb_blob_destroy(void *);
void *hb_face_create(void *, unsigned);
void *hb_face_reference_blob(void *);
void hb_face_destroy(void *);
void hb_set_invert(void *);
void *hb_subset_input_create_or_fail(void);
void *hb_subset_input_glyph_set(void *);
void hb_subset_input_set_flags(void *, unsigned);
int hb_subset_input_pin_axis_location(void *, void *, uint32_t, float);
void hb_subset_input_destroy(void *);
void *hb_subset_or_fail(void *, void *);
"""
_KEPT = 0x02 | 0x20 | 0x40  # glyphs' numbers, tables that it does not know, .notdef's outline
_MOST = 0x1FFFE  # bytes: in a larger font it may lose where its glyphs are


@contextmanager
def quick_fonts() -> Iterator[None]:
    """Within it HarfBuzz makes the fonts that the engine embeds, if both work as we know them."""
    from weasyprint.pdf import fonts

    known = getattr(fonts, "instantiateVariableFont", None)
    if known is None or _harfbuzz() is None:
        yield
        return

    def quick(font: Any, axes: Mapping[str, float], **options: Any) -> Any:
        font.reader.file.seek(0)
        made = instance(font.reader.file.read(), axes)
        return _Made(made) if 0 < len(made) <= _MOST else known(font, axes, **options)

    fonts.instantiateVariableFont = quick
    try:
        yield
    finally:
        fonts.instantiateVariableFont = known


class _Made(NamedTuple):
    """A font, as far as the engine looks at it."""

    data: bytes

    def save(self, file: BinaryIO) -> None:
        file.write(self.data)


def instance(font: bytes, axes: Mapping[str, float]) -> bytes:
    """A font at a place of its axes; empty where HarfBuzz cannot make it."""
    found = _harfbuzz()
    if found is None:
        return b""
    ffi, harfbuzz = found
    blob = harfbuzz.hb_blob_create(font, len(font), 0, ffi.NULL, ffi.NULL)
    face = harfbuzz.hb_face_create(blob, 0)
    wanted = harfbuzz.hb_subset_input_create_or_fail()
    harfbuzz.hb_subset_input_set_flags(wanted, _KEPT)
    harfbuzz.hb_set_invert(harfbuzz.hb_subset_input_glyph_set(wanted))  # all
    for axis, value in axes.items():
        tag = int.from_bytes(axis.encode(), "big")
        harfbuzz.hb_subset_input_pin_axis_location(wanted, face, tag, value)
    made = harfbuzz.hb_subset_or_fail(face, wanted)
    result = harfbuzz.hb_face_reference_blob(made) if made else ffi.NULL
    length = ffi.new("unsigned *")
    data = harfbuzz.hb_blob_get_data(result, length)
    try:
        return bytes(ffi.buffer(data, length[0])) if length[0] else b""
    finally:
        harfbuzz.hb_subset_input_destroy(wanted)
        for each in (made, face):
            harfbuzz.hb_face_destroy(each)
        for each in (result, blob):
            harfbuzz.hb_blob_destroy(each)


@cache
def _harfbuzz() -> tuple[Any, Any] | None:
    from cffi import FFI  # type: ignore[import-untyped]

    ffi = FFI()
    ffi.cdef(_FUNCTIONS)
    for name in _LIBRARIES:
        with suppress(OSError, AttributeError):
            library = ffi.dlopen(name)
            assert library.hb_subset_input_pin_axis_location
            return ffi, library
    return None
