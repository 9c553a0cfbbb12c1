"""`selfcheck diff`: what importing a package will do to who has an older one, said before."""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from selfcheck_tools.commands.foretelling import LISTED, Place, json, told
from selfcheck_tools.commands.lint_command import terminal_width, write_bytes
from selfcheck_tools.errors import UsageError

if TYPE_CHECKING:
    from selfcheck_tools.exporters.anki.unpacked import Package
    from selfcheck_tools.lastbuild import Build, Comparison
    from selfcheck_tools.project import Prepared

CLEAN, FOUND = 0, 1
_SUFFIX = ".apkg"


def add_arguments(diff: argparse.ArgumentParser) -> None:
    """What `selfcheck diff` takes."""
    diff.add_argument(
        "old", metavar="OLD", help="what a learner has: an .apkg, or a folder of them"
    )
    diff.add_argument(
        "paths",
        nargs="*",
        metavar="NEW",
        help="an .apkg; or content, of which to say what export would make (default: this folder)",
    )
    diff.add_argument(
        "--dialect", default="", metavar="NAME", help="how questions are written (default: seen)"
    )
    diff.add_argument("--format", choices=("text", "json"), default="text")
    diff.add_argument("--all", action="store_true", help=f"list more than {LISTED} of a kind")


def run(options: argparse.Namespace) -> int:
    """Compares; the exit status: 1 if Anki would refuse something."""
    last = _last(options.old)
    comparison, places = _compared(last, options)
    if options.format == "json":
        write_bytes(iter([json(comparison, places)]))
    else:
        from selfcheck_tools.reports import printed

        for line in told(comparison, places, width=terminal_width(), everything=options.all):
            print(printed(line))
        for line in _asides(last):
            print(printed(line), file=sys.stderr)
    return FOUND if comparison.has_refused else CLEAN


# ── what is compared ────────────────────────────────────────────────────────────────────────────


def _compared(last: "Build", options: argparse.Namespace) -> tuple["Comparison", dict[str, Place]]:
    from selfcheck_tools import lastbuild

    packages = [path for path in options.paths if path.endswith(_SUFFIX)]
    if packages:
        if len(options.paths) > 1:
            raise UsageError("give one NEW.apkg, or content, but not both")
        if os.path.isdir(options.old):
            raise UsageError(f"{options.old} is a folder: name the package in it to compare with")
        new = _read(packages[0])
        scope = lastbuild.Scope({}, frozenset())
        return lastbuild.compared(_renamed(last, "new"), {"new": new}, scope), {}
    return _against_content(last, options)


def _last(old: str) -> "Build":
    from selfcheck_tools import lastbuild

    if os.path.isdir(old):
        last = lastbuild.find(old)
        if not last.packages:
            raise UsageError(f"{old} holds no package of questions to compare with")
        return last
    return lastbuild.Build("", {old: _read(old)})


def _read(path: str) -> "Package":
    from pathlib import Path

    from selfcheck_tools.exporters.anki.unpacked import unpack

    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    return unpack(data, path)


def _renamed(last: "Build", name: str) -> "Build":
    """All packages as the one of this name: whatever is gone from them is retired."""
    from selfcheck_tools.exporters.anki.unpacked import Package

    packages = last.packages.values()
    notes = (note for package in packages for note in package.notes)
    looks = {number: look for package in packages for number, look in package.looks.items()}
    foreign = sum(package.foreign for package in packages)
    return last._replace(packages={name: Package(tuple(notes), looks, foreign)})


def _against_content(
    last: "Build", options: argparse.Namespace
) -> tuple["Comparison", dict[str, Place]]:
    """What export would make now; of a single package without paths, what it would make of that."""
    from selfcheck_tools import lastbuild, project
    from selfcheck_tools.config import checked_dialect
    from selfcheck_tools.exporters.anki.unpacked import unpack
    from selfcheck_tools.reports import printed

    dialect = checked_dialect(options.dialect, "--dialect") if options.dialect else ""
    prepared = project.prepare(options.paths, dialect=dialect)
    made = {}
    for artifact in project.artifacts("anki", prepared, {}):
        made[artifact.path] = unpack(artifact.data, artifact.path)
        artifact.close()
    if os.path.isfile(options.old):
        last = _renamed(last, next(iter(made), "new"))
        if not options.paths:
            made = _of_one(made, options.old, last)
    for doubt in prepared.identity.doubts:
        print(printed(f"selfcheck: {doubt}"), file=sys.stderr)
    comparison = lastbuild.compared(last, made, project.scope_of(prepared))
    return comparison, _places(prepared)


def _of_one(made: "Mapping[str, Package]", old: str, last: "Build") -> "dict[str, Package]":
    """The package of an old one's name, and of the others what the old one holds; all of them where
    none has its name."""
    whole = f"/{os.path.realpath(old).replace(os.sep, '/')}"
    named = max((path for path in made if whole.endswith(f"/{path}")), key=len, default=None)
    if named is None:
        return dict(made)
    known = {note.guid for package in last.packages.values() for note in package.notes}
    return {
        path: package
        if path == named
        else package._replace(notes=tuple(n for n in package.notes if n.guid in known))
        for path, package in made.items()
    }


def _places(prepared: "Prepared") -> dict[str, Place]:
    """Where questions are, by key."""
    content = prepared.everything
    keys = prepared.identity.match.keys
    return {
        key: Place(
            content.shown(document.path),
            content.sources[document.path].position(question.head.start).line,
        )
        for document in content.documents
        for key, question in zip(keys[document.path], document.questions, strict=True)
    }


def _asides(last: "Build") -> Iterator[str]:
    """What was not compared."""
    yield from (f"selfcheck: {remark}" for remark in last.remarks)
    if foreign := sum(package.foreign for package in last.packages.values()):
        notes = "note that is" if foreign == 1 else "notes that are"
        yield f"selfcheck: {foreign} {notes} not of selfcheck left aside"
