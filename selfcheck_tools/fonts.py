"""The fonts that handouts are set in: shipped ones, and no others, so that every machine agrees.

The engine finds fonts through fontconfig, which reads the file that FONTCONFIG_FILE names. Ours
lists the folders of the font packages (all under the OFL, DejaVu under its own free licence) and
says which family stands in where another has no glyph.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from selfcheck_tools.secret import homes


class Package(NamedTuple):
    """A package that carries fonts: its module, the folder in it, and its name for installers."""

    module: str
    folder: str
    distribution: str


PACKAGES = (
    Package("fontpkg_source_serif_4", "files", "fontpkg-source-serif-4"),
    Package("fontpkg_source_sans_3", "files", "fontpkg-source-sans-3"),
    Package("fontpkg_source_code_pro", "files", "fontpkg-source-code-pro"),
    # Each letter is one sign in it, so that what is copied is what was written; in Noto's it is not.
    Package("fontpkg_amiri", "files", "fontpkg-amiri"),
    Package("fontpkg_atkinson_hyperlegible", "files", "fontpkg-atkinson-hyperlegible"),
    Package("manimgx_fonts", ".", "manimgx-fonts"),
    Package("ziamath", "fonts", "ziamath"),  # STIX Two Math
    Package("ziafont", "fonts", "ziafont"),  # DejaVu Sans: signs that nothing else has
)
# Chinese, Japanese and Korean, when it is installed. One of static outlines: on variable fonts of
# this size the engine spends seconds, and what it embeds of them is not valid everywhere.
CJK_PACKAGE = Package("noto_cjk_sans_otc", ".", "noto-cjk-sans-otc")

# What CSS calls a family in general, and ours.
GENERIC = {
    "serif": "Source Serif 4",
    "sans-serif": "Source Sans 3",
    "sans": "Source Sans 3",
    "monospace": "Source Code Pro",
    "math": "STIX Two Math",
    "emoji": "Noto Emoji",
}
# Where a family has no glyph these are asked, in this order.
FALLBACKS = (
    *("Source Sans 3", "Noto Sans", "Amiri", "Noto Sans Arabic"),
    *("Noto Sans Hebrew", "Noto Sans Devanagari"),
    *("Noto Sans Bengali", "Noto Sans Gurmukhi", "Noto Sans Gujarati", "Noto Sans Oriya"),
    *("Noto Sans Tamil", "Noto Sans Telugu", "Noto Sans Kannada", "Noto Sans Malayalam"),
    *("Noto Sans Sinhala", "Noto Sans Thai", "Noto Sans Lao", "Noto Sans Myanmar"),
    *("Noto Sans Khmer", "Noto Sans Armenian", "Noto Sans Georgian", "Noto Sans Ethiopic"),
    *("STIX Two Math", "Noto Sans Symbols", "Noto Emoji", "Noto Sans CJK SC", "DejaVu Sans"),
)
# One code point is drawn differently in these languages.
CJK = {
    "ja": "Noto Sans CJK JP",
    "ko": "Noto Sans CJK KR",
    "zh-tw": "Noto Sans CJK TC",
    "zh-hk": "Noto Sans CJK HK",
}


class MissingFonts(ModuleNotFoundError):
    """A font package that handouts need is not installed."""


@contextmanager
def only_shipped_fonts() -> Iterator[str]:
    """Within it fontconfig and Pango see our fonts alone, nothing of the user's language, and no
    clock. Gives the file that lists the fonts."""
    configuration = str(_configuration_file())
    ours = {
        "FONTCONFIG_FILE": configuration,
        "FONTCONFIG_SYSROOT": None,  # would stand before our folders
        "FC_LANG": "en",  # the locale must not choose among fonts; a document's language does
        "PANGO_LANGUAGE": "en",
        "SOURCE_DATE_EPOCH": "0",  # fontTools dates the fonts that it embeds
    }
    before = {name: os.environ.get(name) for name in ours}
    _set_environment(ours)
    try:
        yield configuration
    finally:
        _set_environment(before)


def fonts_digest() -> bytes:
    """A digest of what the fonts look like from outside: names, sizes, and how they are asked."""
    folders = _folders()
    files = [
        f"{path.name}\0{path.stat().st_size}"
        for folder in folders
        for path in sorted(folder.iterdir())
    ]
    rules = _configuration([], Path())
    return hashlib.sha256("\0".join((rules, *files)).encode("utf-8", "surrogateescape")).digest()


def _set_environment(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _configuration_file() -> Path:
    """Where the configuration stands; written if it does not stand there yet."""
    folders = _folders()
    for home in map(Path, homes()):
        with suppress(OSError):
            return _written(home / "selfcheck" / "fonts", folders)
    return _written(_private_folder(), folders)


def _folders() -> list[Path]:
    """The folders with fonts; MissingFonts where a package is not installed."""
    folders = []
    for package in PACKAGES:
        folder = _folder(package)
        if folder is None:
            name = package.distribution
            raise MissingFonts(
                f"handouts are set in fonts of the package {name}, which is not installed "
                f"(pip install {name})",
                name=package.module,
            )
        folders.append(folder)
    cjk = _folder(CJK_PACKAGE)
    return [*folders, cjk] if cjk is not None else folders


def _folder(package: Package) -> Path | None:
    spec = find_spec(package.module)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0], package.folder).absolute()


@cache
def _private_folder() -> Path:
    """A folder of this process alone. No fixed name in the temporary folder: anybody who shares
    the machine could have put something there."""
    folder = tempfile.mkdtemp(prefix="selfcheck-fonts-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _written(place: Path, folders: list[Path]) -> Path:
    """The configuration's file in a folder, complete at any moment at which it can be seen."""
    data = _configuration(folders, place / "cache").encode("utf-8", "surrogateescape")
    (place / "cache").mkdir(parents=True, exist_ok=True)
    if not os.access(place / "cache", os.W_OK):
        raise PermissionError(f"{place} cannot be written")
    path = place / f"{hashlib.sha256(data).hexdigest()[:16]}.conf"
    with suppress(FileNotFoundError):
        if path.read_bytes() == data:
            return path
    handle, temporary = tempfile.mkstemp(dir=place, prefix=path.stem)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(temporary, path)
    return path


def _configuration(folders: list[Path], cache_folder: Path) -> str:
    """The text of a fontconfig file (https://www.freedesktop.org/software/fontconfig/fontconfig-user.html)."""
    lines = [f"  <dir>{escape(str(folder))}</dir>" for folder in folders]
    lines.append(f"  <cachedir>{escape(str(cache_folder))}</cachedir>")
    for generic, family in GENERIC.items():
        lines.append(_pattern("family", "eq", generic, "prepend", (family,)))
    for language, family in CJK.items():
        lines.append(_pattern("lang", "contains", language, "append_last", (family,)))
    lines.append(_pattern("", "", "", "append_last", FALLBACKS))
    return "\n".join(
        (
            '<?xml version="1.0"?>',
            '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
            "<fontconfig>",
            *lines,
            "</fontconfig>\n",
        )
    )


def _pattern(name: str, compare: str, value: str, mode: str, families: tuple[str, ...]) -> str:
    """A rule that adds families. Bound strongly: else a font's languages would count for more."""
    test = (
        f'<test name="{name}" compare="{compare}"><string>{value}</string></test>' if name else ""
    )
    strings = "".join(f"<string>{family}</string>" for family in families)
    edit = f'<edit name="family" mode="{mode}" binding="strong">{strings}</edit>'
    return f'  <match target="pattern">{test}{edit}</match>'
