"""TeX formulas as vector pictures, for formats that cannot set mathematics themselves."""

import re
from functools import lru_cache
from typing import NamedTuple
from xml.etree import ElementTree

MAX_LENGTH = 4_000  # of a formula's TeX; longer ones take seconds and megabytes
_SIZE = 20.0  # of the type, in the picture's own units
_BOX = re.compile(r'viewBox="(?P<x>\S+) (?P<y>\S+) (?P<width>\S+) (?P<height>\S+)"')


class Formula(NamedTuple):
    """A picture of a formula; its measures are in ems of the text around it."""

    svg: bytes
    width: float
    depth: float  # how far it reaches below the baseline


@lru_cache(maxsize=1_000)
def formula(tex: str, *, display: bool) -> Formula:
    """The picture of a formula. ValueError where it cannot be set, saying why."""
    if len(tex) > MAX_LENGTH:
        raise ValueError(f"it is longer than {MAX_LENGTH} characters")
    import ziamath

    ziamath.config.svg2 = False  # SVG 2's shared symbols get the same names in every picture
    try:
        drawn = ziamath.Latex(tex, size=_SIZE, inline=not display, margin=0)
        _check(tex, drawn)
        svg = drawn.svg()
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except Exception as error:  # the two libraries under it raise whatever comes
        raise ValueError(str(error) or type(error).__name__) from None
    box = _BOX.search(svg)
    if box is None:
        raise ValueError("it came out without measures")
    below = float(box["y"]) + float(box["height"])
    return Formula(svg.encode(), float(box["width"]) / _SIZE, max(below, 0.0) / _SIZE)


def _check(tex: str, drawn: "object") -> None:
    """ValueError where the picture would show a command's name or a box instead of a sign."""
    element = drawn.mathml if hasattr(drawn, "mathml") else None
    if isinstance(element, str):
        element = ElementTree.fromstring(element)
    text = "".join(element.itertext()) if element is not None else ""
    unknown = re.search(r"\\[A-Za-z]+", text)
    if unknown is not None and "\\backslash" not in tex:
        raise ValueError(f"{unknown.group()} is not known")
