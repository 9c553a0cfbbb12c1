"""TeX formulas as vector pictures, for formats that cannot set mathematics themselves."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

from selfcheck_tools.patterns import pattern

if TYPE_CHECKING:
    from ziamath.zmath import Math

MAX_LENGTH = 4_000  # of a formula's TeX; longer ones take seconds and megabytes
_SIZE = 20.0  # of the type, in the picture's own units
_BOX = pattern(r'viewBox="\S+ (?P<top>\S+) (?P<width>\S+) (?P<height>\S+)"')
# TeX's spaces around signs that combine and signs that relate (The TeXbook, chapter 18).
_SPACES = {**dict.fromkeys("∧∨∪∩×⊕⊗∖", "0.222em"), **dict.fromkeys("⟹⟺⟸⇒⇔⊢⊨", "0.278em")}
_SIGNS = tuple(f"{{http://www.w3.org/1998/Math/MathML}}{name}" for name in ("mi", "mo"))
_COMMAND = pattern(r"\\[A-Za-z]+")
_RAISED = pattern(r"(\\begin\{(\w+\*?)\}(?:(?!\\begin).)*?\\end\{\2\})(?=\s*[\^_])", re.DOTALL)


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
    from ziamath.config import config
    from ziamath.zmath import Math

    config.svg2 = False  # SVG 2's shared symbols get the same names in every picture
    try:
        drawn = Math(_mathml(tex, display), size=_SIZE, margin=0)
        fault = _fault(tex, drawn)
        svg = "" if fault else drawn.svg()
    except Exception as error:  # the two libraries under it raise whatever comes
        reason = "" if isinstance(error, RecursionError) else str(error)
        raise ValueError(reason or "it is not understood") from None
    box = _BOX.search(svg)
    if box is None:
        raise ValueError(fault or "it is empty")
    depth = float(box["top"]) + float(box["height"])
    return Formula(svg.encode(), float(box["width"]) / _SIZE, depth / _SIZE)


def _mathml(tex: str, display: bool) -> ElementTree.Element:
    """MathML that ziamath draws as TeX would: it sets some signs too close, takes some for letters,
    and an exponent on a matrix that stands in no braces is lost."""
    from ziamath.tex import tex2mml

    tree = ElementTree.fromstring(tex2mml(_RAISED.sub(r"{\1}", tex), inline=not display))
    for element in tree.iter():
        space = _SPACES.get(element.text or "") if element.tag in _SIGNS else None
        if space is not None:
            element.tag = _SIGNS[-1]
            element.attrib.setdefault("lspace", space)
            element.attrib.setdefault("rspace", space)
    return tree


def _fault(tex: str, drawn: "Math") -> str:
    """What is wrong where the picture would show a command's name, or a box for a sign."""
    text = "".join(drawn.mathml.itertext())
    unknown = _COMMAND.search(text)
    if unknown is not None and "\\backslash" not in tex:
        return f"{unknown.group()} is not known"
    for sign in text:
        if sign.isprintable() and not sign.isspace() and not drawn.font.glyphindex(sign):
            return f"its font has no “{sign}” (U+{ord(sign):04X})"
    return ""
