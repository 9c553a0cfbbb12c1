"""HTML to PDF with WeasyPrint, kept away from the network, the disk and the machine's fonts."""

import gc
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Any, NamedTuple

from selfcheck_tools.exporters.handout.pictures import Picture
from selfcheck_tools.exporters.handout.quick_fonts import quick_fonts
from selfcheck_tools.exporters.handout.tagging import finisher, telling
from selfcheck_tools.fonts import only_shipped_fonts


class Printed(NamedTuple):
    """A PDF, and what its engine could not do."""

    data: bytes
    missing: tuple[str, ...]  # characters that no font has
    complaints: tuple[str, ...]


def to_pdf(
    html: str,
    css: str,
    fetch: Callable[[str], Picture] | None = None,
    *,
    archival: bool = False,
) -> Printed:
    """The PDF of a page of HTML. `fetch` gives the pictures; nothing else is opened. It is PDF/UA-1,
    and PDF/A-2a too if it is archival."""
    with only_shipped_fonts() as fonts, _quiet() as records, _without_garbage_collection():
        import weasyprint

        sheet = _sheet(css)
        records += sheet.records
        if archival and fetch is not None:
            fetch = partial(_in_rgb, fetch)
        page = weasyprint.HTML(string=html, url_fetcher=_fetcher(fetch))
        with quick_fonts(), telling():
            data: bytes = page.write_pdf(
                stylesheets=[sheet.css],
                font_config=_fonts(fonts),
                finisher=finisher(archival=archival),
                pdf_variant="pdf/ua-1",
                pdf_identifier=archival,
                output_intent="srgb" if archival else None,
            )
    signs = [_missing_sign(record) for record in records]
    others = [r.getMessage() for r, sign in zip(records, signs, strict=True) if not sign]
    return Printed(data, tuple(dict.fromkeys(filter(None, signs))), tuple(dict.fromkeys(others)))


def _in_rgb(fetch: Callable[[str], Picture], url: str) -> Picture:
    """A picture in the colours of an archival PDF: its only profile is one of RGB."""
    from io import BytesIO

    from PIL import Image

    picture = fetch(url)
    if picture.mime != "image/jpeg":
        return picture
    with Image.open(BytesIO(picture.data)) as image:
        if image.mode != "CMYK":
            return picture
        data = BytesIO()
        image.convert("RGB").save(data, "PNG")
        return Picture(data.getvalue(), "image/png")


def heights(html: str, css: str, fetch: Callable[[str], Picture] | None) -> dict[str, float]:
    """How high the elements with an id are, in millimetres, when a page of HTML is laid out."""
    with only_shipped_fonts() as fonts, _quiet(), _without_garbage_collection():
        import weasyprint

        page = weasyprint.HTML(string=html, url_fetcher=_fetcher(fetch))
        laid = page.render(stylesheets=[_sheet(css).css], font_config=_fonts(fonts))
        return {
            name: (bottom - top) * _MM
            for part in laid.pages
            for name, (_, top, _, bottom) in part.anchors.items()
        }


_MM = 25.4 / 96  # of a pixel


def warm(css: str) -> None:
    """Loads the engine and a style, for processes that are forked afterwards."""
    with only_shipped_fonts() as fonts, _quiet():
        _sheet(css)
        _fonts(fonts)


def versions() -> str:
    """What the look of a page depends on besides Python packages: the versions of the system's
    libraries, asked without loading the engine where that can be had."""
    import ctypes

    for pango, harfbuzz in _LIBRARIES:
        with suppress(OSError, AttributeError):
            found = [(ctypes.CDLL(pango), "pango"), (ctypes.CDLL(harfbuzz), "hb")]
            return " ".join(_version(library, prefix) for library, prefix in found)
    with only_shipped_fonts():
        from weasyprint.text import ffi

        return f"{ffi.pango.pango_version()}"


_LIBRARIES = (
    ("libpango-1.0.so.0", "libharfbuzz-subset.so.0"),
    ("libpango-1.0.0.dylib", "libharfbuzz-subset.0.dylib"),
    ("libpango-1.0-0.dll", "libharfbuzz-subset-0.dll"),
)


def _version(library: Any, prefix: str) -> str:
    import ctypes

    told = getattr(library, f"{prefix}_version_string")
    told.restype = ctypes.c_char_p
    return str(told().decode())


class _Sheet(NamedTuple):
    """A style, and what the engine has to say of it."""

    css: Any
    records: tuple[logging.LogRecord, ...]


@cache
def _sheet(css: str) -> _Sheet:
    import weasyprint

    with _quiet() as records:
        return _Sheet(weasyprint.CSS(string=css, url_fetcher=_fetcher(None)), tuple(records))


@cache
def _fonts(configuration: str) -> Any:
    """The engine's view of the fonts that a configuration file lists; it takes long to make."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _missing_sign(record: logging.LogRecord) -> str:
    """The character that a record says no font has; empty for a record on something else."""
    if isinstance(record.args, tuple) and str(record.msg).startswith(".notdef glyph"):
        return str(record.args[0])
    return ""


def _fetcher(fetch: Callable[[str], Picture] | None) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Jail(URLFetcher):  # type: ignore[misc]
        """Asks `fetch` and nobody else."""

        def fetch(self, url: str, headers: object = None) -> Any:
            if fetch is None:
                raise ValueError(f"{url} is not fetched")
            picture = fetch(url)
            return URLFetcherResponse(url, picture.data, {"Content-Type": picture.mime})

    return Jail(allowed_protocols=(), allow_redirects=False)


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def _quiet() -> Iterator[list[logging.LogRecord]]:
    """Collects what the engine logs, so that none of it reaches the terminal by itself."""
    recorder = _Recorder()
    fonts = logging.NullHandler()  # what fontTools says of our fonts concerns no author
    handlers = {logging.getLogger("weasyprint"): recorder, logging.getLogger("fontTools"): fonts}
    before = [(logger, logger.propagate) for logger in handlers]
    for logger, handler in handlers.items():
        logger.addHandler(handler)
        logger.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield recorder.records
    finally:
        for logger, propagate in before:
            logger.removeHandler(handlers[logger])
            logger.propagate = propagate


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """A fifth of the engine's time goes into walking its boxes for garbage that is not there."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
