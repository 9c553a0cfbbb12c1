"""Diagnostics as people and programs read them, one module a format. Pure: text out, nothing printed."""

from collections.abc import Callable, Iterator, Mapping

from selfcheck_tools.reports.checkstyle import checkstyle
from selfcheck_tools.reports.github import github
from selfcheck_tools.reports.gitlab import gitlab
from selfcheck_tools.reports.json import json, jsonl
from selfcheck_tools.reports.junit import junit
from selfcheck_tools.reports.rdjson import rdjson
from selfcheck_tools.reports.sarif import sarif
from selfcheck_tools.reports.terminal import columns, visible
from selfcheck_tools.reports.text import Summary, concise, explain, full, text

# A report gets the diagnostics, the sources by the paths that these name, and by keyword how it is
# to look. All are called alike, and each takes what concerns it: `width` (columns) and `color` of a
# terminal; `summary`, a Summary of the run; `rules`, those in force; `documents`, the paths of all
# that was checked; `version` and `home`, the program's own. What it gives can be encoded as UTF-8,
# whatever the content. Sources are asked for only where an excerpt, an edit or bytes are shown.
REPORTS: Mapping[str, Callable[..., Iterator[str]]] = {
    "text": text,
    "full": full,
    "concise": concise,
    "json": json,
    "jsonl": jsonl,
    "github": github,
    "gitlab": gitlab,
    "sarif": sarif,
    "junit": junit,
    "checkstyle": checkstyle,
    "rdjson": rdjson,
}

__all__ = ["REPORTS", "Summary", "columns", "explain", "json", "text", "visible"]
