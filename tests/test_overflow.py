"""Nothing runs off the page and nothing is printed on something else: read back from the PDFs.

What is drawn is measured by PDFium, which had no part in drawing it. Each run measures what is worst
in the real collections; with SELFCHECK_WHOLE_CORPUS=1 in the environment it measures all of them in
every variant, which takes a quarter of an hour.
"""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from ctypes import c_float
from pathlib import Path

import pypdfium2
import pytest
from pypdfium2 import raw

from selfcheck_tools.exporters import load
from selfcheck_tools.files import Disk, Files, Memory
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.conftest import whole
from tests.test_handout import context, png

MM = 72 / 25.4
# Of each variant, in millimetres: how near text may come to the sides, to the top and to the bottom
# of a page. Numbers hang in the margin, running heads and feet stand in it.
MARGINS = {
    "handout": (15, 12, 12), "worksheet": (15, 12, 12), "exam": (15, 12, 12),
    "answer-key": (13, 8, 8), "flashcards": (4, 4, 4), "flashcards-fold": (4, 4, 4),
    "book": (15, 12, 12), "index": (15, 12, 12),
}  # fmt: skip
WHOLE = bool(os.environ.get("SELFCHECK_WHOLE_CORPUS"))

Box = tuple[float, float, float, float]  # left, bottom, right, top; in points


def paper(name: str, path: str, data: bytes, files: Files) -> bytes:
    source = Source.from_bytes(path, data)
    made = context(files, source, lambda omission: None)._replace(collection=WORD)
    (artifact,) = load(name)([read(source)], made)
    return whole(artifact)


def faults(data: bytes, variant: str) -> list[str]:
    """What stands outside of its page or in its margin, or on something else."""
    found: list[str] = []
    side, top, bottom = (mm * MM for mm in MARGINS[variant])
    document = pypdfium2.PdfDocument(data)
    for number, page in enumerate(document, 1):
        width, height = page.get_size()
        inner = (side, bottom, width - side, height - top)
        for drawn in page.get_objects(max_depth=1):
            if not _within(_shown(drawn), (0, 0, width, height)):
                found.append(f"page {number}: a drawing at {_shown(drawn)} leaves the page")
        signs = list(_signs(page))
        for sign, box in signs:
            if not _within(box, inner):
                found.append(f"page {number}: {sign!r} at {box} stands in the margin")
        found += [f"page {number}: {one!r} is printed on {other!r}" for one, other in _piled(signs)]
    return found


def _shown(drawn: pypdfium2.PdfObject) -> Box:
    """Where a drawing is, as far as it is not clipped: a background is larger than its box."""
    left, bottom, right, top = drawn.get_bounds()
    clip = raw.FPDFPageObj_GetClipPath(drawn.raw)
    for path in range(max(0, raw.FPDFClipPath_CountPaths(clip))):
        points = []
        for at in range(raw.FPDFClipPath_CountPathSegments(clip, path)):
            x, y = c_float(), c_float()
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, at), x, y)
            points.append((x.value, y.value))
        xs, ys = zip(*points, strict=True)
        left, right = max(left, min(xs)), min(right, max(xs))
        bottom, top = max(bottom, min(ys)), min(top, max(ys))
    return left, bottom, right, top


def _within(box: Box, around: Box) -> bool:
    slack = 1.0  # a line along the edge is half outside
    return (
        box[0] >= around[0] - slack
        and box[1] >= around[1] - slack
        and box[2] <= around[2] + slack
        and box[3] <= around[3] + slack
    )


def _signs(page: pypdfium2.PdfPage) -> Iterator[tuple[str, Box]]:
    """The signs that a page shows, and how far their ink reaches."""
    text = page.get_textpage()
    for at in range(text.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(text, at))
        if not sign.isspace() and sign.isprintable():
            yield sign, text.get_charbox(at)


def _piled(signs: list[tuple[str, Box]]) -> Iterator[tuple[str, str]]:
    """Letters and digits of which one has its middle well within another."""
    cells: dict[tuple[int, int], list[tuple[str, Box]]] = defaultdict(list)
    plain = [
        (sign, box)
        for sign, box in signs
        if unicodedata.category(sign)[0] in "LN"
        and unicodedata.bidirectional(sign) in ("L", "EN")
        and not 0x900 <= ord(sign) < 0x1100  # letters of India and around stand on each other
        and box[2] - box[0] > 1
    ]
    for sign, box in plain:
        for x in range(int(box[0] // 8), int(box[2] // 8) + 1):
            for y in range(int(box[1] // 8), int(box[3] // 8) + 1):
                cells[x, y].append((sign, box))
    for sign, box in plain:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        for other, around in cells[int(x // 8), int(y // 8)]:
            inset = (around[2] - around[0]) / 5
            inside = around[0] + inset < x < around[2] - inset and around[1] < y < around[3]
            if inside and box != around:  # the letters of a ligature have one box
                yield sign, other


WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 5
ADDRESS = "https://example.com/" + "a-very-long-path/" * 20 + "?query=" + "x" * 200
HOSTILE = {
    "a word in a cell in a list in a quote": f"> - a\n>   - b\n>\n>     | a | b |\n>     |---|---|\n>     | {WORD} | c |",
    "forty columns": "|" + "|".join(f"column {n}" for n in range(40)) + "|\n" + "|---" * 40
    + "|\n" + "|".join(["", *(f"value {n}" for n in range(40)), ""]),
    "a large picture": '![wide](wide.png) ![tall](tall.png)\n\n- <img src="wide.png" width="5000">',
    "deep lists": "\n".join("  " * n + f"- level {n} {'word ' * 20}" for n in range(12)),
    "deep numbers": "\n".join("   " * n + f"1. level {n} {'word ' * 9}" for n in range(12)),
    "long code": f"Text `{WORD}` and `{'a.b(c) ' * 60}`\n\n```python\n{'call(argument) ' * 40}\n{WORD}\n```",
    "an address": f"<{ADDRESS}> and [words]({ADDRESS})[^1]\n\n[^1]: {ADDRESS}",
    "wide math": f"$${' + '.join(f'x_{{{n}}}^2' for n in range(80))}$$\n\nand ${'+'.join(f'y_{n}' for n in range(60))}$ inline",
    "Chinese": "中文" * 400,
    "Arabic": f"{'قائمة الانتظار ' * 60}\n\n{'كلمةطويلة' * 40}",
    "marks": "e\u0301\u0323\u0302" * 200 + " Z\u0351\u036b\u0343\u036a\u0302",
    "raw tables": f"<table><tr><td>{WORD}</td><td colspan=3>b</td></tr><tr><td>c</td><td>d</td><td>e</td><td>{'f ' * 90}</td></tr></table>",
    "definitions": f"{WORD}\n: {WORD}\n  : {WORD}",
}  # fmt: skip
FILES = Memory({"a/wide.png": png(5_000, 300), "a/tall.png": png(300, 5_000)})


@pytest.mark.parametrize(
    "variant", [name for name in MARGINS if WHOLE or name != "flashcards-fold"]
)
def test_hostile_documents_stay_on_their_pages(variant: str) -> None:
    text = "# Title\n\n## Self-check\n\n"
    # Cards are laid out many times, and pages of books as those of handouts.
    step = 4 if variant in ("flashcards", "book", "index") and not WHOLE else 1
    for number, (name, answer) in enumerate([*HOSTILE.items()][::step], 1):
        # Of worksheets and exams the question is what could run off.
        asked = f"\n\n- [ ] {WORD}\n- [x] `{WORD}`\n" if number % 4 == 1 else ""
        text += f"### {number}. What of {name}?{asked}\n\n{answer}\n\n"
    text += f"### 90. {'A heading of many words ' * 25}?\n\nYes.\n\n### 91. {WORD}\n\nYes.\n"
    assert faults(paper(variant, "a/b.md", text.encode(), FILES), variant) == []


def test_what_runs_off_is_found() -> None:
    from selfcheck_tools.exporters.handout.pdf import to_pdf

    html = "<html lang=en><title>T</title><body>%s</body></html>"
    for inside, fault in (
        ('<p style="white-space:nowrap">' + "word " * 90, "stands in the margin"),
        ('<p style="position:absolute;left:2cm;top:9cm">one<p style="position:absolute;left:2cm;top:9cm">two',
         "is printed on"),
        ('<div style="width:40cm;height:1cm;background:red"></div>', "leaves the page"),
    ):  # fmt: skip
        found = faults(to_pdf(html % inside, "@page{size:A4;margin:2cm}").data, "handout")
        assert any(fault in one for one in found), fault


# Per document, how many characters of it: those with wide tables, long code and other scripts.
PIECES = {
    "seed/aws-serverless.md": 16_000,
    "corpus/cards/Math.md": 1_000,
    "corpus/exams/practice-exam-15.md": 14_000,
    "corpus/headings-and-details/arabic.md": 12_000,
    "corpus/headings-and-details/vietnamese.md": 12_000,
    "corpus/list-headings/README.md": 30_000,
    "corpus/details/README.md": 30_000,
}


@pytest.mark.parametrize("variant", MARGINS)
def test_real_collections_stay_on_their_pages(shared: Path, variant: str) -> None:
    every = (
        [*PIECES]
        if not WHOLE
        else sorted(
            str(path.relative_to(shared))
            for path in (*shared.glob("corpus/*/*.md"), *shared.glob("seed/*.md"))
        )
    )
    pieces = every if WHOLE or variant == "handout" else every[hash_of(variant) :: 3]
    for name in pieces:
        data = (shared / name).read_bytes()
        if not WHOLE:
            most = PIECES[name] // (3 if variant.startswith("flashcards") else 1)
            data = data[: data.rfind(b"\n", 0, most)]
        path = shared / name
        made = paper(variant, path.name, data, Disk(path.parent))
        assert faults(made, variant) == [], name


def hash_of(variant: str) -> int:
    """Which of three shares of the pieces a variant is tried on."""
    return sorted(MARGINS).index(variant) % 3
