"""`selfcheck diff`: what importing a package will do to who has an older one, said before."""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from selfcheck_tools.errors import UsageError
from selfcheck_tools.lint_command import terminal_width, write_bytes

if TYPE_CHECKING:
    from selfcheck_tools.exporters.anki.changes import Change
    from selfcheck_tools.exporters.anki.unpacked import Package
    from selfcheck_tools.lastbuild import Build, Comparison
    from selfcheck_tools.project import Prepared

CLEAN, FOUND = 0, 1
_LISTED = 30  # more notes of a kind than these are counted, not listed
_SUFFIX = ".apkg"

_MEANINGS = {
    "added": "new notes",
    "changed": "updated; their cards keep their history",
    "moved": "cards that a learner has stay where they are",
    "retired": "no longer asked; they stay in Anki, for an import removes nothing",
    "refused": "changed but not newer: Anki would keep the old text in silence",
}


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
    diff.add_argument("--all", action="store_true", help=f"list more than {_LISTED} of a kind")


class Place(NamedTuple):
    """Where a question is written: `path` as the user would type it, `line` from 1."""

    path: str
    line: int


def run(options: argparse.Namespace) -> int:
    """Compares; the exit status: 1 if Anki would refuse something."""
    last = _last(options.old)
    comparison, places = _compared(last, options)
    if options.format == "json":
        write_bytes(iter([_json(comparison, places)]))
    else:
        from selfcheck_tools.reports import visible

        for line in told(comparison, places, width=terminal_width(), everything=options.all):
            print(visible(line))
        for line in _asides(last):
            print(visible(line), file=sys.stderr)
    return FOUND if comparison.has_refused else CLEAN


# ── what is compared ────────────────────────────────────────────────────────────────────────────


def _compared(last: "Build", options: argparse.Namespace) -> tuple["Comparison", dict[str, Place]]:
    from selfcheck_tools import lastbuild

    packages = [path for path in options.paths if path.endswith(_SUFFIX)]
    if packages:
        if len(options.paths) > 1:
            raise UsageError("give one NEW.apkg, or content, but not both")
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

    dialect = checked_dialect(options.dialect, "--dialect") if options.dialect else ""
    prepared = project.prepare(options.paths, dialect=dialect)
    made = {
        artifact.path: unpack(artifact.data, artifact.path)
        for artifact in project.artifacts("anki", prepared, {})
    }
    if os.path.isfile(options.old):
        last = _renamed(last, next(iter(made), "new"))
        if not options.paths:
            made = _of_one(made, options.old, last)
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


# ── saying it ───────────────────────────────────────────────────────────────────────────────────


def told(
    comparison: "Comparison", places: Mapping[str, Place], *, width: int, everything: bool = False
) -> Iterator[str]:
    """The changes by kind for a terminal of some columns, the counts, and the search for Anki."""
    from selfcheck_tools.exporters.anki.changes import KINDS

    for kind in KINDS:
        those = [change for change in comparison.changes if change.kind == kind]
        if kind == "unchanged" or not those:
            continue
        yield f"{kind}: {_MEANINGS[kind]}"
        shown = those if everything else those[:_LISTED]
        for change in shown:
            yield from _line(change, places.get(change.note.key), width)
        if len(shown) < len(those):
            yield f"  … and {len(those) - len(shown)} more; --all lists them"
        yield ""
    yield from looks(comparison)
    yield f"{counts(comparison.changes)}."
    yield from searched(comparison.changes)


def counts(changes: "Sequence[Change]") -> str:
    """How many there are of each kind that there is."""
    from selfcheck_tools.exporters.anki.changes import KINDS

    found = Counter(change.kind for change in changes)
    return ", ".join(f"{found[kind]} {kind}" for kind in KINDS if found[kind]) or "no notes"


def searched(changes: "Sequence[Change]") -> Iterator[str]:
    """The search that finds retired notes; nothing when there are none."""
    from selfcheck_tools.exporters.anki.changes import search

    if found := search(changes):
        yield "To find the retired notes, search in Anki's browser for:"
        yield f"  {found}"


def looks(comparison: "Comparison") -> Iterator[str]:
    """The notetypes whose look changes."""
    for look in comparison.looks:
        yield (
            f"the look of “{look.name}” changes"
            if look.is_newer
            else f"refused: the look of “{look.name}” changed but is not newer; Anki keeps the old"
        )


def _asides(last: "Build") -> Iterator[str]:
    """What was not compared."""
    yield from (f"selfcheck: {remark}" for remark in last.remarks)
    if foreign := sum(package.foreign for package in last.packages.values()):
        notes = "note that is" if foreign == 1 else "notes that are"
        yield f"selfcheck: {foreign} {notes} not of selfcheck left aside"


def _line(change: "Change", place: Place | None, width: int) -> Iterator[str]:
    """A note: its place and its question, then in parentheses what becomes of it; cut to fit."""
    start = f"  {place.path}:{place.line}: " if place else "  "
    extra = "; ".join(_remarks(change, has_place=place is not None))
    end = f" ({extra})" if extra else ""
    room = width - len(start) - len(end)
    if room >= min(len(change.note.prompt), 24):
        yield start + _cut(change.note.prompt, room) + end
    else:
        yield start + _cut(change.note.prompt, max(width - len(start), 24))
        yield f"    ({extra})"


def _remarks(change: "Change", *, has_place: bool) -> Iterator[str]:
    if change.kind in ("changed", "refused"):
        yield ", ".join(change.parts) or "nothing but its time"
    elif change.kind == "moved" and change.parts:
        yield ", ".join(change.parts)
    if change.deck:
        yield f"stays in {change.deck}, new cards go to {change.note.deck}"
    if change.was:
        yield f"was a {change.was}: its history stays with the retired note"
    if change.became:
        yield f"is now a {change.became}"
    elif change.kind == "retired" and has_place:
        yield "has no answer now"
    if change.kind == "retired" and change.is_taken:
        yield "gets the tag selfcheck::retired"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def _json(comparison: "Comparison", places: Mapping[str, Place]) -> str:
    """The changes for programs: one object, whose shape docs/anki.md tells."""
    import msgspec

    from selfcheck_tools.exporters.anki.changes import KINDS, search

    found = Counter(change.kind for change in comparison.changes)
    value = {
        "counts": {kind: found[kind] for kind in KINDS},
        "search": search(comparison.changes),
        "looks": [
            {"notetype": look.name, "refused": not look.is_newer} for look in comparison.looks
        ],
        "notes": [
            _object(change, places.get(change.note.key))
            for kind in KINDS
            for change in comparison.changes
            if change.kind == kind != "unchanged"
        ],
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _object(change: "Change", place: Place | None) -> dict[str, Any]:
    from selfcheck_tools.exporters.anki.changes import WORDS

    note = change.note
    return {
        "kind": change.kind,
        "question": note.prompt,
        "key": note.key,
        "guid": note.guid,
        "notetype": WORDS[note.notetype],
        "was": change.was or None,
        "became": change.became or None,
        "parts": list(change.parts),
        "deck": note.deck,
        "old_deck": change.deck or note.deck,
        "updated": change.is_taken,
        "path": place.path if place else None,
        "line": place.line if place else None,
    }
