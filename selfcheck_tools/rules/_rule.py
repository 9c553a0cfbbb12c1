"""What a rule is: a value."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from selfcheck_tools.diagnostics import Finding, Severity
from selfcheck_tools.files import Files
from selfcheck_tools.model import Document
from selfcheck_tools.text import Source


class Context(NamedTuple):
    """What a rule may ask besides the document."""

    source: Source
    files: Files


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: its name states the fault, its manual is its module's docstring.

    A rule looks at one document with `check`, or collects plain facts from each document with
    `collect` (values with spans, that can be cached) and looks at all of them with `check_all`,
    which gets (path, facts) pairs in the order of their paths and yields (path, finding) pairs.
    """

    name: str
    manual: str
    severity: Severity = Severity.WARNING
    check: Callable[[Document, Context], Iterable[Finding]] | None = None
    collect: Callable[[Document], Any] | None = None
    check_all: Callable[[Sequence[tuple[str, Any]]], Iterator[tuple[str, Finding]]] | None = None
