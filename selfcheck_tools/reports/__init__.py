"""Diagnostics as people and programs read them, one module a format. Pure: text out, nothing printed."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

from selfcheck_tools.reports.terminal import columns, cut, printed, visible, wrapped
from selfcheck_tools.reports.text import Summary, concise, explain, full, text

Report = Callable[..., Iterator[str]]


def _of(module: str, function: str) -> Report:
    """A report whose module is loaded when it is first asked for: a run needs one of them."""

    def report(*given: object, **look: object) -> Iterator[str]:
        loaded = import_module(f"selfcheck_tools.reports.{module}")
        written: Iterator[str] = getattr(loaded, function)(*given, **look)
        return written

    return report


json = _of("objects", "json")

# A report gets the diagnostics, the sources by the paths that these name, and by keyword how it is
# to look. All are called alike, and each takes what concerns it: `width` (columns) and `color` of a
# terminal; `summary`, a Summary of the run; `rules`, those in force; `documents`, the paths of all
# that was checked; `version` and `home`, the program's own. What it gives can be encoded as UTF-8,
# whatever the content. Sources are asked for only where an excerpt, an edit or bytes are shown.
REPORTS: Mapping[str, Report] = {
    "text": text,
    "full": full,
    "concise": concise,
    "json": json,
    "jsonl": _of("objects", "jsonl"),
    "github": _of("github", "github"),
    "gitlab": _of("gitlab", "gitlab"),
    "sarif": _of("sarif", "sarif"),
    "junit": _of("junit", "junit"),
    "checkstyle": _of("checkstyle", "checkstyle"),
    "rdjson": _of("rdjson", "rdjson"),
}

__all__ = [
    "REPORTS",
    "Summary",
    "columns",
    "cut",
    "explain",
    "json",
    "printed",
    "text",
    "visible",
    "wrapped",
]
