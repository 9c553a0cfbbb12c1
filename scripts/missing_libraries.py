"""Prints the shared libraries that WeasyPrint loads and that cannot be loaded here."""

import ctypes
import sys

# From weasyprint/text/ffi.py, with the version in the file's name on Linux. WeasyPrint can do
# without harfbuzz-subset for now, but then writes other bytes each time.
LIBRARIES = {
    "gobject-2.0": 0,
    "pango-1.0": 0,
    "harfbuzz": 0,
    "harfbuzz-subset": 0,
    "fontconfig": 1,
    "pangoft2-1.0": 0,
}

# "" is where the system looks by itself, which on macOS leaves out Homebrew's folders.
MAC_FOLDERS = ("", "/opt/homebrew/lib/", "/usr/local/lib/")


def loads(name: str, version: int) -> bool:
    if sys.platform == "darwin":
        return any(opens(f"{folder}lib{name}.dylib") for folder in MAC_FOLDERS)
    return opens(f"lib{name}.so.{version}")


def opens(path: str) -> bool:
    try:
        ctypes.CDLL(path)
    except OSError:
        return False
    return True


print(*[name for name, version in LIBRARIES.items() if not loads(name, version)])
