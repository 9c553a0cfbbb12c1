"""Linting as the command line has it: paths in, diagnostics and mended files out."""

import os
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from functools import partial
from typing import NamedTuple

import msgspec

from selfcheck_tools.check import Checked, check_collection, check_document, fix, in_order
from selfcheck_tools.config import UsageError
from selfcheck_tools.diagnostics import Diagnostic, Severity
from selfcheck_tools.project import Content, open_content, write
from selfcheck_tools.read import read
from selfcheck_tools.text import Source


class Linted(NamedTuple):
    """What a run found; paths are as the user would type them."""

    diagnostics: tuple[Diagnostic, ...]
    sources: dict[str, Source]
    checked: tuple[Checked, ...]
    fixed: tuple[tuple[str, Source, Source], ...]  # path on disk, before, after
    mended: tuple[Diagnostic, ...]
    unfixed: tuple[tuple[str, str], ...] = ()  # paths, and rules whose fix would have changed them
    unread: tuple[str, ...] = ()  # what could not be read, in words

    @property
    def fails(self) -> bool:
        """Whether a finding is an error or a warning."""
        return any(d.severity is not Severity.INFO for d in self.diagnostics)


def lint(paths: Sequence[str], *, dialect: str = "", mend: bool = False) -> Linted:
    """Checks the documents that paths name; with `mend` as they are after the safe fixes."""
    content = open_content(paths, dialect=dialect)
    if not content.documents and not content.unread:
        raise UsageError(f"nothing to check: no Markdown files in {' '.join(paths) or '.'}")
    fixed: list[tuple[str, Source, Source]] = []
    mended: list[Diagnostic] = []
    unfixed: list[tuple[str, str]] = []
    sources: dict[str, Source] = {}
    current: dict[str, Source] = {}  # the same by their paths within the content folder
    checked: list[Checked] = []
    reader = partial(
        read,
        dialect=dialect or content.root.config.dialect,
        placeholders=content.root.config.placeholders,
    )
    for document in content.documents:
        source = content.sources[document.path]
        if mend:
            after, done, refused = fix(source, content.files, reader=reader)
            unfixed += [(content.shown(document.path), rule) for rule in refused]
            if after.text != source.text:
                fixed.append((os.path.join(content.root.folder, document.path), source, after))
                mended += done
                source, document = after, reader(after)
        sources[content.shown(document.path)] = current[document.path] = source
        checked.append(check_document(document, source, content.files))
    found = [
        *(d for each in checked for d in each.diagnostics),
        *check_collection(checked, content.files, sources=current),
    ]
    return Linted(
        tuple(in_order(_shown(content, diagnostic) for diagnostic in found)),
        sources,
        tuple(checked),
        tuple(fixed),
        tuple(_shown(content, diagnostic) for diagnostic in mended),
        tuple(unfixed),
        tuple(f"{content.shown(each.path)} {each.message}" for each in content.unread),
    )


def _shown(content: Content, diagnostic: Diagnostic) -> Diagnostic:
    finding = diagnostic.finding
    if finding.related:
        related = tuple(
            msgspec.structs.replace(place, path=content.shown(place.path))
            for place in finding.related
        )
        finding = msgspec.structs.replace(finding, related=related)
    return msgspec.structs.replace(diagnostic, path=content.shown(diagnostic.path), finding=finding)


def write_fixed(linted: Linted) -> None:
    """Writes the mended files."""
    for path, _, after in linted.fixed:
        write(os.path.realpath(path), after.to_bytes())


def diff(linted: Linted) -> Iterator[str]:
    """What the fixes change, as a unified diff."""
    for path, before, after in linted.fixed:
        shown = os.path.relpath(path).replace(os.sep, "/")
        lines = unified_diff(
            before.clean.splitlines(keepends=True),
            after.clean.splitlines(keepends=True),
            f"a/{shown}",
            f"b/{shown}",
        )
        for line in lines:
            yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
