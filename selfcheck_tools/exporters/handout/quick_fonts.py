"""Fonts of many weights made into those of one, without a look at glyphs that are not there.

The engine embeds only the glyphs that a page shows, but keeps their numbers; the rest are empty. For
each of these fontTools does what it does for a real one, which is a third of what a short document
costs. The bytes are the same without.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NAME = "_instantiateGvarGlyph"


@contextmanager
def quick_fonts() -> Iterator[None]:
    """Within it empty glyphs are passed over, if this fontTools works as we know it."""
    from fontTools.varLib import instancer

    known = getattr(instancer, _NAME, None)
    if known is None:
        yield
        return

    def quick(name: str, glyf: Any, gvar: Any, *arguments: Any, **options: Any) -> None:
        if glyf[name].numberOfContours or gvar.variations.get(name):
            known(name, glyf, gvar, *arguments, **options)
        else:
            gvar.variations.pop(name, None)

    setattr(instancer, _NAME, quick)
    try:
        yield
    finally:
        setattr(instancer, _NAME, known)
