"""Diagnostics as people and programs read them. Pure: text out, nothing printed."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

import msgspec

from selfcheck_tools.diagnostics import Diagnostic, Fix, Related, Severity
from selfcheck_tools.rules import Rule
from selfcheck_tools.text import Source, Span


class Summary(NamedTuple):
    """What a run looked at, and how many findings it mended."""

    documents: int
    questions: int
    answered: int
    mended: int = 0


# ── text ────────────────────────────────────────────────────────────────────────────────────────


def text(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    *,
    width: int = 80,
    color: bool = False,
    summary: Summary | None = None,
) -> Iterator[str]:
    """Lines for a terminal, each finding with the place that it speaks of, as rustc shows it.

    `sources` by the paths that the diagnostics name. Nothing that the content says reaches the
    terminal as a control character.
    """
    paint = _painted if color else _plain
    for diagnostic in diagnostics:
        yield from (f"{line}\n" for line in _finding(diagnostic, sources, width, paint))
        yield "\n"
    if summary is not None:
        yield from (f"{line}\n" for line in _summary(diagnostics, summary))
