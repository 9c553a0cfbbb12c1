"""Page feet ("Page 3 of 7") put on pages that are laid out already.

A part must not depend on how many pages come before it, so its foot is drawn when it is joined. To
look as the engine would have set it, its letters, their places and their colour are read off three
pages that the engine set: the words before the page's number, those before the last page's, and the
digits.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from selfcheck_tools.exporters.handout.objects import Gathering, Object, plain

if TYPE_CHECKING:
    import pikepdf

# What is added to a handout's style for parts, and for the specimen of their feet.
FOOTLESS = "@page { @bottom-center { content: none } }"
_SPECIMEN = """
@page { @top-left { content: none } @bottom-center { white-space: pre } }
@page :nth(1) { @bottom-center { content: string(page) } }
@page :nth(2) { @bottom-center { content: string(of) } }
@page :nth(3) { @bottom-center { content: "0123456789" } }
div { height: 1mm; break-after: page }
"""


class Run(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Glyphs in one font, as the operator TJ takes them; size, rise and width in points."""

    font: str
    size: float
    rise: float
    glyphs: bytes
    width: float


class Foot(msgspec.Struct, frozen=True, array_like=True):
    """How a foot is set: the objects of its fonts, and which of them is which font; what stands
    before the page's number and before the last one's; the digits; and in points where the middle
    of the line is. In `reverse` the last number comes first, as seen from the left."""

    objects: list[Object]
    fonts: dict[str, int]
    page: list[Run]
    of: list[Run]
    digits: list[Run]
    middle: float
    baseline: float
    colour: bytes
    reverse: bool


def specimen(page: str, of: str, *, language: str, css: str) -> tuple[str, str]:
    """The HTML and the style of the pages that `foot` reads: for the words that stand before the
    page's number and before the last one's, in the style of the pages to come."""
    html = (
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><title>0</title></head>'
        f'<body data-page="{escape(page)}" data-of="{escape(of)}"><div></div><div></div><div></div>'
    )
    way = "rtl" if _from_the_right(page + of) else "ltr"
    return html, f"{css}{_SPECIMEN}@page {{ @bottom-center {{ direction: {way} }} }}"


def _from_the_right(words: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in words)


def foot(data: bytes, words: str) -> Foot:
    """The foot that a PDF of specimen pages shows; `words` are those in it."""
    import pikepdf

    with pikepdf.open(BytesIO(data)) as pdf:
        gathering = Gathering(pdf)
        pages = [_Reading(page, gathering) for page in list(pdf.pages)[:3]]
        gathering.gather()
        page, of, digits = pages
        glyphs = [glyph for run in digits.runs for glyph in digits.glyphs(run)]
        if len(glyphs) != 10:
            raise ValueError(f"a page foot's digits are {len(glyphs)} glyphs")
        return Foot(
            objects=gathering.objects(),
            fonts={name: at for one in pages for name, at in one.used.items()},
            page=page.runs,
            of=of.runs,
            digits=glyphs,
            middle=digits.left + sum(run.width for run in digits.runs) / 2,
            baseline=digits.baseline,
            colour=digits.colour,
            reverse=_from_the_right(words),
        )


def line(foot: Foot, page: int, pages: int) -> bytes:
    """The drawing of a page's foot, for a page whose coordinates are untouched."""
    numbers = [[foot.digits[int(digit)] for digit in str(number)] for number in (page, pages)]
    pieces = [foot.page, numbers[0], foot.of, numbers[1]]
    runs = [run for piece in (pieces[::-1] if foot.reverse else pieces) for run in piece]
    left = foot.middle - sum(run.width for run in runs) / 2
    shown = b"\n".join(
        b"/%s %s Tf %s Ts [%s] TJ"
        % (font.encode(), _number(size), _number(rise), b"".join(run.glyphs for run in some))
        for (font, size, rise), some in groupby(
            runs, key=lambda run: (run.font, run.size, run.rise)
        )
    )
    return (
        b"/Artifact <</Type /Pagination/Subtype /Footer>> BDC\nq BT %s 1 0 0 1 %s %s Tm\n%s\nET Q\nEMC"
        % (foot.colour, _number(left), _number(foot.baseline), shown)
    )


def _number(value: float) -> bytes:
    return format(value, ".4f").rstrip("0").rstrip(".").encode()


# ── reading the specimen ────────────────────────────────────────────────────────────────────────

_Matrix = tuple[float, float, float, float, float, float]
_COLOURS = ("rg", "g", "k")


class _Reading:
    """The text of a page: its runs from left to right, where it begins, and its colour."""

    def __init__(self, page: "pikepdf.Page", gathering: Gathering) -> None:
        self.runs: list[Run] = []
        self.used: dict[str, int] = {}
        self.left = self.baseline = 0.0
        self.colour = b"0 g"
        self._fonts: Any = page.Resources.get("/Font", {})
        self._gathering = gathering
        self._widths: dict[str, dict[int, float]] = {}
        self._read(page)

    def glyphs(self, run: Run) -> Iterator[Run]:
        """The glyphs of a run, each a run without kerning."""
        known = self._widths[run.font]
        for item in _shown(run.glyphs):
            if isinstance(item, int):
                width = known.get(item, 1000) * run.size / 1000
                yield Run(run.font, run.size, run.rise, b"<%04x>" % item, width)

    def _read(self, page: "pikepdf.Page") -> None:
        import pikepdf

        now: _Matrix = (1, 0, 0, 1, 0, 0)
        text = now
        stack: list[_Matrix] = []
        font, size, rise, colour = "", 0.0, 0.0, self.colour
        for instruction in pikepdf.parse_content_stream(page):
            operands: Any = instruction.operands
            match str(instruction.operator):
                case "q":
                    stack.append(now)
                case "Q":
                    now = stack.pop()
                case "cm":
                    now = _times(_matrix(operands), now)
                case "Tm":
                    text = _times(_matrix(operands), now)
                case "Tf":
                    font, size = str(operands[0]), float(operands[1])
                case "Ts":
                    rise = float(operands[0])
                case "TJ":
                    if not self.runs:
                        self.left, self.baseline, self.colour = text[4], text[5], colour
                    self._add(font, text[0], (size, rise), operands[0])
                case operator if operator in _COLOURS:
                    numbers = b" ".join(plain(number) for number in operands)
                    colour = b"%s %s" % (numbers, operator.encode())

    def _add(self, key: str, scale: float, measures: tuple[float, float], shown: Any) -> None:
        size, rise = (scale * measure for measure in measures)
        at = self._gathering.number(self._fonts[key])
        name = f"Foot{at}"
        self.used[name] = at
        known = self._widths.setdefault(name, widths(self._fonts[key]))
        glyphs, width = [], 0.0
        for item in shown:
            if hasattr(item, "unparse"):
                data = bytes(item)
                width += sum(
                    known.get(int.from_bytes(data[i : i + 2]), 1000) for i in range(0, len(data), 2)
                )
                glyphs.append(b"<%s>" % data.hex().encode())
            elif item:
                width -= float(item)
                glyphs.append(plain(item))
        self.runs.append(Run(name, size, rise, b" ".join(glyphs), width * size / 1000))


def _shown(glyphs: bytes) -> Iterator[int | float]:
    """The glyphs and moves that TJ takes."""
    for item in glyphs.split():
        if item.startswith(b"<"):
            digits = item.strip(b"<>")
            yield from (int(digits[i : i + 4], 16) for i in range(0, len(digits), 4))
        else:
            yield float(item)


def widths(font: Any) -> dict[int, float]:
    """The widths of a composite font's glyphs in thousandths (ISO 32000-1, 9.7.4.3)."""
    found: dict[int, float] = {}
    items = list(font.DescendantFonts[0].get("/W", []))
    while items:
        first, second = int(items.pop(0)), items.pop(0)
        if isinstance(second, int):
            found |= dict.fromkeys(range(first, second + 1), float(items.pop(0)))
        else:
            found |= {first + at: float(width) for at, width in enumerate(second)}
    return found


def _matrix(operands: Sequence[Any]) -> _Matrix:
    a, b, c, d, e, f = (float(operand) for operand in operands)
    return a, b, c, d, e, f


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    u, v, w, x, y, z = outer
    return (
        *(a * u + b * w, a * v + b * x, c * u + d * w, c * v + d * x),
        *(e * u + f * w + y, e * v + f * x + z),
    )
