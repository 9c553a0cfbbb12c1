"""The pictures of a handout: found, judged before the engine sees them, and handed to it.

The engine opens nothing by itself. Each picture gets an address of our own, and what has none is
not fetched, whatever a document or a vector picture says.
"""

import re
import warnings
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

from selfcheck_tools.exporters import Omission
from selfcheck_tools.files import Files
from selfcheck_tools.media import local_path, locate
from selfcheck_tools.model import Document, Image, Question
from selfcheck_tools.text import Span

MAX_PIXELS = 100_000_000
MAX_SHAPES = 200_000  # in a vector picture, shapes used again counted each time
_RASTER = ("PNG", "JPEG", "GIF", "WEBP")
_SVG = "image/svg+xml"
_ADDRESS = 200  # characters of an address that a message shows: it may hold a whole picture
_DEPTH = 3  # of pictures within pictures


class Picture(NamedTuple):
    """A sound picture: its bytes, its media type, and what of it cannot be shown."""

    data: bytes
    mime: str
    loss: str = ""


class Pictures:
    """The pictures of a document, each under an address that only this run knows."""

    def __init__(self, files: Files, document: Document, omit: Callable[[Omission], None]) -> None:
        self._files, self._document, self._omit = files, document, omit
        self._pictures: list[Picture] = []
        self._known: dict[str, tuple[str | None, str]] = {}  # path -> address, complaint
        self._reported: set[tuple[str, Span]] = set()

    def of(self, document: Document) -> "Pictures":
        """The same for another document: addresses go on, and all is known to either."""
        if document is self._document:
            return self
        other = copy(self)
        other._document = document
        return other

    def address(self, target: str, question: Question) -> str | None:
        """The address of the picture that a question refers to; None where it cannot be shown."""
        path = local_path(self._document.path, target)
        if path is None:
            return None  # `report_remote` says so, of those too that no HTML may hold
        if path not in self._known:
            self._known[path] = self._found(path)
        address, complaint = self._known[path]
        if complaint:
            spans = [image.span for image in question.images if image.target == target]
            for span in spans or [question.head]:
                self._report(span, f"{target} is {complaint}")
        return address

    def report_remote(self, images: Iterable[Image]) -> None:
        """Reports the pictures that are no files: nothing is fetched."""
        for image in images:
            if image.path is None:
                self._report(image.span, f"{image.target[:_ADDRESS]} is remote")

    def add(self, picture: Picture) -> str:
        """The address of a picture that the program made itself."""
        self._pictures.append(picture)
        return f"selfcheck:/{len(self._pictures) - 1}"

    def fetch(self, address: str) -> Picture:
        """The picture at an address. ValueError for all addresses but ours and `data:`."""
        number = address.removeprefix("selfcheck:/")
        if number.isdecimal() and number != address:
            return self._pictures[int(number)]
        if address.startswith("data:"):
            return judged(_data(address))
        raise ValueError(f"{address} is not fetched")

    def known(self) -> tuple[Picture, ...]:
        """All pictures that have an address, in the order of their addresses."""
        return tuple(self._pictures)

    def _report(self, span: Span, message: str) -> None:
        if (self._document.path, span) not in self._reported:
            self._reported.add((self._document.path, span))
            self._omit(Omission(self._document.path, span, "image", message))

    def _found(self, path: str) -> tuple[str | None, str]:
        status, actual = locate(self._files, path)
        if status not in ("found", "case"):
            return None, "missing" if status == "missing" else f"{status}"
        try:
            picture = judged(self._files.read(actual))
        except OSError as error:
            return None, f"unreadable: {error.strerror or error}"
        except ValueError as error:
            return None, f"unusable: {error}"
        return self.add(picture), picture.loss


def judged(data: bytes, depth: int = _DEPTH) -> Picture:
    """A picture that can be shown whole and at a bearable cost; ValueError for any other."""
    if not data:
        raise ValueError("it is empty")
    if _looks_like_svg(data):
        return Picture(data, _SVG, _judged_svg(data, depth))
    return Picture(data, _judged_raster(data))


def _looks_like_svg(data: bytes) -> bool:
    start = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<"))


def _judged_raster(data: bytes) -> str:
    """The media type of a raster picture that can be decoded to its end."""
    from PIL import Image as Pillow
    from PIL import ImageFile, UnidentifiedImageError

    tolerant = ImageFile.LOAD_TRUNCATED_IMAGES  # the engine switches it on for everybody
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on sizes below our own limit, and on old formats
            with Pillow.open(BytesIO(data), formats=_RASTER) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Pillow.DecompressionBombError
                image.load()
                return Pillow.MIME[str(image.format)]
    except Pillow.DecompressionBombError:
        raise ValueError(f"it has more than {MAX_PIXELS // 1_000_000} megapixels") from None
    except UnidentifiedImageError:
        raise ValueError("it is no PNG, JPEG, GIF, WebP or SVG") from None
    except Exception as error:  # decoders raise whatever comes
        raise ValueError(f"it is damaged ({error})") from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = tolerant


# ── vector pictures ─────────────────────────────────────────────────────────────────────────────

_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_LOADS = re.compile(r"@import|url\(\s*[\"']?(?!\s*[\"']?(?:#|data:))", re.IGNORECASE)


def _judged_svg(data: bytes, depth: int) -> str:
    """What of a vector picture the engine leaves out; ValueError where it must not be drawn."""
    if depth == 0:
        raise ValueError("it holds pictures within pictures")
    try:
        root = ElementTree.fromstring(data)  # expat bounds what entities may grow to
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ValueError(f"it is no well-formed SVG ({error})") from None
    if _name(root) != "svg":
        raise ValueError("it is no SVG")
    for element in root.iter():
        for target in _targets(element):
            if target.startswith("data:"):
                judged(_data(target), depth - 1)
            elif not target.startswith("#"):
                raise ValueError(f"it loads {target[:80] or 'itself'}, which is not part of it")
    if _shapes(root) > MAX_SHAPES:
        raise ValueError("it draws too many shapes")
    html = any(
        _name(child) == "foreignObject"
        for parent in root.iter()
        if _name(parent) != "switch"  # which holds something instead
        for child in parent
    )
    return "incomplete: the HTML in it is not shown" if html else ""


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _targets(element: ElementTree.Element) -> Iterator[str]:
    """What an element refers to, other than by a link for readers."""
    if _name(element) != "a":
        for name in _HREFS:
            if name in element.attrib:
                yield element.attrib[name].strip()
    styles = [*element.attrib.values()]
    if _name(element) == "style":
        styles.append("".join(element.itertext()))
    for text in styles:
        match = _LOADS.search(text)
        if match is not None:
            yield text[match.start() : match.start() + 80]


def _shapes(root: ElementTree.Element) -> int:
    """How many elements are drawn when each `use` draws what it names; a little over MAX_SHAPES
    where there are more, or where one draws itself."""
    named = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}
    counts: Counter[int] = Counter()
    running: set[int] = set()

    def count(element: ElementTree.Element) -> int:
        if id(element) in running:
            return MAX_SHAPES + 1
        if id(element) not in counts:
            running.add(id(element))
            total = 1 + sum(count(child) for child in element)
            if _name(element) == "use":
                used = next((element.attrib[name] for name in _HREFS if name in element.attrib), "")
                target = named.get(used.strip().removeprefix("#"))
                total += count(target) if target is not None else 0
            counts[id(element)] = min(total, MAX_SHAPES + 1)
            running.discard(id(element))
        return counts[id(element)]

    try:
        return count(root)
    except RecursionError:
        return MAX_SHAPES + 1


def _data(address: str) -> bytes:
    """The bytes in a `data:` URL (RFC 2397)."""
    head, _, body = address.partition(",")
    data = unquote_to_bytes(body)
    return b64decode(data) if head.rstrip().endswith(";base64") else data
