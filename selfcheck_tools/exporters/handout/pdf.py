"""HTML to PDF with WeasyPrint, kept away from the network, the disk and the machine's fonts."""

import gc
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from selfcheck_tools.exporters.handout.pictures import Picture
from selfcheck_tools.fonts import only_shipped_fonts


class Printed(NamedTuple):
    """A PDF, and what its engine could not do."""

    data: bytes
    missing: tuple[str, ...]  # characters that no font has
    complaints: tuple[str, ...]


def to_pdf(html: str, css: str, fetch: Callable[[str], Picture]) -> Printed:
    """The PDF of a page of HTML. `fetch` gives the pictures; nothing else is opened."""
    with only_shipped_fonts(), _quiet() as records, _without_garbage_collection():
        import weasyprint

        page = weasyprint.HTML(string=html, url_fetcher=_fetcher(fetch))
        sheet = weasyprint.CSS(string=css, url_fetcher=_fetcher(fetch))
        data: bytes = page.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")
    signs = [_missing_sign(record) for record in records]
    others = [r.getMessage() for r, sign in zip(records, signs, strict=True) if not sign]
    return Printed(data, tuple(dict.fromkeys(filter(None, signs))), tuple(dict.fromkeys(others)))


def heights(html: str, css: str, fetch: Callable[[str], Picture]) -> dict[str, float]:
    """How high the elements with an id are, in millimetres, when a page of HTML is laid out."""
    with only_shipped_fonts(), _quiet(), _without_garbage_collection():
        import weasyprint

        page = weasyprint.HTML(string=html, url_fetcher=_fetcher(fetch))
        sheet = weasyprint.CSS(string=css, url_fetcher=_fetcher(fetch))
        laid = page.render(stylesheets=[sheet])
        return {
            name: (bottom - top) * _MM
            for part in laid.pages
            for name, (_, top, _, bottom) in part.anchors.items()
        }


_MM = 25.4 / 96  # of a pixel


def _missing_sign(record: logging.LogRecord) -> str:
    """The character that a record says no font has; empty for a record on something else."""
    if isinstance(record.args, tuple) and str(record.msg).startswith(".notdef glyph"):
        return str(record.args[0])
    return ""


def _fetcher(fetch: Callable[[str], Picture]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Jail(URLFetcher):  # type: ignore[misc]
        """Asks `fetch` and nobody else."""

        def fetch(self, url: str, headers: object = None) -> Any:
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
